use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

/// When a clinic sends, checked: some day of the week is open. Times are civil, in Asia/Tokyo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HoursSettings", into = "HoursSettings")]
pub struct Hours(HoursSettings);

/// [`Hours`] as they are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HoursSettings {
    /// The time of day at which nothing is sent.
    pub quiet: Option<QuietHours>,
    /// Days of the week on which the clinic is closed.
    pub closed_weekdays: BTreeSet<DayOfWeek>,
    /// Other days on which it is closed.
    pub closed_dates: BTreeSet<Date>,
    /// Whether it is closed on the holidays of Japan, see [`crate::holiday`].
    pub is_closed_on_holidays: bool,
}

/// Quiet hours; over midnight where `from` is the later: 20:00 to 9:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first quiet moment.
    pub from: Time,
    /// The first moment that no longer is.
    pub until: Time,
}

/// When hours leave no moment to send, or say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// All seven days of the week are closed.
    #[error("すべての曜日が休みになっています。送信する曜日を残してください")]
    NoOpenDay,
    /// Quiet hours that end where they begin.
    #[error("送信しない時間帯の開始と終了が同じです。時間帯を変えるか、設定を消してください")]
    EmptyQuiet,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum DayOfWeek {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Hours {
    /// The hours that `settings` say.
    ///
    /// # Errors
    ///
    /// [`HoursError`] when nothing could ever be sent.
    pub fn new(settings: HoursSettings) -> Result<Self, HoursError> {
        if settings.closed_weekdays.len() == 7 {
            return Err(HoursError::NoOpenDay);
        }
        if settings.quiet.is_some_and(|it| it.from == it.until) {
            return Err(HoursError::EmptyQuiet);
        }
        Ok(Self(settings))
    }

    /// What they were made of.
    pub fn settings(&self) -> &HoursSettings {
        &self.0
    }
}

impl TryFrom<HoursSettings> for Hours {
    type Error = HoursError;

    fn try_from(settings: HoursSettings) -> Result<Self, HoursError> {
        Self::new(settings)
    }
}

impl From<Hours> for HoursSettings {
    fn from(hours: Hours) -> Self {
        hours.0
    }
}

impl QuietHours {
    pub(super) fn contains(self, time: Time) -> bool {
        if self.from < self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

impl DayOfWeek {
    /// The day of the week of `date`.
    pub fn of(date: Date) -> Self {
        match date.weekday() {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}
