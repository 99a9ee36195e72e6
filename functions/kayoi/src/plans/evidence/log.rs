use anyhow::Context as _;
use careplan::exchange::{Evidence, Sealed, verify_log};
use japan::Month;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A stretch of an office's log: `log.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Log {
    /// `2026-11`; none for the whole log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) month: Option<String>,
    /// What it is signed with, in base64.
    pub(super) key: String,
    /// As they were signed: those of the month, and the one before them, to which they are bound.
    pub(super) entries: Vec<Sealed>,
}

/// What a log says, proved.
pub(super) struct Entries {
    pub(super) of_month: Vec<Evidence>,
}

impl Log {
    /// The stretch that holds every entry of `month` and the entry before it.
    ///
    /// # Errors
    ///
    /// When the log is not what was signed.
    pub(super) fn of_month(self, month: Month) -> anyhow::Result<Self> {
        let read = self.read()?;
        let (first, end) = stretch(&read, month);
        let entries = self.entries.get(first.saturating_sub(1)..end).unwrap_or_default().to_vec();
        Ok(Self { month: Some(month.to_string()), key: self.key, entries })
    }

    /// What was signed.
    fn read(&self) -> anyhow::Result<Vec<Evidence>> {
        verify_log(&self.entries, &self.key).context("記録が改ざんされているか、壊れています")
    }

    /// What it says of its month.
    ///
    /// # Errors
    ///
    /// When it is not what was signed.
    pub(super) fn entries(&self) -> anyhow::Result<Entries> {
        let mut read = self.read()?;
        let month: Option<Month> = self.month.as_ref().and_then(|it| it.parse().ok());
        let (first, end) = month.map_or((0, read.len()), |it| stretch(&read, it));
        read.truncate(end);
        Ok(Entries { of_month: read.split_off(first) })
    }
}

/// From where to where entries of `month` stand; others between them belong to the stretch.
fn stretch(entries: &[Evidence], month: Month) -> (usize, usize) {
    let is_of_month = |it: &Evidence| Month::of(in_tokyo(it.fact.at).date()) == month;
    match entries.iter().position(is_of_month) {
        Some(first) => (first, entries.iter().rposition(is_of_month).map_or(first, |it| it + 1)),
        // None: behind the last that is older, so that the one before it is there still.
        None => {
            let is_older = |it: &Evidence| Month::of(in_tokyo(it.fact.at).date()) < month;
            let at = entries.iter().rposition(is_older).map_or(0, |it| it + 1);
            (at, at)
        }
    }
}

/// A moment by the clocks of Japan, which know no summer time.
pub(super) fn in_tokyo(at: Timestamp) -> jiff::civil::DateTime {
    jiff::tz::offset(9).to_datetime(at)
}
