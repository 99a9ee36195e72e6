use jiff::SignedDuration;

use super::test_row::{MORNING, Story, accepted, code, known_key, refused, refused_for_good, unclear};
use super::{Counted, Effect, Event, Hold, Outcome, Refused, Report, StaffDecision, Status};
use crate::Channel;

fn cancel() -> Event {
    Event::Cancel { reason: code("opted_out") }
}

fn lease(channel: Channel) -> Event {
    Event::Lease { owner: "w2".to_owned(), channel }
}

fn resend(story: &Story) -> Event {
    Event::StaffDecided(StaffDecision::Resend { send_before: story.now + SignedDuration::from_hours(6) })
}

#[test]
fn nothing_is_leased_before_its_time_nor_after_it() {
    Story::of(Channel::Sms).minutes_later(-1).refuses(lease(Channel::Sms), Refused::TooEarly);
    let late = Story::of(Channel::Sms).minutes_later(48 * 60).refuses(lease(Channel::Sms), Refused::TooLate);
    late.then(Event::Expire).refuses(Event::Expire, Refused::Final).ends(Status::Expired, 0);
    Story::of(Channel::Sms).minutes_later(48 * 60).swept().ends(Status::Expired, 0);
}

#[test]
fn a_worker_that_wakes_late_cannot_start_and_cannot_settle() {
    let asleep = || Story::of(Channel::Mail).leased().minutes_later(4);
    asleep().refuses(Event::Start { attempt: 1 }, Refused::LeaseOver);
    asleep().swept().refuses(Event::Start { attempt: 1 }, Refused::Superseded);
    asleep().leased().refuses(Event::Start { attempt: 1 }, Refused::Superseded);
    let settling = Event::Settled { attempt: 1, outcome: accepted() };
    Story::of(Channel::Mail).leased().refuses(settling.clone(), Refused::NotStarted);
    let swept =
        Story::of(Channel::Mail).started().minutes_later(4).swept().refuses(settling.clone(), Refused::Superseded);
    // What it learnt counts all the same.
    swept.reported(Report::Accepted).ends(Status::Sent, 1);
    // A lease that nobody took back is still its own.
    Story::of(Channel::Mail).started().minutes_later(9).then(settling).ends(Status::Sent, 1);
}

#[test]
fn what_a_worker_gives_back_waits_and_counts_as_no_failure() {
    let not_before = MORNING + SignedDuration::from_mins(5);
    let story = Story::of(Channel::Line).leased().then(Event::Release { attempt: 1, not_before, has_turn: false });
    let story = story.refuses(lease(Channel::Line), Refused::TooEarly).minutes_later(5);
    assert_eq!((story.row.n_failures, story.row.tainted), (0, false));
    story.started().refuses(Event::Release { attempt: 2, not_before, has_turn: true }, Refused::Started);
}

#[test]
fn a_turn_is_kept_until_the_call_and_no_longer() {
    let not_before = MORNING + SignedDuration::from_mins(5);
    let given_back =
        |has_turn| Story::of(Channel::Mail).leased().then(Event::Release { attempt: 1, not_before, has_turn });
    assert_eq!(given_back(false).row.turn_at, None);
    let leased = given_back(true).minutes_later(5).leased();
    assert_eq!(leased.row.turn_at, Some(not_before));
    // Given back for another reason, it still has had its turn.
    let again = leased.then(Event::Release { attempt: 2, not_before, has_turn: false });
    assert_eq!(again.row.turn_at, Some(not_before));
    assert_eq!(again.started().row.turn_at, None);
}

#[test]
fn the_channel_may_change_until_the_first_call() {
    let story = Story::of(Channel::Line).then(lease(Channel::Mail)).minutes_later(4).swept();
    assert_eq!(story.row.channel, Channel::Mail);
    let story = story.then(lease(Channel::Sms)).then(Event::Start { attempt: 2 }).settled(refused()).minutes_later(1);
    let story = story.refuses(lease(Channel::Line), Refused::Called).then(lease(Channel::Sms));
    story.then(Event::Start { attempt: 3 }).settled(accepted()).ends(Status::Sent, 2);
    Story::of(Channel::Line)
        .started()
        .settled(unclear())
        .minutes_later(1)
        .refuses(lease(Channel::Sms), Refused::Called);
}

#[test]
fn a_refusal_waits_longer_each_time_and_the_last_goes_to_the_next_channel() {
    let mut story = Story::of(Channel::Mail);
    let mut waits = Vec::new();
    while story.row.status == Status::Pending {
        story.now = story.row.not_before.unwrap_or(story.now);
        story = story.started().settled(refused());
        waits.extend(story.row.not_before.map(|it| it.duration_since(story.now).as_secs()));
    }
    assert_eq!(waits[..9], [10, 20, 40, 80, 160, 320, 640, 900, 900]);
    assert_eq!(waits.len(), 21);
    assert!(story.effects.contains(&Effect::PutNextChannel { fallback: 1 }));
    story.ends(Status::Failed, 22);
}

#[test]
fn being_told_to_slow_down_is_no_failure_however_often() {
    let mut story = Story::of(Channel::Sms);
    for _ in 0..100 {
        let retry_after = Some(SignedDuration::from_secs(30));
        story = story
            .started()
            .settled(Outcome::RateLimited { retry_after })
            .refuses(lease(Channel::Sms), Refused::TooEarly);
        story.now += SignedDuration::from_secs(30);
    }
    story.started().settled(accepted()).ends(Status::Sent, 101);
    let never = Some(SignedDuration::MAX);
    let story = Story::of(Channel::Sms).started().settled(Outcome::RateLimited { retry_after: never });
    story.minutes_later(15).started().settled(accepted()).ends(Status::Sent, 2);
}

#[test]
fn a_failure_goes_to_the_next_channel_twice_and_no_further() {
    let check = |fallback: u8, expected: Option<u8>| {
        let mut story = Story::of(Channel::Line);
        story.row.fallback = fallback;
        let story = story.started().settled(refused_for_good()).ends(Status::Failed, 1);
        let put = expected.map(|fallback| Effect::PutNextChannel { fallback });
        assert_eq!(story.effects.iter().find(|it| matches!(it, Effect::PutNextChannel { .. })), put.as_ref());
    };
    check(0, Some(1));
    check(1, Some(2));
    check(2, None);
    let spent = Story::of(Channel::Line).started().settled(Outcome::QuotaSpent).ends(Status::Failed, 1);
    assert!(spent.effects.contains(&Effect::Count(Counted::QuotaSpent)) && spent.n_handed_on() == 1);
}

#[test]
fn what_may_have_been_accepted_is_not_handed_on_when_a_later_call_is_refused() {
    let again = || Story::of(Channel::Line).started().settled(unclear()).minutes_later(1).started();
    for outcome in [refused_for_good(), Outcome::QuotaSpent] {
        let story = again().settled(outcome).ends_in_review(2);
        assert_eq!(story.n_handed_on(), 0);
    }
    let story = again().settled(refused()).ends(Status::Pending, 2);
    assert!(story.row.tainted);
    story.minutes_later(1).started().settled(known_key()).ends(Status::Sent, 3);
}

#[test]
fn line_asks_with_the_same_key_until_23_hours_and_then_people() {
    let mut story = Story::of(Channel::Line).started().settled(unclear());
    let mut last_call = MORNING;
    while story.row.review_since.is_none() {
        story.now = story.row.due.unwrap();
        story = story.swept();
        if story.row.status == Status::Pending {
            last_call = story.now;
            story = story.started().settled(unclear());
        }
    }
    let n_calls = story.n_calls();
    assert!(n_calls > 80, "{n_calls}");
    assert!(last_call < MORNING + SignedDuration::from_hours(23));
    assert_eq!(story.now, MORNING + SignedDuration::from_hours(23));
    story.ends_in_review(n_calls);
}

#[test]
fn no_worker_calls_with_a_key_that_line_may_have_forgotten() {
    let between = || Story::of(Channel::Line).started().settled(unclear());
    between().minutes_later(23 * 60).refuses(lease(Channel::Line), Refused::KeyOver);
    let leased = between().minutes_later(23 * 60 - 1).leased().minutes_later(1);
    leased.refuses(Event::Start { attempt: 2 }, Refused::KeyOver);
    // Where every call so far was refused, a first one may still be made, but it is the last.
    let refused = Story::of(Channel::Line).started().settled(refused()).minutes_later(24 * 60);
    refused.started().settled(unclear()).ends_in_review(2);
}

#[test]
fn an_unclear_mail_may_go_once_more_where_the_delivery_says_so_and_then_people_decide() {
    let mut story = Story::of(Channel::Mail);
    story.row.hold = Hold::RetryOnce;
    let story = story.started().settled(unclear()).minutes_later(60).swept();
    let story = story.started().settled(unclear()).minutes_later(60).swept();
    story.ends_in_review(2);
}

#[test]
fn what_is_in_review_is_shown_again_every_day() {
    let story = Story::of(Channel::Sms).started().settled(unclear()).minutes_later(60).swept();
    let story = story.refuses(Event::Sweep, Refused::TooEarly).minutes_later(24 * 60).swept();
    assert_eq!(story.effects.iter().filter(|it| **it == Effect::ShowForReview).count(), 2);
    story.ends_in_review(1);
}

#[test]
fn a_message_is_stopped_until_its_call_starts() {
    for story in [Story::of(Channel::Line), Story::of(Channel::Line).leased()] {
        let story = story.then(cancel()).refuses(Event::Start { attempt: 1 }, Refused::Final);
        assert_eq!(story.row.last_error, Some(code("opted_out")));
        story.refuses(cancel(), Refused::Final).ends(Status::Cancelled, 0);
    }
}

#[test]
fn a_call_under_way_cannot_be_called_back_but_no_other_follows() {
    let stopped = |channel| Story::of(channel).started().then(cancel()).refuses(cancel(), Refused::Known);
    stopped(Channel::Mail).settled(accepted()).ends(Status::Sent, 1);
    stopped(Channel::Mail).settled(refused()).ends(Status::Cancelled, 1);
    let refused = stopped(Channel::Mail).settled(refused_for_good()).ends(Status::Cancelled, 1);
    assert_eq!(refused.n_handed_on(), 0);
    let bounced = stopped(Channel::Mail).settled(accepted()).reported(Report::Bounced);
    assert_eq!(bounced.n_handed_on(), 0);
    stopped(Channel::Line).settled(unclear()).ends_in_review(1);
    stopped(Channel::Line).minutes_later(4).refuses(lease(Channel::Line), Refused::Stopped).swept().ends_in_review(1);
    stopped(Channel::Mail).settled(unclear()).minutes_later(60).swept().ends_in_review(1);
}

#[test]
fn what_may_have_been_accepted_comes_before_people_when_it_is_stopped_or_its_time_passes() {
    let between = || Story::of(Channel::Line).started().settled(unclear());
    between().then(cancel()).ends_in_review(1);
    between().minutes_later(48 * 60).then(Event::Expire).ends_in_review(1);
    let started = Story::of(Channel::Mail).started().minutes_later(48 * 60).refuses(Event::Expire, Refused::Unclear);
    started.swept().minutes_later(60).swept().ends_in_review(1);
    let stopped = between().then(cancel());
    let event = resend(&stopped);
    stopped.refuses(event, Refused::Stopped);
}

#[test]
fn staff_send_it_again_with_a_new_key_only_where_line_may_have_forgotten_the_old_one() {
    let key = |story: &Story| story.row.id.retry_key(story.row.n_resends);
    let between = || {
        Story::of(Channel::Line)
            .started()
            .settled(unclear())
            .refuses(Event::StaffDecided(StaffDecision::ConsiderSent), Refused::NotInReview)
    };
    let forgotten = between().minutes_later(23 * 60).swept();
    let (event, old) = (resend(&forgotten), key(&forgotten));
    let story = forgotten.then(event.clone()).refuses(event, Refused::NotInReview);
    assert!(key(&story) != old && !story.row.tainted);
    // The new key has its own day.
    let story = story.started().settled(unclear()).minutes_later(1);
    story.started().settled(known_key()).ends(Status::Sent, 3);

    let mut remembered = between();
    remembered.row.send_before = MORNING + SignedDuration::from_hours(1);
    let remembered = remembered.minutes_later(60).swept();
    let (event, old) = (resend(&remembered), key(&remembered));
    let story = remembered.then(event);
    assert!(key(&story) == old && story.row.tainted);
    story.started().settled(known_key()).ends(Status::Sent, 2);
}

#[test]
fn staff_take_it_for_sent() {
    let story = Story::of(Channel::Sms).started().settled(unclear()).minutes_later(60).swept();
    let story = story.then(Event::StaffDecided(StaffDecision::ConsiderSent));
    assert!(story.effects.contains(&Effect::HideFromReview));
    assert!(story.effects.contains(&Effect::Count(Counted::ConsideredSent)));
    story.ends(Status::Sent, 1);
}

#[test]
fn reports_count_from_any_state_in_any_order() {
    for status in [Status::Pending, Status::Failed, Status::Cancelled, Status::Expired] {
        let mut story = Story::of(Channel::Mail);
        story.row.status = status;
        story.reported(Report::Delivered).ends(Status::Sent, 0);
    }
    let complained = || Story::of(Channel::Mail).started().reported(Report::Complained);
    let story = complained().refuses(Event::Reported { report: Report::Bounced, provider_id: None }, Refused::Known);
    assert!(story.effects.contains(&Effect::Suppress { because: Report::Complained }));
    assert_eq!(story.n_handed_on(), 0);
}

#[test]
fn what_did_not_arrive_goes_to_the_next_channel_once_and_a_wrong_address_is_suppressed() {
    let sent = || Story::of(Channel::Sms).started().settled(accepted());
    let full = sent().reported(Report::Undelivered);
    assert!(!full.effects.iter().any(|it| matches!(it, Effect::Suppress { .. })));
    let bounced = full.reported(Report::Bounced);
    assert!(bounced.effects.contains(&Effect::Suppress { because: Report::Bounced }));
    assert_eq!(bounced.n_handed_on(), 1);
    assert_eq!(sent().reported(Report::Delivered).reported(Report::Bounced).n_handed_on(), 0);
    assert_eq!(sent().minutes_later(48 * 60).reported(Report::Bounced).n_handed_on(), 0);
}
