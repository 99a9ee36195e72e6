use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use jiff::civil::Date;
use ledger::{ContactedKind, ContactedRow, PatientId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    groups::members::ContactedView,
    problem::Problem,
    request_body::JsonBody,
    request_parts::{Id, etag, if_match},
};

/// What staff note about reaching a patient.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactedRequest {
    /// 連絡済み `contacted` or 連絡不要 `not_needed`.
    #[schema(required, pattern = "^(contacted|not_needed)$")]
    kind: Option<String>,
    #[schema(max_length = 500)]
    #[serde(default)]
    note: String,
    /// The last day the note holds; for ever without one.
    #[schema(format = Date)]
    until: Option<String>,
}

/// How long notes may be.
pub(super) const NOTE_MAX_CHARS: usize = 500;

impl ContactedRequest {
    fn check(self, patient: PatientId, today: Date, api: &Api) -> Result<ContactedRow, ApiError> {
        let mut fields = Fields::default();
        let kinds = [("contacted", ContactedKind::Contacted), ("not_needed", ContactedKind::NotNeeded)];
        let kind = fields.required("kind", self.kind);
        let kind = kind.and_then(|it| fields.choice("kind", &it, &kinds));
        if self.note.chars().count() > NOTE_MAX_CHARS {
            fields.refuse("note", "500文字までにしてください。");
        }
        let until = self.until.map(|it| it.parse::<Date>().ok().filter(|it| *it >= today));
        if matches!(until, Some(None)) {
            fields.refuse("until", "今日以降の日付を「2026-11-23」の形にしてください。");
        }
        let (note, until, written_at) = (self.note, until.flatten(), (api.now)());
        fields.accept(kind.map(|kind| ContactedRow { patient, kind, note, until, written_at }))
    }
}

/// Notes that a patient was contacted (連絡済み) or need not be (連絡不要). Shown in the lists, changes none.
#[utoipa::path(
    put, path = "/v1/patients/{id}/contacted", tag = "patients",
    params(
        ("id" = String, Path),
        ("If-Match" = Option<String>, Header, description = "`ETag` of the note to write over, `\"0\"` for none.")
    ),
    request_body = ContactedRequest,
    responses(
        (status = 200, description = "Done.", body = ContactedView, headers(("ETag" = String))),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_contacted(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let patient = super::patient(&api, &caller.clinic, &id).await?.id;
    let row = body.read::<ContactedRequest>()?.check(patient, api.today().await?, &api)?;
    let before = api.ledger.contacted_of(&caller.clinic, &row.patient).await.context("reading a note")?;
    let before = before.map_or(0, |it| it.version);
    let version = match if_match(&headers) {
        None => before,
        Some(version) => version.map_err(|_| ApiError::conflict())?,
    };
    let is_set =
        version == before && api.ledger.set_contacted(&caller.clinic, &row, version).await.context("setting a note")?;
    if !is_set {
        return Err(ApiError::conflict());
    }
    let mut response = answer::json(StatusCode::OK, &ContactedView::from(&row))?;
    let tag = HeaderValue::from_str(&etag(version + 1)).context("writing an ETag")?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

/// Takes the note away.
#[utoipa::path(
    delete, path = "/v1/patients/{id}/contacted", tag = "patients", params(("id" = String, Path)),
    responses(
        (status = 204, description = "Done."),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn delete_contacted(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
) -> Result<StatusCode, ApiError> {
    let patient = super::patient(&api, &caller.clinic, &id).await?.id;
    api.ledger.remove_contacted(&caller.clinic, &patient).await.context("removing a note")?;
    Ok(StatusCode::NO_CONTENT)
}
