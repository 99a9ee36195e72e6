use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

/// A length of time in one calendar unit. In JSON one key: `{"days":60}`, `{"weeks":8}` or
/// `{"months":6}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Days.
    Days(u16),
    /// Weeks of seven days.
    Weeks(u16),
    /// Calendar months; a day that the month lacks becomes its last day.
    Months(u16),
}

/// When a span lies outside what a clinic can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a span is 1 to 3,660 days, 1 to 520 weeks or 1 to 120 months")]
pub struct SpanError;

impl Span {
    /// `date` moved later by this span. A month after 31 January is 28 or 29 February.
    pub fn after(self, date: Date) -> Date {
        let span = match self {
            Self::Days(n) => i64::from(n).days(),
            Self::Weeks(n) => i64::from(n).weeks(),
            Self::Months(n) => i64::from(n).months(),
        };
        date.saturating_add(span)
    }

    /// The latest date `d` whose `self.after(d)` lies before `day`.
    ///
    /// It is not `day` minus the span: 28 February plus a month is 28 March, and so are 29, 30
    /// and 31 January plus two.
    pub fn latest_before(self, day: Date) -> Date {
        let guess = match self {
            Self::Days(n) => day.saturating_sub(i64::from(n).days()),
            Self::Weeks(n) => day.saturating_sub(i64::from(n).weeks()),
            Self::Months(n) => day.saturating_sub(i64::from(n).months()),
        };
        // A month's end moves the guess by at most three days; the walk starts beyond them.
        let mut date = guess.saturating_add(4.days());
        while self.after(date) >= day && date > Date::MIN {
            date = date.saturating_sub(1.day());
        }
        date
    }

    /// This span, if it is one a clinic can mean: not zero, at most about ten years.
    ///
    /// # Errors
    ///
    /// [`SpanError`] when it is zero or longer.
    pub fn checked(self) -> Result<Self, SpanError> {
        let valid = match self {
            Self::Days(n) => (1..=3660).contains(&n),
            Self::Weeks(n) => (1..=520).contains(&n),
            Self::Months(n) => (1..=120).contains(&n),
        };
        valid.then_some(self).ok_or(SpanError)
    }

    /// Whether this span ends before `other` from whatever day both begin.
    pub fn always_ends_before(self, other: Self) -> bool {
        // Four years and a day hold every length of month a span can begin in.
        let mut day = Date::constant(2023, 1, 1);
        for _ in 0..(4 * 365 + 2) {
            if self.after(day) >= other.after(day) {
                return false;
            }
            day = day.saturating_add(1.day());
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_after_a_long_month_ends_with_the_short_one() {
        assert_eq!(Span::Months(1).after(date(2026, 1, 31)), date(2026, 2, 28));
        assert_eq!(Span::Months(1).after(date(2024, 1, 31)), date(2024, 2, 29));
        assert_eq!(Span::Months(1).after(date(2026, 2, 28)), date(2026, 3, 28));
        assert_eq!(Span::Weeks(2).after(date(2025, 12, 31)), date(2026, 1, 14));
    }

    #[test]
    fn the_boundary_agrees_with_adding_on_every_day_of_20_years() {
        for span in [Span::Days(1), Span::Days(60), Span::Weeks(8), Span::Months(1), Span::Months(6), Span::Months(13)]
        {
            let mut day = date(2015, 1, 1);
            while day < date(2035, 1, 1) {
                let boundary = span.latest_before(day);
                assert!(span.after(boundary) < day, "{span:?} {day}");
                for later in 1..=3 {
                    let later = boundary.saturating_add(i64::from(later).days());
                    assert!(span.after(later) >= day, "{span:?} {day}");
                }
                day = day.saturating_add(1.day());
            }
        }
    }

    #[test]
    fn spans_of_different_units_are_compared_over_all_days() {
        assert!(Span::Days(60).always_ends_before(Span::Months(6)));
        assert!(Span::Days(58).always_ends_before(Span::Months(2)));
        assert!(!Span::Days(59).always_ends_before(Span::Months(2)));
        assert!(!Span::Months(3).always_ends_before(Span::Months(3)));
    }
}
