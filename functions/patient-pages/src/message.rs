use anyhow::Context as _;
use jiff::{Timestamp, tz};
use ledger::MessageRow;

use crate::{PatientPages, error::PageError, form::Session};

/// Who sends, as every page behind the birth date says it (特定電子メール法 §4).
pub(crate) struct Sender {
    pub(crate) name: String,
    /// With address and telephone; empty where the clinic has not said.
    pub(crate) contact: String,
}

impl Sender {
    pub(crate) async fn of(pages: &PatientPages, session: &Session) -> Result<Self, PageError> {
        let clinic = &session.row.clinic;
        let row = pages.ledger.clinic(clinic).await.context("reading a clinic")?.context("a clinic that is gone")?;
        let settings = pages.ledger.message_settings(clinic).await.context("reading how a clinic sends")?.row;
        Ok(Self { name: row.name, contact: settings.contact })
    }
}

/// The message of a session; `None` where it is gone with its patient.
pub(crate) async fn of_session(pages: &PatientPages, session: &Session) -> Result<Option<MessageRow>, PageError> {
    let row = &session.row;
    let found = pages.ledger.message(&row.clinic, &row.patient, &row.message).await.context("reading a message")?;
    Ok(found.map(|it| it.row))
}

/// A time as people in Japan read it: `2026年11月30日 9:05`.
pub(crate) fn in_tokyo(at: Timestamp) -> String {
    let it = tz::offset(9).to_datetime(at);
    format!("{}年{}月{}日 {}:{:02}", it.year(), it.month(), it.day(), it.hour(), it.minute())
}
