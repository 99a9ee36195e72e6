//! Everything a refresh reads.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use clinic::{PartRef, Rosters, SlotKey};
use codes::Codes;
use files::MonthObject;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use ledger::{ClinicId, GroupsRow, IdentityKey, LinksRow, MembershipsRow, PatientId, Versioned};

use crate::RefreshClinic;

/// Where the look-up of the national masters is kept.
const CODES_KEY: &str = "codes/current";
/// Several times the look-up of all masters.
const CODES_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// How many month objects are fetched at once.
const FETCHES: usize = 16;

/// What a refresh works on.
pub(crate) struct Loaded {
    pub(crate) objects: Vec<((SlotKey, PartRef), MonthObject)>,
    pub(crate) groups: Versioned<GroupsRow>,
    pub(crate) links: LinksRow,
    pub(crate) rosters: Rosters,
    /// 対象外, as staff typed.
    pub(crate) excluded: BTreeSet<PatientId>,
    /// Whom no refresh takes in again.
    pub(crate) erased: BTreeSet<IdentityKey>,
    pub(crate) codes: Codes,
    /// Since when each patient is in each group, as earlier refreshes found it.
    pub(crate) memberships: Vec<MembershipsRow>,
}

impl Loaded {
    pub(crate) async fn load(deps: &RefreshClinic, clinic: &ClinicId) -> Result<Self> {
        let slots = deps.ledger.slots(clinic).await?;
        let parts: Vec<(SlotKey, PartRef)> =
            slots.into_iter().flat_map(|row| row.slot.parts.into_iter().map(move |it| (row.key, it))).collect();
        let objects = stream::iter(parts)
            .map(async |(key, part)| {
                let object = deps.files.month(clinic.as_str(), &part).await?;
                anyhow::Ok(((key, part), object))
            })
            .buffered(FETCHES)
            .try_collect()
            .await
            .context("loading month objects")?;
        Ok(Self {
            objects,
            groups: deps.ledger.groups(clinic).await?,
            links: deps.ledger.links(clinic).await?.row,
            rosters: Rosters::of_records(deps.ledger.rosters(clinic).await?.iter().map(|it| &it.row)),
            excluded: deps.ledger.exclusions(clinic).await?.into_iter().map(|it| it.patient).collect(),
            erased: deps.ledger.erased(clinic).await?,
            codes: codes(deps).await?,
            memberships: deps.ledger.memberships(clinic).await?,
        })
    }
}

/// The national masters; where none were put in, codes are shown as they are.
async fn codes(deps: &RefreshClinic) -> Result<Codes> {
    match deps.files.get(CODES_KEY, CODES_MAX_BYTES).await.context("getting the masters")? {
        Some(bytes) => Codes::from_bytes(&bytes).context("reading the masters"),
        None => Ok(Codes::empty()),
    }
}
