use anyhow::{Context as _, Result, bail};
use careplan::{
    OfficeNumber,
    exchange::{Fact, LogEnd, Seal, Sealed},
};
use serde::{Deserialize, Serialize};

use crate::{
    Ledger,
    keys::{Key, evidence, evidence_sk},
    store::{Expect, Range, Write},
};

/// Where the entry for one event of a transfer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EntryPlace {
    number: u64,
}

/// Facts in one transaction: each takes two writes besides the end of the log.
const FACTS_AT_ONCE: usize = 40;
const MAX_TRIES: usize = 50;

impl Ledger {
    /// Adds `facts` to the log of `office`, each once: one that is in it already stays where it is.
    /// Returns their entries in the order of the facts.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_evidence(&self, office: &OfficeNumber, facts: &[Fact], seal: &Seal) -> Result<Vec<Sealed>> {
        let mut entries = Vec::with_capacity(facts.len());
        for facts in facts.chunks(FACTS_AT_ONCE) {
            entries.extend(self.add_some_evidence(office, facts, seal).await?);
        }
        Ok(entries)
    }

    async fn add_some_evidence(&self, office: &OfficeNumber, facts: &[Fact], seal: &Seal) -> Result<Vec<Sealed>> {
        for _ in 0..MAX_TRIES {
            let before = self.core.get::<LogEnd>(Key::evidence_end(office)).await?;
            let version = before.as_ref().map_or(0, |it| it.version);
            let mut end = before.map(|it| it.row).unwrap_or_default();
            let (mut entries, mut writes) = (Vec::with_capacity(facts.len()), Vec::new());
            for fact in facts {
                let place_key = Key::evidence_place(office, &fact.transfer, fact.event);
                if let Some(place) = self.core.get::<EntryPlace>(place_key.clone()).await? {
                    let key = Key::evidence(office, place.row.number);
                    let known = self.core.get::<Sealed>(key).await?.context("an entry of a log is gone")?;
                    entries.push(known.row);
                    continue;
                }
                let (sealed, next) = end.append(office, fact.clone(), seal).context("writing an entry")?;
                writes.push(Write::put(Key::evidence(office, next.number), &sealed, Expect::Absent)?);
                writes.push(Write::put(place_key, &EntryPlace { number: next.number }, Expect::Absent)?);
                entries.push(sealed);
                end = next;
            }
            if writes.is_empty() {
                return Ok(entries);
            }
            writes.push(Write::put(Key::evidence_end(office), &end, Expect::of_version(version))?);
            if self.core.transact(writes).await? {
                return Ok(entries);
            }
        }
        bail!("the log of an office was written by others {MAX_TRIES} times in a row")
    }

    /// Up to `limit` entries of the log of `office` after the one with the number `after`, in order.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn evidence(&self, office: &OfficeNumber, after: u64, limit: usize) -> Result<Vec<Sealed>> {
        let range = Range { from: evidence_sk(after + 1), ..Range::all(evidence(office)) };
        let found = self.core.query(&range, limit, false).await?;
        Ok(found.into_iter().map(|it| it.1.row).collect())
    }
}
