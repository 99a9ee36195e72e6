use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use ledger::{ClinicId, NoticeKind, NoticeRow, PatientId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    page::{Page, cursor, is_timed_id},
    problem::Problem,
    request_parts::Asked,
};

/// Which threads.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThreadsAsked {
    /// `true` for those with something unread alone.
    unread: Option<String>,
    /// 1 to 200 notices that are looked through; 50 without it.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of threads with what patients did.
#[derive(Serialize, ToSchema)]
pub(crate) struct ThreadsPage {
    /// By the newest thing a patient did; a patient may come again on a later page.
    threads: Vec<ThreadSummary>,
    /// For the next page, if there is more.
    next: Option<String>,
}

/// What one patient did lately.
#[derive(Serialize, ToSchema)]
pub(crate) struct ThreadSummary {
    patient: String,
    /// `null` once the patient is erased.
    name: Option<String>,
    chart_number: Option<String>,
    /// The newest first.
    notices: Vec<PatientNotice>,
    /// How many of them nobody has seen.
    n_unread: u32,
}

/// Something that a patient did.
#[derive(Serialize, ToSchema)]
pub(crate) struct PatientNotice {
    /// 返信 `replied` or 「本人ではありません」 `wrong-person`.
    #[schema(value_type = String)]
    code: &'static str,
    /// What to do, in Japanese.
    #[schema(value_type = String)]
    message: &'static str,
    /// The message on whose page it was.
    on: String,
    #[schema(format = DateTime)]
    at: String,
    is_unread: bool,
}

impl From<&NoticeRow> for PatientNotice {
    fn from(row: &NoticeRow) -> Self {
        let (code, message) = match row.what {
            NoticeKind::Replied { .. } => ("replied", "返信があります。内容を確かめてください。"),
            NoticeKind::WrongPerson { .. } => (
                "wrong-person",
                "「本人ではありません」と回答がありました。この宛先には送りません。患者に連絡先を確かめてください。",
            ),
        };
        Self { code, message, on: row.message.to_string(), at: row.at.to_string(), is_unread: row.seen_at.is_none() }
    }
}

/// What patients did lately, by patient: replies and 「本人ではありません」, with what nobody has seen yet.
#[utoipa::path(
    get, path = "/v1/threads", tag = "messages", params(ThreadsAsked),
    responses(
        (status = 200, description = "Done.", body = ThreadsPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_threads(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(asked): Asked<ThreadsAsked>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let page = Page::read(&mut fields, asked.limit.as_deref(), asked.cursor.as_deref(), is_timed_id);
    let choices = [("true", true), ("false", false)];
    let unread = asked.unread.as_deref().map_or(Some(false), |it| fields.choice("unread", it, &choices));
    let (page, unread_only) = fields.accept(Some(page).zip(unread))?;

    let clinic = &caller.clinic;
    let rows = api.ledger.notices(clinic, page.after.as_deref(), page.limit + 1).await;
    let mut rows = rows.context("reading what patients did")?;
    let has_more = rows.len() > page.limit;
    rows.truncate(page.limit);
    let next = rows.last().filter(|_| has_more).map(|it| cursor(&it.id));
    rows.retain(|it| !unread_only || it.seen_at.is_none());
    let threads = summaries(&api, clinic, &rows).await?;
    answer::json(StatusCode::OK, &ThreadsPage { threads, next })
}

/// `rows`, the newest first, by patient.
async fn summaries(api: &Api, clinic: &ClinicId, rows: &[NoticeRow]) -> Result<Vec<ThreadSummary>, ApiError> {
    let mut order: Vec<PatientId> = Vec::new();
    let mut notices: HashMap<&PatientId, Vec<&NoticeRow>> = HashMap::new();
    for row in rows {
        let of_patient = notices.entry(&row.patient).or_default();
        if of_patient.is_empty() {
            order.push(row.patient.clone());
        }
        of_patient.push(row);
    }
    let patients = api.ledger.patients_of(clinic, &order).await.context("reading patients")?;
    let patients: HashMap<_, _> = patients.iter().map(|it| (&it.id, it)).collect();
    let summary = |id: &PatientId| {
        let (patient, notices) = (patients.get(id), notices.get(id).map(Vec::as_slice).unwrap_or_default());
        ThreadSummary {
            patient: id.to_string(),
            name: patient.map(|it| it.name.clone()),
            chart_number: patient.and_then(|it| it.chart_number.clone()),
            n_unread: notices.iter().filter(|it| it.seen_at.is_none()).count() as u32,
            notices: notices.iter().map(|it| PatientNotice::from(*it)).collect(),
        }
    };
    Ok(order.iter().map(summary).collect())
}
