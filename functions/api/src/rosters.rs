use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use clinic::roster::{self, Contacts, Effect, RosterKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    problem::{Code, Problem},
};

/// The largest file a preview takes: what a function's request can carry.
const PREVIEW_MAX_BYTES: usize = 4 * 1024 * 1024;
/// How many rejected rows a preview shows; the import gives back all of them as CSV.
const SHOWN_REJECTED: usize = 100;

/// What importing a roster would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewView {
    /// `patients`, `appointments` or `questionnaire`.
    kind: &'static str,
    /// Rows of chart numbers that are not known yet.
    n_new: usize,
    /// Known patients some of whose contacts would be others; of other files, rows of known patients.
    n_changed: usize,
    /// Known patients about whom nothing would change.
    n_unchanged: usize,
    /// Rows that would be left out.
    n_rejected: usize,
    /// The first rows that would do something.
    sample: Vec<RowView>,
    /// The first rows that would be left out, and why.
    rejected: Vec<RejectedView>,
    /// Columns that would not be used.
    unknown_columns: Vec<String>,
}

/// What importing one row would do.
#[derive(Serialize, ToSchema)]
struct RowView {
    /// Counted from 1.
    line: u64,
    /// Normalised.
    chart_number: String,
    /// `new`, `changed` or `unchanged`.
    effect: &'static str,
    /// The contact fields that would be others.
    fields: Vec<String>,
}

/// A row that would be left out.
#[derive(Serialize, ToSchema)]
struct RejectedView {
    /// Counted from 1.
    line: u64,
    /// Stable.
    code: String,
    /// What to do, in Japanese.
    reason: String,
}

/// What importing a roster would do. The body is the file itself; nothing is written.
#[utoipa::path(
    post, path = "/v1/rosters/preview", tag = "rosters",
    request_body(content = String, content_type = "text/csv", description = "The file, at most 4 MB."),
    responses(
        (status = 200, description = "Done.", body = PreviewView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn preview_roster(
    State(api): State<Arc<Api>>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    let Ok(bytes) = to_bytes(request.into_body(), PREVIEW_MAX_BYTES).await else {
        let detail = "4MBまでにしてください。大きなファイルは /v1/uploads で場所を受け取って送ってください。";
        return Err(ApiError::new(Code::TooLarge, detail));
    };
    let file = roster::read(&bytes).map_err(|err| Fields::refused("body", err.to_string()))?;
    let known = known_contacts(&api, &caller).await?;
    // As if it were uploaded now: newer than everything that is known.
    let preview = roster::preview(&file, u64::MAX, &|chart_number| known.get(chart_number).cloned());
    let view = PreviewView {
        kind: match preview.kind {
            RosterKind::Patients => "patients",
            RosterKind::Appointments => "appointments",
            RosterKind::Questionnaire => "questionnaire",
        },
        n_new: preview.n_new,
        n_changed: preview.n_changed,
        n_unchanged: preview.n_unchanged,
        n_rejected: preview.n_rejected,
        sample: preview
            .sample
            .into_iter()
            .map(|it| RowView {
                line: it.line,
                chart_number: it.chart_number,
                effect: match it.effect {
                    Effect::New => "new",
                    Effect::Changed => "changed",
                    Effect::Unchanged => "unchanged",
                },
                fields: it
                    .fields
                    .iter()
                    .filter_map(|it| Some(serde_json::to_value(it).ok()?.as_str()?.to_owned()))
                    .collect(),
            })
            .collect(),
        rejected: file
            .rejected
            .iter()
            .take(SHOWN_REJECTED)
            .map(|it| RejectedView { line: it.line, code: it.code.to_owned(), reason: it.reason.clone() })
            .collect(),
        unknown_columns: file.unknown_columns.clone(),
    };
    answer::json(StatusCode::OK, &view)
}

/// The contacts of every chart number that is known, from files or rosters.
async fn known_contacts(api: &Api, caller: &Caller) -> Result<BTreeMap<String, Contacts>, ApiError> {
    let patients = api.ledger.patients(&caller.clinic).await.context("reading patients")?;
    let mut known: BTreeMap<String, Contacts> =
        patients.into_iter().filter_map(|it| it.chart_number).map(|it| (it, Contacts::default())).collect();
    for row in api.ledger.contacts(&caller.clinic).await.context("reading contacts")? {
        known.insert(row.chart_number, row.contacts);
    }
    Ok(known)
}
