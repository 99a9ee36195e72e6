use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{MessageSettings, StaffAct};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Api, answer, caller::Caller, error::ApiError, fields::Fields, problem::Problem, refresh::TRIES,
    request_body::JsonBody, staff_log::check_note,
};

/// Whether the clinic's sends are to stand still.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PauseRequest {
    #[schema(required)]
    is_paused: Option<bool>,
    /// Why, for the log.
    #[schema(max_length = 500)]
    #[serde(default)]
    note: String,
}

/// Whether sends stand still.
#[derive(Serialize, ToSchema)]
pub(crate) struct PauseSet {
    /// By the clinic.
    is_paused: bool,
    /// By the operator, for all clinics.
    is_all_paused: bool,
}

/// The kill switch: stops all messages of the clinic, also approved ones, or lets them go on. A message that is
/// being sent at that moment is not called back; what waits is sent when it goes on, if its time has not passed.
#[utoipa::path(
    put, path = "/v1/message-settings/pause", tag = "messages", request_body = PauseRequest,
    responses(
        (status = 200, description = "Done.", body = PauseSet),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_pause(
    State(api): State<Arc<Api>>,
    caller: Caller,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let asked = body.read::<PauseRequest>()?;
    let mut fields = Fields::default();
    let is_paused = fields.required("is_paused", asked.is_paused);
    check_note(&mut fields, &asked.note);
    let is_paused = fields.accept(is_paused)?;

    set(&api, &caller, is_paused, asked.note).await?;
    let is_all_paused = api.ledger.is_all_paused().await.context("reading the operator's switch")?;
    answer::json(StatusCode::OK, &PauseSet { is_paused, is_all_paused })
}

/// Without a version of the caller's: who stops everything need not have read anything.
async fn set(api: &Api, caller: &Caller, is_paused: bool, note: String) -> Result<(), ApiError> {
    let mut act = api.act(caller, if is_paused { StaffAct::Paused } else { StaffAct::Resumed });
    act.note = note;
    for _ in 0..TRIES {
        let before = api.ledger.message_settings(&caller.clinic).await.context("reading settings")?;
        if before.row.is_paused == is_paused {
            return Ok(());
        }
        let row = MessageSettings { is_paused, ..before.row };
        let set = api.ledger.set_message_settings(&caller.clinic, &row, before.version, &act).await;
        if set.context("setting the kill switch")? {
            return Ok(());
        }
    }
    Err(ApiError::conflict())
}
