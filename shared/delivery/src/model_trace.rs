//! Random histories of one message, for tests: the laws of [`step`] are checked on them, and what the
//! handlers write is compared with them row by row (`sending.md` §4.5, the last lines).
//!
//! A history is played from a tape of numbers, so that whoever makes the tape (proptest) also shortens it
//! to the smallest that fails.

use jiff::{SignedDuration, Timestamp};

use crate::{
    Call, Channel, Effect, Event, Hold, Limits, MessageId, MessageKey, NewMessage, OutboxRow, Outcome, ReasonCode,
    Refused, Report, StaffDecision, Status, TriggerKey, step,
};

/// One event of a history and what came of it.
#[derive(Debug)]
pub struct TraceStep {
    /// When it happened; never before the one before it.
    pub now: Timestamp,
    /// What happened.
    pub event: Event,
    /// What was to be done, or why nothing was.
    pub effects: Result<Vec<Effect>, Refused>,
    /// The row after it.
    pub row: OutboxRow,
}

/// Plays `tape` on `row` from its `send_after` on. Each number chooses how much time passes and what
/// happens: mostly what a worker, the provider or the sweeper would do next, sometimes what comes late,
/// twice or out of turn.
pub fn trace(row: OutboxRow, tape: &[u16], limits: &Limits) -> Vec<TraceStep> {
    let mut now = row.send_after;
    let mut row = row;
    let mut steps = Vec::with_capacity(tape.len());
    for number in tape {
        now = later(now, &row, number >> 13);
        let event = event(&row, now, number & 0x1fff);
        let effects = step(&row, &event, now, limits).map(|it| {
            row = it.row;
            it.effects
        });
        steps.push(TraceStep { now, event, effects, row: row.clone() });
    }
    steps
}

/// The right to call for the message number `n`, of a row that was leased and started as any other.
///
/// # Panics
///
/// Where the rules would not let a new row be called.
pub fn call(channel: Channel, n: u32) -> Call {
    let id = MessageId::of(&MessageKey {
        clinic: "clinic".to_owned(),
        delivery: "delivery".to_owned(),
        patient: "patient".to_owned(),
        trigger: TriggerKey::Ever,
        repetition: n,
        fallback: 0,
    });
    let (now, limits) = (Timestamp::UNIX_EPOCH, Limits::default());
    let row = OutboxRow::pending(
        NewMessage {
            id,
            clinic: "clinic".to_owned(),
            body: "patient".to_owned(),
            channel,
            fallback: 0,
            send_after: now,
            send_before: Timestamp::MAX,
            hold: Hold::Review,
        },
        &limits,
    );
    let leased = step(&row, &Event::Lease { owner: "worker".to_owned(), channel }, now, &limits);
    let leased = leased.expect("a new row can be leased").row;
    let started = step(&leased, &Event::Start { attempt: 1 }, now, &limits).expect("a leased row can be started");
    let call = started.effects.into_iter().find_map(|it| if let Effect::Call(call) = it { Some(call) } else { None });
    call.expect("a start is the right to call")
}

/// Half of the time nearly none passes; else up to a moment that matters, or past it.
fn later(now: Timestamp, row: &OutboxRow, choice: u16) -> Timestamp {
    let soon = now + SignedDuration::from_secs(1);
    let at = match choice {
        0..4 => soon,
        4 => row.due.unwrap_or(soon),
        5 => row.not_before.unwrap_or(now + SignedDuration::from_mins(10)),
        6 => now + SignedDuration::from_mins(61),
        _ => row.first_call_at.map_or(row.send_before, |it| it + SignedDuration::from_hours(23)),
    };
    at.max(soon)
}

fn event(row: &OutboxRow, now: Timestamp, choice: u16) -> Event {
    let (kind, detail) = (choice % 32, choice / 32);
    // One in eight comes from the attempt before.
    let attempt = if detail % 8 == 7 { row.attempt.saturating_sub(1) } else { row.attempt };
    match kind {
        0..=11 => next_of_worker(row, attempt, detail / 8),
        12..=13 => lease(row, &format!("worker {}", detail % 2), detail / 2),
        14..=15 => Event::Start { attempt },
        16..=18 => Event::Settled { attempt, outcome: outcome(detail / 8) },
        19 => Event::Release {
            attempt,
            not_before: now + SignedDuration::from_mins(i64::from(detail % 64)),
            has_turn: detail & 64 != 0,
        },
        20..=26 => Event::Sweep,
        27 => Event::Expire,
        28 => Event::Cancel { reason: code("opted_out") },
        29 if detail % 2 == 0 => Event::StaffDecided(StaffDecision::ConsiderSent),
        29..=30 => Event::StaffDecided(StaffDecision::Resend { send_before: now + SignedDuration::from_hours(12) }),
        _ => {
            let reports =
                [Report::Accepted, Report::Delivered, Report::Undelivered, Report::Bounced, Report::Complained];
            let report = reports[usize::from(detail) % reports.len()];
            Event::Reported { report, provider_id: (detail % 2 == 0).then(|| "reported".to_owned()) }
        }
    }
}

fn next_of_worker(row: &OutboxRow, attempt: u32, detail: u16) -> Event {
    match row.status {
        Status::Sending if row.call_started.is_some() => Event::Settled { attempt, outcome: outcome(detail) },
        Status::Sending if row.lease_until.is_some() => Event::Start { attempt },
        _ => lease(row, "worker", 1),
    }
}

/// Now and then on a channel that is not the row's.
fn lease(row: &OutboxRow, owner: &str, detail: u16) -> Event {
    let channel = if detail.is_multiple_of(8) { Channel::ALL[usize::from(detail / 8) % 3] } else { row.channel };
    Event::Lease { owner: owner.to_owned(), channel }
}

fn outcome(choice: u16) -> Outcome {
    match choice % 8 {
        0 => Outcome::Accepted { provider_id: "accepted".to_owned() },
        1 => Outcome::AlreadyAccepted { provider_id: None },
        2 => Outcome::Refused { code: code("refused") },
        3 => Outcome::RefusedForGood { code: code("no_address") },
        4 => Outcome::RateLimited { retry_after: (choice & 8 != 0).then(|| SignedDuration::from_secs(30)) },
        5 => Outcome::QuotaSpent,
        _ => Outcome::Unclear { code: code("timeout") },
    }
}

fn code(text: &str) -> ReasonCode {
    ReasonCode::parse(text).unwrap_or_default()
}
