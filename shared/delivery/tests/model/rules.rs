use delivery::{Channel, Effect, Event, Hold, Limits, Refused, Status};
use jiff::SignedDuration;

use super::row::{Lease, Row};

/// The protocol as it is built, and the ways to get it wrong that must be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rule {
    AsBuilt,
    /// A row that another worker has can be leased.
    LeaseIgnored,
    /// What is `Unknown` goes out again each time the hold is over.
    UnknownSentAgain,
    /// The provider's client calls again by itself where the answer is unclear.
    ClientRetries,
    /// The row does not keep that the call was started.
    StartForgotten,
    /// The worker calls though its start is refused.
    StartNotAsked,
    /// The retry key is relied on without end.
    NoMargin,
    /// The row does not keep that an earlier call was unclear.
    TaintDropped,
}

/// A row after an event, and what of the effects matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct After {
    pub(crate) row: Row,
    pub(crate) announces: bool,
    pub(crate) hands_on: bool,
}

impl Rule {
    /// `step` with the rule around it.
    pub(crate) fn step(self, row: Row, channel: Channel, event: &Event) -> Result<After, Refused> {
        let mut row = row;
        let mut limits = Limits::default();
        match (self, event) {
            (Self::LeaseIgnored, Event::Lease { .. }) if row.status == Status::Sending => {
                row = Row { status: Status::Pending, lease: Lease::None, is_started: false, ..row };
            }
            (Self::StartForgotten, Event::Lease { .. } | Event::Sweep) => row.is_started = false,
            (Self::UnknownSentAgain, Event::Sweep) => row.hold = Hold::RetryOnce,
            (Self::NoMargin, _) => limits.retry_key = SignedDuration::from_hours(1_000_000),
            _ => {}
        }
        let (mut row, effects) = row.step(channel, event, &limits)?;
        if self == Self::TaintDropped {
            row.is_tainted = false;
        }
        let announces = effects.contains(&Effect::Announce);
        let hands_on = effects.iter().any(|it| matches!(it, Effect::PutNextChannel { .. }));
        Ok(After { row, announces, hands_on })
    }
}
