use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::limits::after;
use super::{Limits, Report, Status};
use crate::{Channel, MessageId, ReasonCode};

/// One message on one channel: the only right to send (`sending.md` §4.1). It holds no name, no address
/// and no text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OutboxRow {
    /// Which message.
    pub id: MessageId,
    /// The clinic's id.
    pub clinic: String,
    /// Where its text and address are kept: an id.
    pub body: String,
    /// Chosen when the row is made, and again when it is leased; once it was called it stays, and a failure
    /// makes another row.
    pub channel: Channel,
    /// As in [`crate::MessageKey::fallback`].
    pub fallback: u8,
    /// Not sent before.
    pub send_after: Timestamp,
    /// Not sent at or after.
    pub send_before: Timestamp,
    /// What becomes of it when a call stays unclear.
    pub hold: Hold,

    /// How far it is.
    pub status: Status,
    /// Counts the leases: the fence against workers that wake late.
    pub attempt: u32,
    /// Until when the worker of this attempt may start; none between attempts.
    pub lease_until: Option<Timestamp>,
    /// Who leased it, for people who read logs: no rule looks at it.
    pub lease_owner: Option<String>,
    /// When this attempt was about to call. A lease that ended without it never called.
    pub call_started: Option<Timestamp>,
    /// When the first call with the present retry key was about to be made.
    pub first_call_at: Option<Timestamp>,
    /// Whether some earlier call may have been accepted.
    pub tainted: bool,
    /// Definite refusals and unclear answers so far; being told to slow down does not count.
    pub n_failures: u32,
    /// Not leased before: backoff.
    pub not_before: Option<Timestamp>,
    /// Its turn at the provider's rate, taken by an attempt that gave the row back; gone with the call.
    pub turn_at: Option<Timestamp>,
    /// How often staff sent it again with a new retry key.
    pub n_resends: u32,
    /// Why it is to be stopped, told while a call was under way.
    pub stop: Option<ReasonCode>,
    /// Since when it is in 要確認.
    pub review_since: Option<Timestamp>,
    /// What the provider calls it.
    pub provider_id: Option<String>,
    /// Why the last call failed, or why it was cancelled.
    pub last_error: Option<ReasonCode>,
    /// The strongest of what the provider told later.
    pub report: Option<Report>,
    /// When the sweeper must look next. Every row that is not final has it; the index holds these alone.
    pub due: Option<Timestamp>,
}

/// What becomes of a mail or an SMS whose call stayed unclear and for which no event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// Staff decide: never twice, at the price of a person's look.
    #[default]
    Review,
    /// It is sent once more, then staff decide: at most one too many, where the answer and the event were
    /// both lost (`sending.md`, "How far SES can be bounded").
    RetryOnce,
    /// The once is used up.
    Retried,
}

/// What a plan knows of a message when its row is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Which message.
    pub id: MessageId,
    /// The clinic's id.
    pub clinic: String,
    /// Where its text and address are kept: an id.
    pub body: String,
    /// The first channel, or the one after a failure.
    pub channel: Channel,
    /// As in [`crate::MessageKey::fallback`].
    pub fallback: u8,
    /// Not sent before.
    pub send_after: Timestamp,
    /// Not sent at or after.
    pub send_before: Timestamp,
    /// What becomes of it when a call stays unclear.
    pub hold: Hold,
}

impl OutboxRow {
    /// The row of a message that was approved and is due. Put it only where none is; it is announced by
    /// who puts it, and by the sweeper if that is lost (crash point b).
    pub fn pending(message: NewMessage, limits: &Limits) -> Self {
        let due = after(message.send_after, limits.announce_again).min(message.send_before);
        Self {
            id: message.id,
            clinic: message.clinic,
            body: message.body,
            channel: message.channel,
            fallback: message.fallback,
            send_after: message.send_after,
            send_before: message.send_before,
            hold: message.hold,
            status: Status::Pending,
            attempt: 0,
            lease_until: None,
            lease_owner: None,
            call_started: None,
            first_call_at: None,
            tainted: false,
            n_failures: 0,
            not_before: None,
            turn_at: None,
            n_resends: 0,
            stop: None,
            review_since: None,
            provider_id: None,
            last_error: None,
            report: None,
            due: Some(due),
        }
    }

    /// The row of the same message on `channel`, after this one failed there: `id` is that of its next ordinal.
    #[must_use]
    pub fn handed_on(&self, id: MessageId, channel: Channel, now: Timestamp, limits: &Limits) -> Self {
        let message = NewMessage {
            id,
            clinic: self.clinic.clone(),
            body: self.body.clone(),
            channel,
            fallback: self.fallback + 1,
            send_after: now,
            send_before: self.send_before,
            // What was used up was so on the other channel.
            hold: if self.hold == Hold::Retried { Hold::RetryOnce } else { self.hold },
        };
        Self::pending(message, limits)
    }

    /// Whether its channel is still open: nothing was ever called.
    pub fn may_change_channel(&self) -> bool {
        self.first_call_at.is_none() && !self.may_be_accepted()
    }

    /// Whether nothing is left to do but by a person: final, or in 要確認.
    pub fn is_decided(&self) -> bool {
        self.status.is_final() || self.review_since.is_some()
    }

    pub(super) fn is_leased(&self, now: Timestamp) -> bool {
        self.lease_until.is_some_and(|it| now < it)
    }

    /// Whether the provider itself refuses to take one message twice, so that an unclear call may be made
    /// again. Of mails and SMS only events tell.
    pub(super) fn has_retry_key(&self) -> bool {
        self.channel == Channel::Line
    }

    /// Whether some call may have been accepted, the present one too.
    pub(super) fn may_be_accepted(&self) -> bool {
        self.tainted || self.call_started.is_some()
    }

    /// Until when a call with the present retry key is known not to make a second message.
    pub(super) fn retry_key_until(&self, limits: &Limits) -> Timestamp {
        self.first_call_at.map_or(Timestamp::MAX, |it| after(it, limits.retry_key))
    }

    /// Whether calling again could make a second message, as the retry key may be forgotten.
    pub(super) fn is_key_over(&self, now: Timestamp, limits: &Limits) -> bool {
        self.has_retry_key() && self.may_be_accepted() && now >= self.retry_key_until(limits)
    }
}
