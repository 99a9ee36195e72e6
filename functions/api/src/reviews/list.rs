use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use delivery::{Channel, MessageId, OutboxRow};
use ledger::PatientId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Api, answer, caller::Caller, error::ApiError, problem::Problem};

/// The messages that staff must decide on.
#[derive(Serialize, ToSchema)]
pub(crate) struct Reviews {
    /// The oldest first.
    reviews: Vec<ReviewView>,
}

/// A message that may or may not have been sent.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewView {
    message: String,
    patient: String,
    /// `null` once the patient is erased.
    name: Option<String>,
    chart_number: Option<String>,
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Since when it is on the list.
    #[schema(format = DateTime)]
    since: String,
    /// What was seen of the call that stayed unclear: stable.
    code: Option<String>,
    /// What to do, in Japanese.
    #[schema(value_type = String)]
    advice: &'static str,
}

const ADVICE: &str = "送信できたかどうか分かりません。患者に届いているか確かめ、届いていなければ再送、届いていれば送信済みとしてください。再送すると2通届くことがあります。";

/// 要確認: the messages of which nobody knows whether they were sent.
#[utoipa::path(
    get, path = "/v1/reviews", tag = "messages",
    responses(
        (status = 200, description = "Done.", body = Reviews),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_reviews(State(api): State<Arc<Api>>, caller: Caller) -> Result<Response, ApiError> {
    let clinic = &caller.clinic;
    let mut rows = api.ledger.reviews(clinic).await.context("reading the list")?;
    rows.sort_by(|one, other| (one.since, &one.message).cmp(&(other.since, &other.message)));
    let messages: Vec<MessageId> = rows.iter().map(|it| it.message.clone()).collect();
    let outbox = api.ledger.outbox_rows(&messages).await.context("reading messages")?;
    let outbox: HashMap<&MessageId, &OutboxRow> = outbox.iter().map(|it| (&it.id, it)).collect();
    let patients: Vec<PatientId> = rows.iter().map(|it| it.patient.clone()).collect();
    let patients = api.ledger.patients_of(clinic, &patients).await.context("reading patients")?;
    let patients: HashMap<_, _> = patients.iter().map(|it| (&it.id, it)).collect();
    let reviews = rows.iter().map(|row| {
        let (patient, message) = (patients.get(&row.patient), outbox.get(&row.message));
        ReviewView {
            message: row.message.to_string(),
            patient: row.patient.to_string(),
            name: patient.map(|it| it.name.clone()),
            chart_number: patient.and_then(|it| it.chart_number.clone()),
            channel: message.map(|it| it.channel),
            since: row.since.to_string(),
            code: message.and_then(|it| it.last_error.as_ref()).map(ToString::to_string),
            advice: ADVICE,
        }
    });
    answer::json(StatusCode::OK, &Reviews { reviews: reviews.collect() })
}
