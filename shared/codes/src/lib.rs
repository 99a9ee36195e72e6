//! The national code masters (診療報酬情報提供サービス) as a look-up: what a code of a claim file is
//! called, which ICD-10 a disease stands for, which price-list code a drug has.
//!
//! ```text
//! master files ──CodesBuilder::add──▶ CodesBuilder ──build──▶ Codes ◀──from_bytes── object
//! ```
//!
//! **Invariant:** a code no master knows is never an error: it is shown as the code.

mod builder;
mod bytes;
mod codes;
mod excerpt;
mod health_names;
mod kind;
mod layout;
mod master;
mod prescription_fee;
mod texts;

#[cfg(test)]
mod any_bytes_tests;
#[cfg(test)]
mod builder_tests;
#[cfg(test)]
mod national_tests;

pub use builder::CodesBuilder;
pub use bytes::CodesError;
pub use codes::{Codes, Disease, Drug, Procedure};
pub use health_names::HealthNames;
pub use kind::Kind;
pub use master::{Added, MasterError, SkipCause, Skipped};
pub use prescription_fee::is_prescription_fee;
