use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use clinic::ReceiptDetail;
use encoding_rs::SHIFT_JIS;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use ledger::ClinicId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{page_of_one::PatientPage, view::ReceiptView};
use crate::{Api, answer, caller::Caller, error::ApiError, problem::Problem, request_parts::Id};

/// All that is kept of one patient.
#[derive(Serialize, ToSchema)]
pub(crate) struct PatientExport {
    #[schema(format = DateTime)]
    exported_at: String,
    patient: PatientPage,
    /// The receipts that count as they were uploaded.
    uploaded: Vec<UploadedReceipt>,
}

/// A receipt as it was uploaded.
#[derive(Serialize, ToSchema)]
struct UploadedReceipt {
    #[serde(flatten)]
    receipt: ReceiptView,
    /// Its records, a line each; nothing where the file was taken away.
    text: Option<String>,
}

/// How many receipts are fetched at once.
const FETCHES: usize = 16;

/// All that is kept of one patient, for the patient or another clinic.
#[utoipa::path(
    get, path = "/v1/patients/{id}/export", tag = "patients", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = PatientExport),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn export_patient(State(api): State<Arc<Api>>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let row = super::patient(&api, &caller.clinic, &id).await?;
    let (patient, details) = PatientPage::load(&api, &caller.clinic, &row).await?;
    let uploaded = stream::iter(details.receipts)
        .map(async |it| uploaded(&api, &caller.clinic, it).await)
        .buffered(FETCHES)
        .try_collect()
        .await?;
    let export = PatientExport { exported_at: (api.now)().to_string(), patient, uploaded };
    answer::json(StatusCode::OK, &export)
}

async fn uploaded(api: &Api, clinic: &ClinicId, detail: ReceiptDetail) -> anyhow::Result<UploadedReceipt> {
    let sha256: String = detail.raw_sha256.iter().map(|it| format!("{it:02x}")).collect();
    let key = format!("raw/{clinic}/{sha256}");
    let bytes = api.files.get_range(&key, detail.offset, u64::from(detail.size_bytes)).await;
    let text = bytes.context("getting a receipt")?.map(|it| match String::from_utf8(it) {
        Ok(text) => text,
        Err(err) => SHIFT_JIS.decode_without_bom_handling(err.as_bytes()).0.into_owned(),
    });
    Ok(UploadedReceipt { receipt: ReceiptView::from(&detail), text })
}
