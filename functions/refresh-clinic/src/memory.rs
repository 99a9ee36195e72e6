//! Since when each patient is in each group: what no file tells, so that a refresh remembers it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use clinic::{Dropouts, Group};
use delivery::{Joined, remember};
use jiff::civil::Date;
use ledger::{Applied, ClinicId, MembershipsRow, PatientId};

use crate::{Ids, RefreshClinic};

/// For each group, by the id of the patient.
pub(crate) struct Memory(Vec<BTreeMap<String, Joined>>);

/// Rows of the memory that differ from what is there.
pub(crate) struct MemoryPlan {
    changed: Vec<MembershipsRow>,
    gone: Vec<PatientId>,
}

impl Memory {
    /// What is remembered after the refresh of `today` found `lists`. Of a group that the refresh before did not
    /// know, nobody knows since when its members are in it.
    pub(crate) fn after(
        known: &[MembershipsRow],
        before: Option<&Applied>,
        groups: &[Group],
        lists: &Dropouts<'_>,
        ids: &Ids,
        today: Date,
    ) -> Self {
        let of_group = |(index, group): (usize, &Group)| {
            let began = before.is_some_and(|it| it.groups.iter().any(|it| it.id == group.id));
            let known: BTreeMap<String, Joined> =
                known.iter().filter_map(|it| Some((it.patient.to_string(), *it.groups.get(&group.id)?))).collect();
            let members = lists.members.iter().filter(|it| it.group == index).map(|it| ids[it.patient].as_str());
            let mut memory = remember(began.then_some(&known), members, today);
            memory.retain(|_, it| !it.is_over(today));
            memory
        };
        Self(groups.iter().enumerate().map(of_group).collect())
    }

    /// What is remembered of a patient in the group of this index.
    pub(crate) fn of(&self, group: usize, patient: &PatientId) -> Option<Joined> {
        self.0[group].get(patient.as_str()).copied()
    }

    /// The rows to write, compared with those that are `known`.
    pub(crate) fn plan(&self, groups: &[Group], known: &[MembershipsRow]) -> Result<MemoryPlan> {
        let mut rows: BTreeMap<PatientId, BTreeMap<String, Joined>> = BTreeMap::new();
        for (group, memory) in groups.iter().zip(&self.0) {
            for (patient, joined) in memory {
                let patient = PatientId::parse(patient).context("a membership of no patient")?;
                rows.entry(patient).or_default().insert(group.id.clone(), *joined);
            }
        }
        let known: BTreeMap<&PatientId, &MembershipsRow> = known.iter().map(|it| (&it.patient, it)).collect();
        let gone = known.keys().filter(|it| !rows.contains_key(**it)).map(|it| (*it).clone()).collect();
        let rows = rows.into_iter().map(|(patient, groups)| MembershipsRow { patient, groups });
        Ok(MemoryPlan { changed: rows.filter(|it| known.get(&it.patient) != Some(&it)).collect(), gone })
    }
}

impl MemoryPlan {
    /// Writes it. A run that was broken off finds on the same day what it would have remembered.
    pub(crate) async fn write(&self, deps: &RefreshClinic, clinic: &ClinicId) -> Result<()> {
        deps.ledger.write_memberships(clinic, &self.changed, &self.gone).await.context("writing memberships")
    }
}
