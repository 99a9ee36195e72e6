use jiff::Timestamp;

use super::{Event, Limits, OutboxRow, Refused, Report, Status};
use super::{lease, settle, staff, stop, sweep};
use crate::{Channel, MessageId};

/// A row after an event and what is to be done about it.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// The row as it is written, on the condition that it still is as it was read.
    pub row: OutboxRow,
    /// In the order they are to be done.
    pub effects: Vec<Effect>,
}

/// What is to be done besides writing the row. [`Effect::is_with_row`] says which are written in the same
/// transaction; the others come after it and, if they are lost, are made good by the sweeper.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send the id to the queue.
    Announce,
    /// Call the provider, once.
    Call(Call),
    /// Put the row of the next channel that the patient can be reached by, if there is one and no such
    /// row yet.
    PutNextChannel {
        /// For its [`crate::MessageKey`].
        fallback: u8,
    },
    /// Send nothing to this address any more, whoever's it is.
    Suppress {
        /// [`Report::Bounced`] or [`Report::Complained`].
        because: Report,
    },
    /// Put it on the 要確認 list, or leave it there.
    ShowForReview,
    /// Take it off the 要確認 list.
    HideFromReview,
    /// Count it.
    Count(Counted),
}

/// What is counted, for figures and alarms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// A message became [`Status::Sent`] by a provider's word.
    Sent,
    /// A message became [`Status::Sent`] by the word of staff.
    ConsideredSent,
    /// A message became [`Status::Failed`].
    Failed,
    /// A message became [`Status::Cancelled`].
    Cancelled,
    /// A message became [`Status::Expired`].
    Expired,
    /// A call stayed unclear.
    Unclear,
    /// A message came before people.
    InReview,
    /// A provider said that the month's quota is used up.
    QuotaSpent,
    /// A lease ran out: a worker died or froze.
    LeaseLost,
    /// A provider told what became of a message.
    Reported(Report),
}

/// The right to call a provider once. Only [`step`] makes it, when an attempt that holds the lease
/// starts, and it cannot be copied: an adapter that takes it by value cannot be called without it.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct Call {
    id: MessageId,
    channel: Channel,
    attempt: u32,
    retry_key: Option<String>,
}

impl Call {
    pub(super) fn of(row: &OutboxRow) -> Self {
        let retry_key = row.has_retry_key().then(|| row.id.retry_key(row.n_resends));
        Self { id: row.id.clone(), channel: row.channel, attempt: row.attempt, retry_key }
    }

    /// Which message: also the tag by which events find it.
    pub fn id(&self) -> &MessageId {
        &self.id
    }

    /// By which channel.
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// The attempt that settles it.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// LINE's `X-Line-Retry-Key`.
    pub fn retry_key(&self) -> Option<&str> {
        self.retry_key.as_deref()
    }
}

impl Effect {
    /// Whether it is written in the transaction that writes the row: what a crash between the two would
    /// lose, as the row itself no longer says that it is missing.
    pub fn is_with_row(&self) -> bool {
        match self {
            Self::PutNextChannel { .. } | Self::Suppress { .. } | Self::ShowForReview | Self::HideFromReview => true,
            Self::Announce | Self::Call(_) | Self::Count(_) => false,
        }
    }
}

/// The row after `event`: the whole protocol of `sending.md` §4.2.
///
/// `now` is the clock of who asks. Clocks that disagree cost an attempt or a look by people, never a second
/// message, as attempts are fenced; those of a LINE message must agree within the hour between
/// [`Limits::retry_key`] and the day that LINE keeps it.
///
/// # Errors
///
/// [`Refused`] where the row stays as it is and nothing is to be done.
pub fn step(row: &OutboxRow, event: &Event, now: Timestamp, limits: &Limits) -> Result<Step, Refused> {
    match event {
        Event::Lease { owner, channel } => lease::lease(row, owner, *channel, now, limits),
        Event::Start { attempt } => lease::start(row, *attempt, now, limits),
        Event::Release { attempt, not_before, has_turn } => lease::release(row, *attempt, *not_before, *has_turn),
        Event::Settled { attempt, outcome } => settle::settle(row, *attempt, outcome, now, limits),
        Event::Reported { report, provider_id } => settle::report(row, *report, provider_id.as_deref(), now),
        Event::Cancel { reason } => stop::cancel(row, reason, now, limits),
        Event::Expire => stop::expire(row, now, limits),
        Event::Sweep => sweep::sweep(row, now, limits),
        Event::StaffDecided(decision) => staff::decide(row, *decision, now, limits),
    }
}

/// The ends of a row and the ways back: each says all that changes with it.
impl Step {
    /// The row as it is, with nothing to do.
    pub(super) fn of(row: &OutboxRow) -> Self {
        Self { row: row.clone(), effects: Vec::new() }
    }

    pub(super) fn and(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    /// Ends the attempt, if one is under way.
    pub(super) fn without_lease(mut self) -> Self {
        self.row.lease_until = None;
        self.row.lease_owner = None;
        self.row.call_started = None;
        self.row.not_before = None;
        self
    }

    fn ended(self, status: Status, counted: Counted) -> Self {
        let was_in_review = self.row.review_since.is_some();
        let mut step = self.without_lease();
        step.row.status = status;
        step.row.review_since = None;
        step.row.due = None;
        if was_in_review {
            step = step.and(Effect::HideFromReview);
        }
        step.and(Effect::Count(counted))
    }

    pub(super) fn sent(self, counted: Counted) -> Self {
        self.ended(Status::Sent, counted)
    }

    pub(super) fn cancelled(self) -> Self {
        self.ended(Status::Cancelled, Counted::Cancelled)
    }

    pub(super) fn expired(self) -> Self {
        self.ended(Status::Expired, Counted::Expired)
    }

    /// This channel will not take it: the next may, while there is time.
    pub(super) fn failed(self, now: Timestamp) -> Self {
        self.ended(Status::Failed, Counted::Failed).handed_on(now)
    }

    pub(super) fn handed_on(self, now: Timestamp) -> Self {
        let row = &self.row;
        // Three rows at most: LINE, SMS, mail.
        if row.fallback >= 2 || now >= row.send_before || row.stop.is_some() {
            return self;
        }
        let fallback = row.fallback + 1;
        self.and(Effect::PutNextChannel { fallback })
    }

    /// People must look: it may have been accepted and nothing more can be done without the risk of
    /// sending it twice.
    pub(super) fn in_review(self, now: Timestamp, limits: &Limits) -> Self {
        let mut step = self.without_lease();
        step.row.status = Status::Unknown;
        step.row.tainted = true;
        step.row.review_since = Some(now);
        step.row.due = Some(super::limits::after(now, limits.review_again));
        step.and(Effect::ShowForReview).and(Effect::Count(Counted::InReview))
    }

    /// Back to wait for a worker, not before `not_before`, to be looked at no later than `due`.
    pub(super) fn pending(self, not_before: Option<Timestamp>, due: Timestamp) -> Self {
        let mut step = self.without_lease();
        step.row.status = Status::Pending;
        step.row.not_before = not_before;
        step.row.due = Some(due.min(step.row.send_before));
        step
    }
}
