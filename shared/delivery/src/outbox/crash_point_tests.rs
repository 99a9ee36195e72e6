//! The table of `sending.md` §4.3: what a crash leaves behind ends as it says.

use std::collections::BTreeMap;

use super::test_row::{Story, accepted, known_key, refused, row};
use super::{Effect, Event, Refused, Report, Status};
use crate::Channel;

const ALL: [Channel; 3] = Channel::ALL;
const WITHOUT_KEY: [Channel; 2] = [Channel::Sms, Channel::Mail];

fn leased_by_another(channel: Channel) -> Event {
    Event::Lease { owner: "w2".to_owned(), channel }
}

#[test]
fn a_after_some_puts_before_the_cursor_planning_again_makes_the_same_rows() {
    let mut table = BTreeMap::new();
    let planned = [row(Channel::Mail), row(Channel::Sms)];
    for row in planned.iter().chain(&planned) {
        // Put where none is: the channel may have been chosen anew between the two.
        table.entry(row.id.clone()).or_insert_with(|| row.clone());
    }
    assert_eq!(table.into_values().collect::<Vec<_>>(), [row(Channel::Mail)]);
}

#[test]
fn b_after_the_puts_before_the_queue_the_sweeper_announces() {
    for channel in ALL {
        let story = Story::of(channel).refuses(Event::Sweep, Refused::TooEarly).minutes_later(2).swept();
        assert!(story.effects.contains(&Effect::Announce));
        story.started().settled(accepted()).ends(Status::Sent, 1);
    }
}

#[test]
fn c_after_receiving_before_the_lease_the_message_comes_again() {
    for channel in ALL {
        Story::of(channel).started().settled(accepted()).ends(Status::Sent, 1);
    }
}

#[test]
fn d_after_the_lease_before_the_start_it_is_leased_again() {
    for channel in ALL {
        let died = || Story::of(channel).leased().refuses(leased_by_another(channel), Refused::Leased);
        died().minutes_later(4).started().settled(accepted()).ends(Status::Sent, 1);
        let story = died().minutes_later(4).swept();
        assert!(!story.row.tainted && story.effects.contains(&Effect::Announce));
        story.started().settled(accepted()).ends(Status::Sent, 1);
    }
}

#[test]
fn d2_after_the_start_before_the_call_line_calls_again_with_the_same_key() {
    let story = Story::of(Channel::Line).started().minutes_later(4).swept().minutes_later(1).started();
    let keys: Vec<_> = story
        .effects
        .iter()
        .filter_map(|it| if let Effect::Call(call) = it { call.retry_key().map(str::to_owned) } else { None })
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    story.settled(accepted()).ends(Status::Sent, 2);
}

#[test]
fn d2_after_the_start_before_the_call_mail_and_sms_are_shown_and_never_called() {
    for channel in WITHOUT_KEY {
        let died = Story::of(channel).started().minutes_later(4);
        let died = died.refuses(leased_by_another(channel), Refused::Unclear);
        let held = died.swept().ends(Status::Unknown, 1).refuses(Event::Sweep, Refused::TooEarly);
        held.minutes_later(60).swept().ends_in_review(1);
    }
}

#[test]
fn e_after_the_provider_accepted_line_says_so_again() {
    let died = Story::of(Channel::Line).started();
    died.minutes_later(4).swept().minutes_later(1).started().settled(known_key()).ends(Status::Sent, 2);
}

#[test]
fn e_after_the_provider_accepted_the_event_of_mail_and_sms_says_so() {
    for channel in WITHOUT_KEY {
        let died = || Story::of(channel).started();
        died().reported(Report::Accepted).ends(Status::Sent, 1);
        died().minutes_later(4).swept().reported(Report::Delivered).ends(Status::Sent, 1);
        let story = died().minutes_later(4).swept().minutes_later(60).swept().reported(Report::Accepted);
        assert!(story.effects.contains(&Effect::HideFromReview));
        story.ends(Status::Sent, 1);
    }
}

#[test]
fn f_after_settling_before_the_queue_the_message_comes_again_for_nothing() {
    for channel in ALL {
        let sent = Story::of(channel).started().settled(accepted());
        let sent = sent.refuses(leased_by_another(channel), Refused::Final);
        sent.refuses(Event::Start { attempt: 1 }, Refused::Final).ends(Status::Sent, 1);
    }
}

#[test]
fn g_after_a_refusal_before_settling_line_calls_again_and_the_others_are_shown() {
    let died = |channel| Story::of(channel).started().minutes_later(4).swept();
    died(Channel::Line).minutes_later(1).started().settled(accepted()).ends(Status::Sent, 2);
    for channel in WITHOUT_KEY {
        died(channel).minutes_later(60).swept().ends_in_review(1);
    }
    // Settled, the same refusal leads to another attempt on every channel.
    for channel in ALL {
        Story::of(channel)
            .started()
            .settled(refused())
            .minutes_later(1)
            .started()
            .settled(accepted())
            .ends(Status::Sent, 2);
    }
}

#[test]
fn h_after_settling_with_the_answer_lost_the_row_that_is_read_back_says_sent() {
    for channel in ALL {
        let again = Event::Settled { attempt: 1, outcome: accepted() };
        let sent = Story::of(channel).started().settled(accepted()).refuses(again, Refused::Final);
        assert_eq!(sent.row.attempt, 1);
        sent.ends(Status::Sent, 1);
    }
}

#[test]
fn i_after_the_event_was_taken_in_it_comes_again_for_nothing() {
    for channel in WITHOUT_KEY {
        let again = Event::Reported { report: Report::Bounced, provider_id: None };
        let story = Story::of(channel).started().settled(accepted()).reported(Report::Bounced);
        story.refuses(again, Refused::Known).ends(Status::Sent, 1);
    }
}
