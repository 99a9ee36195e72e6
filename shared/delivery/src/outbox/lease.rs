//! Steps 3 and 4 of `sending.md` §4.2: who may call.

use jiff::Timestamp;

use super::limits::after;
use super::step::Call;
use super::{Effect, Limits, OutboxRow, Refused, Status, Step};
use crate::Channel;

pub(super) fn lease(
    row: &OutboxRow,
    owner: &str,
    channel: Channel,
    now: Timestamp,
    limits: &Limits,
) -> Result<Step, Refused> {
    match row.status {
        Status::Pending => {}
        Status::Sending if row.is_leased(now) => return Err(Refused::Leased),
        // A call whose answer nobody wrote down may have been accepted; without a retry key only an
        // event can tell.
        Status::Sending if row.call_started.is_some() && !row.has_retry_key() => return Err(Refused::Unclear),
        Status::Sending => {}
        Status::Unknown => return Err(Refused::Unclear),
        Status::Sent | Status::Failed | Status::Cancelled | Status::Expired => return Err(Refused::Final),
    }
    if row.stop.is_some() {
        return Err(Refused::Stopped);
    }
    if now >= row.send_before {
        return Err(Refused::TooLate);
    }
    if now < row.send_after || row.not_before.is_some_and(|it| now < it) {
        return Err(Refused::TooEarly);
    }
    if row.is_key_over(now, limits) {
        return Err(Refused::KeyOver);
    }
    // What was called somewhere is answered there: its events, its retry key.
    if channel != row.channel && !row.may_change_channel() {
        return Err(Refused::Called);
    }
    let lease_until = after(now, limits.lease);
    let tainted = row.may_be_accepted();
    let mut step = Step::of(row).without_lease();
    step.row.status = Status::Sending;
    step.row.channel = channel;
    step.row.attempt += 1;
    step.row.lease_until = Some(lease_until);
    step.row.lease_owner = Some(owner.to_owned());
    step.row.tainted = tainted;
    step.row.due = Some(lease_until);
    Ok(step)
}

/// Everything that could have changed since the lease is asked again: a worker may have been frozen for
/// hours between the two.
pub(super) fn start(row: &OutboxRow, attempt: u32, now: Timestamp, limits: &Limits) -> Result<Step, Refused> {
    check_fence(row, attempt)?;
    if row.call_started.is_some() {
        return Err(Refused::Started);
    }
    if !row.is_leased(now) {
        return Err(Refused::LeaseOver);
    }
    if now >= row.send_before {
        return Err(Refused::TooLate);
    }
    if row.is_key_over(now, limits) {
        return Err(Refused::KeyOver);
    }
    let mut step = Step::of(row);
    step.row.call_started = Some(now);
    // Also where earlier calls were all refused: LINE counts its key's day from the first try.
    step.row.first_call_at.get_or_insert(now);
    step.row.turn_at = None;
    let call = Effect::Call(Call::of(&step.row));
    Ok(step.and(call))
}

pub(super) fn release(row: &OutboxRow, attempt: u32, not_before: Timestamp, has_turn: bool) -> Result<Step, Refused> {
    check_fence(row, attempt)?;
    if row.call_started.is_some() {
        return Err(Refused::Started);
    }
    let mut step = Step::of(row).pending(Some(not_before), not_before);
    if has_turn {
        step.row.turn_at = Some(not_before);
    }
    Ok(step)
}

/// Whether the row is still this attempt's. A lease that ran out but was not taken back is: what its
/// worker learnt from the provider is worth more than the clock.
pub(super) fn check_fence(row: &OutboxRow, attempt: u32) -> Result<(), Refused> {
    if row.status.is_final() {
        return Err(Refused::Final);
    }
    if row.status != Status::Sending || row.attempt != attempt || row.lease_until.is_none() {
        return Err(Refused::Superseded);
    }
    Ok(())
}
