use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{ClinicId, MessageTemplateRow, Versioned};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    check::checked,
    view::{CheckedTemplate, TemplateView},
};
use crate::{Api, answer, caller::Caller, error::ApiError, problem::Problem, request_parts::Id};

/// The templates of the clinic.
#[derive(Serialize, ToSchema)]
pub(crate) struct Templates {
    /// By name.
    templates: Vec<TemplateView>,
}

/// The template that a path names.
pub(crate) async fn template(api: &Api, clinic: &ClinicId, id: &Id) -> Result<Versioned<MessageTemplateRow>, ApiError> {
    let found = api.ledger.template(clinic, &id.word()?).await.context("reading a template")?;
    found.ok_or_else(ApiError::not_found)
}

/// The templates of the clinic, by name.
#[utoipa::path(
    get, path = "/v1/templates", tag = "messages",
    responses(
        (status = 200, description = "Done.", body = Templates),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_templates(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, ApiError> {
    let mut rows = api.ledger.templates(&caller.clinic).await.context("reading templates")?;
    rows.sort_by(|one, other| (&one.row.name, &one.row.id).cmp(&(&other.row.name, &other.row.id)));
    let templates = rows.into_iter().map(TemplateView::from).collect();
    answer::json(StatusCode::OK, &Templates { templates })
}

/// One template, and what is to be said of its text. `ETag` names the version.
#[utoipa::path(
    get, path = "/v1/templates/{id}", tag = "messages", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = CheckedTemplate, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_template(State(api): State<Arc<Api>>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let found = template(&api, &caller.clinic, &id).await?;
    let checked = checked(&api, &caller.clinic, &found.row.text).await?;
    let version = found.version;
    answer::versioned(StatusCode::OK, &CheckedTemplate::new(found, checked.view()), version)
}
