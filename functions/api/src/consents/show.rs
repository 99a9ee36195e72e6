use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use delivery::{Channel, Consent, Refusal, refusals};
use jiff::civil::Date;
use ledger::{Addressee, ClinicId, ConsentRow, PatientId, Said, SaidThrough};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Api, answer, caller::Caller, error::ApiError, problem::Problem, request_parts::Id};

/// Whether a patient may be written to, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConsentsView {
    /// `line`, `sms` and `mail`.
    channels: Vec<ChannelView>,
    /// Everything that was said about it, the oldest first: the proof.
    said: Vec<SaidView>,
}

/// Whether a patient may be written to on one channel.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChannelView {
    #[schema(value_type = String)]
    channel: Channel,
    /// Whether there is an address that the channel can reach.
    has_address: bool,
    /// The newest consent; of a roster, `paper` with the record `roster`.
    #[schema(value_type = Option<Object>)]
    consent: Option<Consent>,
    /// The day of the last 配信停止.
    #[schema(value_type = Option<String>, format = Date)]
    opted_out_on: Option<Date>,
    /// Everything that keeps messages away today, gravest first; empty when nothing does.
    refusals: Vec<RefusalView>,
}

/// What keeps messages away.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusalView {
    /// Stable.
    #[schema(value_type = String)]
    code: &'static str,
    /// In Japanese.
    #[schema(value_type = String)]
    reason: &'static str,
    /// Whether staff may lift it once they have asked the patient.
    can_lift: bool,
}

/// Something that was said about being written to.
#[derive(Serialize, ToSchema)]
pub(crate) struct SaidView {
    #[schema(format = DateTime)]
    at: String,
    /// About one channel, or `null` for all.
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    /// 同意 `agreed`, 配信停止 `refused`, 「本人ではありません」 `not_me`.
    #[schema(value_type = String)]
    said: Said,
    /// `paper`, `questionnaire`, `page`, `line-link`, `spoken` or `one_click`.
    #[schema(value_type = String)]
    through: SaidThrough,
    /// What proves it: a message, an event, a form.
    record: String,
}

impl RefusalView {
    pub(crate) fn new(refusal: Refusal) -> Self {
        Self { code: refusal.as_str(), reason: refusal.sentence(), can_lift: can_lift(refusal) }
    }
}

/// What staff may take back once they have asked the patient; what the patient refused only the patient takes
/// back.
pub(crate) fn can_lift(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::Complained | Refusal::WrongPerson | Refusal::Bounced)
}

impl From<ConsentRow> for SaidView {
    fn from(row: ConsentRow) -> Self {
        let ConsentRow { at, channel, said, through, record, .. } = row;
        Self { at: at.to_string(), channel, said, through, record }
    }
}

/// The patient as somebody to write to.
pub(crate) async fn addressee(api: &Api, clinic: &ClinicId, patient: &PatientId) -> Result<Addressee, ApiError> {
    let today = api.today().await?;
    let found =
        api.ledger.addressee(clinic, patient, &api.identity_secret, today).await.context("reading a patient")?;
    found.ok_or_else(ApiError::not_found)
}

/// Whether a patient may be written to on each channel, why not, and everything the patient said about it.
#[utoipa::path(
    get, path = "/v1/patients/{id}/consents", tag = "messages", params(("id" = String, Path)),
    responses(
        (status = 200, description = "Done.", body = ConsentsView),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn get_consents(State(api): State<Arc<Api>>, caller: Caller, id: Id) -> Result<Response, ApiError> {
    let patient = id.patient()?;
    let view = view(&api, &caller.clinic, &patient).await?;
    answer::json(StatusCode::OK, &view)
}

pub(crate) async fn view(api: &Api, clinic: &ClinicId, patient: &PatientId) -> Result<ConsentsView, ApiError> {
    let found = addressee(api, clinic, patient).await?;
    let today = api.today().await?;
    let said = api.ledger.consents(clinic, patient).await.context("reading consents")?;
    let channels = Channel::ALL.into_iter().map(|channel| {
        let facts = found.reach.on(channel);
        ChannelView {
            channel,
            has_address: facts.address.is_some(),
            consent: facts.consent.clone(),
            opted_out_on: facts.opted_out_on.max(found.person.opted_out_on),
            refusals: refusals(&found.person, facts, today).into_iter().map(RefusalView::new).collect(),
        }
    });
    Ok(ConsentsView { channels: channels.collect(), said: said.into_iter().map(SaidView::from).collect() })
}
