//! What ends a message before it is sent.

use jiff::Timestamp;

use super::{Limits, OutboxRow, Refused, Status, Step};
use crate::ReasonCode;

/// Stops it where that is still possible. A call under way cannot be called back: the wish is kept, and no
/// further call is made.
pub(super) fn cancel(row: &OutboxRow, reason: &ReasonCode, now: Timestamp, limits: &Limits) -> Result<Step, Refused> {
    if row.status.is_final() {
        return Err(Refused::Final);
    }
    if row.stop.is_some() {
        return Err(Refused::Known);
    }
    let mut step = Step::of(row);
    step.row.stop = Some(reason.clone());
    if row.status == Status::Unknown || row.call_started.is_some() {
        return Ok(step);
    }
    if row.tainted {
        return Ok(step.in_review(now, limits));
    }
    step.row.last_error = Some(reason.clone());
    Ok(step.cancelled())
}

/// Ends it once its time has passed, where no worker has it.
pub(super) fn expire(row: &OutboxRow, now: Timestamp, limits: &Limits) -> Result<Step, Refused> {
    match row.status {
        Status::Sent | Status::Failed | Status::Cancelled | Status::Expired => return Err(Refused::Final),
        Status::Unknown => return Err(Refused::Unclear),
        Status::Sending if row.is_leased(now) => return Err(Refused::Leased),
        // What that call came to is the sweeper's question, not the clock's.
        Status::Sending if row.call_started.is_some() => return Err(Refused::Unclear),
        Status::Pending | Status::Sending => {}
    }
    if now < row.send_before {
        return Err(Refused::TooEarly);
    }
    let step = Step::of(row);
    Ok(if row.tainted { step.in_review(now, limits) } else { step.expired() })
}
