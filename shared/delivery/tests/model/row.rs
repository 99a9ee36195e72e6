use delivery::{
    Channel, Effect, Event, Hold, Limits, MessageId, MessageKey, NewMessage, OutboxRow, Refused, Status, TriggerKey,
    step,
};
use jiff::{SignedDuration, Timestamp};

/// The only moment there is: instead of the clock going on, the stamps of the row go back.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_745_539_200, 0);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What of an outbox row decides what happens next. Spans that pass at any time (backoff, hold, the wait
/// for a worker) are always over; that is more than can happen, so nothing is missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) status: Status,
    pub(crate) attempt: u8,
    pub(crate) lease: Lease,
    pub(crate) is_started: bool,
    pub(crate) first_call: Age,
    pub(crate) is_tainted: bool,
    pub(crate) is_stopped: bool,
    pub(crate) is_too_late: bool,
    pub(crate) is_in_review: bool,
    pub(crate) hold: Hold,
    pub(crate) n_resends: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lease {
    None,
    Held,
    Over,
}

/// How long ago a first call was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Age {
    None,
    Recent,
    /// More than 23 hours ago.
    Old,
}

impl Age {
    pub(crate) fn a_day_later(self) -> Self {
        if self == Self::Recent { Self::Old } else { self }
    }
}

impl Row {
    pub(crate) fn pending(hold: Hold) -> Self {
        Self {
            status: Status::Pending,
            attempt: 0,
            lease: Lease::None,
            is_started: false,
            first_call: Age::None,
            is_tainted: false,
            is_stopped: false,
            is_too_late: false,
            is_in_review: false,
            hold,
            n_resends: 0,
        }
    }

    /// The row after `event` by the real rules, and what is to be done.
    pub(crate) fn step(self, channel: Channel, event: &Event, limits: &Limits) -> Result<(Self, Vec<Effect>), Refused> {
        let step = step(&self.realised(channel, limits), event, NOW, limits)?;
        Ok((Self::abstracted(&step.row), step.effects))
    }

    /// A row that this is the abstraction of.
    fn realised(self, channel: Channel, limits: &Limits) -> OutboxRow {
        let message = NewMessage {
            id: the_id(),
            clinic: String::new(),
            body: String::new(),
            channel,
            fallback: 0,
            send_after: NOW - DAY,
            send_before: if self.is_too_late { NOW } else { NOW + DAY },
            hold: self.hold,
        };
        let reason = || delivery::ReasonCode::parse("opted_out");
        OutboxRow {
            status: self.status,
            attempt: u32::from(self.attempt),
            lease_until: match self.lease {
                Lease::None => None,
                Lease::Held => Some(NOW + MINUTE),
                Lease::Over => Some(NOW),
            },
            call_started: self.is_started.then_some(NOW - MINUTE),
            first_call_at: match self.first_call {
                Age::None => None,
                Age::Recent => Some(NOW - MINUTE),
                Age::Old => Some(NOW - Limits::default().retry_key),
            },
            tainted: self.is_tainted,
            stop: if self.is_stopped { reason() } else { None },
            review_since: self.is_in_review.then_some(NOW - MINUTE),
            n_resends: u32::from(self.n_resends),
            due: match self.lease {
                _ if self.status.is_final() => None,
                Lease::Held => Some(NOW + MINUTE),
                Lease::None | Lease::Over => Some(NOW),
            },
            ..OutboxRow::pending(message, limits)
        }
    }

    fn abstracted(row: &OutboxRow) -> Self {
        assert_eq!(row.due.is_some(), !row.status.is_final(), "every row that is not final is in the index: {row:?}");
        Self {
            status: row.status,
            attempt: u8::try_from(row.attempt).expect("few attempts"),
            lease: match row.lease_until {
                None => Lease::None,
                Some(until) if NOW < until => Lease::Held,
                Some(_) => Lease::Over,
            },
            is_started: row.call_started.is_some(),
            first_call: match row.first_call_at {
                None => Age::None,
                Some(at) if NOW < at + Limits::default().retry_key => Age::Recent,
                Some(_) => Age::Old,
            },
            is_tainted: row.tainted,
            is_stopped: row.stop.is_some(),
            is_too_late: row.send_before <= NOW,
            is_in_review: row.review_since.is_some(),
            hold: row.hold,
            n_resends: u8::try_from(row.n_resends).expect("few resends"),
        }
    }

    pub(crate) fn is_decided(&self) -> bool {
        self.status.is_final() || self.is_in_review
    }
}

/// Every message is independent of the others, so that one is enough.
fn the_id() -> MessageId {
    thread_local! {
        static ID: MessageId = MessageId::of(&MessageKey {
            clinic: String::new(),
            delivery: String::new(),
            patient: String::new(),
            trigger: TriggerKey::Ever,
            repetition: 0,
            fallback: 0,
        });
    }
    ID.with(Clone::clone)
}
