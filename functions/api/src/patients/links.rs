use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{ClinicId, LinksRow, PatientId, PatientRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{exclusion, page_of_one::identity};
use crate::{
    Api, answer, caller::Caller, error::ApiError, fields::Fields, problem::Problem, refresh::TRIES,
    request_body::JsonBody, request_parts::Id,
};

/// Whom to merge with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeRequest {
    /// The other patient; its id goes.
    #[schema(required)]
    other: Option<String>,
}

/// Whom to split off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitRequest {
    /// `key` of one of the patient's `identities`; without it, merges by staff are taken back.
    key: Option<String>,
}

/// The lists follow with a generation.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinksChanged {
    /// The patient that stays.
    patient: String,
    /// Of the one split off by its key.
    split_off: Option<String>,
    generation: u64,
}

/// Makes two patients one (統合).
#[utoipa::path(
    post, path = "/v1/patients/{id}/merge", tag = "patients", params(("id" = String, Path)),
    request_body = MergeRequest,
    responses(
        (status = 202, description = "Done.", body = LinksChanged),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn merge_patients(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let clinic = &caller.clinic;
    let kept = known(super::patient(&api, clinic, &id).await?)?;
    let mut fields = Fields::default();
    let other = fields.required("other", body.read::<MergeRequest>()?.other);
    if other.as_deref() == Some(kept.id.as_str()) {
        fields.refuse("other", "別の患者のIDにしてください。");
    }
    let other = known(super::patient(&api, clinic, &Id(fields.accept(other)?)).await?)?;

    carry_exclusion(&api, clinic, &kept.id, &other.id).await?;
    let change = |links: &mut LinksRow| {
        links.merge(&kept.id, &kept.keys, &other.keys);
        Ok(())
    };
    let generation = changed(&api, clinic, change).await?;
    accepted(&LinksChanged { patient: kept.id.to_string(), split_off: None, generation })
}

/// Who is taken out of the lists stays out when merged.
async fn carry_exclusion(api: &Api, clinic: &ClinicId, kept: &PatientId, other: &PatientId) -> Result<(), ApiError> {
    let of = async |patient| api.ledger.exclusion_of(clinic, patient).await.context("reading an exclusion");
    if of(kept).await?.is_none()
        && let Some(row) = of(other).await?
    {
        exclusion::set(api, clinic, kept, Some(row.note)).await?;
    }
    Ok(())
}

/// Makes one patient several (分割): a way of writing that is somebody else becomes a patient of its
/// own, or merges by staff are taken back.
#[utoipa::path(
    post, path = "/v1/patients/{id}/split", tag = "patients", params(("id" = String, Path)),
    request_body = SplitRequest,
    responses(
        (status = 202, description = "Done.", body = LinksChanged),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn split_patient(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let clinic = &caller.clinic;
    let row = known(super::patient(&api, clinic, &id).await?)?;
    let asked = body.read::<SplitRequest>()?.key;
    let key = match &asked {
        None => None,
        Some(_) if row.keys.len() < 2 => {
            return Err(Fields::refused("key", "この患者は1人です。分けるものがありません。"));
        }
        Some(asked) => {
            let key = row.keys.iter().find(|it| identity(it) == *asked);
            let unknown = || Fields::refused("key", "この患者のidentitiesにあるkeyにしてください。");
            Some(key.ok_or_else(unknown)?)
        }
    };
    let new_id = PatientId::parse(&(api.random_id)()).context("making a patient id")?;
    let change = |links: &mut LinksRow| match key {
        Some(key) => {
            links.split(key, &new_id);
            Ok(())
        }
        None if links.unmerge(&row.keys) => Ok(()),
        None => {
            let message = "統合された患者ではありません。分ける人を、identitiesのkeyで指定してください。";
            Err(Fields::refused("key", message))
        }
    };
    let generation = changed(&api, clinic, change).await?;
    let split_off = key.map(|_| new_id.to_string());
    accepted(&LinksChanged { patient: row.id.to_string(), split_off, generation })
}

/// A patient whose keys a refresh has written.
pub(super) fn known(row: PatientRow) -> Result<PatientRow, ApiError> {
    if row.keys.is_empty() { Err(ApiError::conflict()) } else { Ok(row) }
}

/// Changes who is who, over what others change at the same time, and asks for a refresh.
async fn changed(
    api: &Api,
    clinic: &ClinicId,
    change: impl Fn(&mut LinksRow) -> Result<(), ApiError>,
) -> Result<u64, ApiError> {
    for _ in 0..TRIES {
        let before = api.ledger.links(clinic).await.context("reading links")?;
        let mut links = before.row.clone();
        change(&mut links)?;
        if let Some(generation) = api.ledger.set_links(clinic, &links, &before).await.context("setting links")? {
            api.ask_refresh(clinic, generation).await?;
            return Ok(generation);
        }
    }
    Err(ApiError::conflict())
}

fn accepted(changed: &LinksChanged) -> Result<Response, ApiError> {
    answer::json(StatusCode::ACCEPTED, changed)
}
