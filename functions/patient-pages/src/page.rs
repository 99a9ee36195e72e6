use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use ledger::{MessageRow, ReplyRow, timed_id};

use crate::{
    PatientPages,
    error::PageError,
    form::Session,
    link::Link,
    message::{self, Sender},
    question::{Asked, question},
    security_headers::{STYLE, page},
    shown::{MessagePage, ReplyForm, ShownMessage, ShownReply},
};

/// The message, or the question where no session of this link is shown. It changes nothing.
pub(crate) async fn show(
    State(pages): State<Arc<PatientPages>>,
    headers: HeaderMap,
    link: Link,
) -> Result<Response, PageError> {
    let Some(session) = Session::of(&pages, &headers, &link).await? else {
        return question(&pages, &link, "./", Asked::First);
    };
    match message::of_session(&pages, &session).await? {
        Some(message) => shown(&pages, &session, &link, &message, "./", &Draft::default()).await,
        None => question(&pages, &link, "./", Asked::First),
    }
}

/// What a reply that must be sent again brings to the page.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) text: String,
    /// What is to be said, in a sentence.
    pub(crate) told: &'static str,
    pub(crate) is_mistake: bool,
}

/// The page of a session's message. `base` is where its folder is, relative to the request's address.
pub(crate) async fn shown(
    pages: &PatientPages,
    session: &Session,
    link: &Link,
    message: &MessageRow,
    base: &str,
    draft: &Draft,
) -> Result<Response, PageError> {
    let sender = Sender::of(pages, session).await?;
    let replies = replies_to(pages, session, message).await?;
    let add_form = session.form_token(pages, "pictures");
    let form = (message.takes_reply && replies.len() < pages.settings.max_replies).then(|| ReplyForm {
        token: session.form_token(pages, "reply"),
        reply: timed_id((pages.now)(), &(pages.random_id)()),
        text: draft.text.clone(),
        max_chars: pages.settings.reply_max_chars,
        max_pictures: pages.settings.max_pictures,
    });
    let max_pictures = if message.takes_reply { pages.settings.max_pictures } else { 0 };
    let shown = MessagePage {
        style: STYLE,
        clinic_name: &sender.name,
        contact: &sender.contact,
        base: &format!("{base}{}", link.text),
        message: ShownMessage::of(message),
        replies: replies.iter().map(|it| ShownReply::of(it, &add_form, max_pictures)).collect(),
        form,
        told: draft.told,
        is_mistake: draft.is_mistake,
    };
    let status = if draft.is_mistake { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page(&shown)?).into_response())
}

/// What the patient answered to this message, the oldest first.
pub(crate) async fn replies_to(
    pages: &PatientPages,
    session: &Session,
    message: &MessageRow,
) -> Result<Vec<ReplyRow>, PageError> {
    let row = &session.row;
    let mut replies = pages.ledger.replies(&row.clinic, &row.patient).await.context("reading replies")?;
    replies.retain(|it| it.message == message.id);
    Ok(replies)
}
