//! Every order of events in which a message can be sent, looked at one by one (`sending.md` §4.4): two
//! workers, two ticks, queue messages twice and again, crashes anywhere, leases that end at any time,
//! workers that wake late, calls that end in any way, events that come or are lost.
//!
//! The rules are `delivery::step` itself; the model is only the world around it. The protocol as built
//! breaks no property; each known way to get it wrong does, which shows that the model can see.

#![expect(clippy::print_stdout, reason = "how much was looked at is a figure to report")]

#[path = "model/happen.rs"]
mod happen;
#[path = "model/row.rs"]
mod row;
#[path = "model/rules.rs"]
mod rules;
#[path = "model/system.rs"]
mod system;
#[path = "model/world.rs"]
mod world;

use std::time::Instant;

use delivery::{Channel, Hold};
use stateright::{Checker, HasDiscoveries, Model};

use rules::Rule;
use system::{NEVER_TWICE, System};

/// Looks at every state and finds none that breaks a property.
fn check(name: &str, system: System) {
    let begun = Instant::now();
    let checker = system.checker().spawn_bfs().join();
    report(name, &checker, begun);
    checker.assert_properties();
}

/// Looks until it finds a message that is there twice.
fn check_sends_twice(name: &str, system: System) {
    let begun = Instant::now();
    let checker = system.checker().finish_when(HasDiscoveries::AnyOf([NEVER_TWICE].into())).spawn_bfs().join();
    report(name, &checker, begun);
    let path = checker.assert_any_discovery(NEVER_TWICE);
    println!("    {:?}", path.into_actions());
}

fn report(name: &str, checker: &impl Checker<System>, begun: Instant) {
    println!("{name}: {} states, depth {}, {:?}", checker.unique_state_count(), checker.max_depth(), begun.elapsed());
}

#[test]
fn mail_is_never_there_twice() {
    check("mail", System::of(Channel::Mail));
}

#[test]
fn mail_is_never_there_twice_though_workers_wake_late() {
    check("mail, workers wake late", System { has_zombies: true, ..System::of(Channel::Mail) });
}

#[test]
fn sms_is_never_there_twice() {
    check("SMS", System::of(Channel::Sms));
}

#[test]
fn line_is_never_there_twice() {
    check("LINE", System::of(Channel::Line));
}

#[test]
fn line_is_never_there_twice_though_it_forgets_the_key() {
    check("LINE, key forgotten", System { forgets_key: true, ..System::of(Channel::Line) });
}

#[test]
fn line_is_never_there_twice_though_it_forgets_the_key_and_workers_wake_late() {
    let system = System { has_zombies: true, forgets_key: true, ..System::smaller(Channel::Line) };
    check("LINE, key forgotten, workers wake late", system);
}

#[test]
fn mail_is_there_once_more_at_most_for_each_time_staff_send_it_again() {
    check("mail, staff decide", System { n_resends: 1, has_zombies: true, ..System::smaller(Channel::Mail) });
}

#[test]
fn line_is_there_once_more_at_most_for_each_time_staff_send_it_again() {
    check(
        "LINE, key forgotten, staff decide",
        System { n_resends: 1, forgets_key: true, ..System::smaller(Channel::Line) },
    );
}

#[test]
fn mail_that_may_be_sent_once_more_is_there_twice_at_most() {
    let system = System { hold: Hold::RetryOnce, ..System::of(Channel::Mail) };
    check_sends_twice("mail, retry once", system.clone());
    check("mail, retry once, twice allowed", System { most: 2, ..system });
}

#[test]
#[ignore = "takes minutes: the widest bounds of what is looked at above in narrower ones"]
fn nothing_more_is_found_in_wider_bounds() {
    let line = System { forgets_key: true, ..System::of(Channel::Line) };
    check("LINE, key forgotten, workers wake late, wide", System { has_zombies: true, ..line.clone() });
    check("LINE, key forgotten, staff decide, wide", System { n_resends: 1, ..line });
    check("mail, staff decide, wide", System { n_resends: 1, has_zombies: true, ..System::of(Channel::Mail) });
}

#[test]
fn found_a_lease_that_does_not_keep_others_out() {
    check_sends_twice("mail, lease ignored", System { rule: Rule::LeaseIgnored, ..System::of(Channel::Mail) });
}

#[test]
fn found_sending_again_what_is_unknown() {
    check_sends_twice("mail, unknown sent again", System { rule: Rule::UnknownSentAgain, ..System::of(Channel::Mail) });
}

#[test]
fn found_a_client_that_retries_by_itself() {
    check_sends_twice("mail, client retries", System { rule: Rule::ClientRetries, ..System::of(Channel::Mail) });
}

#[test]
fn found_forgetting_that_a_call_was_started() {
    check_sends_twice("mail, start forgotten", System { rule: Rule::StartForgotten, ..System::of(Channel::Mail) });
}

#[test]
fn found_a_late_worker_that_calls_without_being_allowed_to_start() {
    let system = System { rule: Rule::StartNotAsked, has_zombies: true, ..System::of(Channel::Mail) };
    check_sends_twice("mail, start not asked, workers wake late", system);
}

#[test]
fn found_relying_on_the_key_until_it_is_forgotten() {
    let system = System { rule: Rule::NoMargin, forgets_key: true, ..System::of(Channel::Line) };
    check_sends_twice("LINE, key forgotten, no margin", system);
}

#[test]
fn found_forgetting_that_an_earlier_call_was_unclear() {
    let system = System { rule: Rule::TaintDropped, forgets_key: true, ..System::of(Channel::Line) };
    check_sends_twice("LINE, key forgotten, taint dropped", system);
}
