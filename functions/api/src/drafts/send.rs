use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use careplan::exchange::{Limits, SendMarker};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Api, answer,
    bundles::{folder, result_path},
    caller::OfficeCaller,
    error::ApiError,
    fields::Fields,
    offices::must_take_part,
    problem::Problem,
    request_parts::Id,
};

/// A bundle that was closed.
#[derive(Serialize, ToSchema)]
pub(crate) struct SentDraft {
    bundle: String,
    /// Where what became of it can be asked for.
    result: String,
}

/// Closes the bundle that a draft is of, and forgets the draft. Its files were sent before, to places of
/// `POST /v1/bundles`.
#[utoipa::path(
    post, path = "/v1/drafts/{id}/send", tag = "plans", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = SentDraft),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn send_draft(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
) -> Result<Response, ApiError> {
    let id = id.bundle()?;
    let draft = api.ledger.draft(&caller.office, &id).await.context("reading a draft")?;
    let marker = draft.ok_or_else(ApiError::not_found)?.marker;
    must_take_part(&api, &caller.office).await?;
    let json = answer::text(&marker)?.into_bytes();
    SendMarker::read(&json, &id, &Limits::default()).map_err(|err| Fields::refused("files", format!("{err}。")))?;

    // A repeat closes the bundle with the same bytes, and what was delivered is not delivered again.
    let key = format!("{}_send.json", folder(&caller.office, &id));
    api.files.put(&key, json, "application/json").await.context("closing a bundle")?;
    api.ledger.delete_draft(&caller.office, &id).await.context("deleting a draft")?;
    let sent = SentDraft { bundle: id.as_str().to_owned(), result: result_path(&id) };
    answer::json(StatusCode::OK, &sent)
}
