use anyhow::Result;
use clinic::{Group, Groups, Status, StatusSpan};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId, PatientRow, Versioned,
    keys::{Key, members},
    store::{Expect, Range, Write},
};

/// The groups of a clinic.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroupsRow {
    /// As staff set them.
    pub groups: Groups,
    /// Ids of groups that were taken away and whose rows a refresh must clear.
    pub removed: Vec<String>,
}

/// A patient in a group. The row says nothing of the status: that is a range of last visits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// The patient.
    pub patient: PatientId,
    /// Normalised; `None` where no receipt has one.
    pub chart_number: Option<String>,
    /// As the newest receipt writes it.
    pub name: String,
    /// The newest day the patient came.
    pub last_visit: Date,
    /// What makes the group's condition true.
    pub because: Vec<MemberReason>,
}

/// One reason why a patient is in a group, with the row that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberReason {
    /// The key of the condition.
    pub condition: String,
    /// The code that matched.
    pub code: Option<String>,
    /// What it is called.
    pub name: String,
    /// The file whose line shows it.
    pub file: Option<String>,
    /// Line in that file, counted from 1.
    pub line: Option<u32>,
    /// The day that goes with it.
    pub date: Option<Date>,
}

impl MemberRow {
    /// Where the row stands: by last visit, then chart number as text.
    fn key(&self, clinic: &ClinicId, group: &str) -> Key {
        Key::member(clinic, group, self.last_visit, &rank(self.chart_number.as_deref(), &self.patient))
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPage {
    /// By last visit, then chart number.
    pub members: Vec<MemberRow>,
    /// What to start the next page after, if there is more.
    pub next: Option<String>,
}

impl Ledger {
    /// The groups of a clinic; none, with version 0, before any were set.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn groups(&self, clinic: &ClinicId) -> Result<Versioned<GroupsRow>> {
        let found = self.core.get(Key::groups(clinic)).await?;
        Ok(found.unwrap_or(Versioned { row: GroupsRow::default(), version: 0 }))
    }

    /// Sets the groups and makes a new generation in one transaction. Returns the generation, or
    /// `None`, having changed nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn set_groups(
        &self,
        clinic: &ClinicId,
        groups: Groups,
        before: &Versioned<GroupsRow>,
    ) -> Result<Option<u64>> {
        let is_kept = |id: &String| groups.groups.iter().any(|it| it.id == *id);
        let mut removed: Vec<String> = before.row.groups.groups.iter().map(|it| it.id.clone()).collect();
        removed.extend(before.row.removed.iter().cloned());
        removed.retain(|it| !is_kept(it));
        removed.sort_unstable();
        removed.dedup();
        let generation = self.generation(clinic).await?;
        let (next, number) = Self::next_generation(clinic, &generation, &[])?;
        let expect = if before.version == 0 { Expect::Absent } else { Expect::Version(before.version) };
        let row = GroupsRow { groups, removed };
        let is_set = self.core.transact(vec![Write::put(Key::groups(clinic), &row, expect)?, next]).await?;
        Ok(is_set.then_some(number))
    }

    /// Every member of a group.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn members(&self, clinic: &ClinicId, group: &str) -> Result<Vec<MemberRow>> {
        let rows = self.core.query(&Range::all(members(clinic, group)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// The row of `patient` in a group, if the last refresh put it there.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn member(&self, clinic: &ClinicId, group: &str, patient: &PatientRow) -> Result<Option<MemberRow>> {
        match member_key(clinic, group, patient) {
            Some(key) => Ok(self.core.get(key).await?.map(|it| it.row)),
            None => Ok(None),
        }
    }

    /// Up to `limit` members of `group` whose status on `as_of` is `status`, from behind `after` on.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn members_with(
        &self,
        clinic: &ClinicId,
        group: &Group,
        status: Status,
        as_of: Date,
        after: Option<&str>,
        limit: usize,
    ) -> Result<MemberPage> {
        let mut range = status_range(clinic, group, status, as_of);
        if let Some(after) = after.filter(|it| *it >= range.from.as_str()) {
            // The least text that sorts behind `after`.
            range.from = format!("{after}\u{1}");
        }
        // DynamoDB refuses a range that ends before it begins.
        if range.from > range.to {
            return Ok(MemberPage { members: Vec::new(), next: None });
        }
        let mut rows = self.core.query::<MemberRow>(&range, limit + 1, false).await?;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| has_more).map(|(key, _)| key.sk.clone());
        Ok(MemberPage { members: rows.into_iter().map(|(_, it)| it.row).collect(), next })
    }

    /// How many members of `group` have `status` on `as_of`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn count_members(&self, clinic: &ClinicId, group: &Group, status: Status, as_of: Date) -> Result<u64> {
        self.core.count_rows(&status_range(clinic, group, status, as_of)).await
    }

    /// Writes `changed` and removes `gone` from a group, in any order.
    ///
    /// # Errors
    ///
    /// When some may not be written; a repeat is harmless.
    pub async fn write_members(
        &self,
        clinic: &ClinicId,
        group: &str,
        changed: &[MemberRow],
        gone: &[MemberRow],
    ) -> Result<()> {
        // A member whose key stays is put, never removed as well: a batch takes a key once.
        let put: Vec<Key> = changed.iter().map(|it| it.key(clinic, group)).collect();
        let mut writes = changed
            .iter()
            .map(|it| Write::put(it.key(clinic, group), it, Expect::Anything))
            .collect::<Result<Vec<_>>>()?;
        let gone = gone.iter().map(|it| it.key(clinic, group)).filter(|it| !put.contains(it));
        writes.extend(gone.map(|key| Write::Delete { key }));
        self.core.batch(writes).await
    }
}

/// Where the row of `patient` stands in a group; nobody without a visit is in one.
pub(crate) fn member_key(clinic: &ClinicId, group: &str, patient: &PatientRow) -> Option<Key> {
    let rank = rank(patient.chart_number.as_deref(), &patient.id);
    Some(Key::member(clinic, group, patient.last_visit?, &rank))
}

fn rank(chart_number: Option<&str>, patient: &PatientId) -> String {
    format!("{}#{patient}", chart_number.unwrap_or_default())
}

fn status_range(clinic: &ClinicId, group: &Group, status: Status, as_of: Date) -> Range {
    let (from, to) = StatusSpan::last_visits(status, as_of, group);
    // The earliest date has no place among text of ten characters.
    let from = if from == Date::MIN { "0000-01-01".to_owned() } else { from.to_string() };
    Range { pk: members(clinic, &group.id), from, to: format!("{to}#\u{FFFF}") }
}
