//! Plan rows are saved by what differs.

use anyhow::Result;
use delivery::{PlanRow, PlanRowKey};
use ledger::Versioned;

use crate::{PlanDeliveries, clinic::Clinic, page::Known};

/// What is to be written so that the rows of a patient are those that were planned.
pub(crate) struct Differences {
    changed: Vec<Versioned<PlanRow>>,
    gone: Vec<PlanRowKey>,
}

impl Differences {
    pub(crate) fn n_rows(&self) -> usize {
        self.changed.len() + self.gone.len()
    }
}

/// Compares `rows` with those that are there.
pub(crate) fn differences(known: &Known, rows: Vec<PlanRow>) -> Differences {
    let is_planned = |key: &PlanRowKey| rows.iter().any(|it| it.key() == *key);
    let gone = known.existing.iter().map(PlanRow::key).filter(|it| !is_planned(it)).collect();
    let rows = rows.into_iter().filter(|it| !known.existing.contains(it));
    let changed = rows.map(|row| Versioned { version: known.version(&row.key()), row });
    Differences { changed: changed.collect(), gone }
}

/// Returns `false` where somebody decided meanwhile.
pub(crate) async fn save(deps: &PlanDeliveries, clinic: &Clinic, differences: &Differences) -> Result<bool> {
    if differences.n_rows() == 0 {
        return Ok(true);
    }
    deps.ledger.save_plan_rows(&clinic.id, &differences.changed, &differences.gone).await
}
