//! Steps 5 and 6 of `sending.md` §4.2: what the provider answered, and what it tells later.

use jiff::{SignedDuration, Timestamp};

use super::lease::check_fence;
use super::limits::after;
use super::{Counted, Effect, Limits, OutboxRow, Outcome, Refused, Report, Status, Step};
use crate::ReasonCode;

pub(super) fn settle(
    row: &OutboxRow,
    attempt: u32,
    outcome: &Outcome,
    now: Timestamp,
    limits: &Limits,
) -> Result<Step, Refused> {
    check_fence(row, attempt)?;
    if row.call_started.is_none() {
        return Err(Refused::NotStarted);
    }
    let mut step = Step::of(row);
    step.row.last_error = match outcome {
        Outcome::Accepted { .. } | Outcome::AlreadyAccepted { .. } => None,
        Outcome::Refused { code } | Outcome::RefusedForGood { code } | Outcome::Unclear { code } => Some(code.clone()),
        Outcome::RateLimited { .. } => ReasonCode::parse("rate_limited"),
        Outcome::QuotaSpent => ReasonCode::parse("quota_spent"),
    };
    Ok(match outcome {
        Outcome::Accepted { provider_id } => accepted(step, Some(provider_id)),
        Outcome::AlreadyAccepted { provider_id } => accepted(step, provider_id.as_deref()),
        Outcome::Refused { .. } => {
            step.row.n_failures = step.row.n_failures.saturating_add(1);
            if step.row.n_failures >= limits.refusals_max {
                given_up(step, now, limits)
            } else {
                let wait = limits.backoff(step.row.n_failures);
                tried_again(step, wait, now, limits)
            }
        }
        Outcome::RefusedForGood { .. } => given_up(step, now, limits),
        Outcome::RateLimited { retry_after } => {
            let wait = retry_after.unwrap_or(limits.backoff_first).max(limits.backoff_first).min(limits.backoff_max);
            tried_again(step, wait, now, limits)
        }
        Outcome::QuotaSpent => given_up(step.and(Effect::Count(Counted::QuotaSpent)), now, limits),
        Outcome::Unclear { .. } => {
            step.row.n_failures = step.row.n_failures.saturating_add(1);
            unclear(step, now, limits)
        }
    })
}

fn accepted(mut step: Step, provider_id: Option<&str>) -> Step {
    if let Some(provider_id) = provider_id {
        step.row.provider_id = Some(provider_id.to_owned());
    }
    step.sent(Counted::Sent)
}

/// This call was certainly refused. What an earlier one did is still open where the row is tainted.
fn tried_again(step: Step, wait: SignedDuration, now: Timestamp, limits: &Limits) -> Step {
    if step.row.stop.is_some() {
        return stopped(step, now, limits);
    }
    let not_before = after(now, wait);
    step.pending(Some(not_before), not_before)
}

/// The channel will not take it. Only where no earlier call may have been taken is that a failure.
fn given_up(step: Step, now: Timestamp, limits: &Limits) -> Step {
    if step.row.stop.is_some() {
        return stopped(step, now, limits);
    }
    if step.row.tainted { step.in_review(now, limits) } else { step.failed(now) }
}

fn stopped(step: Step, now: Timestamp, limits: &Limits) -> Step {
    if step.row.tainted { step.in_review(now, limits) } else { step.cancelled() }
}

/// The call may have been accepted. With a retry key the next call finds out; without one the row waits
/// for an event.
pub(super) fn unclear(mut step: Step, now: Timestamp, limits: &Limits) -> Step {
    step.row.tainted = true;
    step = step.and(Effect::Count(Counted::Unclear));
    if !step.row.has_retry_key() {
        step = step.without_lease();
        step.row.status = Status::Unknown;
        step.row.due = Some(after(now, limits.hold));
        return step;
    }
    if step.row.stop.is_some() || now >= step.row.send_before || step.row.is_key_over(now, limits) {
        return step.in_review(now, limits);
    }
    let not_before = after(now, limits.backoff(step.row.n_failures));
    step = step.without_lease();
    step.row.not_before = Some(not_before);
    step.row.due = Some(not_before.min(step.row.send_before).min(step.row.retry_key_until(limits)));
    step
}

/// Evidence: whatever the row says, the provider took the message.
pub(super) fn report(
    row: &OutboxRow,
    report: Report,
    provider_id: Option<&str>,
    now: Timestamp,
) -> Result<Step, Refused> {
    if row.status == Status::Sent && row.report.is_some_and(|it| it >= report) {
        return Err(Refused::Known);
    }
    let mut step = Step::of(row);
    let before = row.report;
    step.row.report = before.max(Some(report));
    if let Some(provider_id) = provider_id {
        step.row.provider_id.get_or_insert_with(|| provider_id.to_owned());
    }
    if row.status != Status::Sent {
        step = step.sent(Counted::Sent);
    }
    step = step.and(Effect::Count(Counted::Reported(report)));
    if matches!(report, Report::Bounced | Report::Complained) {
        step = step.and(Effect::Suppress { because: report });
    }
    // What was delivered first and bounced then has been seen, and who complains wants no more.
    if matches!(report, Report::Undelivered | Report::Bounced) && before <= Some(Report::Accepted) {
        step = step.handed_on(now);
    }
    Ok(step)
}
