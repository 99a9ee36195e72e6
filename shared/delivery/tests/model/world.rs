use delivery::{Channel, Outcome, ReasonCode};

use super::row::{Age, Row};

/// Everything around one message at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) row: Option<Row>,
    pub(crate) workers: [Worker; 2],
    /// Queue messages that no worker has.
    pub(crate) n_announced: u8,
    pub(crate) provider: Provider,
    /// How often the next channel was given the message.
    pub(crate) n_handed_on: u8,
    /// How often staff sent it again.
    pub(crate) n_resends: u8,
    /// Staff took it for sent.
    pub(crate) is_considered_sent: bool,
    pub(crate) left: Left,
}

/// How often something can still go wrong or twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Left {
    pub(crate) ticks: u8,
    pub(crate) crashes: u8,
    pub(crate) refusals: u8,
    pub(crate) duplicates: u8,
}

/// What a worker is about to do; all but an idle one have a queue message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Worker {
    Idle,
    Lease,
    Start { attempt: u8 },
    Call { attempt: u8, key: u8 },
    Settle { attempt: u8, answer: Answer },
    Delete,
}

impl Worker {
    pub(crate) fn has_attempt(self, of_row: u8) -> bool {
        match self {
            Self::Idle | Self::Lease | Self::Delete => false,
            Self::Start { attempt } | Self::Call { attempt, .. } | Self::Settle { attempt, .. } => attempt == of_row,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Answer {
    Accepted,
    AlreadyAccepted,
    Refused,
    RefusedForGood,
    Unclear,
}

/// The provider, with its ledger of what it accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Provider {
    pub(crate) n_accepted: u8,
    /// LINE: the retry keys, the second after staff sent the message again.
    pub(crate) keys: [Key; 2],
    /// An event is on its way.
    pub(crate) has_event: bool,
}

/// What LINE knows of a retry key. Its day begins with the first call, whatever came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) age: Age,
    pub(crate) is_accepted: bool,
}

impl Key {
    pub(crate) const UNKNOWN: Self = Self { age: Age::None, is_accepted: false };
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CallEnd {
    Answered,
    Refused,
    RefusedForGood,
    UnclearTaken,
    UnclearNotTaken,
    /// Taken, the answer lost, called again by the client and taken.
    ClientRetried,
}

impl Answer {
    pub(crate) fn outcome(self) -> Outcome {
        let code = ReasonCode::default();
        match self {
            Self::Accepted => Outcome::Accepted { provider_id: String::new() },
            Self::AlreadyAccepted => Outcome::AlreadyAccepted { provider_id: None },
            Self::Refused => Outcome::Refused { code },
            Self::RefusedForGood => Outcome::RefusedForGood { code },
            Self::Unclear => Outcome::Unclear { code },
        }
    }
}

impl Provider {
    pub(crate) fn call(&mut self, channel: Channel, key: u8, end: CallEnd) -> Answer {
        let key = &mut self.keys[usize::from(key)];
        if channel == Channel::Line && key.age == Age::None {
            key.age = Age::Recent;
        }
        let is_known = key.is_accepted;
        match end {
            CallEnd::Refused => Answer::Refused,
            CallEnd::RefusedForGood => Answer::RefusedForGood,
            CallEnd::UnclearNotTaken => Answer::Unclear,
            CallEnd::Answered if is_known => Answer::AlreadyAccepted,
            CallEnd::UnclearTaken if is_known => Answer::Unclear,
            CallEnd::Answered | CallEnd::UnclearTaken | CallEnd::ClientRetried => {
                self.n_accepted += if end == CallEnd::ClientRetried { 2 } else { 1 };
                key.is_accepted = channel == Channel::Line;
                self.has_event = channel != Channel::Line;
                if end == CallEnd::UnclearTaken { Answer::Unclear } else { Answer::Accepted }
            }
        }
    }
}
