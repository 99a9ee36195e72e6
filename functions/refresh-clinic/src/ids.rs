//! Patient ids: random, given once, kept.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use clinic::{Folded, PersonKey};
use ledger::{ClinicId, IdentityKey, LinksRow, PatientId};

use crate::{Ids, RefreshClinic};

/// The id of each patient. People who are known keep the id of the smallest of their identities that
/// has one; new people get a new one; identities that are new to a known patient are added to it.
///
/// Where staff merged or split people, they said whose id is kept.
pub(crate) async fn give_ids(
    deps: &RefreshClinic,
    clinic: &ClinicId,
    folded: &Folded<'_>,
    links: &LinksRow,
) -> Result<Ids> {
    let known = deps.ledger.identities(clinic).await.context("reading identities")?;
    let mut ids = Ids::with_capacity(folded.patients.len());
    let mut taken: BTreeMap<PatientId, usize> = BTreeMap::new();
    let mut to_give = Vec::new();
    for (index, patient) in folded.patients.iter().enumerate() {
        let identities: Vec<IdentityKey> =
            patient.keys.iter().map(|it| IdentityKey::new(&deps.identity_secret, clinic, it)).collect();
        // Two patients who were one before they were split may share an id: the first keeps it.
        let given = links.given_id(&patient.keys).filter(|it| !taken.contains_key(*it)).cloned();
        let kept =
            identities.iter().filter_map(|it| known.get(it)).filter(|it| !taken.contains_key(*it)).min().cloned();
        let id = match given.or(kept) {
            Some(id) => id,
            None => PatientId::parse(&(deps.random_id)()).context("making a patient id")?,
        };
        taken.insert(id.clone(), index);
        let missing = identities.into_iter().filter(|it| !known.contains_key(it));
        to_give.extend(missing.map(|it| (it, id.clone())));
        ids.push(id);
    }
    let given = deps.ledger.give_ids(clinic, &to_give).await.context("giving ids")?;
    // Another refresh may have given some identity its id meanwhile; theirs counts.
    for ((_, wanted), (_, got)) in to_give.iter().zip(&given) {
        if wanted != got
            && let Some(index) = taken.get(wanted)
        {
            ids[*index] = got.clone();
        }
    }
    Ok(ids)
}

/// Takes out the patients who were erased: whatever a file says of them, they are not taken in again.
pub(crate) fn leave_out_erased(
    deps: &RefreshClinic,
    clinic: &ClinicId,
    folded: &mut Folded<'_>,
    erased: &BTreeSet<IdentityKey>,
) {
    if !erased.is_empty() {
        let is_erased = |key: &PersonKey| erased.contains(&IdentityKey::new(&deps.identity_secret, clinic, key));
        folded.patients.retain(|it| !it.keys.iter().any(&is_erased));
    }
}
