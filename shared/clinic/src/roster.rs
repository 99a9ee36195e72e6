//! Roster files: the CSV that a clinic's own programs write about patients, appointments and
//! questionnaires.
//!
//! [`read`] tells the three kinds by their headers, never by a file's name, and reads every good
//! row; a bad row becomes a [`Rejected`] with all its reasons. [`rejected_csv`] gives those rows
//! back for correction. [`merge_contacts`] decides what a row changes about a patient who is
//! already known, and [`preview`] counts what a file would do.
//!
//! **Invariant:** no bytes make it panic, and no work is more than linear in them.
//! **Invariant:** a reason, a note or an error names the line and the column, never what the cell
//! holds.

mod appointments;
mod chart_number;
mod column;
mod contacts;
mod dates;
mod encoding;
mod error;
mod guard;
mod header;
mod mail;
mod patients;
mod phone;
mod preview;
mod questionnaire;
mod read;
mod rejected;
mod row;
mod split;
mod table;
mod words;

pub use appointments::{AppointmentRow, AppointmentState};
pub use contacts::{Consent, ContactField, Contacts, EditedBy, Merged, Stamped, merge_contacts};
pub use encoding::Encoding;
pub use error::RosterError;
pub use header::RosterKind;
pub use patients::{PatientRow, Phones};
pub use preview::{Effect, Preview, PreviewRow, preview};
pub use questionnaire::QuestionnaireRow;
pub use read::{Note, Rejected, RosterFile, Rows, read};
pub use rejected::rejected_csv;
pub use words::Sex;

#[cfg(test)]
mod tests;
