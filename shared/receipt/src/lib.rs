//! Reads レセプト電算 claim files (UKE, 医科): bytes in, receipts out, never the whole file in memory.
//!
//! The format is 「オンライン又は光ディスク等による請求に係る記録条件仕様（医科用）」, edition of April 2022; columns are
//! counted from 1, as there.
//!
//! **Invariant:** reading never fails on content. A bad row becomes an [`Issue`] with its line; a
//! file that is no claim file of ours becomes a [`Refusal`]. Neither quotes what the file says
//! of a patient.

mod archive;
mod check;
mod columns;
mod coverage;
mod digits;
mod encoding;
mod header;
mod issue;
mod kind;
mod lines;
mod marks;
mod open_receipt;
mod parser;
mod reader;
mod receipt;
mod record;
mod refusal;
mod rows;
mod service;
mod sniff;
mod text;
mod usual;

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod oddity_tests;
#[cfg(test)]
mod usual_tests;

pub use archive::{ArchiveEntry, open_archive};
pub use check::{Declared, Part, PayerTotals};
pub use coverage::{Burden, Coverage, Eligibility, InsuranceType, ReceiptType};
pub use encoding::{Encoding, EncodingDetector};
pub use header::{ClinicCode, Header, Payer};
pub use issue::{Issue, IssueCode, Severity};
pub use kind::Kind;
pub use reader::{Item, Reader};
pub use receipt::{Attendance, Receipt, Sex};
pub use refusal::Refusal;
pub use rows::{Comment, Disease, Outcome, SymptomDetail};
pub use service::{Amount, Days, Service, ServiceKind};
pub use sniff::{Content, sniff};
pub use text::Text;
