//! What planning step deliveries needs of a fold.

use clinic::{Dropouts, Folded, Groups, PlanningFacts};
use delivery::WantedCodes;
use ledger::Applied;

use crate::{Ids, memory::Memory};

/// What planning needs of the fold, by the ids of the patients.
pub(crate) fn of(
    folded: &Folded<'_>,
    groups: &Groups,
    lists: &Dropouts<'_>,
    ids: &Ids,
    memory: &Memory,
    applied: &Applied,
) -> PlanningFacts {
    let joined = |group, patient: usize| memory.of(group, &ids[patient]);
    let facts = folded.delivery_facts(&WantedCodes::ALL, groups, lists, joined);
    let mut patients: Vec<_> = ids.iter().map(ToString::to_string).zip(facts).collect();
    patients.sort_by(|one, other| one.0.cmp(&other.0));
    PlanningFacts {
        as_of: folded.as_of,
        has_inspection_receipts: folded.has_inspection_receipts(),
        attendance: applied.attendance.clone(),
        patients,
    }
}
