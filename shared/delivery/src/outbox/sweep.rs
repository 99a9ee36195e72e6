//! Steps 2 and 7 of `sending.md` §4.2: what was lost is found, what is unclear comes before people.

use jiff::Timestamp;

use super::limits::after;
use super::settle::unclear;
use super::{Counted, Effect, Hold, Limits, OutboxRow, Refused, Status, Step};

pub(super) fn sweep(row: &OutboxRow, now: Timestamp, limits: &Limits) -> Result<Step, Refused> {
    let Some(due) = row.due else { return Err(Refused::Final) };
    if now < due {
        return Err(Refused::TooEarly);
    }
    Ok(match row.status {
        Status::Sent | Status::Failed | Status::Cancelled | Status::Expired => return Err(Refused::Final),
        Status::Pending => waiting(Step::of(row), now, limits),
        Status::Sending if row.call_started.is_some() => {
            unclear(Step::of(row).and(Effect::Count(Counted::LeaseLost)), now, limits)
        }
        // Never called in this attempt: safe to be leased again (crash point d).
        Status::Sending if row.lease_until.is_some() => {
            waiting(Step::of(row).and(Effect::Count(Counted::LeaseLost)), now, limits)
        }
        Status::Sending => waiting(Step::of(row), now, limits),
        Status::Unknown => held(Step::of(row), now, limits),
    })
}

/// No worker has it and none has called: it is announced again, unless it is too late for that.
fn waiting(step: Step, now: Timestamp, limits: &Limits) -> Step {
    let row = &step.row;
    if now >= row.send_before || row.is_key_over(now, limits) {
        return if row.tainted { step.in_review(now, limits) } else { step.expired() };
    }
    // A short wait is left to run; the announcement outlives it in the queue.
    let not_before = row.not_before.filter(|it| now < *it);
    let due = after(not_before.unwrap_or(now), limits.announce_again);
    step.pending(not_before, due).and(Effect::Announce)
}

/// No event came in time.
fn held(mut step: Step, now: Timestamp, limits: &Limits) -> Step {
    if step.row.review_since.is_some() {
        step.row.due = Some(after(now, limits.review_again));
        return step.and(Effect::ShowForReview);
    }
    if step.row.hold == Hold::RetryOnce && step.row.stop.is_none() && now < step.row.send_before {
        step.row.hold = Hold::Retried;
        return step.pending(None, after(now, limits.announce_again)).and(Effect::Announce);
    }
    step.in_review(now, limits)
}
