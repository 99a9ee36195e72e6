use anyhow::Result;
use delivery::{PlanRow, PlanRowKey};

use crate::{
    ClinicId, Ledger, PatientId, Versioned,
    keys::{Key, plan_rows},
    store::{Expect, Range, Write},
};

impl Ledger {
    /// Every planned message of a clinic, by patient.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn plan_rows(&self, clinic: &ClinicId) -> Result<Vec<Versioned<PlanRow>>> {
        self.plan_rows_in(Range::all(plan_rows(clinic))).await
    }

    /// The planned messages to one patient.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn plan_rows_of(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Vec<Versioned<PlanRow>>> {
        let (from, to) = (format!("{patient}#"), format!("{patient}#\u{FFFF}"));
        self.plan_rows_in(Range { pk: plan_rows(clinic), from, to }).await
    }

    /// The planned messages to the patients behind `after`, up to and with `last`, by patient.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn plan_rows_behind(
        &self,
        clinic: &ClinicId,
        after: Option<&PatientId>,
        last: Option<&PatientId>,
    ) -> Result<Vec<Versioned<PlanRow>>> {
        let mut range = Range::all(plan_rows(clinic));
        if let Some(after) = after {
            range.from = format!("{after}#\u{FFFF}");
        }
        if let Some(last) = last {
            range.to = format!("{last}#\u{FFFF}");
        }
        self.plan_rows_in(range).await
    }

    async fn plan_rows_in(&self, range: Range) -> Result<Vec<Versioned<PlanRow>>> {
        Ok(self.core.query(&range, usize::MAX, false).await?.into_iter().map(|(_, it)| it).collect())
    }

    /// One planned message.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn plan_row(&self, clinic: &ClinicId, key: &PlanRowKey) -> Result<Option<Versioned<PlanRow>>> {
        self.core.get(Key::plan_row(clinic, key)).await
    }

    /// Saves planned messages, each on the version that was read (0 for a new one), and removes `gone`. Returns
    /// `false` when somebody wrote one of them meanwhile, as people do who decide: some may be saved then, and
    /// the caller reads again or leaves it to the next plan.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_plan_rows(
        &self,
        clinic: &ClinicId,
        changed: &[Versioned<PlanRow>],
        gone: &[PlanRowKey],
    ) -> Result<bool> {
        let put = |it: &Versioned<PlanRow>| {
            Write::put(Key::plan_row(clinic, &it.row.key()), &it.row, Expect::of_version(it.version))
        };
        let mut writes = changed.iter().map(put).collect::<Result<Vec<_>>>()?;
        writes.extend(gone.iter().map(|it| Write::Delete { key: Key::plan_row(clinic, it) }));
        self.core.transact_all(writes).await
    }
}
