use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{TransferChange, TransferList};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::TransferView;
use crate::{Api, answer, caller::OfficeCaller, error::ApiError, problem::Problem, request_parts::Id};

/// Where to get the files of a transfer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Fetched {
    transfer: TransferView,
    files: Vec<FetchedFile>,
    /// Where to get `_transfer.json`, which says what the transfer is.
    note_url: String,
    /// Until when the addresses are open.
    expires_at: String,
}

/// Where to get one file.
#[derive(Serialize, ToSchema)]
pub(crate) struct FetchedFile {
    /// In the inbox.
    name: String,
    /// As the sender called it.
    display_name: String,
    url: String,
}

/// Gets addresses of a transfer's files, and marks it 取得済: its sender cannot withdraw it any more. A
/// repeat gets new addresses.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/fetch", tag = "plans", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = Fetched),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn fetch_transfer(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
) -> Result<Response, ApiError> {
    let row = super::received(&api, &caller.office, &id).await?;
    // Before any address: of a fetch and a withdrawal at once, one is refused.
    let row = super::note(&api, &row, &TransferChange::Fetched).await?;

    let (signer, folder) = (api.signer()?, super::folder(&row));
    let mut files = Vec::with_capacity(row.files.len());
    for file in &row.files {
        files.push(FetchedFile {
            name: file.name.clone(),
            display_name: file.display_name.clone(),
            url: signer.get(&format!("{folder}{}", file.name)).await?,
        });
    }
    let note_url = signer.get(&format!("{folder}_transfer.json")).await?;
    let expires_at = signer.expires_at.to_string();
    let transfer = TransferView::of(row, TransferList::Received);
    answer::json(StatusCode::OK, &Fetched { transfer, files, note_url, expires_at })
}
