use anyhow::{Context as _, Result, bail};
use careplan::{
    OfficeNumber,
    exchange::{TransferId, TransferKind, TransferState, Unchanged},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    DeliveredUnit, DueRow, Ledger, TransferRow, Versioned,
    due_rows::{actuals_writes, due_write},
    keys::{Key, delivered_units, received, sent},
    store::{Expect, Range, Write},
};

/// Whether a transfer is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BegunTransfer {
    /// Its row was made now.
    New(TransferRow),
    /// Its row was there.
    Known(TransferRow),
}

/// Which list of an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferList {
    /// 送信済.
    Sent,
    /// 受信.
    Received,
}

/// Where a sender's transfer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SentPointer {
    receiver: OfficeNumber,
}

/// How often a change is tried again when somebody else was first.
const MAX_TRIES: usize = 20;

impl Ledger {
    /// Makes the row of a transfer, with its place in the sender's list, unless it is there.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn begin_transfer(&self, row: TransferRow) -> Result<BegunTransfer> {
        if let Some(known) = self.transfer(&row.receiver, &row.id).await? {
            return Ok(BegunTransfer::Known(known.row));
        }
        let pointer = SentPointer { receiver: row.receiver.clone() };
        let writes = vec![
            Write::put(Key::transfer(&row.receiver, &row.id), &row, Expect::Absent)?,
            Write::put(sent_key(&row), &row, Expect::Anything)?,
            Write::put(Key::sent_pointer(&row.sender, &row.id), &pointer, Expect::Anything)?,
            due_write(&DueRow::of_transfer(&row))?,
        ];
        if self.core.transact(writes).await? {
            return Ok(BegunTransfer::New(row));
        }
        let known = self.transfer(&row.receiver, &row.id).await?;
        Ok(BegunTransfer::Known(known.context("a transfer that was there is gone")?.row))
    }

    /// The transfer `id` to `receiver`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn transfer(&self, receiver: &OfficeNumber, id: &TransferId) -> Result<Option<Versioned<TransferRow>>> {
        self.core.get(Key::transfer(receiver, id)).await
    }

    /// To whom `sender` sent the transfer `id`; `None` where it sent none of that id.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn receiver_of(&self, sender: &OfficeNumber, id: &TransferId) -> Result<Option<OfficeNumber>> {
        let pointer = self.core.get::<SentPointer>(Key::sent_pointer(sender, id)).await?;
        Ok(pointer.map(|it| it.row.receiver))
    }

    /// Changes a transfer and both offices' lists in one transaction, again where somebody else was
    /// first. `change` says why nothing is to change. `None` where there is no such transfer.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless where `change` bears one.
    pub async fn change_transfer(
        &self,
        receiver: &OfficeNumber,
        id: &TransferId,
        change: impl Fn(&mut TransferRow) -> Result<(), Unchanged>,
    ) -> Result<Option<Result<TransferRow, Unchanged>>> {
        for _ in 0..MAX_TRIES {
            let Some(before) = self.transfer(receiver, id).await? else { return Ok(None) };
            let mut row = before.row.clone();
            if let Err(unchanged) = change(&mut row) {
                return Ok(Some(Err(unchanged)));
            }
            if row == before.row {
                return Ok(Some(Ok(row)));
            }
            let mut writes = vec![
                Write::put(Key::transfer(receiver, id), &row, Expect::Version(before.version))?,
                Write::put(sent_key(&row), &row, Expect::Anything)?,
            ];
            let (is_withdrawn, was_withdrawn) = (is_withdrawn(&row), is_withdrawn(&before.row));
            if let Some(delivered_at) = row.delivered_at {
                writes.push(Write::put(Key::received(receiver, delivered_at, id), &row, Expect::Anything)?);
                if before.row.delivered_at.is_none() && !is_withdrawn {
                    writes.extend(writes_of_delivery(&row, delivered_at)?);
                }
                if is_withdrawn && !was_withdrawn {
                    writes.extend(delivered_unit_key(&row).map(|key| Write::Delete { key }));
                }
            }
            // Whether the logs have it is looked at the day after.
            if let Some(at) = row.last_event_at().filter(|it| before.row.last_event_at() != Some(*it)) {
                writes.push(due_write(&DueRow::after(&row, at))?);
            }
            if self.core.transact(writes).await? {
                return Ok(Some(Ok(row)));
            }
        }
        bail!("a transfer was changed by others {MAX_TRIES} times in a row")
    }

    /// Up to `limit` transfers of a list, newest first, older than the place `before`. A place is what
    /// [`place_in`] says of the last row of a page.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn transfers(
        &self,
        office: &OfficeNumber,
        list: TransferList,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TransferRow>> {
        let pk = match list {
            TransferList::Sent => sent(office),
            TransferList::Received => received(office),
        };
        let mut range = Range::all(pk);
        if let Some(before) = before {
            range.to = before.to_owned();
        }
        // The row at the place itself is in the range.
        let found = self.core.query::<TransferRow>(&range, limit + 1, true).await?;
        let rows = found.into_iter().filter(|it| Some(it.0.sk.as_str()) != before).map(|it| it.1.row);
        Ok(rows.take(limit).collect())
    }

    /// What `sender` delivered to `receiver` of `kind`, oldest serial first.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn delivered_units(
        &self,
        receiver: &OfficeNumber,
        sender: &OfficeNumber,
        kind: TransferKind,
    ) -> Result<Vec<DeliveredUnit>> {
        /// Two years of daily sends; what is older supersedes nothing that is sent today.
        const MAX_UNITS: usize = 730;
        let pk = delivered_units(receiver, sender);
        let range = Range { pk, from: format!("{}#", kind.as_str()), to: format!("{}#\u{FFFF}", kind.as_str()) };
        let mut found = self.core.query::<DeliveredUnit>(&range, MAX_UNITS, true).await?;
        found.reverse();
        Ok(found.into_iter().map(|it| it.1.row).collect())
    }
}

/// What a delivery leaves besides the transfer itself: its place among the units of the two offices, and
/// what is expected or settled by it.
fn writes_of_delivery(row: &TransferRow, delivered_at: Timestamp) -> Result<Vec<Write>> {
    let mut writes = Vec::new();
    if let (Some(key), Some(unit)) = (delivered_unit_key(row), row.delivered_unit()) {
        writes.push(Write::put(key, &unit, Expect::Anything)?);
    }
    writes.extend(actuals_writes(row, delivered_at)?);
    Ok(writes)
}

/// Where its [`DeliveredUnit`] stands, if it may have one.
fn delivered_unit_key(row: &TransferRow) -> Option<Key> {
    let unit = row.delivered_unit()?;
    Some(Key::delivered_unit(&row.receiver, &row.sender, row.kind, &unit.serial, &row.id))
}

fn is_withdrawn(row: &TransferRow) -> bool {
    row.state == TransferState::Withdrawn
}

/// The place of a transfer in a list, to page on from; `None` where it is not in it.
pub fn place_in(list: TransferList, row: &TransferRow) -> Option<String> {
    match list {
        TransferList::Sent => Some(sent_key(row).sk),
        TransferList::Received => row.delivered_at.map(|it| Key::received(&row.receiver, it, &row.id).sk),
    }
}

fn sent_key(row: &TransferRow) -> Key {
    Key::sent(&row.sender, row.accepted_at, &row.id)
}
