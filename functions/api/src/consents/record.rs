use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use delivery::{Channel, Consent, ConsentSource};
use jiff::civil::Date;
use ledger::{ConsentRow, PatientId, Said, SaidChange, SaidThrough, StaffAct, timed_id};
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::{ConsentsView, addressee, view};
use crate::{
    Api,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    idempotency,
    problem::{Code, Problem},
    refresh::TRIES,
    request_body::JsonBody,
    request_parts::Id,
    words,
};

/// A consent that the patient gave to staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConsentRequest {
    /// `line`, `sms` or `mail`.
    #[schema(required)]
    channel: Option<String>,
    /// The day it was given.
    #[schema(required, format = Date)]
    given_on: Option<String>,
    /// `paper`, `questionnaire` or `spoken`.
    #[schema(required)]
    source: Option<String>,
    /// What proves it, such as the number of the form.
    #[schema(required, min_length = 1, max_length = 200)]
    record: Option<String>,
}

const SOURCES: [(&str, ConsentSource); 3] = [
    ("paper", ConsentSource::Paper),
    ("questionnaire", ConsentSource::Questionnaire),
    ("spoken", ConsentSource::Spoken),
];
const RECORD_MAX_CHARS: usize = 200;

impl ConsentRequest {
    fn check(self, today: Date) -> Result<(Channel, Consent), ApiError> {
        let mut fields = Fields::default();
        let channel = fields.required("channel", self.channel);
        let channel = channel.and_then(|it| fields.choice("channel", &it, &words::CHANNELS));
        let source = fields.required("source", self.source);
        let source = source.and_then(|it| fields.choice("source", &it, &SOURCES));
        let given_on = fields.required("given_on", self.given_on);
        let given_on = given_on.map(|it| it.parse::<Date>().ok().filter(|it| *it <= today));
        if given_on == Some(None) {
            fields.refuse("given_on", "今日までの日付を「2026-11-23」の形にしてください。");
        }
        let record = fields.required("record", self.record).map(|it| it.trim().to_owned());
        let is_record = |it: &str| (1..=RECORD_MAX_CHARS).contains(&it.chars().count());
        if record.as_deref().is_some_and(|it| !is_record(it)) {
            fields.refuse("record", "同意書の番号など、証拠となるものを200文字までで入れてください。");
        }
        let consent = given_on.flatten().zip(source).zip(record);
        let consent = consent.map(|((given_on, source), record)| Consent { given_on, source, record });
        fields.accept(channel.zip(consent))
    }
}

/// Notes a consent that the patient gave to staff, with its proof. It ends a 配信停止 only where it was given on a
/// later day: what a patient refused, only the patient takes back.
#[utoipa::path(
    post, path = "/v1/patients/{id}/consents", tag = "messages", request_body = ConsentRequest,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat with the same key gets the same answer for 24 hours.")
    ),
    responses(
        (status = 201, description = "Done.", body = ConsentsView),
        (status = "default", description = "Why it was not done; `opted-out-since`.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn record_consent(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let patient = id.patient()?;
    addressee(&api, &caller.clinic, &patient).await?;
    let (channel, consent) = body.read::<ConsentRequest>()?.check(api.today().await?)?;
    let request = [format!("POST /v1/patients/{patient}/consents\n").as_bytes(), &*body.0].concat();
    let work = record(&api, &caller, &patient, channel, consent);
    idempotency::once(&api, &caller.clinic, &headers, &request, StatusCode::CREATED, work).await
}

async fn record(
    api: &Api,
    caller: &Caller,
    patient: &PatientId,
    channel: Channel,
    consent: Consent,
) -> Result<ConsentsView, ApiError> {
    let act = api.act(caller, StaffAct::ConsentRecorded { patient: patient.clone(), channel });
    let record = ConsentRow {
        id: timed_id(act.at, &(api.random_id)()),
        patient: patient.clone(),
        at: act.at,
        channel: Some(channel),
        said: Said::Agreed,
        through: SaidThrough::Consent(consent.source),
        record: consent.record.clone(),
    };
    for _ in 0..TRIES {
        let found = addressee(api, &caller.clinic, patient).await?;
        let refused_on = found.reach.on(channel).opted_out_on.max(found.person.opted_out_on);
        if let Some(refused_on) = refused_on.filter(|it| consent.given_on <= *it) {
            let detail = format!("患者は{refused_on}に配信停止をしています。それより後の日の同意だけを記録できます。");
            return Err(ApiError::new(Code::OptedOutSince, detail));
        }
        let mut reach = api.ledger.reach_of(&caller.clinic, patient).await.context("reading what a patient said")?;
        reach.row.agree(channel, consent.clone());
        let change = SaidChange { record: &record, reach: &reach, addresses: &[], notice: None };
        if api.ledger.note_said(&caller.clinic, &change, &act).await.context("noting a consent")? {
            return view(api, &caller.clinic, patient).await;
        }
    }
    Err(ApiError::conflict())
}
