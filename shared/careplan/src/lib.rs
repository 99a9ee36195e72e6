//! ケアプランデータ連携標準仕様: the CSV files in which care offices exchange plans (第1・2・3表), schedules
//! (第6・7表) and what was done (実績), in its versions 3 (202208) and 4.1 (202407).
//!
//! ```text
//! name ──FileName::parse──▶ FileName ┐
//! bytes ──Sheet::read──▶ Sheet ──────┴─Document::of──▶ Document (records by item, no CSV in them)
//!   ▲──────Sheet::write────┘   ▲──────────Document::write──────┘
//! ```
//!
//! For people, documents become [`CarePlan`]s and [`MonthTable`]s: [`render_document`] shows them as forms,
//! [`diff_documents`] tells in sentences what changed.
//!
//! **Invariant:** the layouts are data (`layout/*.tsv`). A rule names an item by its number in version
//! 4.1; where the item stands in a file of another version is the layout's affair.

mod check;
mod deletion;
mod diff;
pub mod exchange;
mod file;
mod forms;
mod issue;
mod kind;
mod layout;
mod model;
mod number;
mod reconcile;
#[cfg(test)]
mod sample;
mod savings;
mod standard;
mod unit;

pub use check::{CheckedFile, check_file};
pub use deletion::deletion_of;
pub use diff::{ChangeKind, PlanChange, UserChanges, diff_documents, diff_plans, diff_tables};
pub use file::{Document, FileName, NameMonth, Record, Row, Serial, Sheet, SheetProblem, Unwritten};
pub use forms::{render_document, render_plan, render_table};
pub use issue::{Issue, IssueCode, Issues, Severity};
pub use kind::FileKind;
pub use layout::{CodeTable, Exchange, Form, Item, Layout, Need, ServiceType, layout};
pub use model::{
    CarePlan, CostRow, CostRowKind, Cover, LongGoal, MonthTable, Person, ServiceRow, ShortGoal, Support, TableHeading,
    UserFacts, UserNeed, Week, WeekActivity, WeekService,
};
pub use number::{OfficeNumber, has_insurer_check_digit};
pub use reconcile::{
    Clock, Finding, OfficeMonth, OutcomeCounts, PlannedAndDone, Reconciliation, Service, ServiceLine, ServiceOutcome,
    ServiceTime, Unread, UserMonth, reconcile,
};
pub use savings::{Amount, Change, Cost, Savings, SavingsError, SavingsInput, savings};
pub use standard::Standard;
pub use unit::{Direction, SendUnit, UnitIssue, units};
