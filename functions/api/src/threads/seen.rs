use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use jiff::Timestamp;
use ledger::{ClinicId, PatientId, ReplyRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Api, answer, caller::Caller, error::ApiError, fields::Fields, patients, problem::Problem, refresh::TRIES,
    request_body::JsonBody, request_parts::Id,
};

/// What was seen of a thread.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenRequest {
    /// The time of the newest thing that was shown: what came later stays unread.
    #[schema(required, format = DateTime)]
    up_to: Option<String>,
}

/// What is read now that was not.
#[derive(Serialize, ToSchema)]
pub(crate) struct Seen {
    /// Replies and other notices.
    n_seen: u32,
}

/// Notices of one page that are looked through.
const PAGE: usize = 500;

/// Marks what a patient did as seen, up to a time. A repeat changes nothing.
#[utoipa::path(
    post, path = "/v1/patients/{id}/thread/seen", tag = "messages", params(("id" = String, Path)),
    request_body = SeenRequest,
    responses(
        (status = 200, description = "Done.", body = Seen),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn mark_seen(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let clinic = &caller.clinic;
    let patient = patients::patient(&api, clinic, &id).await?.id;
    let asked = body.read::<SeenRequest>()?;
    let mut fields = Fields::default();
    let up_to = fields.required("up_to", asked.up_to).map(|it| it.parse::<Timestamp>().ok());
    if up_to == Some(None) {
        fields.refuse("up_to", "時刻を「2026-11-23T01:00:00Z」の形にしてください。");
    }
    let up_to = fields.accept(up_to.flatten())?;

    let thread = api.ledger.thread(clinic, &patient).await.context("reading a thread")?;
    for reply in thread.replies.iter().filter(|it| it.seen_at.is_none() && it.written_at <= up_to) {
        see_reply(&api, clinic, reply).await?;
    }
    let n_seen = see_notices(&api, clinic, &patient, up_to).await?;
    answer::json(StatusCode::OK, &Seen { n_seen })
}

/// A picture that is cleaned at the same moment writes the same row.
async fn see_reply(api: &Api, clinic: &ClinicId, reply: &ReplyRow) -> Result<(), ApiError> {
    for _ in 0..TRIES {
        let found = api.ledger.reply(clinic, &reply.patient, &reply.id).await.context("reading a reply")?;
        let Some(found) = found.filter(|it| it.row.seen_at.is_none()) else { return Ok(()) };
        let row = ReplyRow { seen_at: Some((api.now)()), ..found.row };
        if api.ledger.save_reply(clinic, &row, found.version).await.context("marking a reply")? {
            return Ok(());
        }
    }
    Err(ApiError::conflict())
}

async fn see_notices(api: &Api, clinic: &ClinicId, patient: &PatientId, up_to: Timestamp) -> Result<u32, ApiError> {
    let (mut n_seen, mut before) = (0, None);
    loop {
        let rows = api.ledger.notices(clinic, before.as_deref(), PAGE).await.context("reading what patients did")?;
        for row in rows.iter().filter(|it| it.patient == *patient && it.seen_at.is_none() && it.at <= up_to) {
            api.ledger.see_notice(clinic, &row.id, (api.now)()).await.context("marking a notice")?;
            n_seen += 1;
        }
        match rows.last().filter(|_| rows.len() == PAGE) {
            Some(last) => before = Some(last.id.clone()),
            None => return Ok(n_seen),
        }
    }
}
