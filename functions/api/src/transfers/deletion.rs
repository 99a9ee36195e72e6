use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use careplan::{FileKind, FileName, Serial, deletion_of, exchange::Limits};
use jiff::{
    Timestamp,
    tz::{self, Offset},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Api, answer,
    caller::OfficeCaller,
    error::ApiError,
    problem::{Code, Problem},
    request_parts::Id,
};

/// The files that take a transfer back.
#[derive(Serialize, ToSchema)]
pub(crate) struct Deletion {
    files: Vec<DeletionFile>,
}

/// A file of the standard, to be sent as any other.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeletionFile {
    name: String,
    /// In Windows-31J, and that in base64.
    content_base64: String,
}

const TOKYO: Offset = tz::offset(9);

/// Makes the deletion files (DLT1KYO, DLTPLAN, DLTJSK) for a plan, a schedule or 実績 that was sent. Nothing
/// is sent by it.
#[utoipa::path(
    get, path = "/v1/transfers/{id}/deletion", tag = "plans", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = Deletion),
        (status = "default", description = "Why it was not done; `no-deletion` for anything else.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_deletion(
    State(api): State<Arc<Api>>,
    caller: OfficeCaller,
    id: Id,
) -> Result<Response, ApiError> {
    let row = super::sent(&api, &caller.office, &id).await?;
    let serial = serial_at((api.now)()).context("making a serial")?;
    let folder = super::folder(&row);
    let mut sent = Vec::new();
    for file in &row.files {
        let Ok(name) = FileName::parse(&file.name) else { continue };
        if !matches!(name.kind, FileKind::Sheet1 | FileKind::Schedule | FileKind::Actuals) {
            continue;
        }
        let bytes = api.files.get(&format!("{folder}{}", file.name), Limits::default().send_max_bytes).await;
        if let Some(bytes) = bytes.context("getting a delivered file")? {
            sent.push((name, bytes));
        }
    }

    let file = |(name, bytes): (FileName, Vec<u8>)| DeletionFile {
        name: name.to_string(),
        content_base64: BASE64_STANDARD.encode(bytes),
    };
    let files: Vec<DeletionFile> = deletion_of(&sent, &serial).into_iter().map(file).collect();
    if files.is_empty() {
        let detail = "削除ファイルは、配達した計画書（第1表）、利用票の予定（第6表）、実績に対してだけ作れます。";
        return Err(ApiError::new(Code::NoDeletion, detail));
    }
    answer::json(StatusCode::OK, &Deletion { files })
}

fn serial_at(now: Timestamp) -> Option<Serial> {
    Serial::new(&TOKYO.to_datetime(now).strftime("%Y%m%d%H%M%S").to_string())
}
