//! What has changed between two versions of a plan or a table, in Japanese sentences.
//!
//! **Invariant:** there is no change between equal models, and at least one between others.

mod change;
mod documents;
mod items;
mod needs;
mod pairing;
mod plan;
mod table;
#[cfg(test)]
mod tests;
mod week;

pub use change::{ChangeKind, PlanChange};
pub use documents::{UserChanges, diff_documents};
pub use plan::diff_plans;
pub use table::diff_tables;
