use anyhow::{Context as _, Result};
use careplan::{
    OfficeNumber,
    exchange::{
        Event, Fact, FactKind, LoadedFile, Outcome, PlannedSend, Reason, ReasonCode, SendMarker, SendResult, SentFile,
        TransferState,
    },
};
use japan::fold_name;
use ledger::{BegunTransfer, DeliveredUnit, OfficeRow, PartnerRow, TransferFile, TransferRow};

use crate::{ExchangePlans, bundle::Closed, note::TransferNote};

/// What one send is made of.
pub(crate) struct Delivery<'a> {
    pub(crate) closed: &'a Closed,
    pub(crate) sender: &'a OfficeRow,
    pub(crate) marker: &'a SendMarker,
    pub(crate) to: &'a OfficeNumber,
    pub(crate) files: &'a [LoadedFile],
    pub(crate) attachments: &'a [LoadedFile],
}

/// What became of one send.
pub(crate) struct Done {
    pub(crate) result: SendResult,
    /// Of what lies in an inbox.
    pub(crate) row: Option<TransferRow>,
}

impl Done {
    pub(crate) fn failed(result: SendResult) -> Self {
        Self { result, row: None }
    }
}

/// Whether this office may send to that one at all (P-011).
pub(crate) async fn may_send(
    deps: &ExchangePlans,
    closed: &Closed,
    marker: &SendMarker,
    to: &OfficeNumber,
) -> Result<Result<(), Reason>> {
    let receiver = deps.ledger.office(to).await.context("getting a receiver")?;
    let Some(receiver) = receiver.filter(|it| it.row.terms_accepted_at.is_some()) else {
        return Ok(Err(Reason::of(ReasonCode::ReceiverUnregistered)));
    };
    if deps.ledger.partner(&closed.office, to).await.context("getting a partner")?.is_some() {
        return Ok(Ok(()));
    }
    let Some(name) = marker.confirm.get(to) else {
        return Ok(Err(Reason::of(ReasonCode::PartnerUnconfirmed)));
    };
    if fold_name(name) != fold_name(&receiver.row.name) {
        return Ok(Err(Reason::of(ReasonCode::PartnerNameDiffers)));
    }
    let partner = PartnerRow { number: to.clone(), name: receiver.row.name, confirmed_at: (deps.now)() };
    deps.ledger.confirm_partner(&closed.office, &partner).await.context("noting a partner")?;
    Ok(Ok(()))
}

/// Puts a send into the inbox: its row first, its files, the note that says it is whole, and then the
/// row again, so that no answer comes before there is something to answer.
pub(crate) async fn deliver(deps: &ExchangePlans, of: &Delivery<'_>, planned: PlannedSend) -> Result<Done> {
    let mut reasons = planned.warnings.clone();
    let row = new_row(deps, of, &planned);
    let row = match deps.ledger.begin_transfer(row).await.context("beginning a transfer")? {
        BegunTransfer::New(row) => put(deps, of, row).await?,
        BegunTransfer::Known(row) => match row.state {
            TransferState::Sending => put(deps, of, row).await?,
            TransferState::Withdrawn => row,
            _ => {
                // An earlier try may have ended before it marked what is older.
                let units = units_beside(deps, &row).await?;
                supersede(deps, &row, &units).await?;
                let row = if row.superseded_by.is_none() { mark_if_late(deps, row, &units).await? } else { row };
                if !is_same_closing(of, &row) {
                    reasons.push(Reason::of(ReasonCode::AlreadyDelivered));
                }
                row
            }
        },
    };
    if row.state == TransferState::Withdrawn {
        hide(deps, &row).await?;
        let reasons = vec![Reason::of(ReasonCode::WasWithdrawn)];
        return Ok(Done::failed(result(of, &row, Outcome::Failed, reasons)));
    }
    if row.is_late {
        reasons.push(Reason::of(ReasonCode::OlderThanDelivered));
    }
    Ok(Done { result: result(of, &row, Outcome::Delivered, reasons), row: Some(row) })
}

/// Whether the transfer came of this very closing of the bundle, announced once more: its sender sent it
/// once.
fn is_same_closing(of: &Delivery<'_>, row: &TransferRow) -> bool {
    row.bundle == of.closed.bundle && of.closed.closed_at <= row.accepted_at
}

async fn put(deps: &ExchangePlans, of: &Delivery<'_>, row: TransferRow) -> Result<TransferRow> {
    let units = units_beside(deps, &row).await?;
    let row = mark_if_late(deps, row, &units).await?;
    let folder = format!("inbox/{}/{}/", row.receiver, row.id);
    for file in &row.files {
        // The row may be of an earlier try with other names: the content is what it is known by.
        let loaded = of.files.iter().chain(of.attachments).find(|it| it.sha256 == file.sha256);
        let bytes = loaded.context("a transfer lists a file that it was not made of")?.bytes.clone();
        deps.files.put(&format!("{folder}{}", file.name), bytes, &file.content_type).await.context("putting a file")?;
    }
    put_note(deps, of, &row).await?;
    let delivered_at = (deps.now)();
    let change = |row: &mut TransferRow| {
        row.delivered_at.get_or_insert(delivered_at);
        // An answer that was quicker than this row stays.
        row.state = row.state.after(Event::Delivered).unwrap_or(row.state);
        Ok(())
    };
    let changed = deps.ledger.change_transfer(&row.receiver, &row.id, change).await.context("settling a transfer")?;
    let row = changed.and_then(Result::ok).context("a transfer that was begun is gone")?;
    if row.state == TransferState::Withdrawn {
        return Ok(row);
    }
    // A newer or older one may have been delivered meanwhile: whose row is written later sees the other.
    let units = units_beside(deps, &row).await?;
    supersede(deps, &row, &units).await?;
    if row.is_late {
        return Ok(row);
    }
    let row = mark_if_late(deps, row, &units).await?;
    if row.is_late {
        put_note(deps, of, &row).await?;
    }
    Ok(row)
}

async fn put_note(deps: &ExchangePlans, of: &Delivery<'_>, row: &TransferRow) -> Result<()> {
    let note = serde_json::to_vec_pretty(&TransferNote::of(row, of.sender)).context("writing a note")?;
    let key = format!("inbox/{}/{}/_transfer.json", row.receiver, row.id);
    deps.files.put(&key, note, "application/json").await.context("putting a note")
}

/// Takes a transfer out of sight that its sender took back while it was put.
async fn hide(deps: &ExchangePlans, row: &TransferRow) -> Result<()> {
    let folder = format!("inbox/{}/{}/", row.receiver, row.id);
    for name in std::iter::once("_transfer.json").chain(row.files.iter().map(|it| it.name.as_str())) {
        deps.files.delete(&format!("{folder}{name}")).await.context("hiding a file")?;
    }
    Ok(())
}

/// Notes in the row that a newer unit about the same was delivered before.
async fn mark_if_late(deps: &ExchangePlans, row: TransferRow, beside: &[DeliveredUnit]) -> Result<TransferRow> {
    let Some(unit) = row.delivered_unit() else { return Ok(row) };
    let Some(newer) = beside.iter().rfind(|it| unit.is_superseded_by(it)) else { return Ok(row) };
    let change = |row: &mut TransferRow| {
        row.is_late = true;
        row.superseded_by.get_or_insert(newer.id.clone());
        Ok(())
    };
    let changed = deps.ledger.change_transfer(&row.receiver, &row.id, change).await.context("marking a transfer")?;
    changed.and_then(Result::ok).context("a transfer that was begun is gone")
}

/// Marks the older units that this one covers.
async fn supersede(deps: &ExchangePlans, row: &TransferRow, beside: &[DeliveredUnit]) -> Result<()> {
    let Some(unit) = row.delivered_unit() else { return Ok(()) };
    for older in beside.iter().filter(|it| it.is_superseded_by(&unit)) {
        let change = |row: &mut TransferRow| {
            row.superseded_by.get_or_insert(unit.id.clone());
            Ok(())
        };
        deps.ledger.change_transfer(&row.receiver, &older.id, change).await.context("marking an older transfer")?;
    }
    Ok(())
}

/// What lies in the inbox of the same kind and from the same sender; none for what supersedes nothing.
async fn units_beside(deps: &ExchangePlans, row: &TransferRow) -> Result<Vec<DeliveredUnit>> {
    if row.delivered_unit().is_none() {
        return Ok(Vec::new());
    }
    deps.ledger.delivered_units(&row.receiver, &row.sender, row.kind).await.context("listing what was delivered")
}

fn new_row(deps: &ExchangePlans, of: &Delivery<'_>, planned: &PlannedSend) -> TransferRow {
    let loaded: Vec<&LoadedFile> = of.files.iter().chain(of.attachments).collect();
    let file = |it: &careplan::exchange::PlannedFile| {
        let loaded = loaded[it.index];
        TransferFile {
            name: it.name.clone(),
            display_name: loaded.name.clone(),
            size: loaded.bytes.len() as u64,
            sha256: loaded.sha256.clone(),
            content_type: it.content_type.to_owned(),
        }
    };
    TransferRow {
        id: planned.transfer.clone(),
        sender: of.closed.office.clone(),
        receiver: of.to.clone(),
        kind: planned.kind,
        serial: planned.serial.clone(),
        standard: planned.standard,
        month: planned.month,
        files: planned.files.iter().map(file).collect(),
        message: of.marker.message.clone(),
        note: of.marker.notes.get(of.to).cloned().unwrap_or_default(),
        bundle: of.closed.bundle.clone(),
        state: TransferState::Sending,
        accepted_at: (deps.now)(),
        delivered_at: None,
        notified_at: None,
        fetched_at: None,
        withdrawn_at: None,
        n_chased: 0,
        undelivered_at: None,
        answer: None,
        scope: planned.scope.clone(),
        superseded_by: None,
        is_late: false,
    }
}

fn result(of: &Delivery<'_>, row: &TransferRow, outcome: Outcome, reasons: Vec<Reason>) -> SendResult {
    let sent = |it: &TransferFile| SentFile { name: it.display_name.clone(), size: it.size, sha256: it.sha256.clone() };
    SendResult {
        to: of.to.clone(),
        kind: Some(row.kind),
        serial: row.serial.clone(),
        outcome,
        transfer: Some(row.id.clone()),
        reasons,
        files: row.files.iter().map(sent).collect(),
        receipt: None,
    }
}

/// Adds what was delivered to the logs of both sides, each once, and gives the sender its receipts.
pub(crate) async fn add_receipts(deps: &ExchangePlans, sender: &OfficeNumber, sends: &mut [Done]) -> Result<()> {
    let delivered: Vec<(usize, Fact)> = sends
        .iter()
        .enumerate()
        .filter_map(|(at, it)| Some((at, it.row.as_ref()?.fact(FactKind::Delivered)?)))
        .collect();
    let facts: Vec<Fact> = delivered.iter().map(|it| it.1.clone()).collect();
    let receipts = deps.ledger.add_evidence(sender, &facts, &deps.seal).await.context("adding to a log")?;
    for ((at, fact), receipt) in delivered.into_iter().zip(receipts) {
        let receiver = fact.receiver.clone();
        deps.ledger.add_evidence(&receiver, &[fact], &deps.seal).await.context("adding to a log")?;
        sends[at].result.receipt = Some(receipt);
    }
    Ok(())
}
