use std::num::NonZeroU16;

use jiff::civil::date;

use super::*;
use crate::{
    Closed, DayOfWeek, HoursSettings, QuietHours,
    gate::tests::{nothing_against, reachable},
    outbox::test_row::{Story, refused, row},
};

/// Thursday, at noon.
const NOON: DateTime = date(2026, 11, 26).at(12, 0, 0, 0);

/// What is known of a message to a patient whom everything leads to.
struct Known {
    row: OutboxRow,
    person: PersonFacts,
    reach: Reach,
    ways: Ways,
    sent_on: Vec<Date>,
    at: DateTime,
}

fn known(channel: Channel) -> Known {
    let reach = Reach { line: reachable("l"), sms: reachable("s"), mail: reachable("m") };
    let (person, ways) = (nothing_against(), Ways::default());
    Known { row: row(channel), person, reach, ways, sent_on: Vec::new(), at: NOON }
}

#[track_caller]
fn check(known: &Known, expected: &str) {
    let quiet = QuietHours { from: jiff::civil::time(20, 0, 0, 0), until: jiff::civil::time(9, 0, 0, 0) };
    let closed_weekdays = [DayOfWeek::Sunday].into();
    let hours = Hours::new(HoursSettings { quiet: Some(quiet), closed_weekdays, ..HoursSettings::default() }).unwrap();
    let facts = SendFacts {
        row: &known.row,
        person: &known.person,
        reach: &known.reach,
        ways: &known.ways,
        hours: &hours,
        cap: PatientCap { max: NonZeroU16::MIN, days: 7 },
        sent_on: &known.sent_on,
        at: known.at,
        send_before: date(2026, 12, 31).at(0, 0, 0, 0),
    };
    let shown = match clearance(&facts) {
        Clearance::Go { channel } => format!("go by {}", channel.as_str()),
        Clearance::Hold { until: Some(until), because } => format!("hold until {until}: {because}"),
        Clearance::Hold { until: None, because } => format!("hold: {because}"),
        Clearance::Stop { because } => format!("stop: {because}"),
    };
    assert_eq!(shown, expected);
}

#[test]
fn it_goes_by_the_channel_that_was_chosen_though_a_better_one_is_open() {
    check(&known(Channel::Mail), "go by mail");
    check(&known(Channel::Line), "go by line");
}

#[test]
fn another_channel_is_chosen_where_that_one_leads_nowhere_any_more() {
    let mut blocked = known(Channel::Line);
    blocked.reach.line.is_blocked = true;
    check(&blocked, "go by sms");
    blocked.reach.sms.address = None;
    check(&blocked, "go by mail");
    blocked.ways.closed.insert(Channel::Mail, Closed::Failed);
    check(&blocked, "stop: blocked");

    let mut unused = known(Channel::Line);
    unused.ways.order = vec![Channel::Mail];
    check(&unused, "go by mail");
}

#[test]
fn a_spent_quota_is_waited_for_where_nothing_else_leads_to_the_patient() {
    let mut spent = known(Channel::Line);
    spent.ways.closed.insert(Channel::Line, Closed::QuotaSpent);
    check(&spent, "go by sms");
    spent.reach.sms.address = None;
    spent.reach.mail.address = None;
    check(&spent, "hold: quota-spent");
    spent.person.is_dead = true;
    check(&spent, "stop: died");
}

#[test]
fn no_other_channel_is_chosen_once_it_was_called() {
    let story = Story::of(Channel::Line).started().settled(refused());
    let mut called = Known { row: story.row, ..known(Channel::Line) };
    check(&called, "go by line");
    called.reach.line.is_blocked = true;
    check(&called, "stop: blocked");
}

#[test]
fn what_is_against_the_person_stops_it_and_a_switch_holds_it() {
    let person = |person: PersonFacts, expected| check(&Known { person, ..known(Channel::Sms) }, expected);
    person(PersonFacts { is_dead: true, ..nothing_against() }, "stop: died");
    person(PersonFacts { opted_out_on: Some(NOON.date()), ..nothing_against() }, "stop: opted-out-of-all");
    person(PersonFacts { is_delivery_stopped: true, ..nothing_against() }, "stop: delivery-stopped");
    person(PersonFacts { is_clinic_paused: true, ..nothing_against() }, "hold: clinic-paused");
    person(PersonFacts { is_all_paused: true, is_dead: true, ..nothing_against() }, "hold: all-paused");
}

#[test]
fn a_shared_address_waits_for_the_next_morning_that_is_open() {
    let mut shared = known(Channel::Sms);
    shared.ways.order = vec![Channel::Sms];
    shared.reach.sms.is_shared_with_messaged_today = true;
    check(&shared, "hold until 2026-11-27T09:00:00: shared-today");
    // On Saturday the next is Monday.
    check(&Known { at: date(2026, 11, 28).at(12, 0, 0, 0), ..shared }, "hold until 2026-11-30T09:00:00: shared-today");
}

#[test]
fn hours_and_the_cap_hold_it() {
    let night = Known { at: date(2026, 11, 28).at(20, 0, 0, 0), ..known(Channel::Sms) };
    check(&night, "hold until 2026-11-30T09:00:00: hours");
    let capped = Known { sent_on: vec![date(2026, 11, 22)], ..known(Channel::Sms) };
    // The seventh day is a Sunday.
    check(&capped, "hold until 2026-11-30T09:00:00: patient-cap");
    let free = Known { sent_on: vec![date(2026, 11, 19)], ..known(Channel::Sms) };
    check(&free, "go by sms");
    // Past its end it is held, and the sweeper ends it.
    let late = Known { at: date(2026, 12, 31).at(22, 0, 0, 0), ..known(Channel::Sms) };
    check(&late, "hold until 2027-01-01T09:00:00: hours");
}
