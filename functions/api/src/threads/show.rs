use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use delivery::{Channel, MessageId, OutboxRow, Report, Status};
use ledger::{ClinicId, MessageRow, PictureState, ReplyRow};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Api, answer, caller::Caller, error::ApiError, patients, problem::Problem, request_parts::Id, signed::Signer,
};

/// What the clinic and a patient wrote each other.
#[derive(Serialize, ToSchema)]
pub(crate) struct ThreadView {
    patient: String,
    name: String,
    chart_number: Option<String>,
    /// The oldest first.
    messages: Vec<MessageView>,
    /// The oldest first.
    replies: Vec<ReplyView>,
    /// Until when the addresses of pictures are open.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// A message of the clinic.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageView {
    id: String,
    /// The send or the step delivery it belongs to.
    delivery: String,
    subject: String,
    /// Without the link, which is the patient's alone.
    body: String,
    takes_reply: bool,
    #[schema(format = DateTime)]
    made_at: String,
    /// `pending`, `sending`, `unknown`, `in_review`, `sent`, `failed`, `cancelled` or `expired`.
    #[schema(value_type = String)]
    state: &'static str,
    /// `line`, `sms` or `mail`.
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    /// What the provider told later: `accepted`, `delivered`, `undelivered`, `bounced` or `complained`.
    #[schema(value_type = Option<String>)]
    report: Option<Report>,
    /// Why it failed or was stopped.
    code: Option<String>,
    /// When the patient first read it.
    #[schema(format = DateTime)]
    read_at: Option<String>,
}

/// What the patient answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReplyView {
    id: String,
    /// To which message.
    message: String,
    text: String,
    pictures: Vec<PictureView>,
    #[schema(format = DateTime)]
    written_at: String,
    is_unread: bool,
}

/// A picture of a reply.
#[derive(Serialize, ToSchema)]
pub(crate) struct PictureView {
    /// Being cleaned `waiting`, `clean`, or no picture and never shown `refused`.
    #[schema(value_type = String)]
    state: PictureState,
    /// Where to get it, of a clean one alone.
    url: Option<String>,
}

/// What the clinic and one patient wrote each other, with what became of each message.
#[utoipa::path(
    get, path = "/v1/patients/{id}/thread", tag = "messages", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = ThreadView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_thread(State(api): State<Arc<Api>>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let clinic = &caller.clinic;
    let patient = patients::patient(&api, clinic, &id).await?;
    let thread = api.ledger.thread(clinic, &patient.id).await.context("reading a thread")?;
    let ids: Vec<MessageId> = thread.messages.iter().map(|it| it.id.clone()).collect();
    let rows = api.ledger.outbox_rows(&ids).await.context("reading messages")?;
    let rows: HashMap<&MessageId, &OutboxRow> = rows.iter().map(|it| (&it.id, it)).collect();

    let mut messages = thread.messages;
    messages.sort_by(|one, other| (one.made_at, &one.id).cmp(&(other.made_at, &other.id)));
    // Text without its right to send was left behind by a crash: nothing of it was sent.
    let messages = messages.iter().filter_map(|it| Some(MessageView::new(it, rows.get(&it.id)?, &api.pages)));
    let signer = api.signer()?;
    let mut replies = Vec::with_capacity(thread.replies.len());
    for reply in thread.replies {
        replies.push(reply_view(&signer, clinic, reply).await?);
    }
    let view = ThreadView {
        patient: patient.id.to_string(),
        name: patient.name,
        chart_number: patient.chart_number,
        messages: messages.collect(),
        replies,
        expires_at: signer.expires_at.to_string(),
    };
    answer::json(StatusCode::OK, &view)
}

impl MessageView {
    fn new(message: &MessageRow, row: &OutboxRow, pages: &str) -> Self {
        let state = match row.status {
            Status::Unknown if row.review_since.is_some() => "in_review",
            status => status.as_str(),
        };
        Self {
            id: message.id.to_string(),
            delivery: message.delivery.clone(),
            subject: message.subject.clone(),
            body: without_links(&message.body, pages),
            takes_reply: message.takes_reply,
            made_at: message.made_at.to_string(),
            state,
            channel: Some(row.channel),
            report: row.report,
            code: row.last_error.as_ref().map(ToString::to_string),
            read_at: message.read_at.map(|it| it.to_string()),
        }
    }
}

/// `body` with what leads to the patient's own page taken out: whoever has a link need only know a birth date.
fn without_links(body: &str, pages: &str) -> String {
    let mut shown = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(pages) {
        shown.push_str(&rest[..at]);
        shown.push_str("（患者のページ）");
        let link = &rest[at..];
        let end = link.find(|it: char| !it.is_ascii_graphic()).unwrap_or(link.len());
        rest = &link[end..];
    }
    shown + rest
}

async fn reply_view(signer: &Signer<'_>, clinic: &ClinicId, reply: ReplyRow) -> anyhow::Result<ReplyView> {
    let mut pictures = Vec::with_capacity(reply.pictures.len());
    for picture in &reply.pictures {
        let url = match picture.state {
            PictureState::Clean => Some(signer.get(&format!("pictures/{clinic}/{}", picture.id)).await?),
            PictureState::Waiting | PictureState::Refused => None,
        };
        pictures.push(PictureView { state: picture.state, url });
    }
    Ok(ReplyView {
        id: reply.id,
        message: reply.message.to_string(),
        text: reply.text,
        pictures,
        written_at: reply.written_at.to_string(),
        is_unread: reply.seen_at.is_none(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patients_own_link_is_not_shown_to_staff() {
        let check = |body: &str, expected: &str| assert_eq!(without_links(body, "https://p.example"), expected);
        check("受診の時期です。\nhttps://p.example/m/abc-_1\n配信停止", "受診の時期です。\n（患者のページ）\n配信停止");
        check("https://p.example/m/abc/line", "（患者のページ）");
        check("https://www.clinic.example/", "https://www.clinic.example/");
    }
}
