use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, tz};

/// Asia/Tokyo. Japan has had no summer time since 1951, so no time-zone database is needed.
const TOKYO: Offset = tz::offset(9);

/// The civil date in Asia/Tokyo by the machine's clock.
pub fn today() -> Date {
    date_in_tokyo(now())
}

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

fn date_in_tokyo(at: Timestamp) -> Date {
    TOKYO.to_datetime(at).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_begins_at_midnight_in_tokyo() {
        assert_eq!(date_in_tokyo("2026-03-31T14:59:59Z".parse().unwrap()), date(2026, 3, 31));
        assert_eq!(date_in_tokyo("2026-03-31T15:00:00Z".parse().unwrap()), date(2026, 4, 1));
    }
}
