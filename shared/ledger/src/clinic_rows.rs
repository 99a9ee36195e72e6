use std::collections::BTreeMap;

use anyhow::Result;
use clinic::GroupCount;
use delivery::Attendance;
use japan::Month;
use jiff::civil::Date;
use receipt::{ClinicCode, Payer};
use serde::{Deserialize, Serialize};

use crate::{
    Changes, ClinicId, Ledger, Versioned,
    keys::{Key, directory_partitions},
    store::{Expect, Range, Write},
};

/// A clinic as it was set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicRow {
    /// What people call it.
    pub name: String,
    /// 医療機関コード: files of another are refused.
    pub clinic_code: ClinicCode,
}

/// Counts the changes of a clinic's files and settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Generation {
    /// From 0, one more with every publication and change of groups.
    pub number: u64,
    /// Tells two changes to the same number apart that consist of nothing else under a condition.
    #[serde(default)]
    cause: u32,
}

/// What the last refresh applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The day the groups were evaluated for.
    pub as_of: Date,
    /// The generation that was read.
    pub generation: u64,
    /// Patients with a receipt or on a roster.
    pub n_patients: u32,
    /// Until when every payer's claims are in.
    pub data_through: Option<Date>,
    /// The same for each payer.
    pub by_payer: BTreeMap<Payer, Date>,
    /// Until when attendance is known, and since when that was known.
    #[serde(default)]
    pub attendance: Attendance,
    /// 請求年月 without a file.
    pub missing: Vec<(Payer, Month)>,
    /// In the order of the groups.
    pub groups: Vec<GroupFigures>,
    /// How many findings of data quality there are, by code.
    pub findings: BTreeMap<String, u32>,
}

/// What a group's rows do not show by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupFigures {
    /// Id of the group.
    pub id: String,
    /// 対象外: who would be a member but for it.
    pub excluded: u32,
    /// Of whom the files cannot tell.
    pub unknown: u32,
    /// 対象人数 on the day of the refresh.
    pub members: u32,
}

/// A refresh that began.
#[derive(Debug, Serialize, Deserialize)]
struct RefreshRow {
    as_of: Date,
    generation: u64,
    changes: Changes,
}

impl GroupFigures {
    /// The figures of the group `id`.
    pub fn new(id: &str, count: &GroupCount) -> Self {
        Self { id: id.to_owned(), excluded: count.excluded, unknown: count.unknown, members: count.members }
    }
}

impl Ledger {
    /// Sets up a clinic. Returns `false`, and changes nothing, when the id is taken.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_clinic(&self, id: &ClinicId, row: &ClinicRow) -> Result<bool> {
        self.core
            .transact(vec![
                Write::put(Key::clinic(id), row, Expect::Absent)?,
                Write::put(Key::generation(id), &Generation { number: 0, cause: 0 }, Expect::Absent)?,
                Write::put(Key::directory(id), id, Expect::Absent)?,
            ])
            .await
    }

    /// The clinic `id`, if it was set up.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn clinic(&self, id: &ClinicId) -> Result<Option<ClinicRow>> {
        Ok(self.core.get(Key::clinic(id)).await?.map(|it| it.row))
    }

    /// Every clinic, from the directory.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn clinics(&self) -> Result<Vec<ClinicId>> {
        let mut clinics = Vec::new();
        for pk in directory_partitions() {
            let rows = self.core.query::<ClinicId>(&Range::all(pk), usize::MAX, false).await?;
            clinics.extend(rows.into_iter().map(|(_, it)| it.row));
        }
        Ok(clinics)
    }

    /// The clinic's generation; 0 before anything was published.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn generation(&self, id: &ClinicId) -> Result<Versioned<Generation>> {
        let found = self.core.get(Key::generation(id)).await?;
        Ok(found.unwrap_or(Versioned { row: Generation { number: 0, cause: 0 }, version: 0 }))
    }

    /// What the last refresh applied, if there was one.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn applied(&self, id: &ClinicId) -> Result<Option<Versioned<Applied>>> {
        self.core.get(Key::applied(id)).await
    }

    /// Ends a refresh. Returns `false`, and changes nothing, when another ended since `before` was
    /// read.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn apply(&self, id: &ClinicId, applied: &Applied, before: Option<&Versioned<Applied>>) -> Result<bool> {
        let expect = before.map_or(Expect::Absent, |it| Expect::Version(it.version));
        self.core.put(Key::applied(id), applied, expect).await
    }

    /// Begins a refresh to (`as_of`, `generation`), or goes on with it: returns the changes that were
    /// told when it began first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn begin_refresh(
        &self,
        id: &ClinicId,
        as_of: Date,
        generation: u64,
        changes: Changes,
    ) -> Result<Changes> {
        let key = Key::refresh(id);
        if let Some(begun) = self.core.get::<RefreshRow>(key.clone()).await?
            && (begun.row.as_of, begun.row.generation) == (as_of, generation)
        {
            return Ok(begun.row.changes);
        }
        self.core.put(key, &RefreshRow { as_of, generation, changes }, Expect::Anything).await?;
        Ok(changes)
    }

    /// What the newest refresh changed, if it was one to `generation`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn changes_of_refresh(&self, id: &ClinicId, generation: u64) -> Result<Option<Changes>> {
        let begun = self.core.get::<RefreshRow>(Key::refresh(id)).await?;
        Ok(begun.filter(|it| it.row.generation == generation).map(|it| it.row.changes))
    }

    /// One more generation, as a part of another transaction.
    pub(crate) fn next_generation(
        id: &ClinicId,
        before: &Versioned<Generation>,
        with: &[Write],
    ) -> Result<(Write, u64)> {
        let number = before.row.number + 1;
        let expect = if before.version == 0 { Expect::Absent } else { Expect::Version(before.version) };
        Ok((Write::put(Key::generation(id), &Generation { number, cause: cause(with) }, expect)?, number))
    }

    /// Writes rows that the lists depend on, and one more generation, in one transaction. Returns
    /// the generation, or `None`, having changed nothing, when some row was written since it was
    /// read.
    pub(crate) async fn change(&self, id: &ClinicId, writes: Vec<Write>) -> Result<Option<u64>> {
        let before = self.generation(id).await?;
        let (generation, number) = Self::next_generation(id, &before, &writes)?;
        let writes = writes.into_iter().chain([generation]).collect();
        Ok(self.core.transact(writes).await?.then_some(number))
    }
}

/// A number made of what the writes do and to which rows (FNV-1a).
fn cause(writes: &[Write]) -> u32 {
    let marks = writes.iter().flat_map(|write| {
        let kind = if matches!(write, Write::Put { .. }) { "+" } else { "-" };
        kind.bytes().chain(write.key().sk.bytes())
    });
    marks.fold(0x811C_9DC5, |cause: u32, it| (cause ^ u32::from(it)).wrapping_mul(0x0100_0193))
}
