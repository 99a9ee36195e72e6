use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{ClinicId, ExclusionRow, PatientId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contacted::NOTE_MAX_CHARS;
use crate::{
    Api, answer, caller::Caller, error::ApiError, fields::Fields, problem::Problem, refresh::TRIES,
    request_body::JsonBody, request_parts::Id,
};

/// Whether a patient is taken out of all lists.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExclusionRequest {
    #[schema(required)]
    excluded: Option<bool>,
    #[schema(max_length = 500)]
    #[serde(default)]
    note: String,
}

/// Whether a patient is taken out of all lists, and from which generation on.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExclusionSet {
    excluded: bool,
    /// The lists follow with it.
    generation: u64,
}

/// Takes a patient out of all lists and messages (対象外), or back in.
#[utoipa::path(
    put, path = "/v1/patients/{id}/exclusion", tag = "patients", params(("id" = String, Path)),
    request_body = ExclusionRequest,
    responses(
        (status = 200, description = "Done.", body = ExclusionSet),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn put_exclusion(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let patient = super::patient(&api, &caller.clinic, &id).await?.id;
    let asked = body.read::<ExclusionRequest>()?;
    let mut fields = Fields::default();
    let excluded = fields.required("excluded", asked.excluded);
    if asked.note.chars().count() > NOTE_MAX_CHARS {
        fields.refuse("note", "500文字までにしてください。");
    }
    let excluded = fields.accept(excluded)?;

    let note = excluded.then_some(asked.note);
    let generation = set(&api, &caller.clinic, &patient, note).await?;
    api.ask_refresh(&caller.clinic, generation).await?;
    answer::json(StatusCode::OK, &ExclusionSet { excluded, generation })
}

/// Takes the patient out with a note, or back in without one. Returns the generation that follows.
pub(super) async fn set(
    api: &Api,
    clinic: &ClinicId,
    patient: &PatientId,
    note: Option<String>,
) -> Result<u64, ApiError> {
    let written_at = (api.now)();
    for _ in 0..TRIES {
        let set = match &note {
            Some(note) => {
                let row = ExclusionRow { patient: patient.clone(), note: note.clone(), written_at };
                api.ledger.exclude(clinic, &row).await.context("excluding a patient")?
            }
            None => api.ledger.include(clinic, patient).await.context("including a patient")?,
        };
        if let Some(generation) = set {
            return Ok(generation);
        }
    }
    Err(ApiError::conflict())
}
