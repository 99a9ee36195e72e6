//! The table of `sending.md` §4.3: a worker dies before and after each of its calls in turn (reliability table,
//! rows 38, 39 and 44).

use delivery::{Channel, MessageId, Outcome, ReasonCode, Report, Status};
use jiff::SignedDuration;
use serde_json::json;

use crate::harness::messages::{Sending, bounce, later, mail_event, sms_event};

/// What the provider does with the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Provider {
    Accepts,
    AcceptsAndTheAnswerIsLost,
    Refuses,
}

/// How a story ended.
#[derive(Debug, PartialEq, Eq)]
struct End {
    n_arrived: usize,
    status: Status,
    is_in_review: bool,
}

/// A message whose first worker dies at its call `at` of the tables, before or after it is applied; then the queue,
/// the sweeper and the provider's events do what they do. Also how many calls a worker makes in peace.
async fn story(channel: Channel, provider: Provider, death: Option<(usize, bool)>) -> (usize, End) {
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &[channel]).await;
    let id = world.write(1, &patient, channel).await;
    let code = ReasonCode::parse("test").unwrap();
    match provider {
        Provider::Accepts => {}
        Provider::AcceptsAndTheAnswerIsLost => answer_next(&world, channel, Outcome::Unclear { code }, true),
        Provider::Refuses => answer_next(&world, channel, Outcome::Refused { code }, false),
    }
    match death {
        Some((at, is_applied)) => world.turnstile.break_at(at, is_applied),
        None => world.turnstile.open(),
    }
    let (bodies, _) = world.try_send().await;
    let n_calls = world.turnstile.n_calls();
    world.turnstile.open();
    let mut n_arrived = world.arrived(std::slice::from_ref(&id)).len();
    let mut n_told = 0;
    // What the dead worker had comes again at once: its lease still holds.
    for body in bodies {
        world.announced.send(&body).await.unwrap();
    }
    for _ in 0..25 {
        world.send().await;
        n_arrived += world.arrived(std::slice::from_ref(&id)).len();
        // The provider's events, where it took the message and tells of it.
        if n_arrived > n_told {
            n_told = n_arrived;
            world.settle(&events(&id, channel)).await;
        }
        later(SignedDuration::from_mins(5));
        world.sweep().await;
    }
    let row = world.row(&id).await;
    let listed = world.ledger.reviews(&world.clinic).await.unwrap();
    assert_eq!(listed.len(), usize::from(row.review_since.is_some()), "what waits for people is on their list");
    (n_calls, End { n_arrived, status: row.status, is_in_review: row.review_since.is_some() })
}

fn answer_next(world: &Sending, channel: Channel, outcome: Outcome, is_taken: bool) {
    match channel {
        Channel::Line => world.providers.line.answer_next(outcome, is_taken),
        Channel::Sms => world.providers.sms.answer_next(outcome, is_taken),
        Channel::Mail => world.providers.mail.answer_next(outcome, is_taken),
    }
}

/// LINE tells of no push.
fn events(id: &MessageId, channel: Channel) -> Vec<serde_json::Value> {
    match channel {
        Channel::Line => Vec::new(),
        Channel::Sms => vec![sms_event(id, "TEXT_QUEUED")],
        Channel::Mail => vec![mail_event(id, "Send", json!({"send": {}}))],
    }
}

/// Runs the story once in peace, and then once for each of the worker's calls, dead before and after it.
async fn check_every_call(channel: Channel, provider: Provider) {
    let (n_calls, in_peace) = story(channel, provider, None).await;
    let sent = End { n_arrived: 1, status: Status::Sent, is_in_review: false };
    assert_eq!(in_peace, sent, "{channel:?} {provider:?} in peace");
    assert!(n_calls > 15, "{n_calls} calls");
    let mut n_in_review = 0;
    for at in 0..n_calls {
        for is_applied in [false, true] {
            let (_, end) = story(channel, provider, Some((at, is_applied))).await;
            if channel == Channel::Line || end.n_arrived == 1 {
                assert_eq!(end, sent, "{channel:?} {provider:?} dead at call {at}, applied: {is_applied}");
                continue;
            }
            // Mail and SMS that were started and of which nobody knows: shown to people, never sent twice.
            let shown = End { n_arrived: 0, status: Status::Unknown, is_in_review: true };
            assert_eq!(end, shown, "{channel:?} {provider:?} dead at call {at}, applied: {is_applied}");
            n_in_review += 1;
        }
    }
    eprintln!(
        "{channel:?} {provider:?}: {n_calls} calls, dead before and after each: {n_in_review} in review, 0 twice"
    );
    let expected = match (channel, provider) {
        (Channel::Line, _) => 0,
        // d2: dead after the start was saved, and before the call.
        (_, Provider::Accepts | Provider::AcceptsAndTheAnswerIsLost) => 1,
        // g besides: dead after the refusal, before it was written down.
        (_, Provider::Refuses) => 2,
    };
    assert_eq!(n_in_review, expected);
}

#[tokio::test]
async fn a_worker_that_dies_anywhere_sends_no_line_message_twice_and_loses_none() {
    for provider in [Provider::Accepts, Provider::AcceptsAndTheAnswerIsLost, Provider::Refuses] {
        check_every_call(Channel::Line, provider).await;
    }
}

#[tokio::test]
async fn a_worker_that_dies_anywhere_sends_no_sms_twice_and_shows_what_nobody_knows() {
    for provider in [Provider::Accepts, Provider::AcceptsAndTheAnswerIsLost, Provider::Refuses] {
        check_every_call(Channel::Sms, provider).await;
    }
}

#[tokio::test]
async fn a_worker_that_dies_anywhere_sends_no_mail_twice_and_shows_what_nobody_knows() {
    for provider in [Provider::Accepts, Provider::AcceptsAndTheAnswerIsLost, Provider::Refuses] {
        check_every_call(Channel::Mail, provider).await;
    }
}

/// Crash point b: the rows are there, and nobody was told.
#[tokio::test]
async fn a_message_whose_announcement_was_lost_is_found_in_minutes() {
    for channel in Channel::ALL {
        let world = Sending::in_memory().await;
        let patient = world.patient(1, &[channel]).await;
        let id = world.write(1, &patient, channel).await;
        world.announced.take();
        assert_eq!(world.sweep().await.n_due, 0);
        later(SignedDuration::from_mins(2));
        assert_eq!(world.sweep().await.n_announced, 1);
        world.send().await;
        assert_eq!(world.arrived(std::slice::from_ref(&id)), [(channel, id)]);
    }
}

/// Crash point a: a plan that died half-way makes the same rows again.
#[tokio::test]
async fn a_message_that_is_made_twice_is_one() {
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &Channel::ALL).await;
    let id = world.write(1, &patient, Channel::Mail).await;
    let (row, message) = world.message(1, &patient, Channel::Line);
    assert!(!world.ledger.put_message(&row, &message).await.unwrap());
    world.announce(&id).await;
    world.send().await;
    assert_eq!(world.arrived(std::slice::from_ref(&id)), [(Channel::Mail, id)]);
}

/// Crash point i: the event handler dies at each of its calls; the event comes again.
#[tokio::test]
async fn an_event_whose_handler_dies_anywhere_is_taken_in_when_it_comes_again() {
    let n_calls = bounced(None).await;
    assert!(n_calls > 10, "{n_calls} calls");
    for at in 0..n_calls {
        for is_applied in [false, true] {
            bounced(Some((at, is_applied))).await;
        }
    }
}

/// A mail bounces, its handler dying; it goes on by SMS, once. Returns how many calls the handler made.
async fn bounced(death: Option<(usize, bool)>) -> usize {
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &[Channel::Sms, Channel::Mail]).await;
    let id = world.write(1, &patient, Channel::Mail).await;
    world.send().await;
    let told = [bounce(&id)];
    match death {
        Some((at, is_applied)) => world.turnstile.break_at(at, is_applied),
        None => world.turnstile.open(),
    }
    let _ = world.try_settle(&told).await;
    let n_calls = world.turnstile.n_calls();
    world.turnstile.open();
    world.settle(&told).await;
    assert_eq!(world.row(&id).await.report, Some(Report::Bounced));
    world.send().await;
    later(SignedDuration::from_mins(10));
    world.sweep().await;
    world.send().await;
    let arrived: Vec<Channel> = world.arrived(&[]).into_iter().map(|it| it.0).collect();
    assert_eq!(arrived, [Channel::Sms, Channel::Mail], "{death:?}");
    n_calls
}
