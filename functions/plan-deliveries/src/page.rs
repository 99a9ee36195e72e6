//! The patients that one message plans.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use delivery::{PlanRow, PlanRowKey};
use ledger::{Addressee, CorrespondenceRow, PatientId, Versioned};

use crate::{PlanDeliveries, clinic::Clinic};

pub(crate) struct Page {
    pub(crate) patients: Vec<Known>,
    /// The last patient of the page, where others come behind.
    pub(crate) next: Option<PatientId>,
}

/// A patient with everything that is known for planning.
pub(crate) struct Known {
    pub(crate) id: PatientId,
    /// `None` where no file has the patient any more, or the patient was erased.
    pub(crate) addressee: Option<Addressee>,
    pub(crate) correspondence: Versioned<CorrespondenceRow>,
    /// The plan rows that are there.
    pub(crate) existing: Vec<PlanRow>,
    versions: BTreeMap<PlanRowKey, u64>,
}

impl Page {
    /// The patients behind `after`: those of the facts, and those who have plan rows.
    pub(crate) async fn load(deps: &PlanDeliveries, clinic: &Clinic, after: Option<PatientId>) -> Result<Self> {
        let is_behind = |id: &&str| after.as_ref().is_none_or(|after| *id > after.as_str());
        let ids = clinic.facts.patients.iter().map(|it| it.0.as_str()).filter(is_behind);
        let mut ids: Vec<&str> = ids.take(deps.settings.page + 1).collect();
        let has_more = ids.len() > deps.settings.page;
        ids.truncate(deps.settings.page);
        let next = ids.last().filter(|_| has_more).map(|it| patient_id(it)).transpose()?;

        let rows = deps.ledger.plan_rows_behind(&clinic.id, after.as_ref(), next.as_ref()).await?;
        let mut existing: BTreeMap<PatientId, Vec<Versioned<PlanRow>>> = BTreeMap::new();
        for row in rows {
            existing.entry(patient_id(&row.row.patient)?).or_default().push(row);
        }
        let correspondences = deps.ledger.correspondences(&clinic.id).await?;
        let mut correspondences: BTreeMap<PatientId, Versioned<CorrespondenceRow>> =
            correspondences.into_iter().map(|it| (it.row.patient.clone(), it)).collect();
        let addressees = deps.ledger.addressees(&clinic.id, &deps.identity_secret, clinic.today).await?;
        let mut addressees: BTreeMap<PatientId, Addressee> =
            addressees.into_iter().map(|it| (it.patient.id.clone(), it)).collect();

        let mut all: BTreeSet<PatientId> = ids.into_iter().map(patient_id).collect::<Result<_>>()?;
        all.extend(existing.keys().cloned());
        let patients = all.into_iter().map(|id| {
            let unknown = || Versioned { row: CorrespondenceRow::new(id.clone()), version: 0 };
            let correspondence = correspondences.remove(&id).unwrap_or_else(unknown);
            let rows = existing.remove(&id).unwrap_or_default();
            Known::new(addressees.remove(&id), correspondence, rows)
        });
        Ok(Self { patients: patients.collect(), next })
    }
}

impl Known {
    fn new(
        addressee: Option<Addressee>,
        correspondence: Versioned<CorrespondenceRow>,
        rows: Vec<Versioned<PlanRow>>,
    ) -> Self {
        let versions = rows.iter().map(|it| (it.row.key(), it.version)).collect();
        let existing = rows.into_iter().map(|it| it.row).collect();
        Self { id: correspondence.row.patient.clone(), addressee, correspondence, existing, versions }
    }

    /// The version of a plan row that was read; 0 for one that is not there.
    pub(crate) fn version(&self, row: &PlanRowKey) -> u64 {
        self.versions.get(row).copied().unwrap_or(0)
    }

    /// Takes in that `row` was written.
    pub(crate) fn wrote(&mut self, row: PlanRow) {
        *self.versions.entry(row.key()).or_insert(0) += 1;
        self.existing.retain(|it| it.key() != row.key());
        self.existing.push(row);
    }

    /// The same patient as the tables know it now.
    pub(crate) async fn again(self, deps: &PlanDeliveries, clinic: &Clinic) -> Result<Self> {
        let ledger = &deps.ledger;
        let addressee = ledger.addressee(&clinic.id, &self.id, &deps.identity_secret, clinic.today).await?;
        let correspondence = ledger.correspondence(&clinic.id, &self.id).await?;
        Ok(Self::new(addressee, correspondence, ledger.plan_rows_of(&clinic.id, &self.id).await?))
    }
}

fn patient_id(id: &str) -> Result<PatientId> {
    PatientId::parse(id).context("facts of no patient")
}
