use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use careplan::{
    OfficeNumber,
    exchange::{Event, TransferState},
};
use ledger::{OfficeRow, TransferRow};
use mail::{Letter, Posted};
use tracing::warn;

use crate::ExchangePlans;

/// Tells each receiver once of what this bundle brought, by a mail that names no user (通知済). Offices
/// without an address are not told.
pub(crate) async fn tell_receivers(
    deps: &ExchangePlans,
    sender: &OfficeRow,
    delivered: Vec<TransferRow>,
) -> Result<()> {
    let mut by_receiver: BTreeMap<OfficeNumber, Vec<TransferRow>> = BTreeMap::new();
    for row in delivered.into_iter().filter(|it| it.state == TransferState::Delivered) {
        by_receiver.entry(row.receiver.clone()).or_default().push(row);
    }
    for (receiver, rows) in by_receiver {
        let office = deps.ledger.office(&receiver).await.context("getting a receiver")?;
        let Some(address) = office.and_then(|it| it.row.notify_address) else { continue };
        match deps.mail.send(&letter(address, sender, rows.len())).await.context("telling a receiver")? {
            Posted::Accepted => note(deps, &rows).await?,
            Posted::Refused => warn!(office.hash = host::key_hash(receiver.as_str()), "an office's address is refused"),
            Posted::Off => {}
        }
    }
    Ok(())
}

fn letter(to: String, sender: &OfficeRow, n_transfers: usize) -> Letter {
    Letter {
        to,
        subject: "【かよい】書類が届きました".to_owned(),
        text: format!(
            "{}から書類が{n_transfers}件届きました。\n介護ソフトまたは kayoi plans inbox で受け取ってください。\n\nこのメールに個人情報は含まれません。返信はできません。\n",
            sender.name
        ),
    }
}

async fn note(deps: &ExchangePlans, rows: &[TransferRow]) -> Result<()> {
    let at = (deps.now)();
    for row in rows {
        let change = |row: &mut TransferRow| {
            row.state = row.state.after(Event::Notified)?;
            row.notified_at.get_or_insert(at);
            Ok(())
        };
        // What the receiver has done meanwhile says more than that it was told.
        let _unchanged = deps.ledger.change_transfer(&row.receiver, &row.id, change).await.context("noting a mail")?;
    }
    Ok(())
}
