use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use delivery::{Channel, ConsentSource};
use ledger::{ConsentRow, PatientId, Said, SaidChange, SaidThrough, StaffAct, timed_id};
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::{ConsentsView, addressee, view};
use crate::{
    Api, caller::Caller, error::ApiError, fields::Fields, idempotency, problem::Problem, refresh::TRIES,
    request_body::JsonBody, request_parts::Id, staff_log::check_note, words,
};

/// A 配信停止 that the patient told to staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusalRequest {
    /// `line`, `sms` or `mail`; all without it.
    channel: Option<String>,
    /// How the patient told it, for the log.
    #[schema(max_length = 500)]
    #[serde(default)]
    note: String,
}

/// Notes that the patient told staff to stop messages, on one channel or on all. From now on nothing is sent
/// there; a message that waits is cancelled.
#[utoipa::path(
    post, path = "/v1/patients/{id}/opt-out", tag = "messages", request_body = RefusalRequest,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the same answer for 24 hours.")
    ),
    responses(
        (status = 201, description = "Done.", body = ConsentsView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn record_opt_out(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let patient = id.patient()?;
    addressee(&api, &caller.clinic, &patient).await?;
    let asked = body.read::<RefusalRequest>()?;
    let mut fields = Fields::default();
    let channel = asked.channel.as_deref().and_then(|it| fields.choice("channel", it, &words::CHANNELS));
    check_note(&mut fields, &asked.note);
    let channel = fields.accept(Some(channel))?;

    let request = [format!("POST /v1/patients/{patient}/opt-out\n").as_bytes(), &*body.0].concat();
    let work = record(&api, &caller, &patient, channel, asked.note);
    idempotency::once(&api, &caller.clinic, &headers, &request, StatusCode::CREATED, work).await
}

async fn record(
    api: &Api,
    caller: &Caller,
    patient: &PatientId,
    channel: Option<Channel>,
    note: String,
) -> Result<ConsentsView, ApiError> {
    let mut act = api.act(caller, StaffAct::OptOutRecorded { patient: patient.clone(), channel });
    act.note = note;
    let record = ConsentRow {
        id: timed_id(act.at, &(api.random_id)()),
        patient: patient.clone(),
        at: act.at,
        channel,
        said: Said::Refused,
        through: SaidThrough::Consent(ConsentSource::Spoken),
        record: act.id.clone(),
    };
    let today = api.today().await?;
    for _ in 0..TRIES {
        let mut reach = api.ledger.reach_of(&caller.clinic, patient).await.context("reading what a patient said")?;
        reach.row.stop(channel, today);
        let change = SaidChange { record: &record, reach: &reach, addresses: &[], notice: None };
        if api.ledger.note_said(&caller.clinic, &change, &act).await.context("noting a refusal")? {
            return view(api, &caller.clinic, patient).await;
        }
        // Also `false` where the patient was erased meanwhile.
        addressee(api, &caller.clinic, patient).await?;
    }
    Err(ApiError::conflict())
}
