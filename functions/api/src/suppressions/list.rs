use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use delivery::{Channel, Refusal};
use jiff::civil::Date;
use ledger::{AddressRow, PatientId, ReachRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Api, answer,
    caller::Caller,
    consents::show::RefusalView,
    error::ApiError,
    fields::Fields,
    page::{Page, cursor},
    problem::Problem,
    request_parts::Asked,
};

/// Which suppressions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuppressionsAsked {
    /// 1 to 200; 50 without it.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of those to whom nothing goes.
#[derive(Serialize, ToSchema)]
pub(crate) struct SuppressionsPage {
    /// By patient.
    suppressions: Vec<SuppressionView>,
    /// For the next page, if there is more.
    next: Option<String>,
}

/// Why nothing goes to a patient, or to an address.
#[derive(Serialize, ToSchema)]
pub(crate) struct SuppressionView {
    /// Of an address, the patient who was written to there last; `null` where it is nobody's any more.
    patient: Option<String>,
    name: Option<String>,
    chart_number: Option<String>,
    /// The channel, or `null` where it is all of them.
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    #[serde(flatten)]
    refusal: RefusalView,
    /// Since when, where a day is known.
    #[schema(value_type = Option<String>, format = Date)]
    since: Option<Date>,
}

/// One reason, before its patient is looked up.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Suppression {
    patient: Option<PatientId>,
    refusal: Refusal,
    channel: Option<Channel>,
    since: Option<Date>,
}

/// The patients and addresses to whom nothing goes any more, and why: 配信停止, complaints, bounces,
/// 「本人ではありません」, blocked LINE, death as staff entered it. 対象外 is in `GET /v1/patients/{id}`.
#[utoipa::path(
    get, path = "/v1/suppressions", tag = "messages", params(SuppressionsAsked),
    responses(
        (status = 200, description = "Done.", body = SuppressionsPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_suppressions(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(asked): Asked<SuppressionsAsked>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let is_place = |text: &str| text.parse::<usize>().is_ok();
    let page = Page::read(&mut fields, asked.limit.as_deref(), asked.cursor.as_deref(), is_place);
    let page = fields.accept(Some(page))?;

    let clinic = &caller.clinic;
    let reaches = api.ledger.reaches(clinic).await.context("reading what patients said")?;
    let addresses = api.ledger.addresses(clinic).await.context("reading addresses")?;
    let mut all: Vec<Suppression> = reaches.iter().flat_map(of_patient).collect();
    all.extend(addresses.iter().flat_map(of_address));
    all.sort_unstable();

    let start = page.after.and_then(|it| it.parse::<usize>().ok()).unwrap_or_default();
    let shown: Vec<Suppression> = all.drain(..).skip(start).take(page.limit + 1).collect();
    let next = (shown.len() > page.limit).then(|| cursor(&(start + page.limit).to_string()));
    let ids: Vec<PatientId> = shown.iter().filter_map(|it| it.patient.clone()).collect();
    let patients = api.ledger.patients_of(clinic, &ids).await.context("reading patients")?;
    let patients: HashMap<_, _> = patients.iter().map(|it| (&it.id, it)).collect();
    let suppressions = shown.iter().take(page.limit).map(|it| {
        let patient = it.patient.as_ref().and_then(|it| patients.get(it).copied());
        SuppressionView {
            patient: it.patient.as_ref().map(ToString::to_string),
            name: patient.map(|it| it.name.clone()),
            chart_number: patient.and_then(|it| it.chart_number.clone()),
            channel: it.channel,
            refusal: RefusalView::new(it.refusal),
            since: it.since,
        }
    });
    answer::json(StatusCode::OK, &SuppressionsPage { suppressions: suppressions.collect(), next })
}

fn of_patient(row: &ReachRow) -> Vec<Suppression> {
    let of = |refusal, channel, since| Suppression { patient: Some(row.patient.clone()), refusal, channel, since };
    // A consent on a later day ends a 配信停止 on its channel.
    let holds = |channel: Channel, day: Date| row.consents.get(&channel).is_none_or(|it| it.given_on <= day);
    let mut all = Vec::new();
    all.extend(row.is_dead.then(|| of(Refusal::Died, None, None)));
    all.extend(row.has_complained.then(|| of(Refusal::Complained, None, None)));
    if let Some(day) = row.opted_out_on {
        let closed: Vec<Channel> = Channel::ALL.into_iter().filter(|it| holds(*it, day)).collect();
        if closed.len() == Channel::ALL.len() {
            all.push(of(Refusal::OptedOutOfAll, None, Some(day)));
        } else {
            all.extend(closed.into_iter().map(|it| of(Refusal::OptedOut, Some(it), Some(day))));
        }
    }
    let of_channels = row.channels_opted_out_on.iter().filter(|(channel, day)| holds(**channel, **day));
    all.extend(of_channels.map(|(channel, day)| of(Refusal::OptedOut, Some(*channel), Some(*day))));
    all
}

fn of_address(row: &AddressRow) -> Vec<Suppression> {
    let patient = row.last_sent.as_ref().map(|it| it.patient.clone());
    let of = |refusal, since| Suppression { patient: patient.clone(), refusal, channel: Some(row.key.channel), since };
    let mut all = Vec::new();
    all.extend(row.bounced_on.map(|day| of(Refusal::Bounced, Some(day))));
    all.extend(row.wrong_person_on.map(|day| of(Refusal::WrongPerson, Some(day))));
    all.extend(row.opted_out_on.map(|day| of(Refusal::OptedOut, Some(day))));
    all.extend(row.is_blocked.then(|| of(Refusal::Blocked, None)));
    all
}
