use jiff::{ToSpan as _, civil::date};
use proptest::prelude::*;

use super::*;

fn hours(json: &str) -> Result<Hours, serde_json::Error> {
    serde_json::from_str(json)
}

const CLINIC: &str = r#"{"quiet":{"from":"20:00:00","until":"09:00:00"},"closed_weekdays":["sunday"],
    "closed_dates":["2026-12-29"],"is_closed_on_holidays":true}"#;

#[track_caller]
fn check(json: &str, at: &str, expected: &str) {
    let next = hours(json).unwrap().next_allowed(at.parse().unwrap());
    assert_eq!(next, expected.parse::<DateTime>().unwrap());
}

#[test]
fn a_message_of_the_night_waits_for_the_morning() {
    check(CLINIC, "2026-11-20T12:00", "2026-11-20T12:00");
    check(CLINIC, "2026-11-20T19:59:59", "2026-11-20T19:59:59");
    check(CLINIC, "2026-11-20T20:00", "2026-11-21T09:00");
    check(CLINIC, "2026-11-20T00:01", "2026-11-20T09:00");
    check(CLINIC, "2026-11-20T08:59:59.999", "2026-11-20T09:00");
    check(CLINIC, "2026-11-20T09:00", "2026-11-20T09:00");
}

#[test]
fn a_message_of_a_closed_day_waits_for_the_next_open_one() {
    // Saturday evening, then Sunday, then 勤労感謝の日.
    check(CLINIC, "2026-11-21T23:59", "2026-11-24T09:00");
    check(CLINIC, "2026-12-28T21:00", "2026-12-30T09:00");
    // みどりの日 to the 休日 behind こどもの日.
    check(CLINIC, "2026-05-02T20:30", "2026-05-07T09:00");
}

#[test]
fn quiet_hours_within_a_day_leave_its_morning_and_evening() {
    let lunch = r#"{"quiet":{"from":"12:00:00","until":"13:00:00"}}"#;
    check(lunch, "2026-11-21T00:00", "2026-11-21T00:00");
    check(lunch, "2026-11-21T12:30", "2026-11-21T13:00");
    check(lunch, "2026-11-21T13:00", "2026-11-21T13:00");
    let until_midnight = r#"{"quiet":{"from":"20:00:00","until":"00:00:00"}}"#;
    check(until_midnight, "2026-12-31T20:00", "2027-01-01T00:00");
    check("{}", "2026-11-22T03:00", "2026-11-22T03:00");
}

#[test]
fn hours_in_which_nothing_could_be_sent_are_refused() {
    let all = r#"{"closed_weekdays":["monday","tuesday","wednesday","thursday","friday","saturday","sunday"]}"#;
    assert!(hours(all).unwrap_err().to_string().contains("すべての曜日"));
    let empty = r#"{"quiet":{"from":"09:00:00","until":"09:00:00"}}"#;
    assert!(hours(empty).unwrap_err().to_string().contains("同じ"));
    assert!(hours(r#"{"quite":null}"#).is_err());
}

#[test]
fn a_message_that_would_expire_while_it_is_held_is_told() {
    let hours = hours(CLINIC).unwrap();
    let moment =
        |before: Option<&str>| hours.moment(date(2026, 11, 20).at(21, 0, 0, 0), before.map(|it| it.parse().unwrap()));
    let morning = date(2026, 11, 21).at(9, 0, 0, 0);
    assert_eq!(moment(None), Moment::Held { until: morning });
    assert_eq!(moment(Some("2026-11-21T09:00:01")), Moment::Held { until: morning });
    assert_eq!(moment(Some("2026-11-21T09:00")), Moment::Expires { next: morning });
    let noon = date(2026, 11, 20).at(12, 0, 0, 0);
    assert_eq!(hours.moment(noon, None), Moment::Now);
    assert_eq!(hours.moment(noon, Some(noon)), Moment::Expires { next: noon });
}

const WEEK: [DayOfWeek; 7] = [
    DayOfWeek::Monday,
    DayOfWeek::Tuesday,
    DayOfWeek::Wednesday,
    DayOfWeek::Thursday,
    DayOfWeek::Friday,
    DayOfWeek::Saturday,
    DayOfWeek::Sunday,
];

fn any_moment() -> impl Strategy<Value = DateTime> {
    (0..3000_i64, 0..1440_i64)
        .prop_map(|(day, minute)| date(2024, 1, 1).at(0, 0, 0, 0).checked_add(day.days().minutes(minute)).unwrap())
}

fn any_hours() -> impl Strategy<Value = Hours> {
    let quiet = prop::option::of((0..24_i8, 0..24_i8));
    let weekdays = prop::sample::subsequence(WEEK.to_vec(), 0..=6);
    let dates = prop::collection::btree_set(any_moment().prop_map(DateTime::date), 0..20);
    (quiet, weekdays, dates, any::<bool>()).prop_map(|(quiet, weekdays, closed_dates, is_closed_on_holidays)| {
        let time = |hour| jiff::civil::time(hour, 30, 0, 0);
        let quiet = quiet.filter(|it| it.0 != it.1).map(|it| QuietHours { from: time(it.0), until: time(it.1) });
        let closed_weekdays = weekdays.into_iter().collect();
        Hours::new(HoursSettings { quiet, closed_weekdays, closed_dates, is_closed_on_holidays }).unwrap()
    })
}

proptest! {
    #[test]
    fn the_next_moment_is_allowed_not_before_and_the_first(hours in any_hours(), at in any_moment(), part in 0..1000_i64) {
        let next = hours.next_allowed(at);
        prop_assert!(hours.allows(next));
        prop_assert!(at <= next);
        prop_assert_eq!(hours.next_allowed(next), next);
        // Nothing between is allowed.
        let between = at.checked_add((at.until((jiff::Unit::Minute, next)).unwrap().get_minutes() * part / 1000).minutes()).unwrap();
        prop_assert!(between == next || !hours.allows(between));
    }
}
