use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::Group;

/// How far a patient has dropped out of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 正常.
    Regular,
    /// 離脱予備群.
    AtRisk,
    /// 離脱.
    DroppedOut,
}

/// A status with the days it lasts if the patient does not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatusSpan {
    /// The status.
    pub status: Status,
    /// Its first day; of 正常 the last visit.
    pub since: Date,
    /// Its last day; 離脱 has none.
    pub until: Option<Date>,
}

impl StatusSpan {
    /// The status on `as_of` of a patient of `group` who came last on `last_visit`.
    pub fn on(as_of: Date, last_visit: Date, group: &Group) -> Self {
        let regular_until = group.at_risk_after.after(last_visit);
        let at_risk_until = group.dropped_out_after.after(last_visit);
        if as_of <= regular_until {
            Self { status: Status::Regular, since: last_visit, until: Some(regular_until) }
        } else if as_of <= at_risk_until {
            let since = regular_until.saturating_add(1.day());
            Self { status: Status::AtRisk, since, until: Some(at_risk_until) }
        } else {
            Self { status: Status::DroppedOut, since: at_risk_until.saturating_add(1.day()), until: None }
        }
    }

    /// The last visits that mean `status` on `as_of`, both included: a list is one range of a group's
    /// rows in the order of their last visit.
    pub fn last_visits(status: Status, as_of: Date, group: &Group) -> (Date, Date) {
        let at_risk = group.at_risk_after.latest_before(as_of);
        let dropped_out = group.dropped_out_after.latest_before(as_of);
        match status {
            Status::Regular => (at_risk.saturating_add(1.day()), as_of),
            Status::AtRisk => (dropped_out.saturating_add(1.day()), at_risk),
            Status::DroppedOut => (Date::MIN, dropped_out),
        }
    }
}

#[cfg(test)]
mod tests {
    use japan::Span;
    use jiff::civil::date;

    use super::*;
    use crate::Condition;

    fn group(at_risk_after: Span, dropped_out_after: Span) -> Group {
        Group {
            id: "g".to_owned(),
            name: "群".to_owned(),
            at_risk_after,
            dropped_out_after,
            condition: Condition::All(Vec::new()),
        }
    }

    #[track_caller]
    fn check(as_of: Date, last_visit: Date, expected: &str) {
        let span = StatusSpan::on(as_of, last_visit, &group(Span::Days(60), Span::Months(6)));
        let until = span.until.map_or_else(|| "-".to_owned(), |it| it.to_string());
        assert_eq!(format!("{:?} {}..{until}", span.status, span.since), expected);
    }

    #[test]
    fn a_status_changes_the_day_after_its_span() {
        let visit = date(2026, 1, 10);
        check(date(2026, 1, 10), visit, "Regular 2026-01-10..2026-03-11");
        check(date(2026, 3, 11), visit, "Regular 2026-01-10..2026-03-11");
        check(date(2026, 3, 12), visit, "AtRisk 2026-03-12..2026-07-10");
        check(date(2026, 7, 10), visit, "AtRisk 2026-03-12..2026-07-10");
        check(date(2026, 7, 11), visit, "DroppedOut 2026-07-11..-");
    }

    #[test]
    fn the_ranges_of_last_visits_agree_with_the_status_on_every_day_of_20_years() {
        let groups = [
            group(Span::Days(60), Span::Months(6)),
            group(Span::Months(1), Span::Months(2)),
            group(Span::Weeks(4), Span::Days(365)),
        ];
        for group in &groups {
            let mut as_of = date(2016, 1, 1);
            while as_of < date(2036, 1, 1) {
                let range = |status| StatusSpan::last_visits(status, as_of, group);
                let (regular, at_risk, dropped_out) =
                    (range(Status::Regular), range(Status::AtRisk), range(Status::DroppedOut));
                for (status, days) in [
                    (Status::Regular, [regular.0, regular.1]),
                    (Status::AtRisk, [at_risk.0, at_risk.1]),
                    (Status::DroppedOut, [dropped_out.1, dropped_out.1.saturating_sub(40.days())]),
                ] {
                    for day in days {
                        assert_eq!(StatusSpan::on(as_of, day, group).status, status, "{as_of} {day}");
                    }
                }
                as_of = as_of.saturating_add(1.day());
            }
        }
    }
}
