use anyhow::{Context as _, Result};
use careplan::{
    OfficeNumber,
    exchange::{
        BundleId, BundleResult, BundleStatus, Decided, Destination, LoadedFile, MarkedFile, Message, Outcome, Reason,
        ReasonCode, SendMarker, SendResult, SentFile, decide_destination, sort_by_destination,
    },
};
use files::TooLarge;
use jiff::Timestamp;
use ledger::{OfficeRow, TransferRow};
use sha2::{Digest as _, Sha256};
use tracing::{info, warn};

use crate::{ExchangePlans, deliver, notify};

/// A bundle whose `_send.json` was put.
pub(crate) struct Closed {
    pub(crate) office: OfficeNumber,
    pub(crate) bundle: BundleId,
    pub(crate) version_id: Option<String>,
    pub(crate) closed_at: Timestamp,
}

/// Bytes of the largest `_send.json`.
const MARKER_MAX_BYTES: u64 = 1024 * 1024;

/// Goes on with a bundle that waited, unless it was closed anew meanwhile.
pub(crate) async fn look_again_at(deps: &ExchangePlans, closed: Closed) -> Result<()> {
    if is_closed_anew(deps, &closed).await? {
        info!("a bundle was closed anew while it waited");
        return Ok(());
    }
    exchange(deps, closed).await
}

/// Whether a newer marker closes the bundle: it has a result of its own, which the older one's must not
/// replace, and says itself what is waited for.
async fn is_closed_anew(deps: &ExchangePlans, closed: &Closed) -> Result<bool> {
    let now = deps.files.head(&format!("{}_send.json", folder(closed))).await.context("looking at a marker")?;
    Ok(now.is_some_and(|it| closed.version_id.is_some() && it.version_id != closed.version_id))
}

/// Takes a bundle as far as its files allow, and writes what became of it.
pub(crate) async fn exchange(deps: &ExchangePlans, closed: Closed) -> Result<()> {
    let Some(sender) = deps.ledger.office(&closed.office).await.context("getting an office")? else {
        warn!("a bundle of an office that is not registered is left alone");
        return Ok(());
    };
    let (result, delivered) = match marker(deps, &closed).await? {
        Ok(_) if sender.row.terms_accepted_at.is_none() => {
            (refused(&closed, Reason::of(ReasonCode::TermsUnaccepted)), Vec::new())
        }
        Ok(marker) => match missing(deps, &closed, &marker).await? {
            missing if missing.is_empty() => send(deps, &closed, &sender.row, &marker).await?,
            missing => (wait_or_fail(deps, &closed, missing).await?, Vec::new()),
        },
        Err(refused) => (refused, Vec::new()),
    };
    info!(n_sends = result.sends.len(), n_lost = result.lost.len(), "a bundle is {:?}", result.status);
    if is_closed_anew(deps, &closed).await? {
        info!("the result is left to the newer marker");
    } else {
        let json = serde_json::to_vec_pretty(&result).context("writing a result")?;
        let key = format!("results/{}/{}.json", closed.office, closed.bundle.as_str());
        deps.files.put(&key, json, "application/json").await.context("putting a result")?;
    }
    // Last: everything lies in its place whatever becomes of a mail.
    notify::tell_receivers(deps, &sender.row, delivered).await
}

/// The marker as it was when it was announced, or why it closes nothing.
async fn marker(deps: &ExchangePlans, closed: &Closed) -> Result<Result<SendMarker, BundleResult>> {
    let key = format!("{}_send.json", folder(closed));
    let got = match &closed.version_id {
        Some(version) => deps.files.get_version(&key, version, MARKER_MAX_BYTES).await,
        None => deps.files.get(&key, MARKER_MAX_BYTES).await,
    };
    let read = match got {
        Ok(Some(json)) => SendMarker::read(&json, &closed.bundle, &deps.settings.limits),
        Ok(None) => return Ok(Err(refused(closed, Reason::of(ReasonCode::FileMissing).about("_send.json")))),
        Err(err) if err.downcast_ref::<TooLarge>().is_some() => Err(careplan::exchange::MarkerError::Unreadable),
        Err(err) => return Err(err).context("getting a marker"),
    };
    Ok(read.map_err(|err| {
        let code = ReasonCode::MarkerUnusable;
        refused(closed, Reason::saying(code.as_str(), &format!("{}{err}。", code.advice())))
    }))
}

fn folder(closed: &Closed) -> String {
    format!("outbox/{}/{}/", closed.office, closed.bundle.as_str())
}

fn result(closed: &Closed, status: BundleStatus) -> BundleResult {
    BundleResult {
        bundle: closed.bundle.clone(),
        status,
        waiting_for: Vec::new(),
        reasons: Vec::new(),
        sends: Vec::new(),
        lost: Vec::new(),
    }
}

fn refused(closed: &Closed, reason: Reason) -> BundleResult {
    BundleResult { reasons: vec![reason], ..result(closed, BundleStatus::Refused) }
}

/// The listed files that are not there, or are there with another size: an upload may still run.
async fn missing(deps: &ExchangePlans, closed: &Closed, marker: &SendMarker) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for file in &marker.files {
        let head = deps.files.head(&key_of(closed, file)).await.context("looking at a file of a bundle")?;
        if head.is_none_or(|it| it.size_bytes != file.size || it.sha256.is_some_and(|it| it != file.sha256)) {
            missing.push(file.name.clone());
        }
    }
    Ok(missing)
}

fn key_of(closed: &Closed, file: &MarkedFile) -> String {
    format!("{}{}", folder(closed), file.name)
}

/// Looks again later, or gives the bundle up when it has waited long enough.
async fn wait_or_fail(deps: &ExchangePlans, closed: &Closed, missing: Vec<String>) -> Result<BundleResult> {
    if is_waited_out(deps, closed) {
        let reasons = missing.iter().map(|it| Reason::of(ReasonCode::FileMissing).about(it)).collect();
        return Ok(BundleResult { reasons, ..result(closed, BundleStatus::Refused) });
    }
    look_again(deps, closed).await?;
    Ok(BundleResult { waiting_for: missing, ..result(closed, BundleStatus::Waiting) })
}

fn is_waited_out(deps: &ExchangePlans, closed: &Closed) -> bool {
    (deps.now)() >= closed.closed_at + deps.settings.wait
}

async fn look_again(deps: &ExchangePlans, closed: &Closed) -> Result<()> {
    let message = Message::BundleV1 {
        office: closed.office.clone(),
        bundle: closed.bundle.clone(),
        version_id: closed.version_id.clone(),
        closed_at: closed.closed_at,
    };
    deps.again.send_later(&message, deps.settings.look_again_after_s).await.context("asking to look again")
}

/// Sends what goes to each destination, one after the other: only one destination's files are held.
/// Returns what lies in inboxes by then, too.
async fn send(
    deps: &ExchangePlans,
    closed: &Closed,
    sender: &OfficeRow,
    marker: &SendMarker,
) -> Result<(BundleResult, Vec<TransferRow>)> {
    let sorted = sort_by_destination(&closed.office, marker);
    if sorted.destinations.len() > deps.settings.limits.max_destinations {
        return Ok((refused(closed, Reason::of(ReasonCode::TooManyDestinations)), Vec::new()));
    }
    let (mut sends, mut unequal) = (Vec::new(), Vec::new());
    for (to, destination) in &sorted.destinations {
        sends.extend(send_to(deps, closed, sender, marker, to, destination, &mut unequal).await?);
    }
    deliver::add_receipts(deps, &closed.office, &mut sends).await?;
    let (sends, delivered): (Vec<_>, Vec<_>) = sends.into_iter().map(|it| (it.result, it.row)).unzip();
    let delivered = delivered.into_iter().flatten().collect();
    let done = BundleResult { sends, lost: sorted.lost, ..result(closed, BundleStatus::Done) };
    // Of the listed size but with other content: the new one may be on its way.
    if unequal.is_empty() || is_waited_out(deps, closed) {
        return Ok((done, delivered));
    }
    look_again(deps, closed).await?;
    Ok((BundleResult { status: BundleStatus::Waiting, waiting_for: unequal, ..done }, delivered))
}

async fn send_to(
    deps: &ExchangePlans,
    closed: &Closed,
    sender: &OfficeRow,
    marker: &SendMarker,
    to: &OfficeNumber,
    destination: &Destination,
    unequal: &mut Vec<String>,
) -> Result<Vec<deliver::Done>> {
    let listed = || destination.files.iter().chain(&destination.attachments).map(|it| &marker.files[*it]);
    let failed = |reason: Reason| vec![deliver::Done::failed(failed(to, listed(), reason))];
    if let Err(reason) = deliver::may_send(deps, closed, marker, to).await? {
        return Ok(failed(reason));
    }
    // What could hardly pass is not read.
    let listed_bytes: u64 = listed().map(|it| it.size).sum();
    if listed_bytes > deps.settings.limits.send_max_bytes.saturating_mul(MAX_SENDS_A_DESTINATION) {
        return Ok(failed(Reason::of(ReasonCode::SendTooLarge)));
    }
    let mut loaded = Vec::new();
    for file in listed() {
        match load(deps, closed, file).await? {
            Some(it) => loaded.push(it),
            None => {
                unequal.push(file.name.clone());
                return Ok(failed(Reason::of(ReasonCode::FileMissing).about(&file.name)));
            }
        }
    }
    let attachments = loaded.split_off(destination.files.len());
    let files = loaded;
    let mut done = Vec::new();
    for decided in decide_destination(&closed.office, to, &files, &attachments, &deps.settings.limits) {
        done.push(match decided {
            Decided::Failed(result) => deliver::Done::failed(result),
            Decided::Send(planned) => {
                let of = deliver::Delivery { closed, sender, marker, to, files: &files, attachments: &attachments };
                deliver::deliver(deps, &of, planned).await?
            }
        });
    }
    Ok(done)
}

/// One office gets no more in one bundle than the bytes of so many full sends.
const MAX_SENDS_A_DESTINATION: u64 = 5;

fn failed<'a>(to: &OfficeNumber, files: impl Iterator<Item = &'a MarkedFile>, reason: Reason) -> SendResult {
    let sent = |it: &MarkedFile| SentFile { name: it.name.clone(), size: it.size, sha256: it.sha256.clone() };
    SendResult {
        to: to.clone(),
        kind: None,
        serial: None,
        outcome: Outcome::Failed,
        transfer: None,
        reasons: vec![reason],
        files: files.map(sent).collect(),
        receipt: None,
    }
}

/// A listed file, if what is there is what was listed.
async fn load(deps: &ExchangePlans, closed: &Closed, file: &MarkedFile) -> Result<Option<LoadedFile>> {
    let got = match deps.files.get(&key_of(closed, file), file.size).await {
        Err(err) if err.downcast_ref::<TooLarge>().is_some() => return Ok(None),
        got => got.context("getting a file of a bundle")?,
    };
    let Some(bytes) = got else { return Ok(None) };
    let sha256: String = Sha256::digest(&bytes).iter().map(|it| format!("{it:02x}")).collect();
    Ok((sha256 == file.sha256).then(|| LoadedFile { name: file.name.clone(), bytes, sha256 }))
}
