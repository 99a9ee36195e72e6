//! Patients: search, one patient's page, and what staff type about one.

pub(crate) mod contacted;
pub(crate) mod detail;
pub(crate) mod erasure;
pub(crate) mod exclusion;
pub(crate) mod export;
pub(crate) mod links;
mod page_of_one;
pub(crate) mod search;
mod view;

use anyhow::Context as _;
use ledger::{ClinicId, PatientRow};

use crate::{Api, error::ApiError, request_parts::Id};

/// The patient that a path names.
pub(crate) async fn patient(api: &Api, clinic: &ClinicId, id: &Id) -> Result<PatientRow, ApiError> {
    let row = api.ledger.patient(clinic, &id.patient()?).await.context("reading a patient")?;
    row.ok_or_else(ApiError::not_found)
}
