use std::sync::Arc;

use anyhow::Context as _;
use askama::Template;
use axum::{extract::State, response::Response};
use delivery::Channel;
use ledger::SaidThrough;

use crate::{
    PatientPages,
    error::PageError,
    form::OpenForm,
    form_token::form_token,
    link::Link,
    refusal::{Refused, refuse},
    security_headers::{STYLE, page},
    shown::ToldPage,
};

#[derive(Template)]
#[template(path = "stop.html")]
struct StopPage<'a> {
    style: &'static str,
    clinic_name: &'a str,
    base: &'a str,
    form: &'a str,
}

/// What may be stopped, alike for every link. It changes nothing: programs open links too.
pub(crate) async fn show(State(pages): State<Arc<PatientPages>>, link: Link) -> Result<Response, PageError> {
    let form = form_token(&pages, "stop", &link.text);
    page(&StopPage { style: STYLE, clinic_name: "", base: &format!("../{}", link.text), form: &form })
}

/// Stops messages, without the birth date: whoever has the link may refuse. The answer is alike for every link.
pub(crate) async fn stop(State(pages): State<Arc<PatientPages>>, form: OpenForm) -> Result<Response, PageError> {
    let page_through = SaidThrough::Consent(delivery::ConsentSource::Page);
    let (refused, through, heading, text) = match form.fields.get("what") {
        // The button of a mail program stands in mail alone.
        _ if form.is_one_click => {
            (Refused::Channel(Channel::Mail), SaidThrough::OneClick, STOPPED, "メールの配信を停止しました。")
        }
        "all" => (Refused::Everything, page_through, STOPPED, "すべての配信を停止しました。"),
        "mail" => (Refused::Channel(Channel::Mail), page_through, STOPPED, "メールの配信を停止しました。"),
        "sms" => (Refused::Channel(Channel::Sms), page_through, STOPPED, "SMSの配信を停止しました。"),
        "line" => (Refused::Channel(Channel::Line), page_through, STOPPED, "LINEの配信を停止しました。"),
        "not-me" => (Refused::NotMe, page_through, "ご連絡ありがとうございます", "今後、この宛先には送りません。"),
        _ => return Err(PageError::Foreign),
    };
    let link = pages.ledger.link(&form.link.token, (pages.now)()).await.context("looking a link up")?;
    if let Some(link) = link {
        refuse(&pages, &link, refused, through).await?;
    }
    page(&ToldPage::new(heading, text))
}

const STOPPED: &str = "配信を停止しました";
