mod holidays;
mod settings;

#[cfg(test)]
mod tests;

pub use holidays::{HOLIDAYS_UNTIL, holiday};
use jiff::civil::{Date, DateTime};
use serde::Serialize;
pub use settings::{DayOfWeek, Hours, HoursError, HoursSettings, QuietHours};

/// When a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// At once.
    Now,
    /// Held, not dropped.
    Held {
        /// The first moment that is allowed.
        until: DateTime,
    },
    /// It would expire before it may be sent: staff are told, and move the end or the hours.
    Expires {
        /// The first moment that is allowed.
        next: DateTime,
    },
}

impl Hours {
    /// Whether messages may be sent at `at`, a civil time in Asia/Tokyo.
    pub fn allows(&self, at: DateTime) -> bool {
        !self.is_closed(at.date()) && self.settings().quiet.is_none_or(|it| !it.contains(at.time()))
    }

    /// The first allowed moment that is not before `at`.
    pub fn next_allowed(&self, at: DateTime) -> DateTime {
        let mut day = at.date();
        // One day of the week is open, and the other closed dates are finitely many: the walk ends.
        loop {
            let of_day = [Some(day.at(0, 0, 0, 0)), self.settings().quiet.map(|it| it.until.to_datetime(day))];
            let allowed =
                of_day.into_iter().flatten().map(|it| it.max(at)).find(|it| it.date() == day && self.allows(*it));
            match (allowed, day.tomorrow()) {
                (Some(allowed), _) => return allowed,
                (None, Ok(tomorrow)) => day = tomorrow,
                (None, Err(_)) => return DateTime::MAX,
            }
        }
    }

    /// When a message that is due at `at` and void from `send_before` on is sent.
    pub fn moment(&self, at: DateTime, send_before: Option<DateTime>) -> Moment {
        let next = self.next_allowed(at);
        if send_before.is_some_and(|it| it <= next) {
            return Moment::Expires { next };
        }
        if next == at { Moment::Now } else { Moment::Held { until: next } }
    }

    fn is_closed(&self, day: Date) -> bool {
        let settings = self.settings();
        settings.closed_weekdays.contains(&DayOfWeek::of(day))
            || settings.closed_dates.contains(&day)
            || (settings.is_closed_on_holidays && holiday(day).is_some())
    }
}
