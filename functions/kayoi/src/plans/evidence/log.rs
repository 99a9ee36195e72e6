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
    /// As they were signed: those of the month, the one before them, to which they are bound, and the one
    /// behind them, which is bound to them.
    pub(super) entries: Vec<Sealed>,
}

/// What a log says, proved.
pub(super) struct Entries {
    pub(super) of_month: Vec<Evidence>,
    pub(super) ends: Ends,
}

/// Whether nothing can have been taken away at either end of the month.
pub(super) struct Ends {
    /// The entry before the month is there, or there is none before.
    pub(super) has_start: bool,
    /// The entry behind the month is there; without it nobody knows.
    pub(super) has_end: bool,
}

impl Log {
    /// The stretch that holds every entry of `month`, the entry before it and the one behind it.
    ///
    /// # Errors
    ///
    /// When the log is not what was signed.
    pub(super) fn of_month(self, month: Month) -> anyhow::Result<Self> {
        let read = self.read()?;
        let (first, end) = stretch(&read, month);
        let (from, to) = (first.saturating_sub(1), (end + 1).min(self.entries.len()));
        let entries = self.entries.get(from..to).unwrap_or_default().to_vec();
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
        // Without a month there is nothing beside the stretch.
        let ends = Ends {
            has_start: month.is_none() || first > 0 || read.first().is_none_or(|it| it.number == 1 || first == end),
            has_end: month.is_none() || end < read.len(),
        };
        read.truncate(end);
        Ok(Entries { of_month: read.split_off(first), ends })
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
