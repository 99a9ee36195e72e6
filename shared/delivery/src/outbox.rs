//! The outbox row, the only right to send, and its state machine (`sending.md` §4.1, §4.2).
//!
//! ```text
//!              Lease               Start, Settled(accepted) │ Reported
//!  Pending ───────────▶ Sending ───────────────────────────────────────▶ Sent
//!   ▲ │ │               │ │ │ └─Settled(for good)─▶ Failed, next channel
//!   │ │ └─Expire─▶ Expired │ └─unclear, SES and SMS─▶ Unknown ─hold over─▶ Unknown, in review
//!   │ └─Cancel─▶ Cancelled │                                                    │
//!   └──refused, released, lease over before the call          Resend │ ConsiderSent
//! ```
//!
//! **Invariant:** a row that may have been accepted (`tainted`) ends as `Sent` or before people, never as
//! something that says it was not sent, and is never handed on to the next channel.

mod event;
mod lease;
mod limits;
mod refused;
mod row;
mod settle;
mod staff;
mod status;
mod step;
mod stop;
mod sweep;

#[cfg(test)]
mod crash_point_tests;
#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod step_tests;
#[cfg(test)]
pub(crate) mod test_row;

pub use event::{Event, Outcome, Report, StaffDecision};
pub use limits::{Limits, LimitsError};
pub use refused::Refused;
pub use row::{Hold, NewMessage, OutboxRow};
pub use status::Status;
pub use step::{Call, Counted, Effect, Step, step};
