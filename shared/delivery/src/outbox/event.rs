use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Channel, ReasonCode};

/// What happens to a message (`sending.md` §4.2). Announcing is none: it changes no row, and a lost one is
/// made good by the sweeper.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Event {
    /// A worker takes the row. The same transaction checks consent, exclusion and erasure; what fails
    /// there is [`Event::Cancel`].
    Lease {
        /// Who it is, for people who read logs.
        owner: String,
        /// The channel it goes by: another than when the row was made only where it was never called.
        channel: Channel,
    },
    /// The worker is about to call: the last write before the socket.
    Start {
        /// The attempt it leased.
        attempt: u32,
    },
    /// The worker gives the row back without having called: the kill switch is on, a cap is reached, or
    /// the provider's rate is used up.
    Release {
        /// The attempt it leased.
        attempt: u32,
        /// Not leased again before.
        not_before: Timestamp,
        /// Whether that is its turn at the provider's rate: it need not ask for one again.
        has_turn: bool,
    },
    /// The provider answered, or did not.
    Settled {
        /// The attempt that called.
        attempt: u32,
        /// What it answered.
        outcome: Outcome,
    },
    /// An event of the provider, found by the message id in its tag. It is evidence, from any state.
    Reported {
        /// What it tells.
        report: Report,
        /// What the provider calls the message, where the event says so.
        provider_id: Option<String>,
    },
    /// Staff stop it, the patient opted out, was excluded or erased, or came by.
    Cancel {
        /// Which of them.
        reason: ReasonCode,
    },
    /// Its time has passed: who notices it first says so; the sweeper does in any case.
    Expire,
    /// The sweeper looks, as `due` told it to.
    Sweep,
    /// Staff decided what was in 要確認.
    StaffDecided(StaffDecision),
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// 2xx.
    Accepted {
        /// What the provider calls it.
        provider_id: String,
    },
    /// LINE's 409: an earlier call with the same retry key was accepted.
    AlreadyAccepted {
        /// What the provider calls the earlier one, where it says so.
        provider_id: Option<String>,
    },
    /// Certainly not accepted, another time it may be: no byte was sent, or the provider is closed.
    Refused {
        /// Why.
        code: ReasonCode,
    },
    /// Certainly not accepted and never will be on this channel: no such address, not allowed.
    RefusedForGood {
        /// Why.
        code: ReasonCode,
    },
    /// Certainly not accepted: too fast.
    RateLimited {
        /// When to come back, where it says so.
        retry_after: Option<SignedDuration>,
    },
    /// Certainly not accepted: what was paid for this month is used up.
    QuotaSpent,
    /// Anything else: it may have been accepted.
    Unclear {
        /// What was seen of it.
        code: ReasonCode,
    },
}

/// What a provider tells of a message after the call, the stronger the later in this list. Whatever it
/// tells, it took the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// It took it (SES `Send`, SMS `TEXT_QUEUED`), or is still trying (`DeliveryDelay`).
    Accepted,
    /// 到達.
    Delivered,
    /// 不達, the address may be right: full, switched off, blocked by the carrier, refused by the scanner.
    Undelivered,
    /// 不達: there is no such address.
    Bounced,
    /// 迷惑メール申告.
    Complained,
}

/// What staff decide of a message in 要確認.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaffDecision {
    /// 再送: it may then be there twice; that is their decision.
    Resend {
        /// Its new time; the old one has often passed.
        send_before: Timestamp,
    },
    /// 送信済みとみなす.
    ConsiderSent,
}
