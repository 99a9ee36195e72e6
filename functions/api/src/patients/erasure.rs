use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use clinic::PersonKey;
use files::{picture_inbox_key, picture_key};
use ledger::{ClinicId, Erasure, IdentityKey};
use serde::Serialize;
use utoipa::ToSchema;

use super::links::known;
use crate::{Api, answer, caller::Caller, error::ApiError, problem::Problem, refresh::TRIES, request_parts::Id};

/// Proof that a patient was erased.
#[derive(Serialize, ToSchema)]
pub(crate) struct Erased {
    /// To be kept by whoever asked for it; it says nothing of the person.
    proof: String,
    #[schema(format = DateTime)]
    erased_at: String,
    /// The lists follow with it.
    generation: u64,
}

/// Erases a patient: what is derived and what staff typed goes, and files uploaded before or later
/// bring the patient back no more.
#[utoipa::path(
    delete, path = "/v1/patients/{id}", tag = "patients", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = Erased),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn erase_patient(State(api): State<Arc<Api>>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let clinic = &caller.clinic;
    erase_pictures(&api, clinic, &id).await?;
    for _ in 0..TRIES {
        let patient = known(super::patient(&api, clinic, &id).await?)?;
        // A roster alone would bring the patient back under its chart number.
        let chart_number = patient.chart_number.as_deref().filter(|_| !patient.is_chart_shared);
        let of_roster = chart_number.map(PersonKey::of_roster);
        let identities: Vec<IdentityKey> = patient
            .keys
            .iter()
            .chain(&of_roster)
            .map(|it| IdentityKey::new(&api.identity_secret, clinic, it))
            .collect();
        let links_before = api.ledger.links(clinic).await.context("reading links")?;
        let erasure = Erasure {
            patient: &patient,
            identities: &identities,
            links_before: &links_before,
            proof: (api.random_id)(),
            erased_at: (api.now)(),
        };
        if let Some((row, generation)) = api.ledger.erase(clinic, erasure).await.context("erasing a patient")? {
            api.ask_refresh(clinic, generation).await?;
            let erased = Erased { proof: row.proof, erased_at: row.erased_at.to_string(), generation };
            return answer::json(StatusCode::OK, &erased);
        }
    }
    Err(ApiError::conflict())
}

/// Erases what the patient photographed, also what nobody has looked at yet. Its rows, which name it, go with
/// the patient; what comes later finds none and is erased as it comes.
async fn erase_pictures(api: &Api, clinic: &ClinicId, patient: &Id) -> Result<(), ApiError> {
    let replies = api.ledger.replies(clinic, &patient.patient()?).await.context("reading replies")?;
    for picture in replies.iter().flat_map(|it| &it.pictures) {
        for key in [picture_key(clinic.as_str(), &picture.id), picture_inbox_key(clinic.as_str(), &picture.id)] {
            api.files.erase(&key).await.context("erasing a picture")?;
        }
    }
    Ok(())
}
