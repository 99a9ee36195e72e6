use std::collections::BTreeSet;

use anyhow::Result;
use clinic::{Insurance, PersonKey};
use japan::Month;
use jiff::civil::Date;
use receipt::Sex;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId,
    keys::{Key, patients},
    store::{Expect, Range, Write},
};

/// A patient as the files show them: derived, and written only when it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientRow {
    /// The id.
    pub id: PatientId,
    /// Normalised; `None` where no receipt has one.
    pub chart_number: Option<String>,
    /// As the newest receipt writes it.
    pub name: String,
    /// As the newest receipt writes it.
    pub kana: String,
    /// 生年月日.
    pub birth_date: Option<Date>,
    /// 性別.
    pub sex: Option<Sex>,
    /// Of the newest receipt.
    pub insurance: Option<Insurance>,
    /// The first day the patient came.
    pub first_visit: Option<Date>,
    /// The newest day the patient came.
    pub last_visit: Option<Date>,
    /// The days of the newest 24 months with a visit, the oldest first.
    pub visits: Vec<VisitRow>,
    /// Ids of the groups the patient is a member of.
    pub groups: Vec<String>,
    /// The month of a death that no later visit contradicts.
    pub died: Option<Month>,
    /// 要確認: somebody else has the same chart number.
    pub is_chart_shared: bool,
    /// Who it is; sorted. Merges, splits and erasure are decided by them.
    #[serde(default)]
    pub keys: Vec<PersonKey>,
}

/// The days of one month a patient came on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRow {
    /// The month.
    pub month: Month,
    /// Bit 0 for the first of the month.
    pub days: u32,
}

impl Ledger {
    /// Every patient of a clinic.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn patients(&self, clinic: &ClinicId) -> Result<Vec<PatientRow>> {
        let rows = self.core.query(&Range::all(patients(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// One patient.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn patient(&self, clinic: &ClinicId, id: &PatientId) -> Result<Option<PatientRow>> {
        Ok(self.core.get(Key::patient(clinic, id)).await?.map(|it| it.row))
    }

    /// Those of `ids` who are there, each named once, in any order.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn patients_of(&self, clinic: &ClinicId, ids: &[PatientId]) -> Result<Vec<PatientRow>> {
        let keys: BTreeSet<Key> = ids.iter().map(|it| Key::patient(clinic, it)).collect();
        self.core.get_many(&keys.into_iter().collect::<Vec<Key>>()).await
    }

    /// Writes `changed` and removes `gone`, in any order; a refresh that failed half-way is run again.
    ///
    /// # Errors
    ///
    /// When some may not be written; a repeat is harmless.
    pub async fn write_patients(&self, clinic: &ClinicId, changed: &[PatientRow], gone: &[PatientId]) -> Result<()> {
        let mut writes = changed
            .iter()
            .map(|it| Write::put(Key::patient(clinic, &it.id), it, Expect::Anything))
            .collect::<Result<Vec<_>>>()?;
        writes.extend(gone.iter().map(|it| Write::Delete { key: Key::patient(clinic, it) }));
        self.core.batch(writes).await
    }
}
