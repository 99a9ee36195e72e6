//! What a clinic's files say of its patients: the fold over month objects, groups, and who is dropping
//! out.
//!
//! ```text
//! UKE ─read_file─▶ MonthFacts (month object) ─Slot─▶ current files ─fold─▶ Patients ─Groups─▶ lists
//! ```
//!
//! **Invariant:** everything here is a function of its arguments. The fold gives the same patients for
//! any order, any repetition and any split of the same receipts into files.

mod chart_number;
mod collect;
mod condition;
mod delivery_facts;
mod details;
mod dropouts;
mod evaluate;
mod facts;
mod finding;
mod fold;
mod freshness;
mod group;
mod identity;
mod medication;
mod message;
mod patient;
mod person_counter;
mod person_key;
mod planning_facts;
mod read;
pub mod roster;
mod roster_record;
mod rosters;
mod slot;
mod status;
mod supersede;
mod visits;

#[cfg(test)]
mod algebra_tests;
#[cfg(test)]
mod conditions_tests;
#[cfg(test)]
mod delivery_facts_tests;
#[cfg(test)]
mod dropouts_tests;
#[cfg(test)]
mod facts_tests;
#[cfg(test)]
mod group_tests;
#[cfg(test)]
mod identity_tests;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod order_tests;
#[cfg(test)]
mod random_clinic;
#[cfg(test)]
mod slot_tests;
#[cfg(test)]
mod supersede_tests;
#[cfg(test)]
mod test_clinic;
#[cfg(test)]
mod test_receipt;
#[cfg(test)]
mod visits_tests;

pub use chart_number::normalise_chart_number;
pub use collect::Collector;
pub use condition::{Condition, Needs};
pub use details::{CodeDetail, Details, ReceiptDetail};
pub use dropouts::{Dropouts, Exclusion, GroupCount, Listed, Member, dropouts};
pub use evaluate::{Because, Truth};
pub use facts::{FactsError, MonthFacts};
pub use finding::{Finding, FindingCode};
pub use fold::{CurrentFile, Folded, fold};
pub use freshness::Freshness;
pub use group::{Group, Groups, GroupsError};
pub use identity::{Links, count_patients};
pub use message::Message;
pub use patient::{Insurance, Patient, Source};
pub use person_counter::PersonCounter;
pub use person_key::PersonKey;
pub use planning_facts::PlanningFacts;
pub use read::{FilePart, RECEIPT_FILE_MAX_BYTES, read_file};
pub use roster_record::{Appointment, RosterRecord};
pub use rosters::{Answer, RosterPerson, Rosters};
pub use slot::{PartRef, Publication, Replacement, Slot, SlotKey, SlotKind};
pub use status::{Status, StatusSpan};
pub use visits::{VisitSource, Visits};
