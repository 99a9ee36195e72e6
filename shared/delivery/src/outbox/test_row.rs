//! A message that tests send, and what happens to it as one line after the other.

use jiff::{SignedDuration, Timestamp};

use super::{Effect, Event, Hold, Limits, NewMessage, OutboxRow, Outcome, Refused, Report, Status, step};
use crate::{Channel, MessageId, MessageKey, ReasonCode, TriggerKey};

/// 10 in the morning of 25 April 2025 in Tokyo.
pub(crate) const MORNING: Timestamp = Timestamp::constant(1_745_542_800, 0);

pub(crate) fn row(channel: Channel) -> OutboxRow {
    let id = MessageId::of(&MessageKey {
        clinic: "c1".to_owned(),
        delivery: "d1".to_owned(),
        patient: "p1".to_owned(),
        trigger: TriggerKey::Ever,
        repetition: 0,
        fallback: 0,
    });
    let message = NewMessage {
        id,
        clinic: "c1".to_owned(),
        body: "b1".to_owned(),
        channel,
        fallback: 0,
        send_after: MORNING,
        send_before: MORNING + SignedDuration::from_hours(48),
        hold: Hold::Review,
    };
    OutboxRow::pending(message, &Limits::default())
}

pub(crate) fn code(text: &str) -> ReasonCode {
    ReasonCode::parse(text).unwrap()
}

/// A message, the time, and what was done about it so far.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) row: OutboxRow,
    pub(crate) now: Timestamp,
    pub(crate) limits: Limits,
    pub(crate) effects: Vec<Effect>,
}

impl Story {
    pub(crate) fn of(channel: Channel) -> Self {
        Self { row: row(channel), now: MORNING, limits: Limits::default(), effects: Vec::new() }
    }

    pub(crate) fn minutes_later(mut self, minutes: i64) -> Self {
        self.now += SignedDuration::from_mins(minutes);
        self
    }

    #[track_caller]
    pub(crate) fn then(mut self, event: Event) -> Self {
        let after = step(&self.row, &event, self.now, &self.limits);
        let after = after.unwrap_or_else(|refused| panic!("{event:?} is refused ({refused}): {:?}", self.row));
        self.row = after.row;
        self.effects.extend(after.effects);
        self
    }

    #[track_caller]
    pub(crate) fn refuses(self, event: Event, expected: Refused) -> Self {
        assert_eq!(step(&self.row, &event, self.now, &self.limits), Err(expected), "{event:?}");
        self
    }

    #[track_caller]
    pub(crate) fn leased(self) -> Self {
        let channel = self.row.channel;
        self.then(Event::Lease { owner: "w1".to_owned(), channel })
    }

    #[track_caller]
    pub(crate) fn started(self) -> Self {
        let attempt = self.row.attempt + 1;
        self.leased().then(Event::Start { attempt })
    }

    #[track_caller]
    pub(crate) fn settled(self, outcome: Outcome) -> Self {
        let attempt = self.row.attempt;
        self.then(Event::Settled { attempt, outcome })
    }

    #[track_caller]
    pub(crate) fn reported(self, report: Report) -> Self {
        self.then(Event::Reported { report, provider_id: None })
    }

    #[track_caller]
    pub(crate) fn swept(self) -> Self {
        self.then(Event::Sweep)
    }

    pub(crate) fn n_calls(&self) -> usize {
        self.effects.iter().filter(|it| matches!(it, Effect::Call(_))).count()
    }

    pub(crate) fn n_handed_on(&self) -> usize {
        self.effects.iter().filter(|it| matches!(it, Effect::PutNextChannel { .. })).count()
    }

    #[track_caller]
    pub(crate) fn ends(self, status: Status, n_calls: usize) -> Self {
        assert_eq!((self.row.status, self.n_calls()), (status, n_calls), "{self:?}");
        assert_eq!(self.row.due.is_some(), !status.is_final(), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn ends_in_review(self, n_calls: usize) -> Self {
        assert!(self.row.review_since.is_some() && self.effects.contains(&Effect::ShowForReview), "{self:?}");
        self.ends(Status::Unknown, n_calls)
    }
}

pub(crate) fn accepted() -> Outcome {
    Outcome::Accepted { provider_id: "id".to_owned() }
}

pub(crate) fn known_key() -> Outcome {
    Outcome::AlreadyAccepted { provider_id: None }
}

pub(crate) fn refused() -> Outcome {
    Outcome::Refused { code: code("throttled") }
}

pub(crate) fn refused_for_good() -> Outcome {
    Outcome::RefusedForGood { code: code("no_address") }
}

pub(crate) fn unclear() -> Outcome {
    Outcome::Unclear { code: code("timeout") }
}
