//! The rows a refresh writes: only what differs from what is there.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use clinic::{Dropouts, Folded, Group, Member, Patient, Status, StatusSpan};
use jiff::civil::Date;
use ledger::{Changes, ClinicId, GroupsRow, MemberReason, MemberRow, PatientId, PatientRow, VisitRow};

use crate::{Ids, RefreshClinic};

/// How many months with a visit a patient's row shows; older ones stay in the month objects.
const SHOWN_MONTHS: usize = 24;

/// What a refresh is about to write: only what differs from what is there.
pub(crate) struct Plan {
    patients: Vec<PatientRow>,
    gone_patients: Vec<PatientId>,
    members: Vec<MemberPlan>,
    /// What it means to people.
    pub(crate) changes: Changes,
}

struct MemberPlan {
    group: String,
    changed: Vec<MemberRow>,
    gone: Vec<MemberRow>,
}

impl Plan {
    /// Compares the fold with the rows that are there.
    pub(crate) async fn make(
        deps: &RefreshClinic,
        clinic: &ClinicId,
        folded: &Folded<'_>,
        lists: &Dropouts<'_>,
        groups: &GroupsRow,
        ids: &Ids,
    ) -> Result<Self> {
        let known = deps.ledger.patients(clinic).await.context("reading patients")?;
        let known: BTreeMap<PatientId, PatientRow> = known.into_iter().map(|it| (it.id.clone(), it)).collect();
        let mut groups_of: Vec<Vec<String>> = vec![Vec::new(); folded.patients.len()];
        for member in &lists.members {
            groups_of[member.patient].push(groups.groups.groups[member.group].id.clone());
        }
        let rows = folded.patients.iter().zip(ids).zip(groups_of);
        let patients: Vec<PatientRow> = rows
            .map(|((patient, id), groups)| row(patient, id, groups))
            .filter(|it| known.get(&it.id) != Some(it))
            .collect();
        let current: BTreeSet<&PatientId> = ids.iter().collect();
        let gone_patients: Vec<PatientId> = known.keys().filter(|it| !current.contains(it)).cloned().collect();
        let mut changes = Changes {
            new_patients: patients.iter().filter(|it| !known.contains_key(&it.id)).count() as u32,
            gone_patients: gone_patients.len() as u32,
            newly_at_risk: 0,
        };
        let mut members = Vec::new();
        for (index, group) in groups.groups.groups.iter().enumerate() {
            let known = deps.ledger.members(clinic, &group.id).await.context("reading members")?;
            let rows: Vec<MemberRow> =
                lists.members.iter().filter(|it| it.group == index).map(|it| member_row(it, folded, ids)).collect();
            changes.newly_at_risk += n_newly_at_risk(&rows, &known, group, folded.as_of);
            members.push(MemberPlan::of(group.id.clone(), rows, known));
        }
        for removed in &groups.removed {
            let gone = deps.ledger.members(clinic, removed).await.context("reading members")?;
            members.push(MemberPlan { group: removed.clone(), changed: Vec::new(), gone });
        }
        Ok(Self { patients, gone_patients, members, changes })
    }

    /// Writes it. A run that was broken off is planned again and writes the rest.
    pub(crate) async fn write(&self, deps: &RefreshClinic, clinic: &ClinicId) -> Result<()> {
        for plan in &self.members {
            let MemberPlan { group, changed, gone } = plan;
            deps.ledger.write_members(clinic, group, changed, gone).await.context("writing members")?;
        }
        deps.ledger.write_patients(clinic, &self.patients, &self.gone_patients).await.context("writing patients")
    }
}

impl MemberPlan {
    fn of(group: String, rows: Vec<MemberRow>, known: Vec<MemberRow>) -> Self {
        let known_by_id: BTreeMap<&PatientId, &MemberRow> = known.iter().map(|it| (&it.patient, it)).collect();
        // A member whose last visit or chart number changed stands at another key: the old row goes.
        let place = |it: &MemberRow| (it.last_visit, it.chart_number.clone());
        let current: BTreeMap<&PatientId, _> = rows.iter().map(|it| (&it.patient, place(it))).collect();
        let gone = known.iter().filter(|it| current.get(&it.patient) != Some(&place(it))).cloned().collect();
        let changed = rows.iter().filter(|it| known_by_id.get(&it.patient) != Some(it)).cloned().collect();
        Self { group, changed, gone }
    }
}

/// How many rows turn to 離脱予備群: new members, and known ones whose last visit was another.
fn n_newly_at_risk(rows: &[MemberRow], known: &[MemberRow], group: &Group, as_of: Date) -> u32 {
    let is_at_risk = |it: &MemberRow| StatusSpan::on(as_of, it.last_visit, group).status == Status::AtRisk;
    let were: BTreeSet<&PatientId> = known.iter().filter(|it| is_at_risk(it)).map(|it| &it.patient).collect();
    rows.iter().filter(|it| is_at_risk(it) && !were.contains(&it.patient)).count() as u32
}

fn row(patient: &Patient<'_>, id: &PatientId, groups: Vec<String>) -> PatientRow {
    let mut visits: Vec<VisitRow> = Vec::new();
    for (date, _) in patient.visits.iter() {
        let month = japan::Month::of(date);
        let day = 1 << (date.day() - 1);
        match visits.last_mut() {
            Some(last) if last.month == month => last.days |= day,
            _ => visits.push(VisitRow { month, days: day }),
        }
    }
    visits.drain(..visits.len().saturating_sub(SHOWN_MONTHS));
    PatientRow {
        id: id.clone(),
        chart_number: patient.chart_number.map(str::to_owned),
        name: patient.name.to_owned(),
        kana: patient.kana.to_owned(),
        birth_date: patient.birth_date,
        sex: patient.sex,
        insurance: patient.insurance,
        first_visit: patient.visits.first(),
        last_visit: patient.visits.last(),
        visits,
        groups,
        died: patient.died,
        is_chart_shared: patient.is_chart_shared,
        keys: patient.keys.clone(),
    }
}

fn member_row(member: &Member<'_>, folded: &Folded<'_>, ids: &Ids) -> MemberRow {
    let patient = &folded.patients[member.patient];
    MemberRow {
        patient: ids[member.patient].clone(),
        chart_number: patient.chart_number.map(str::to_owned),
        name: patient.name.to_owned(),
        last_visit: member.last_visit,
        because: member
            .because
            .iter()
            .map(|it| MemberReason {
                condition: it.condition.to_owned(),
                code: it.code.clone(),
                name: it.name.clone().into_owned(),
                file: it.file.map(str::to_owned),
                line: it.line,
                date: it.date,
            })
            .collect(),
    }
}
