use japan::Month;
use jiff::{ToSpan as _, civil::Date};

/// What is done about a transfer that nobody has fetched or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chase {
    /// The receiver is reminded: after 1 day and after 3.
    Remind,
    /// The sender is told that it was not taken: after 5 days. Nothing is erased.
    ReportUndelivered,
}

/// Days after acceptance on which each step is due.
const STEPS: [(i32, Chase); 3] = [(1, Chase::Remind), (3, Chase::Remind), (5, Chase::ReportUndelivered)];

/// What is to be done on `today` about a transfer accepted on `accepted_on` of which `n_done` steps were
/// taken: the last step that is due, and how many are taken then. Steps that were missed are not made up
/// for one by one.
pub fn chase(accepted_on: Date, n_done: usize, today: Date) -> Option<(Chase, usize)> {
    let n_due = STEPS.iter().filter(|it| day(accepted_on, it.0) <= today).count();
    (n_due > n_done).then(|| (STEPS[n_due - 1].1, n_due))
}

/// When the next step is due after `n_done` were taken; `None` after the last.
pub fn next_chase(accepted_on: Date, n_done: usize) -> Option<Date> {
    STEPS.get(n_done).map(|it| day(accepted_on, it.0))
}

fn day(accepted_on: Date, days: i32) -> Date {
    accepted_on.saturating_add(days.days())
}

/// Days of the month on which 実績 of the month before is asked for.
const ACTUALS_DAYS: [i8; 3] = [3, 6, 9];

/// The first day after `after` on which the 実績 of `month` is asked for; `None` after the last.
pub fn next_actuals_chase(month: Month, after: Date) -> Option<Date> {
    ACTUALS_DAYS.into_iter().filter_map(|it| month.plus(1).day(it)).find(|it| *it > after)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_receiver_is_reminded_twice_and_then_the_sender_is_told() {
        let accepted_on = date(2026, 12, 30);
        let check = |n_done, today, expected| assert_eq!(chase(accepted_on, n_done, today), expected, "{today}");
        check(0, date(2026, 12, 30), None);
        check(0, date(2026, 12, 31), Some((Chase::Remind, 1)));
        check(1, date(2027, 1, 1), None);
        check(1, date(2027, 1, 2), Some((Chase::Remind, 2)));
        check(2, date(2027, 1, 3), None);
        check(2, date(2027, 1, 4), Some((Chase::ReportUndelivered, 3)));
        check(3, date(2027, 2, 1), None);
        // Nobody looked for a week.
        check(0, date(2027, 1, 10), Some((Chase::ReportUndelivered, 3)));
        let due: Vec<_> = (0..4).map(|it| next_chase(accepted_on, it)).collect();
        assert_eq!(due, [Some(date(2026, 12, 31)), Some(date(2027, 1, 2)), Some(date(2027, 1, 4)), None]);
    }

    #[test]
    fn actuals_are_asked_for_on_three_days_of_the_next_month() {
        let december = Month::new(2026, 12).unwrap();
        let check = |after, expected| assert_eq!(next_actuals_chase(december, after), expected);
        check(date(2026, 11, 25), Some(date(2027, 1, 3)));
        check(date(2027, 1, 3), Some(date(2027, 1, 6)));
        check(date(2027, 1, 8), Some(date(2027, 1, 9)));
        check(date(2027, 1, 9), None);
    }
}
