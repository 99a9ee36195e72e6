use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use ledger::StaffAct;

use super::{request::MessageSettingsRequest, view::MessageSettingsView};
use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    problem::{Code, Problem},
    request_body::JsonBody,
    request_parts::if_match,
};

/// How the clinic sends messages. `ETag` names the version.
#[utoipa::path(
    get, path = "/v1/message-settings", tag = "messages",
    responses(
        (status = 200, description = "Done.", body = MessageSettingsView, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_message_settings(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, ApiError> {
    let settings = api.ledger.message_settings(&caller.clinic).await.context("reading settings")?;
    let is_all_paused = api.ledger.is_all_paused().await.context("reading the operator's switch")?;
    answer::versioned(StatusCode::OK, &MessageSettingsView::new(settings.row, is_all_paused), settings.version)
}

/// Sets how the clinic sends messages, all of it; the kill switch stays as it is. `If-Match` names the version
/// it was changed from.
#[utoipa::path(
    put, path = "/v1/message-settings", tag = "messages", request_body = MessageSettingsRequest,
    params(("If-Match" = String, Header, description = "`ETag` of the settings as they were read.")),
    responses(
        (status = 200, description = "Done.", body = MessageSettingsView, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_message_settings(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let Some(version) = if_match(&headers) else {
        let detail = "GET /v1/message-settings で読んだETagを、If-Matchヘッダーに付けてください。";
        return Err(ApiError::new(Code::PreconditionRequired, detail));
    };
    let version = version.map_err(|_| changed_meanwhile())?;
    let before = api.ledger.message_settings(&caller.clinic).await.context("reading settings")?;
    let row = body.read::<MessageSettingsRequest>()?.check(before.row.is_paused)?;
    let act = api.act(&caller, StaffAct::SettingsSaved);
    let is_saved = before.version == version
        && api.ledger.set_message_settings(&caller.clinic, &row, version, &act).await.context("saving settings")?;
    if !is_saved {
        return Err(changed_meanwhile());
    }
    let is_all_paused = api.ledger.is_all_paused().await.context("reading the operator's switch")?;
    answer::versioned(StatusCode::OK, &MessageSettingsView::new(row, is_all_paused), version + 1)
}

fn changed_meanwhile() -> ApiError {
    let detail = "GET /v1/message-settings で最新の設定を読み、変更を加え直してください。";
    ApiError::new(Code::PreconditionFailed, detail)
}
