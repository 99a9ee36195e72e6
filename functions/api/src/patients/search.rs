use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use anyhow::Context as _;
use axum::{extract::State, http::StatusCode, response::Response};
use clinic::{Group, Groups, PersonKey, Status, StatusSpan, dropouts, normalise_chart_number};
use japan::{fold, fold_name};
use jiff::civil::Date;
use ledger::{ClinicId, ContactsRow, PatientId, PatientRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{FactsView, FoundView, StatusView};
use crate::{
    Api, answer,
    caller::Caller,
    error::ApiError,
    fields::Fields,
    groups::{counts::FreshnessView, members::ContactedView},
    months::CurrentMonths,
    page::{Page, cursor},
    problem::Problem,
    request_parts::Asked,
    words,
};

/// Which patients; all conditions must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PatientsAsked {
    /// A chart number, a part of the name or of the kana in any width, or the last digits of a
    /// telephone number, at least four.
    q: Option<String>,
    /// Id of a group the patient is in.
    group: Option<String>,
    /// Status in that group, or in any.
    status: Option<String>,
    /// 傷病名コード of seven digits, or the beginning of an ICD-10 code without dots.
    disease: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of patients.
#[derive(Serialize, ToSchema)]
pub(crate) struct PatientsPage {
    /// The day the statuses are of: today.
    #[schema(value_type = String, format = Date)]
    as_of: Date,
    #[serde(flatten)]
    freshness: FreshnessView,
    /// By kana.
    patients: Vec<FoundView>,
    /// For the next page, if there is more.
    next: Option<String>,
}

/// What is looked for, read.
struct Wanted {
    words: Option<Words>,
    group: Option<String>,
    status: Option<Status>,
    page: Page,
}

/// What `q` may mean.
struct Words {
    chart_number: Option<String>,
    name: String,
    phone_tail: Option<String>,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut digits = fold(text);
        digits.retain(|it| !matches!(it, '-' | ' ' | '(' | ')'));
        let is_tail = digits.len() >= 4 && digits.bytes().all(|it| it.is_ascii_digit());
        Self {
            chart_number: normalise_chart_number(text).map(|it| it.into_owned()),
            name: fold_name(text),
            phone_tail: is_tail.then_some(digits),
        }
    }

    fn are_of(&self, row: &PatientRow, contacts: Option<&ContactsRow>) -> bool {
        let is_chart = row.chart_number.is_some() && row.chart_number == self.chart_number;
        let has = |text: &str| !self.name.is_empty() && fold_name(text).contains(&self.name);
        let is_tail = |number: &Option<String>| match (number, &self.phone_tail) {
            (Some(number), Some(tail)) => number.ends_with(tail.as_str()),
            _ => false,
        };
        let is_phone =
            contacts.is_some_and(|it| is_tail(&it.contacts.mobile.value) || is_tail(&it.contacts.landline.value));
        is_chart || has(&row.name) || has(&row.kana) || is_phone
    }
}

/// Looks for patients.
#[utoipa::path(
    get, path = "/v1/patients", tag = "patients", params(PatientsAsked),
    responses(
        (status = 200, description = "Done.", body = PatientsPage),
        (status = "default", description = "Why it was not done.", body = Problem, content_type = "application/problem+json")
    )
)]
pub(crate) async fn search_patients(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Asked(asked): Asked<PatientsAsked>,
) -> Result<Response, ApiError> {
    let clinic = &caller.clinic;
    let groups = api.ledger.groups(clinic).await.context("reading groups")?.row.groups.groups;
    let disease = asked.disease.clone();
    let (wanted, disease_group) = check(asked, &groups)?;
    let as_of = api.today().await?;
    let with_disease = match (disease, disease_group) {
        (Some(_), Some(group)) => Some(keys_with(&api, clinic, group, as_of).await?),
        _ => None,
    };

    let mut rows = api.ledger.patients(clinic).await.context("reading patients")?;
    rows.sort_by_cached_key(|it| (fold_name(&it.kana), it.id.clone()));
    let start = match &wanted.page.after {
        None => 0,
        Some(after) => {
            let place = rows.iter().position(|it| it.id.as_str() == after);
            place.ok_or_else(|| Fields::refused("cursor", "外して、最初から読んでください。"))? + 1
        }
    };
    let contacts = contacts(&api, clinic, &wanted).await?;
    let contacts_of = |row: &PatientRow| row.chart_number.as_ref().and_then(|it| contacts.get(it));
    let is_wanted = |row: &&PatientRow| {
        wanted.words.as_ref().is_none_or(|it| it.are_of(row, contacts_of(row)))
            && with_disease.as_ref().is_none_or(|it| row.keys.iter().any(|key| it.contains(key)))
            && is_in(row, &wanted, &groups, as_of)
    };
    let mut found: Vec<&PatientRow> = rows[start..].iter().filter(is_wanted).take(wanted.page.limit + 1).collect();
    let has_more = found.len() > wanted.page.limit;
    found.truncate(wanted.page.limit);

    let next = found.last().filter(|_| has_more).map(|it| cursor(it.id.as_str()));
    let notes = api.ledger.contacted(clinic).await.context("reading notes")?;
    let notes: HashMap<&PatientId, _> =
        notes.iter().filter(|it| it.holds_on(as_of)).map(|it| (&it.patient, it)).collect();
    let view = |row: &PatientRow| FoundView {
        facts: FactsView::from(row),
        groups: statuses(row, &groups, as_of)
            .map(|(group, status)| StatusView { group, status: words::status(status) })
            .collect(),
        contacted: notes.get(&row.id).map(|it| ContactedView::from(*it)),
    };
    let applied = api.ledger.applied(clinic).await.context("reading what was applied")?.map(|it| it.row);
    let freshness = FreshnessView::of(applied.as_ref());
    let page = PatientsPage { as_of, freshness, patients: found.into_iter().map(view).collect(), next };
    answer::json(StatusCode::OK, &page)
}

/// What is asked for, and the group of those with the disease that is.
fn check(asked: PatientsAsked, groups: &[Group]) -> Result<(Wanted, Option<Groups>), ApiError> {
    let mut fields = Fields::default();
    let is_id = |text: &str| PatientId::parse(text).is_some();
    let page = Page::read(&mut fields, asked.limit.as_deref(), asked.cursor.as_deref(), is_id);
    let words = asked.q.filter(|it| !it.trim().is_empty());
    if words.as_ref().is_some_and(|it| it.chars().count() > 100) {
        fields.refuse("q", "100文字までにしてください。");
    }
    if asked.group.as_ref().is_some_and(|id| groups.iter().all(|it| it.id != *id)) {
        fields.refuse("group", "このIDのグループはありません。GET /v1/groups で確かめてください。");
    }
    let status = asked.status.and_then(|it| fields.choice("status", &it, &words::STATUSES));
    let disease = asked.disease.as_deref().map(with_disease);
    if matches!(disease, Some(None)) {
        fields.refuse("disease", "傷病名コード7桁か、点を除いたICD-10の初めの部分にしてください（例: 8833421、I10）。");
    }
    let wanted = Wanted { words: words.as_deref().map(Words::of), group: asked.group, status, page };
    fields.accept(Some((wanted, disease.flatten())))
}

/// A group of everyone with a disease: seven digits are its code, anything else an ICD-10 prefix.
fn with_disease(disease: &str) -> Option<Groups> {
    let is_code = disease.len() == 7 && disease.bytes().all(|it| it.is_ascii_digit());
    let key = if is_code { "codes" } else { "icd10" };
    let group = serde_json::json!({
        "id": "asked", "name": "asked", "at_risk_after": {"days": 1}, "dropped_out_after": {"days": 2},
        "match": {"disease": {key: [disease]}}
    });
    Groups::from_json(&serde_json::json!({ "groups": [group] }).to_string()).ok()
}

/// Who is in `group`, by the rules of the lists.
async fn keys_with(api: &Api, clinic: &ClinicId, group: Groups, as_of: Date) -> Result<HashSet<PersonKey>, ApiError> {
    let codes = api.masters.codes(&api.files, (api.now)()).await?;
    let months = CurrentMonths::load(api, clinic).await?;
    let keys = months.folded(as_of, |folded| {
        let lists = dropouts(folded, &group, &codes, |_| false);
        lists.members.iter().flat_map(|it| folded.patients[it.patient].keys.iter().cloned()).collect()
    })?;
    Ok(keys)
}

/// By chart number, where telephone numbers are looked at.
async fn contacts(api: &Api, clinic: &ClinicId, wanted: &Wanted) -> Result<HashMap<String, ContactsRow>, ApiError> {
    if wanted.words.as_ref().is_none_or(|it| it.phone_tail.is_none()) {
        return Ok(HashMap::new());
    }
    let rows = api.ledger.contacts(clinic).await.context("reading contacts")?;
    Ok(rows.into_iter().map(|it| (it.chart_number.clone(), it)).collect())
}

/// The patient's groups with the status in each.
fn statuses<'a>(
    row: &'a PatientRow,
    groups: &'a [Group],
    as_of: Date,
) -> impl Iterator<Item = (String, Status)> + use<'a> {
    let in_groups = groups.iter().filter(|it| row.groups.contains(&it.id));
    in_groups.filter_map(move |it| Some((it.id.clone(), StatusSpan::on(as_of, row.last_visit?, it).status)))
}

fn is_in(row: &PatientRow, wanted: &Wanted, groups: &[Group], as_of: Date) -> bool {
    if wanted.group.is_none() && wanted.status.is_none() {
        return true;
    }
    statuses(row, groups, as_of).any(|(group, status)| {
        wanted.group.as_ref().is_none_or(|it| *it == group) && wanted.status.is_none_or(|it| it == status)
    })
}
