use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};

use super::page_of_one::PatientPage;
use crate::{Api, answer, caller::Caller, error::ApiError, problem::Problem, request_parts::Id};

/// One patient: facts, visits, conditions, drugs, procedures, lists with reasons, notes.
#[utoipa::path(
    get, path = "/v1/patients/{id}", tag = "patients", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = PatientPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_patient(State(api): State<Arc<Api>>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let row = super::patient(&api, &caller.clinic, &id).await?;
    let (page, _) = PatientPage::load(&api, &caller.clinic, &row).await?;
    answer::json(StatusCode::OK, &page)
}
