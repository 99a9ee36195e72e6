//! 予定 against 実績: what of a month's 第6表 was done, and when.
//!
//! ```text
//! UPPLAN, UPHOSOKU, DLTPLAN ┐ oldest first: take
//! UPJSK, DLTJSK ────────────┴───────▶ PlannedAndDone ──reconcile──▶ Reconciliation
//! ```
//!
//! **Invariant:** every planned time counts once as done, missed, moved, at another time or not reported,
//! and every reported one once as done, extra, moved or at another time, whatever the order of rows.

mod compare;
#[cfg(test)]
mod fixture_tests;
mod line;
mod month;
mod outcome;
mod pairing;
mod planned_and_done;
#[cfg(test)]
mod property_tests;
mod sentence;
#[cfg(test)]
mod source_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use japan::Month;
pub use line::{Clock, Service, ServiceLine, ServiceTime, Unread};
pub use month::{OfficeMonth, OutcomeCounts, UserMonth};
pub use outcome::{Finding, ServiceOutcome};
pub use planned_and_done::PlannedAndDone;

use crate::Person;

/// What a month's tables come to, by user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reconciliation {
    /// By insurer, number and month.
    pub users: Vec<UserMonth>,
}

/// Compares what was planned with what was reported.
pub fn reconcile(tables: &PlannedAndDone) -> Reconciliation {
    let (planned, done) = (by_user(&tables.planned), by_user(&tables.done));
    let users: BTreeSet<(&Person, Month)> = planned.keys().chain(done.keys()).copied().collect();
    let users = users.into_iter().map(|key| {
        let of = |lines: &BTreeMap<_, Vec<_>>| lines.get(&key).cloned().unwrap_or_default();
        compare::compare(tables, key.0, key.1, &of(&planned), &of(&done))
    });
    Reconciliation { users: users.collect() }
}

fn by_user(lines: &[ServiceLine]) -> BTreeMap<(&Person, Month), Vec<&ServiceLine>> {
    let mut users: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in lines {
        users.entry((&line.person, line.month)).or_default().push(line);
    }
    users
}
