use std::{collections::HashMap, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use clinic::{Group, StatusSpan};
use jiff::civil::Date;
use ledger::{ContactedKind, ContactedRow, MemberReason, MemberRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::counts::FreshnessView;
use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    page::{Page, cursor},
    problem::Problem,
    request_parts::{Asked, Id},
    words,
};

/// Which members of a group.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct MembersAsked {
    /// 正常 `regular`, 離脱予備群 `at_risk` or 離脱 `dropped_out`.
    #[param(required)]
    status: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct MembersPage {
    /// The day the list is of: today.
    #[schema(value_type = String, format = Date)]
    as_of: Date,
    #[serde(flatten)]
    freshness: FreshnessView,
    /// By last visit, then chart number.
    patients: Vec<MemberView>,
    /// For the next page, if there is more.
    next: Option<String>,
}

/// A patient in a group.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberView {
    /// Id of the patient.
    patient: String,
    /// Id of the group.
    group: String,
    chart_number: Option<String>,
    name: String,
    #[schema(value_type = String, format = Date)]
    last_visit: Date,
    /// `regular`, `at_risk` or `dropped_out`.
    #[schema(value_type = String)]
    status: &'static str,
    /// The first day of the status; of 正常 the last visit.
    #[schema(value_type = String, format = Date)]
    since: Date,
    /// The last day of the status; 離脱 has none.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    because: Vec<ReasonView>,
    /// What staff noted, while it holds.
    contacted: Option<ContactedView>,
}

/// Why a patient is in a group, with the row that shows it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReasonView {
    /// The key of the condition.
    condition: String,
    code: Option<String>,
    name: String,
    file: Option<String>,
    /// Counted from 1.
    line: Option<u32>,
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Date>,
}

/// 連絡済み or 連絡不要.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContactedView {
    /// `contacted` or `not_needed`.
    #[schema(value_type = String)]
    kind: &'static str,
    note: String,
    /// The last day it holds; for ever without one.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    #[schema(format = DateTime)]
    written_at: String,
}

impl MemberView {
    pub(crate) fn new(member: MemberRow, group: &Group, as_of: Date, contacted: Option<&ContactedRow>) -> Self {
        let span = StatusSpan::on(as_of, member.last_visit, group);
        Self {
            patient: member.patient.to_string(),
            group: group.id.clone(),
            chart_number: member.chart_number,
            name: member.name,
            last_visit: member.last_visit,
            status: words::status(span.status),
            since: span.since,
            until: span.until,
            because: member.because.into_iter().map(ReasonView::from).collect(),
            contacted: contacted.filter(|it| it.holds_on(as_of)).map(ContactedView::from),
        }
    }
}

impl From<MemberReason> for ReasonView {
    fn from(reason: MemberReason) -> Self {
        let MemberReason { condition, code, name, file, line, date } = reason;
        Self { condition, code, name, file, line, date }
    }
}

impl From<&ContactedRow> for ContactedView {
    fn from(row: &ContactedRow) -> Self {
        let kind = match row.kind {
            ContactedKind::Contacted => "contacted",
            ContactedKind::NotNeeded => "not_needed",
        };
        Self { kind, note: row.note.clone(), until: row.until, written_at: row.written_at.to_string() }
    }
}

/// The patients of a group with a status, today.
#[utoipa::path(
    get, path = "/v1/groups/{id}/patients", tag = "groups", params(("id" = String, Path), MembersAsked),
    responses(
        (status = 200, description = "Done.", body = MembersPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn list_members(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Id(id): Id,
    Asked(asked): Asked<MembersAsked>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::default();
    let page = Page::read(&mut fields, asked.limit.as_deref(), asked.cursor.as_deref(), is_end);
    let status = fields.required("status", asked.status);
    let status = status.and_then(|it| fields.choice("status", &it, &words::STATUSES));
    let status = fields.accept(status)?;

    let clinic = &caller.clinic;
    let groups = api.ledger.groups(clinic).await.context("reading groups")?.row.groups.groups;
    let group = groups.iter().find(|it| it.id == id).ok_or_else(ApiError::not_found)?;
    let as_of = api.today().await?;
    let listed = api.ledger.members_with(clinic, group, status, as_of, page.after.as_deref(), page.limit).await;
    let listed = listed.context("reading a list")?;
    let contacted = api.ledger.contacted(clinic).await.context("reading notes")?;
    let contacted: HashMap<_, _> = contacted.iter().map(|it| (&it.patient, it)).collect();
    let applied = api.ledger.applied(clinic).await.context("reading what was applied")?.map(|it| it.row);

    let view = |member: MemberRow| {
        let note = contacted.get(&member.patient).copied();
        MemberView::new(member, group, as_of, note)
    };
    let page = MembersPage {
        as_of,
        freshness: FreshnessView::of(applied.as_ref()),
        patients: listed.members.into_iter().map(view).collect(),
        next: listed.next.as_deref().map(cursor),
    };
    answer::json(StatusCode::OK, &page)
}

/// Whether a page can end with `text`: a last visit, then more.
fn is_end(text: &str) -> bool {
    let (date, rest) = text.split_at_checked(10).unwrap_or_default();
    date.parse::<Date>().is_ok() && rest.starts_with('#') && text.len() <= 500
}
