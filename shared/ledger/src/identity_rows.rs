use std::collections::BTreeMap;

use anyhow::{Context, Result};
use clinic::PersonKey;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{
    ClinicId, Ledger, PatientId,
    keys::{Key, identities},
    store::{Expect, Range, Write},
};

/// A person's key under the system's secret: what patient ids are given by. It tells nothing of the
/// person to who lacks the secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityKey(String);

impl IdentityKey {
    /// The key of `person` in `clinic` under `secret`.
    pub fn new(secret: &[u8], clinic: &ClinicId, person: &PersonKey) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        mac.update(clinic.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(person.as_str().as_bytes());
        Self(mac.finalize().into_bytes().iter().map(|it| format!("{it:02x}")).collect())
    }

    pub(crate) fn from_hex(hex: String) -> Self {
        Self(hex)
    }

    pub(crate) fn as_hex(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct IdentityRow {
    patient: PatientId,
}

/// DynamoDB takes 100 writes in a transaction.
const TRANSACTION: usize = 100;

impl Ledger {
    /// The patient ids of a clinic by identity.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn identities(&self, clinic: &ClinicId) -> Result<BTreeMap<IdentityKey, PatientId>> {
        let rows = self.core.query::<IdentityRow>(&Range::all(identities(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(key, it)| (IdentityKey(key.sk), it.row.patient)).collect())
    }

    /// Gives each identity its patient, unless it has one: an id is given once and never changes.
    /// Returns who has which in the end.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat gives the same ids.
    pub async fn give_ids(
        &self,
        clinic: &ClinicId,
        ids: &[(IdentityKey, PatientId)],
    ) -> Result<Vec<(IdentityKey, PatientId)>> {
        let mut given = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(TRANSACTION) {
            let write = |(identity, patient): &(IdentityKey, PatientId)| {
                let row = IdentityRow { patient: patient.clone() };
                Write::put(Key::identity(clinic, &identity.0), &row, Expect::Absent)
            };
            let writes = chunk.iter().map(write).collect::<Result<Vec<_>>>()?;
            if self.core.transact(writes).await? {
                given.extend_from_slice(chunk);
                continue;
            }
            for (identity, patient) in chunk {
                let key = Key::identity(clinic, &identity.0);
                let row = IdentityRow { patient: patient.clone() };
                if self.core.put(key.clone(), &row, Expect::Absent).await? {
                    given.push((identity.clone(), patient.clone()));
                } else {
                    let known = self.core.get::<IdentityRow>(key).await?.context("an identity that vanished")?;
                    given.push((identity.clone(), known.row.patient));
                }
            }
        }
        Ok(given)
    }
}
