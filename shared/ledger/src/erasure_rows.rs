use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use delivery::PlanRowKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, IdentityKey, Ledger, LinksRow, PatientRow, Versioned,
    group_rows::member_key,
    keys::{Key, erased},
    link_rows::links_write,
    store::{Expect, Range, Write},
};

/// Proof that a patient was erased. It says nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureRow {
    /// Random, told to whoever asked for the erasure.
    pub proof: String,
    /// When.
    pub erased_at: Timestamp,
    /// How many ways of writing the person will not be taken in again.
    pub n_identities: u32,
}

/// What an erasure takes away.
pub struct Erasure<'a> {
    /// The patient as read.
    pub patient: &'a PatientRow,
    /// The patient's keys under the secret: whom no refresh takes in again.
    pub identities: &'a [IdentityKey],
    /// Who is who, as read.
    pub links_before: &'a Versioned<LinksRow>,
    /// Random, for the proof.
    pub proof: String,
    /// When.
    pub erased_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct ErasedRow {
    proof: String,
}

/// DynamoDB takes 100 writes in a transaction; the others are a few dozen.
const MAX_IDENTITIES: usize = 50;

impl Ledger {
    /// Erases a patient. In one transaction the proof, the keys that no refresh takes in again, and
    /// a new generation are written, and the patient, its rows of lists and whatever staff typed about
    /// it go. What was written to and by the patient goes before, and once more after it: nothing can be
    /// added where there is no patient. Returns the proof and the generation, or `None` when something was
    /// written since it was read: call it again with what is there now.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn erase(&self, clinic: &ClinicId, erasure: Erasure<'_>) -> Result<Option<(ErasureRow, u64)>> {
        let Erasure { patient, identities, links_before, proof, erased_at } = erasure;
        ensure!(identities.len() <= MAX_IDENTITIES, "a patient with more keys than a transaction takes");
        self.sweep_written(clinic, &patient.id).await?;
        // Any number of them, so before the transaction: they are planned again if it does not happen.
        let planned = self.plan_rows_of(clinic, &patient.id).await?;
        let planned: Vec<PlanRowKey> = planned.iter().map(|it| it.row.key()).collect();
        self.save_plan_rows(clinic, &[], &planned).await?;
        let row = ErasureRow { proof, erased_at, n_identities: identities.len() as u32 };
        let mut writes = vec![Write::put(Key::erasure(clinic, &row.proof), &row, Expect::Absent)?];
        for identity in identities {
            let erased = ErasedRow { proof: row.proof.clone() };
            writes.push(Write::put(Key::erased(clinic, identity.as_hex()), &erased, Expect::Anything)?);
        }
        let mut links = links_before.row.clone();
        if links.forget(&patient.keys) {
            writes.push(links_write(clinic, &links, links_before)?);
        }
        let mut gone = vec![
            Key::patient(clinic, &patient.id),
            Key::contacted(clinic, &patient.id),
            Key::exclusion(clinic, &patient.id),
            Key::correspondence(clinic, &patient.id),
            Key::memberships(clinic, &patient.id),
        ];
        // A shared chart number is somebody else's too.
        if !patient.is_chart_shared {
            gone.extend(patient.chart_number.iter().map(|it| Key::contacts(clinic, it)));
            gone.extend(patient.chart_number.iter().map(|it| Key::roster(clinic, it)));
        }
        // Rows of more groups than fit go with the next refresh.
        gone.extend(patient.groups.iter().take(30).filter_map(|it| member_key(clinic, it, patient)));
        writes.extend(gone.into_iter().map(|key| Write::Delete { key }));
        let Some(generation) = self.change(clinic, writes).await? else { return Ok(None) };
        self.sweep_written(clinic, &patient.id).await?;
        Ok(Some((row, generation)))
    }

    /// The keys of erased patients: a refresh leaves out every patient with one of them.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn erased(&self, clinic: &ClinicId) -> Result<BTreeSet<IdentityKey>> {
        let rows = self.core.query::<ErasedRow>(&Range::all(erased(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(key, _)| IdentityKey::from_hex(key.sk)).collect())
    }
}
