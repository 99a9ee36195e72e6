use std::collections::BTreeMap;

use anyhow::Context as _;
use clinic::{Details, RosterRecord, VisitSource, roster::Contacts};
use japan::Month;
use jiff::civil::Date;
use ledger::{ClinicId, PatientRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{CodeView, FactsView, ReceiptView};
use crate::{
    Api,
    error::ApiError,
    groups::{
        counts::FreshnessView,
        members::{ContactedView, MemberView},
    },
    months::CurrentMonths,
};

/// Everything the clinic's files and staff say of one patient.
#[derive(Serialize, ToSchema)]
pub(crate) struct PatientPage {
    #[serde(flatten)]
    facts: FactsView,
    #[serde(flatten)]
    freshness: FreshnessView,
    /// The newest first.
    visits: Vec<VisitView>,
    /// この半年間の受診状況: the six months that end with this one, the oldest first.
    half_year: Vec<MonthView>,
    /// The groups the patient is in, and why.
    groups: Vec<MemberView>,
    diseases: Vec<CodeView>,
    procedures: Vec<CodeView>,
    drugs: Vec<CodeView>,
    receipts: Vec<ReceiptView>,
    /// How the patient can be reached.
    #[schema(value_type = Object)]
    contacts: Option<Contacts>,
    /// What the clinic's rosters say: the person, appointments, the newest questionnaire.
    #[schema(value_type = Object)]
    roster: Option<RosterRecord>,
    contacted: Option<ContactedView>,
    /// 対象外 by staff.
    exclusion: Option<ExclusionView>,
    /// How the files write the person: more than one where several are taken for one patient.
    identities: Vec<IdentityView>,
}

/// A day the patient came.
#[derive(Serialize, ToSchema)]
struct VisitView {
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// `receipt`, `appointment` or `month_end` (a receipt that names no day).
    #[schema(value_type = String)]
    source: &'static str,
}

/// How often the patient came in a month.
#[derive(Serialize, ToSchema)]
struct MonthView {
    /// `yyyy-mm`.
    month: String,
    n_days: u32,
}

/// Why staff took a patient out of all lists.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExclusionView {
    pub(crate) note: String,
    #[schema(format = DateTime)]
    pub(crate) written_at: String,
}

/// One way in which the files write the person.
#[derive(Serialize, ToSchema)]
struct IdentityView {
    /// For a split.
    key: String,
    chart_number: String,
    name: String,
    birth_date: String,
}

impl PatientPage {
    /// The page of the patient `row`, and the details it was made of.
    pub(crate) async fn load(api: &Api, clinic: &ClinicId, row: &PatientRow) -> Result<(Self, Details), ApiError> {
        let as_of = api.today().await?;
        let codes = api.masters.codes(&api.files, (api.now)()).await?;
        let months = CurrentMonths::load(api, clinic).await?;
        let (mut visits, details) = months.folded(as_of, |folded| {
            let patient = folded.patients.iter().find(|it| it.keys.iter().any(|key| row.keys.contains(key)));
            let visits: BTreeMap<Date, VisitSource> = patient.map(|it| it.visits.iter().collect()).unwrap_or_default();
            (visits, patient.map(|it| folded.details(it, &codes)).unwrap_or_default())
        })?;
        // Days that no receipt shows were marked 来院.
        for day in days(row) {
            visits.entry(day).or_insert(VisitSource::Appointment);
        }

        let Details { receipts, diseases, procedures, drugs } = details.clone();
        // What goes by a chart number that somebody else has may be theirs.
        let chart = row.chart_number.as_ref().filter(|_| !row.is_chart_shared);
        let (contacts, roster) = match chart {
            None => (None, None),
            Some(chart) => {
                let contacts = api.ledger.contacts_of(clinic, chart).await.context("reading contacts")?;
                let contacts = Some(contacts).filter(|it| it.version > 0).map(|it| it.row.contacts);
                (contacts, api.ledger.roster_of(clinic, chart).await.context("reading a roster")?)
            }
        };
        let contacted = api.ledger.contacted_of(clinic, &row.id).await.context("reading a note")?;
        let exclusion = api.ledger.exclusion_of(clinic, &row.id).await.context("reading an exclusion")?;
        let applied = api.ledger.applied(clinic).await.context("reading what was applied")?.map(|it| it.row);
        let page = Self {
            facts: FactsView::from(row),
            freshness: FreshnessView::of(applied.as_ref()),
            half_year: half_year(&visits, Month::of(as_of)),
            visits: visits
                .iter()
                .rev()
                .map(|(date, source)| VisitView { date: *date, source: name(*source) })
                .collect(),
            groups: groups(api, clinic, row, as_of).await?,
            diseases: diseases.into_iter().map(CodeView::from).collect(),
            procedures: procedures.into_iter().map(CodeView::from).collect(),
            drugs: drugs.into_iter().map(CodeView::from).collect(),
            receipts: receipts.iter().map(ReceiptView::from).collect(),
            contacts,
            roster,
            contacted: contacted.map(|it| ContactedView::from(&it.row)),
            exclusion: exclusion.map(|it| ExclusionView { note: it.note, written_at: it.written_at.to_string() }),
            identities: row.keys.iter().map(IdentityView::of).collect(),
        };
        Ok((page, details))
    }
}

impl IdentityView {
    fn of(key: &clinic::PersonKey) -> Self {
        let mut parts = key.as_str().split('|').map(ToOwned::to_owned);
        let mut next = || parts.next().unwrap_or_default();
        Self { key: identity(key), chart_number: next(), name: next(), birth_date: next() }
    }
}

/// What a client calls a way of writing a person: a key itself holds the person's data.
pub(super) fn identity(key: &clinic::PersonKey) -> String {
    host::key_hash(key.as_str())
}

fn days(row: &PatientRow) -> impl Iterator<Item = Date> {
    row.visits
        .iter()
        .flat_map(|it| (1..=31_i8).filter(|day| it.days >> (day - 1) & 1 == 1).filter_map(|day| it.month.day(day)))
}

fn half_year(visits: &BTreeMap<Date, VisitSource>, until: Month) -> Vec<MonthView> {
    let month = |back: i32| {
        let month = until.plus(-back);
        let n_days = visits.range(month.first_day()..=month.last_day()).count();
        MonthView { month: month.to_string(), n_days: n_days as u32 }
    };
    (0..6).rev().map(month).collect()
}

fn name(source: VisitSource) -> &'static str {
    match source {
        VisitSource::Receipt => "receipt",
        VisitSource::Appointment => "appointment",
        VisitSource::MonthEnd => "month_end",
    }
}

async fn groups(api: &Api, clinic: &ClinicId, row: &PatientRow, as_of: Date) -> Result<Vec<MemberView>, ApiError> {
    let all = api.ledger.groups(clinic).await.context("reading groups")?.row.groups.groups;
    let mut views = Vec::new();
    for group in all.iter().filter(|it| row.groups.contains(&it.id)) {
        let member = api.ledger.member(clinic, &group.id, row).await.context("reading a member")?;
        views.extend(member.map(|it| MemberView::new(it, group, as_of, None)));
    }
    Ok(views)
}
