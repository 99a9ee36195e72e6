use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use delivery::{Channel, Refusal};
use ledger::{Addressee, PatientId, ReachRow, StaffAct, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Api, answer,
    caller::Caller,
    consents::show::{ConsentsView, addressee, can_lift, view},
    error::ApiError,
    fields::Fields,
    problem::{Code, Problem},
    refresh::TRIES,
    request_body::JsonBody,
    request_parts::Id,
    staff_log::check_note,
    words,
};

/// What staff take back, having asked the patient.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiftRequest {
    /// `complained`, `bounced` or `wrong-person`. What the patient refused, only the patient takes back.
    #[schema(required)]
    code: Option<String>,
    /// `sms` or `mail`, of `bounced` and `wrong-person`: the patient's address there.
    channel: Option<String>,
    /// How the patient was asked, for the log.
    #[schema(required, min_length = 1, max_length = 500)]
    note: Option<String>,
}

/// Takes back, after asking the patient, that messages are kept away: a complaint, a bounce, a 「本人ではありません」.
#[utoipa::path(
    post, path = "/v1/patients/{id}/suppressions/lift", tag = "messages", params(("id" = String, Path)),
    request_body = LiftRequest,
    responses(
        (status = 200, description = "Done.", body = ConsentsView),
        (status = "default", description = "Why it was not done; `own-refusal`, `not-suppressed`.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn lift_suppression(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let patient = id.patient()?;
    addressee(&api, &caller.clinic, &patient).await?;
    let asked = body.read::<LiftRequest>()?;
    let mut fields = Fields::default();
    let refusals = Refusal::ALL.map(|it| (it.as_str(), it));
    let refusal = fields.required("code", asked.code).and_then(|it| fields.choice("code", &it, &refusals));
    let channel = asked.channel.as_deref().and_then(|it| fields.choice("channel", it, &words::CHANNELS));
    let is_of_address = matches!(refusal, Some(Refusal::Bounced | Refusal::WrongPerson));
    if is_of_address && asked.channel.is_none() {
        fields.refuse("channel", "どの方法の宛先かを指定してください。");
    }
    let note = fields.required("note", asked.note);
    check_note(&mut fields, note.as_deref().unwrap_or_default());
    if note.as_deref().is_some_and(|it| it.trim().is_empty()) {
        fields.refuse("note", "患者にどのように確かめたかを書いてください。");
    }
    let (refusal, note) = fields.accept(refusal.zip(note))?;
    if !can_lift(refusal) {
        let detail = "患者本人の意思や診療所の設定によるものは、ここでは解除できません。患者から新しい同意を得たときは、同意として記録してください。";
        return Err(ApiError::new(Code::OwnRefusal, detail));
    }
    lift(&api, &caller, &patient, refusal, channel, note).await?;
    answer::json(StatusCode::OK, &view(&api, &caller.clinic, &patient).await?)
}

async fn lift(
    api: &Api,
    caller: &Caller,
    patient: &PatientId,
    refusal: Refusal,
    channel: Option<Channel>,
    note: String,
) -> Result<(), ApiError> {
    let lifted = StaffAct::SuppressionLifted { patient: patient.clone(), refusal, channel };
    let mut act = api.act(caller, lifted);
    act.note = note;
    for _ in 0..TRIES {
        let is_lifted = match (refusal, channel) {
            (Refusal::Complained, _) => {
                let reach =
                    api.ledger.reach_of(&caller.clinic, patient).await.context("reading what a patient said")?;
                if !reach.row.has_complained {
                    return Err(not_suppressed());
                }
                let row = Versioned { row: ReachRow { has_complained: false, ..reach.row }, version: reach.version };
                api.ledger.lift(&caller.clinic, Some(&row), None, &act).await
            }
            (_, Some(channel)) => {
                let mut found: Addressee = addressee(api, &caller.clinic, patient).await?;
                let Some(mut address) = found.address_rows.remove(&channel) else { return Err(not_suppressed()) };
                let day = match refusal {
                    Refusal::Bounced => &mut address.row.bounced_on,
                    _ => &mut address.row.wrong_person_on,
                };
                if day.take().is_none() {
                    return Err(not_suppressed());
                }
                api.ledger.lift(&caller.clinic, None, Some(&address), &act).await
            }
            (_, None) => return Err(not_suppressed()),
        };
        if is_lifted.context("lifting a suppression")? {
            return Ok(());
        }
    }
    Err(ApiError::conflict())
}

fn not_suppressed() -> ApiError {
    ApiError::new(Code::NotSuppressed, "この理由では止められていません。最新の状態を読み直してください。")
}
