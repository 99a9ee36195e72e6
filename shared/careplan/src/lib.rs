//! ケアプランデータ連携標準仕様: the CSV files in which care offices exchange plans (第1・2・3表), schedules
//! (第6・7表) and what was done (実績), in its versions 3 (202208) and 4.1 (202407).
//!
//! ```text
//! name ──FileName::parse──▶ FileName ┐
//! bytes ──Sheet::read──▶ Sheet ──────┴─Document::of──▶ Document (records by item, no CSV in them)
//!   ▲──────Sheet::write────┘   ▲──────────Document::write──────┘
//! ```
//!
//! **Invariant:** the layouts are data (`layout/*.tsv`). A rule names an item by its number in version
//! 4.1; where the item stands in a file of another version is the layout's affair.

mod file;
mod issue;
mod kind;
mod layout;
mod number;
mod standard;

pub use file::{Document, FileName, NameMonth, Record, Row, Serial, Sheet, SheetProblem, Unwritten};
pub use issue::{Issue, IssueCode, Issues, Severity};
pub use kind::FileKind;
pub use layout::{CodeTable, Exchange, Form, Item, Layout, Need, ServiceType, layout};
pub use number::{OfficeNumber, has_insurer_check_digit};
pub use standard::Standard;
