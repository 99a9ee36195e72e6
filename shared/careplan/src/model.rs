//! Plans and tables as people speak of them, put together from the records of several files.
//!
//! **Invariant:** every text is as the files have it. What software writes for itself (CSVバージョン,
//! 更新業者コード, 識別子 and the like) is left out, and so is how the files were cut, so that two models
//! are equal when they say the same.

mod grouped;
mod month;
mod needs;
mod person;
mod plan;
#[cfg(test)]
mod tests;
mod view;
mod week;

pub use month::{CostRow, CostRowKind, MonthTable, ServiceRow, TableHeading};
pub use needs::{LongGoal, ShortGoal, Support, UserNeed};
pub use person::{Person, UserFacts};
pub use plan::{CarePlan, Cover};
pub(crate) use view::RecordView;
pub use week::{Week, WeekActivity, WeekService};
