use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{TransferChange, TransferList, TransferRow};

use super::view::TransferView;
use crate::{Api, answer, caller::OfficeCaller, error::ApiError, problem::Problem, request_parts::Id};

/// Takes a transfer back (取消) before its receiver fetches it. Afterwards only a deletion helps.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/withdraw", tag = "plans", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = TransferView),
        (status = "default", description = "Why it was not done; `already-fetched` when it is too late.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn withdraw_transfer(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
) -> Result<Response, ApiError> {
    let row = super::sent(&api, &caller.office, &id).await?;
    let row = super::note(&api, &row, &TransferChange::Withdrawn).await?;
    hide(&api, &row).await.context("hiding a withdrawn transfer")?;
    answer::json(StatusCode::OK, &TransferView::of(row, TransferList::Sent))
}

/// Takes the files out of the receiver's sight, the note that says they are whole first; the bucket keeps
/// their versions until the retention ends. A repeat hides what a kill left.
async fn hide(api: &Api, row: &TransferRow) -> anyhow::Result<()> {
    let folder = super::folder(row);
    api.files.delete(&format!("{folder}_transfer.json")).await?;
    for file in &row.files {
        api.files.delete(&format!("{folder}{}", file.name)).await?;
    }
    Ok(())
}
