//! What staff decide of a message in 要確認 (`sending.md` §4.2, 7).

use jiff::Timestamp;

use super::limits::after;
use super::{Counted, Effect, Hold, Limits, OutboxRow, Refused, StaffDecision, Step};

pub(super) fn decide(
    row: &OutboxRow,
    decision: StaffDecision,
    now: Timestamp,
    limits: &Limits,
) -> Result<Step, Refused> {
    if row.status.is_final() {
        return Err(Refused::Final);
    }
    if row.review_since.is_none() {
        return Err(Refused::NotInReview);
    }
    match decision {
        StaffDecision::ConsiderSent => Ok(Step::of(row).sent(Counted::ConsideredSent)),
        StaffDecision::Resend { .. } if row.stop.is_some() => Err(Refused::Stopped),
        StaffDecision::Resend { send_before } if now >= send_before => Err(Refused::TooLate),
        StaffDecision::Resend { send_before } => {
            let mut step = Step::of(row);
            // While LINE knows the key, the next call asks rather than sends: nothing is forgotten.
            if !row.has_retry_key() || row.is_key_over(now, limits) {
                step.row.tainted = false;
                step.row.first_call_at = None;
                step.row.n_resends += 1;
            }
            step.row.hold = Hold::Review;
            step.row.n_failures = 0;
            step.row.review_since = None;
            step.row.send_before = send_before;
            let due = after(now, limits.announce_again);
            Ok(step.pending(None, due).and(Effect::HideFromReview).and(Effect::Announce))
        }
    }
}
