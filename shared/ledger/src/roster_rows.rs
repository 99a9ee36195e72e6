use anyhow::Result;
use clinic::RosterRecord;

use crate::{
    ClinicId, Ledger, UploadRow, Versioned,
    keys::{Key, rosters},
    store::{Expect, Range, Write},
};

impl Ledger {
    /// What the roster files say, by chart number, with the versions of the rows.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn rosters(&self, clinic: &ClinicId) -> Result<Vec<Versioned<RosterRecord>>> {
        let rows = self.core.query(&Range::all(rosters(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it).collect())
    }

    /// What the roster files say of one chart number, normalised.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn roster_of(&self, clinic: &ClinicId, chart_number: &str) -> Result<Option<RosterRecord>> {
        Ok(self.core.get(Key::roster(clinic, chart_number)).await?.map(|it| it.row))
    }

    /// Saves many, each with the version that was read (0 for a new one). Returns `false` when
    /// somebody wrote one of them meanwhile: some may be saved then, and the caller reads again.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_rosters(&self, clinic: &ClinicId, rows: &[Versioned<RosterRecord>]) -> Result<bool> {
        let write = |it: &Versioned<RosterRecord>| {
            Write::put(Key::roster(clinic, &it.row.chart_number), &it.row, Expect::of_version(it.version))
        };
        self.core.transact_all(rows.iter().map(write).collect::<Result<Vec<_>>>()?).await
    }

    /// Ends the import of a roster that changed something: saves the upload and makes a new generation
    /// in one transaction. `None`, having changed nothing, when either was written since it was read.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn publish_roster(
        &self,
        clinic: &ClinicId,
        row: UploadRow,
        version: u64,
    ) -> Result<Option<Versioned<UploadRow>>> {
        let before = self.generation(clinic).await?;
        let (generation, number) = Self::next_generation(clinic, &before, &[])?;
        let row = UploadRow { generation: Some(number), ..row };
        let upload = Write::put(Key::upload(clinic, row.number), &row, Expect::Version(version))?;
        let is_published = self.core.transact(vec![upload, generation]).await?;
        Ok(is_published.then_some(Versioned { row, version: version + 1 }))
    }
}
