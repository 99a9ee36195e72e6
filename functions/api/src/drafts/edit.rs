use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use careplan::{OfficeNumber, exchange::MarkedFile};
use jiff::Timestamp;
use ledger::DraftRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::request::DraftRequest;
use crate::{
    Api, answer, caller::OfficeCaller, error::ApiError, problem::Problem, request_body::JsonBody, request_parts::Id,
};

/// A draft as it was saved last.
#[derive(Serialize, ToSchema)]
pub(crate) struct DraftView {
    /// The bundle it will be.
    id: String,
    message: String,
    files: Vec<DraftFileView>,
    /// By 事業所番号.
    notes: BTreeMap<String, String>,
    /// 端末名: where it was saved.
    machine: String,
    #[schema(value_type = String, format = DateTime)]
    saved_at: Timestamp,
}

/// A file of a draft.
#[derive(Serialize, ToSchema)]
pub(crate) struct DraftFileView {
    name: String,
    size: u64,
    sha256: String,
    #[schema(value_type = Vec<String>)]
    to: Vec<OfficeNumber>,
}

impl From<DraftRow> for DraftView {
    fn from(DraftRow { marker, machine, saved_at }: DraftRow) -> Self {
        let file = |MarkedFile { name, size, sha256, to }| DraftFileView { name, size, sha256, to };
        Self {
            id: marker.id.as_str().to_owned(),
            message: marker.message,
            files: marker.files.into_iter().map(file).collect(),
            notes: marker.notes.into_iter().map(|(to, note)| (to.to_string(), note)).collect(),
            machine,
            saved_at,
        }
    }
}

/// The drafts of the office.
#[derive(Serialize, ToSchema)]
pub(crate) struct Drafts {
    /// In the order of their bundles' names.
    drafts: Vec<DraftView>,
}

/// The drafts of the office, of all its machines.
#[utoipa::path(
    get, path = "/v1/drafts", tag = "plans",
    responses(
        (status = 200, description = "Done.", body = Drafts),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_drafts(State(api): State<Arc<Api>>, caller: OfficeCaller) -> Result<Response, ApiError> {
    let rows = api.ledger.drafts(&caller.office).await.context("reading drafts")?;
    answer::json(StatusCode::OK, &Drafts { drafts: rows.into_iter().map(DraftView::from).collect() })
}

/// Saves a draft, over the one of its bundle if there is one.
#[utoipa::path(
    put, path = "/v1/drafts/{id}", tag = "plans",
    params(("id" = String, Path, description = "The bundle it will be: `[A-Za-z0-9_-]{1,64}`.")),
    request_body = DraftRequest,
    responses(
        (status = 200, description = "Done.", body = DraftView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_draft(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let row = body.read::<DraftRequest>()?.check(id.chosen()?, (api.now)())?;
    api.ledger.save_draft(&caller.office, &row).await.context("saving a draft")?;
    answer::json(StatusCode::OK, &DraftView::from(row))
}

/// Forgets a draft; none is no error. Its files stay in the outbox.
#[utoipa::path(
    delete, path = "/v1/drafts/{id}", tag = "plans", params(("id" = String, Path)),
    responses(
        (status = 204, description = "Done."),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn delete_draft(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    api.ledger.delete_draft(&caller.office, &id.bundle()?).await.context("deleting a draft")?;
    Ok(StatusCode::NO_CONTENT)
}
