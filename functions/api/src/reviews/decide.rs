use std::sync::Arc;

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use delivery::{Event, Limits, MessageId, Refused, StaffDecision, Status, step};
use jiff::SignedDuration;
use ledger::{ClinicId, StaffAct, WithStep};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    problem::{Code, Problem},
    refresh::TRIES,
    request_body::JsonBody,
    request_parts::Id,
    staff_log::check_note,
};

/// What staff decide.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReviewDecisionRequest {
    /// 再送 `resend` or 送信済みとみなす `consider_sent`.
    #[schema(required)]
    decision: Option<String>,
    /// How it was found out, for the log.
    #[schema(max_length = 500)]
    #[serde(default)]
    note: String,
}

/// What became of the message.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReviewDecided {
    message: String,
    /// `pending` after 再送, `sent` after 送信済みとみなす.
    #[schema(value_type = String)]
    state: Status,
}

#[derive(Clone, Copy)]
enum Decision {
    Resend,
    ConsiderSent,
}

/// How long a message that is sent again may take.
const RESENT_WITHIN: SignedDuration = SignedDuration::from_hours(24);

/// Decides on a message in 要確認: it is sent again, and may then be there twice, or counts as sent. Who decided
/// is kept. What is sent again goes within minutes, as the clinic's hours allow.
#[utoipa::path(
    post, path = "/v1/reviews/{id}/decision", tag = "messages", params(("id" = String, Path)),
    request_body = ReviewDecisionRequest,
    responses(
        (status = 200, description = "Done.", body = ReviewDecided),
        (status = "default", description = "Why it was not done; `not-in-review`.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn decide_review(
    State(api): State<Arc<Api>>,
    caller: Caller,
    id: Id,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let message = in_review(&api, &caller.clinic, &id).await?;
    let asked = body.read::<ReviewDecisionRequest>()?;
    let mut fields = Fields::default();
    let choices = [("resend", Decision::Resend), ("consider_sent", Decision::ConsiderSent)];
    let decision = fields.required("decision", asked.decision);
    let decision = decision.and_then(|it| fields.choice("decision", &it, &choices));
    check_note(&mut fields, &asked.note);
    let decision = fields.accept(decision)?;
    let state = decide(&api, &caller, &message, decision, asked.note).await?;
    answer::json(StatusCode::OK, &ReviewDecided { message: message.to_string(), state })
}

/// The message that a path names, where it is on the clinic's list.
async fn in_review(api: &Api, clinic: &ClinicId, id: &Id) -> Result<MessageId, ApiError> {
    let message = MessageId::parse(&id.0).ok_or_else(ApiError::not_found)?;
    let rows = api.ledger.reviews(clinic).await.context("reading the list")?;
    let found = rows.into_iter().find(|it| it.message == message);
    found.map(|it| it.message).ok_or_else(ApiError::not_found)
}

async fn decide(
    api: &Api,
    caller: &Caller,
    message: &MessageId,
    decision: Decision,
    note: String,
) -> Result<Status, ApiError> {
    let of = |message: &MessageId| message.to_string();
    let (act, event) = match decision {
        Decision::Resend => {
            let send_before = (api.now)().checked_add(RESENT_WITHIN).context("adding a day")?;
            (StaffAct::Resent { message: of(message) }, StaffDecision::Resend { send_before })
        }
        Decision::ConsiderSent => (StaffAct::ConsideredSent { message: of(message) }, StaffDecision::ConsiderSent),
    };
    let mut act = api.act(caller, act);
    act.note = note;
    let with = WithStep { act: Some(act), ..WithStep::default() };
    for _ in 0..TRIES {
        let found = api.ledger.outbox(message).await.context("reading a message")?;
        let found = found.context("a message on the list without its row")?;
        let step = match step(&found.row, &Event::StaffDecided(event), (api.now)(), &Limits::default()) {
            Ok(step) => step,
            Err(Refused::Stopped) => {
                let detail = "中止した配信や、停止を希望した患者へは再送できません。送信済みとみなすことはできます。";
                return Err(ApiError::new(Code::NotInReview, detail));
            }
            Err(_) => {
                let detail = "ほかの職員が先に決めたか、送信できたことが分かりました。一覧を読み直してください。";
                return Err(ApiError::new(Code::NotInReview, detail));
            }
        };
        // A resend that nobody announces is found by the sweeper within minutes.
        if api.ledger.save_step(found.version, &step, &with).await.context("saving a decision")? {
            return Ok(step.row.status);
        }
    }
    Err(ApiError::conflict())
}
