use japan::Span;
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

/// How far from its trigger a message is due, in one calendar unit; negative is before. In JSON one key:
/// `{"days":-3}`, `{"weeks":2}` or `{"months":6}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offset {
    /// Days.
    Days(i16),
    /// Weeks of seven days.
    Weeks(i16),
    /// Calendar months; a day that the month lacks becomes its last day.
    Months(i16),
}

impl Default for Offset {
    /// On the day itself.
    fn default() -> Self {
        Self::Days(0)
    }
}

impl Offset {
    /// The day that lies this far from `date`.
    pub fn from(self, date: Date) -> Date {
        let span = match self {
            Self::Days(n) => i64::from(n).days(),
            Self::Weeks(n) => i64::from(n).weeks(),
            Self::Months(n) => i64::from(n).months(),
        };
        date.saturating_add(span)
    }

    /// Whether it leads to a day before.
    pub fn is_negative(self) -> bool {
        let (Self::Days(n) | Self::Weeks(n) | Self::Months(n)) = self;
        n < 0
    }

    /// Whether it is at most about ten years either way.
    pub fn is_reasonable(self) -> bool {
        match self {
            Self::Days(n) => n.unsigned_abs() <= 3660,
            Self::Weeks(n) => n.unsigned_abs() <= 520,
            Self::Months(n) => n.unsigned_abs() <= 120,
        }
    }

    /// As people say it: 当日, 3日前, 6か月後.
    pub fn name(self) -> String {
        let (n, unit) = match self {
            Self::Days(n) => (n, "日"),
            Self::Weeks(n) => (n, "週間"),
            Self::Months(n) => (n, "か月"),
        };
        match n {
            0 => "当日".to_owned(),
            1.. => format!("{n}{unit}後"),
            _ => format!("{}{unit}前", n.unsigned_abs()),
        }
    }
}

/// `date` moved later `n` times by `every`, counted from `date` itself: the 31st does not wander to the 28th.
pub(super) fn repeated(date: Date, every: Span, n: u32) -> Date {
    let n = i64::from(n);
    let span = match every {
        Span::Days(days) => (n * i64::from(days)).days(),
        Span::Weeks(weeks) => (n * i64::from(weeks)).weeks(),
        Span::Months(months) => (n * i64::from(months)).months(),
    };
    date.saturating_add(span)
}

/// A number of repetitions after which `date` surely still lies before `day`.
pub(super) fn repetitions_before(date: Date, every: Span, day: Date) -> u32 {
    let days = (day - date).get_days().max(0);
    // The longest month counts, so that none is skipped.
    let step = match every {
        Span::Days(days) => i32::from(days),
        Span::Weeks(weeks) => i32::from(weeks) * 7,
        Span::Months(months) => i32::from(months) * 31,
    };
    (days / step.max(1)).saturating_sub(1).max(0) as u32
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_offset_says_what_people_say() {
        let check = |offset: Offset, expected: &str| assert_eq!(offset.name(), expected);
        check(Offset::default(), "当日");
        check(Offset::Weeks(2), "2週間後");
        check(Offset::Months(-1), "1か月前");
        assert_eq!(serde_json::from_str::<Offset>(r#"{"days":-3}"#).unwrap(), Offset::Days(-3));
        assert!(serde_json::from_str::<Offset>(r#"{"days":1,"weeks":1}"#).is_err());
    }

    #[test]
    fn a_day_that_a_month_lacks_is_its_last() {
        assert_eq!(Offset::Months(1).from(date(2026, 1, 31)), date(2026, 2, 28));
        assert_eq!(Offset::Months(-1).from(date(2024, 3, 31)), date(2024, 2, 29));
        assert_eq!(Offset::Months(12).from(date(2024, 2, 29)), date(2025, 2, 28));
        assert_eq!(Offset::Days(1).from(date(2025, 12, 31)), date(2026, 1, 1));
    }

    #[test]
    fn repetitions_of_the_31st_fall_on_the_last_days_and_come_back_to_the_31st() {
        let days: Vec<String> = (0..5).map(|k| repeated(date(2026, 1, 31), Span::Months(1), k).to_string()).collect();
        assert_eq!(days, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]);
    }

    #[test]
    fn no_repetition_is_skipped_in_20_years() {
        for every in [Span::Days(1), Span::Days(30), Span::Weeks(2), Span::Months(1), Span::Months(5)] {
            let (start, mut day) = (date(2016, 1, 31), date(2016, 1, 31));
            while day < date(2036, 1, 1) {
                let n = repetitions_before(start, every, day);
                assert!(n == 0 || repeated(start, every, n) < day, "{every:?} {day}");
                assert!(repeated(start, every, n + 24) >= day, "{every:?} {day}: as good as none was skipped");
                day = day.saturating_add(1.day());
            }
        }
    }
}
