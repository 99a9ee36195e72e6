use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::UploadView;
use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    page::{Page, cursor},
    problem::Problem,
    request_parts::{Asked, Id},
};

/// Which uploads.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct UploadsAsked {
    /// 1 to 200; 50 without it.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of uploads.
#[derive(Serialize, ToSchema)]
pub(crate) struct UploadsPage {
    /// The newest first.
    uploads: Vec<UploadView>,
    /// For the next page, if there is more.
    next: Option<String>,
}

/// The uploads of the clinic, the newest first.
#[utoipa::path(
    get, path = "/v1/uploads", tag = "uploads", params(UploadsAsked),
    responses(
        (status = 200, description = "Done.", body = UploadsPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_uploads(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(asked): Asked<UploadsAsked>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let is_number = |text: &str| text.parse::<u64>().is_ok();
    let page = Page::read(&mut fields, asked.limit.as_deref(), asked.cursor.as_deref(), is_number);
    let page = fields.accept(Some(page))?;

    let before = page.after.and_then(|it| it.parse().ok());
    let rows = api.ledger.uploads(&caller.clinic, before, page.limit + 1).await.context("reading uploads")?;
    let has_more = rows.len() > page.limit;
    let mut rows: Vec<_> = rows.into_iter().map(|it| it.row).collect();
    rows.truncate(page.limit);
    let next = rows.last().filter(|_| has_more).map(|it| cursor(&it.number.to_string()));
    let uploads = rows.into_iter().map(UploadView::from).collect();
    answer::json(StatusCode::OK, &UploadsPage { uploads, next })
}

/// One upload: how far it is, what was found in it, what it changed.
#[utoipa::path(
    get, path = "/v1/uploads/{number}", tag = "uploads", params(("number" = u64, Path)),
    responses(
        (status = 200, description = "Done.", body = UploadView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_upload(State(api): State<Arc<Api>>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let row = api.ledger.upload(&caller.clinic, id.upload_number()?).await.context("reading an upload")?;
    let row = row.ok_or_else(ApiError::not_found)?.row;
    let rejected_key = row.roster.as_ref().and_then(|it| it.rejected_key.clone());
    let mut view = UploadView::from(row);
    if let (Some(key), Some(roster)) = (rejected_key, &mut view.roster) {
        roster.rejected_url = Some(api.signer()?.get(&key).await?);
    }
    answer::json(StatusCode::OK, &view)
}
