use anyhow::{Context as _, Result};
use careplan::{
    OfficeNumber,
    exchange::{Ack, AckResult, Event, Fact, FactKind, Seal, TransferId, TransferState, Unchanged},
};
use jiff::Timestamp;

use crate::{Ledger, TransferAnswer, TransferRow};

/// What the offices do with a transfer after it was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferChange {
    /// The receiver fetches it through the API.
    Fetched,
    /// Its software answers.
    Answered(Ack),
    /// The sender takes it back.
    Withdrawn,
}

impl TransferChange {
    fn event(&self) -> Event {
        match self {
            Self::Fetched => Event::Fetched,
            Self::Answered(ack) => ack.event(),
            Self::Withdrawn => Event::Withdrawn,
        }
    }

    fn fact_kind(&self) -> FactKind {
        match self {
            Self::Fetched => FactKind::Fetched,
            Self::Answered(Ack { result: AckResult::Rejected, .. }) => FactKind::Rejected,
            Self::Answered(Ack { result: AckResult::Imported, .. }) => FactKind::Imported,
            Self::Withdrawn => FactKind::Withdrawn,
        }
    }

    /// Whether it says something new though the state stays: another reason why it cannot be taken in, given
    /// later.
    fn is_news(&self, row: &TransferRow, at: Timestamp) -> bool {
        let (Self::Answered(ack), Some(answer)) = (self, &row.answer) else { return false };
        let is_repeat = (ack.rows, &ack.reasons) == (answer.rows, &answer.reasons);
        ack.result == AckResult::Rejected && row.state == TransferState::Rejected && !is_repeat && at > answer.at
    }

    fn note(&self, row: &mut TransferRow, at: Timestamp) {
        match self {
            Self::Fetched => row.fetched_at = Some(at),
            Self::Answered(ack) => {
                row.answer = Some(TransferAnswer { at, rows: ack.rows, reasons: ack.reasons.clone() });
            }
            Self::Withdrawn => row.withdrawn_at = Some(at),
        }
    }
}

impl Ledger {
    /// Changes a transfer by what happened at `at`, and adds that to the logs of both sides. `None` where
    /// `receiver` was sent none of that id; [`Unchanged::Known`] for what is noted already.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless, and completes the logs.
    pub async fn note_on_transfer(
        &self,
        receiver: &OfficeNumber,
        id: &TransferId,
        what: &TransferChange,
        at: Timestamp,
        seal: &Seal,
    ) -> Result<Option<Result<TransferRow, Unchanged>>> {
        if what.event() == Event::Imported {
            self.log_rejection(receiver, id, seal).await?;
        }
        let change = |row: &mut TransferRow| {
            if !what.is_news(row, at) {
                row.state = row.state.after(what.event())?;
            }
            what.note(row, at);
            Ok(())
        };
        let Some(changed) = self.change_transfer(receiver, id, change).await.context("noting on a transfer")? else {
            return Ok(None);
        };
        let row = match &changed {
            Ok(row) => Some(row.clone()),
            Err(Unchanged::Known) => self.transfer(receiver, id).await?.map(|it| it.row),
            Err(_) => None,
        };
        if let Some(row) = row {
            if let Some(fact) = row.fact(what.fact_kind()) {
                self.add_to_both_logs(&fact, seal).await?;
            }
            self.undo_withdrawn(&row).await.context("undoing a withdrawn transfer")?;
        }
        Ok(Some(changed))
    }

    /// Makes sure that the logs tell of a rejection before the row forgets it.
    async fn log_rejection(&self, receiver: &OfficeNumber, id: &TransferId, seal: &Seal) -> Result<()> {
        let row = self.transfer(receiver, id).await.context("reading a transfer")?.map(|it| it.row);
        let rejected = row.filter(|it| it.state == TransferState::Rejected);
        match rejected.and_then(|it| it.fact(FactKind::Rejected)) {
            Some(fact) => self.add_to_both_logs(&fact, seal).await,
            None => Ok(()),
        }
    }

    /// Adds a fact to the logs of its sender and its receiver, once.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_to_both_logs(&self, fact: &Fact, seal: &Seal) -> Result<()> {
        for office in [&fact.sender, &fact.receiver] {
            self.add_evidence(office, std::slice::from_ref(fact), seal).await.context("adding to a log")?;
        }
        Ok(())
    }
}

impl TransferRow {
    /// What the logs say of `event`, if it happened.
    pub fn fact(&self, event: FactKind) -> Option<Fact> {
        let at = match event {
            FactKind::Delivered => self.delivered_at?,
            FactKind::Fetched => self.fetched_at?,
            FactKind::Rejected | FactKind::Imported => self.answer.as_ref()?.at,
            FactKind::Withdrawn => self.withdrawn_at?,
            FactKind::Undelivered => self.undelivered_at?,
        };
        Some(Fact {
            at,
            event,
            transfer: self.id.clone(),
            sender: self.sender.clone(),
            receiver: self.receiver.clone(),
            kind: self.kind,
            serial: self.serial.clone(),
            sha256: self.files.iter().map(|it| it.sha256.clone()).collect(),
        })
    }
}
