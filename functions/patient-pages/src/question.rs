use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use crate::{
    PatientPages,
    error::PageError,
    form_token::form_token,
    link::Link,
    security_headers::{STYLE, page},
};

/// What is said above the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Nothing was answered so far.
    First,
    /// What was answered is no date.
    NoDate,
    /// It is not the patient's, or nobody's: the same words for a link that is unknown or over.
    Wrong,
    /// There were too many answers.
    Closed,
}

#[derive(Template)]
#[template(path = "question.html")]
struct Question<'a> {
    style: &'a str,
    clinic_name: &'a str,
    /// The page's own address, relative to the request's: forms go below it.
    base: &'a str,
    form: &'a str,
    asked: Asked,
}

/// The question for the birth date: alike for every link, as it is not looked up. `base` is the folder of
/// the link's page, relative to the request's address.
pub(crate) fn question(pages: &PatientPages, link: &Link, base: &str, asked: Asked) -> Result<Response, PageError> {
    let status = match asked {
        Asked::First => StatusCode::OK,
        Asked::NoDate | Asked::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
        Asked::Closed => StatusCode::TOO_MANY_REQUESTS,
    };
    let form = form_token(pages, "birth-date", &link.text);
    let base = format!("{base}{}", link.text);
    let question = Question { style: STYLE, clinic_name: "", base: &base, form: &form, asked };
    Ok((status, page(&question)?).into_response())
}
