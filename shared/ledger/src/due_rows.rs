use anyhow::Result;
use careplan::{
    OfficeNumber,
    exchange::{TransferId, TransferKind, next_actuals_chase, next_chase},
};
use japan::Month;
use jiff::{Timestamp, ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Ledger, TransferRow,
    keys::{Key, due_partitions, expected_actuals, reported_actuals},
    store::{Expect, Range, Write},
    transfer_rows::tokyo_day,
};

/// Something that is to be looked at on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueRow {
    /// The day in Tokyo.
    pub due_on: Date,
    /// What.
    pub what: Due,
}

/// What is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Whether a transfer was fetched or answered.
    Transfer {
        /// To whom it was sent.
        receiver: OfficeNumber,
        /// The transfer.
        id: TransferId,
    },
    /// Whether all partners have sent their 実績.
    Actuals {
        /// Who expects them.
        office: OfficeNumber,
        /// 対象年月.
        month: Month,
    },
}

/// A partner whose 実績 an office expects, because it sent it a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedActuals {
    /// The partner.
    pub partner: OfficeNumber,
    /// Whether they came.
    pub is_reported: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PartnerOfMonth {
    partner: OfficeNumber,
}

impl Due {
    fn of_transfer(row: &TransferRow) -> Self {
        Self::Transfer { receiver: row.receiver.clone(), id: row.id.clone() }
    }
}

impl DueRow {
    /// The first look at a transfer that was accepted.
    pub(crate) fn of_transfer(row: &TransferRow) -> Self {
        let accepted_on = row.accepted_on();
        Self { due_on: next_chase(accepted_on, 0).unwrap_or(accepted_on), what: Due::of_transfer(row) }
    }

    /// Another look on the day after something happened at `at`.
    pub(crate) fn after(row: &TransferRow, at: Timestamp) -> Self {
        Self { due_on: tokyo_day(at).saturating_add(1.day()), what: Due::of_transfer(row) }
    }
}

pub(crate) fn due_write(row: &DueRow) -> Result<Write> {
    Write::put(Key::due(row), row, Expect::Anything)
}

/// Where it stands that a month's 実績 are expected because of a schedule, or have come.
pub(crate) fn actuals_key(row: &TransferRow) -> Option<Key> {
    let month = row.month?;
    match row.kind {
        TransferKind::Schedule => Some(Key::expected_actuals(&row.sender, month, &row.receiver)),
        TransferKind::Actuals => Some(Key::reported_actuals(&row.receiver, month, &row.sender)),
        _ => None,
    }
}

/// Who waits for the 実績 that `row` is about, and the next day on which they are asked for after `at`.
pub(crate) fn next_actuals_look(row: &TransferRow, at: Timestamp) -> Option<DueRow> {
    let month = row.month?;
    let office = match row.kind {
        TransferKind::Schedule => &row.sender,
        TransferKind::Actuals => &row.receiver,
        _ => return None,
    };
    let due_on = next_actuals_chase(month, tokyo_day(at))?;
    Some(DueRow { due_on, what: Due::Actuals { office: office.clone(), month } })
}

/// What the delivery of a schedule makes its sender expect, and that of 実績 settles.
pub(crate) fn actuals_writes(row: &TransferRow, delivered_at: Timestamp) -> Result<Vec<Write>> {
    let Some(key) = actuals_key(row) else { return Ok(Vec::new()) };
    let is_schedule = row.kind == TransferKind::Schedule;
    let partner = PartnerOfMonth { partner: if is_schedule { &row.receiver } else { &row.sender }.clone() };
    let mut writes = vec![Write::put(key, &partner, Expect::Anything)?];
    if let Some(due) = next_actuals_look(row, delivered_at).filter(|_| is_schedule) {
        writes.push(due_write(&due)?);
    }
    Ok(writes)
}

impl Ledger {
    /// Up to `limit` things that are due on `today` or before, the earliest of each partition first.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn due(&self, today: Date, limit: usize) -> Result<Vec<DueRow>> {
        let mut due = Vec::new();
        for pk in due_partitions() {
            let range = Range { to: format!("{today}#\u{FFFF}"), ..Range::all(pk) };
            let found = self.core.query::<DueRow>(&range, limit - due.len(), false).await?;
            due.extend(found.into_iter().map(|it| it.1.row));
            if due.len() >= limit {
                break;
            }
        }
        Ok(due)
    }

    /// Replaces what was due by what is due `next`, if anything is.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn settle_due(&self, row: &DueRow, next: Option<Date>) -> Result<()> {
        let mut writes = vec![Write::Delete { key: Key::due(row) }];
        if let Some(due_on) = next.filter(|it| *it != row.due_on) {
            writes.push(due_write(&DueRow { due_on, what: row.what.clone() })?);
        }
        self.core.transact(writes).await.map(|_| ())
    }

    /// Whom `office` expects 実績 of `month` from, and who has sent them.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn expected_actuals(&self, office: &OfficeNumber, month: Month) -> Result<Vec<ExpectedActuals>> {
        const MAX_PARTNERS: usize = 2000;
        let partners = async |pk| -> Result<Vec<OfficeNumber>> {
            let found = self.core.query::<PartnerOfMonth>(&Range::all(pk), MAX_PARTNERS, false).await?;
            Ok(found.into_iter().map(|it| it.1.row.partner).collect())
        };
        let reported = partners(reported_actuals(office, month)).await?;
        let expected = partners(expected_actuals(office, month)).await?;
        let of = |partner: OfficeNumber| ExpectedActuals { is_reported: reported.contains(&partner), partner };
        Ok(expected.into_iter().map(of).collect())
    }
}
