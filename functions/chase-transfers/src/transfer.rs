use anyhow::{Context as _, Result};
use careplan::{
    OfficeNumber,
    exchange::{Chase, FactKind, TransferId, TransferState, chase as step_of, next_chase},
};
use jiff::civil::Date;
use ledger::TransferRow;
use serde::Serialize;
use tracing::warn;

use crate::{ChaseTransfers, letters};

/// `results/<sender>/undelivered/<transfer>.json`: the non-delivery report.
#[derive(Serialize)]
struct Undelivered<'a> {
    transfer: &'a TransferId,
    to: &'a OfficeNumber,
    to_name: &'a str,
    state: TransferState,
    accepted_at: String,
    message: &'static str,
}

/// Looks at a transfer. Returns when to look again.
pub(crate) async fn chase(
    deps: &ChaseTransfers,
    receiver: &OfficeNumber,
    id: &TransferId,
    today: Date,
) -> Result<Option<Date>> {
    let Some(row) = deps.ledger.transfer(receiver, id).await.context("getting a transfer")? else {
        warn!("a transfer that was due is gone");
        return Ok(None);
    };
    let row = row.row;
    complete_logs(deps, &row).await?;
    deps.ledger.undo_withdrawn(&row).await.context("undoing a withdrawn transfer")?;
    if row.state >= TransferState::Fetched {
        return Ok(None);
    }
    let accepted_on = row.accepted_on();
    let Some((step, n_chased)) = step_of(accepted_on, row.n_chased, today) else {
        return Ok(next_chase(accepted_on, row.n_chased));
    };
    match step {
        // Nothing lies in the inbox yet: only its sender can do something, and is told in the end.
        Chase::Remind if row.state == TransferState::Sending => warn!("a transfer is still being put after a day"),
        Chase::Remind => remind(deps, &row).await?,
        Chase::ReportUndelivered => report(deps, &row).await?,
    }
    let now = (deps.now)();
    let change = |row: &mut TransferRow| {
        row.n_chased = row.n_chased.max(n_chased);
        if step == Chase::ReportUndelivered {
            row.undelivered_at.get_or_insert(now);
        }
        Ok(())
    };
    let changed = deps.ledger.change_transfer(receiver, id, change).await.context("noting a step")?;
    if let Some(Ok(row)) = changed {
        complete_logs(deps, &row).await?;
    }
    Ok(next_chase(accepted_on, n_chased))
}

/// Adds to both logs what happened and is not in them.
async fn complete_logs(deps: &ChaseTransfers, row: &TransferRow) -> Result<()> {
    let answered = match row.state {
        TransferState::Rejected => Some(FactKind::Rejected),
        TransferState::Imported => Some(FactKind::Imported),
        _ => None,
    };
    let events = [FactKind::Delivered, FactKind::Fetched, FactKind::Withdrawn, FactKind::Undelivered];
    for fact in answered.into_iter().chain(events).filter_map(|it| row.fact(it)) {
        deps.ledger.add_to_both_logs(&fact, &deps.seal).await?;
    }
    Ok(())
}

async fn remind(deps: &ChaseTransfers, row: &TransferRow) -> Result<()> {
    let sender = letters::name_of(deps, &row.sender).await?;
    letters::send(deps, &row.receiver, |to| letters::reminder(to, &sender)).await
}

async fn report(deps: &ChaseTransfers, row: &TransferRow) -> Result<()> {
    let receiver = letters::name_of(deps, &row.receiver).await?;
    let report = Undelivered {
        transfer: &row.id,
        to: &row.receiver,
        to_name: &receiver,
        state: row.state,
        accepted_at: row.accepted_at.to_string(),
        message: "5日たっても受け取られていません。電話などで相手に確かめてください。書類は保存期間が終わるまで残ります。",
    };
    let json = serde_json::to_vec_pretty(&report).context("writing a report")?;
    let key = format!("results/{}/undelivered/{}.json", row.sender, row.id);
    deps.files.put(&key, json, "application/json").await.context("putting a report")?;
    letters::send(deps, &row.sender, |to| letters::undelivered(to, &receiver)).await
}
