use std::sync::Arc;

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::security_headers::{STYLE, page};

/// Why a request was not done.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Another site sent it, or no form of ours did.
    Foreign,
    /// The birth date must be asked again: the address of the question, relative to the request's.
    SessionOver { question: String },
    /// There is no such page, or not for this patient.
    NotFound,
    /// What the person can mend: the sentence.
    Told(StatusCode, &'static str),
    /// Our failure: logged in full, told to nobody.
    Internal(anyhow::Error),
}

/// Goes with an answer to the log.
#[derive(Clone)]
pub(crate) struct Failure(pub(crate) Arc<anyhow::Error>);

#[derive(Template)]
#[template(path = "told.html")]
struct Told<'a> {
    style: &'a str,
    clinic_name: &'a str,
    heading: &'a str,
    text: &'a str,
}

impl From<anyhow::Error> for PageError {
    fn from(err: anyhow::Error) -> Self {
        Self::Internal(err)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, heading, text) = match self {
            Self::SessionOver { question } => return see_other(&question),
            Self::Foreign => (
                StatusCode::FORBIDDEN,
                "受け付けできませんでした",
                "届いたメッセージのリンクからページを開き直して、もう一度お試しください。",
            ),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "ページが見つかりません",
                "届いたメッセージのリンクからもう一度開いてください。",
            ),
            Self::Told(status, text) => (status, "受け付けできませんでした", text),
            Self::Internal(err) => {
                let text = "しばらくしてから、もう一度お試しください。続くときは医療機関へお電話ください。";
                let mut response = told(StatusCode::INTERNAL_SERVER_ERROR, "表示できませんでした", text);
                response.extensions_mut().insert(Failure(Arc::new(err)));
                return response;
            }
        };
        told(status, heading, text)
    }
}

fn told(status: StatusCode, heading: &str, text: &str) -> Response {
    match page(&Told { style: STYLE, clinic_name: "", heading, text }) {
        Ok(page) => (status, page).into_response(),
        // A page of three constants is always rendered.
        Err(_) => status.into_response(),
    }
}

/// Sends the browser on, by GET, to an address relative to the request's.
pub(crate) fn see_other(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(err) => PageError::Internal(anyhow::Error::new(err)).into_response(),
    }
}

/// Answers where there is no page, and where it has another method.
pub(crate) async fn no_page() -> PageError {
    PageError::NotFound
}
