use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{self, Offset},
};

const TOKYO: Offset = tz::offset(9);

/// Now, as civil time in Asia/Tokyo on the day that the ledger's clock shows: on the local stack the day may stand
/// still while leases and signatures keep real time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) now: Timestamp,
    pub(crate) civil: DateTime,
}

impl Moment {
    /// `now` on the day `today`.
    pub(crate) fn new(now: Timestamp, today: Date) -> Self {
        Self { now, civil: TOKYO.to_datetime(now).time().to_datetime(today) }
    }

    /// When it will be `at`.
    pub(crate) fn timestamp(self, at: DateTime) -> Timestamp {
        let ahead = at.duration_since(self.civil);
        self.now.checked_add(ahead).unwrap_or(if ahead.is_negative() { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// The civil day of `at`, the reverse of [`timestamp`](Self::timestamp).
    pub(crate) fn day_of(self, at: Timestamp) -> Date {
        self.civil.saturating_add(at.duration_since(self.now)).date()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_that_stands_still_has_real_hours() {
        let now = "2026-11-30T00:30:00Z".parse().unwrap();
        let real = Moment::new(now, date(2026, 11, 30));
        assert_eq!(real.timestamp(date(2026, 11, 30).at(10, 0, 0, 0)).to_string(), "2026-11-30T01:00:00Z");
        let fixed = Moment::new(now, date(2027, 2, 1));
        assert_eq!(fixed.timestamp(date(2027, 2, 1).at(10, 0, 0, 0)).to_string(), "2026-11-30T01:00:00Z");
        for moment in [real, fixed] {
            let day = moment.civil.date();
            assert_eq!(moment.day_of(moment.timestamp(day.at(23, 59, 0, 0))), day);
            assert_eq!(
                moment.day_of(moment.timestamp(day.tomorrow().unwrap().at(0, 0, 0, 0))),
                day.tomorrow().unwrap()
            );
        }
    }
}
