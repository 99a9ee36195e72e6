use anyhow::{Context as _, Result};
use careplan::{
    OfficeNumber,
    exchange::{Ack, AckError, TransferId, Unchanged},
};
use files::TooLarge;
use host::Notice;
use ledger::TransferChange;
use serde::Serialize;
use tracing::{info, warn};

use crate::ExchangePlans;

/// `results/<office>/acks/<transfer>.json`: what became of an answer.
#[derive(Serialize)]
struct AckOutcome<'a> {
    transfer: &'a TransferId,
    is_accepted: bool,
    message: String,
}

/// Takes in what the software of `office` says of a transfer to it, and tells it whether that counts.
pub(crate) async fn acknowledge(
    deps: &ExchangePlans,
    office: &OfficeNumber,
    transfer: &TransferId,
    notice: &Notice,
) -> Result<()> {
    if deps.ledger.transfer(office, transfer).await.context("getting a transfer")?.is_none() {
        // Nothing of that id was sent to this office: there is nobody else's that it could mean.
        warn!("an answer to no transfer of its office is left alone");
        return Ok(());
    }
    let (is_accepted, message) = match read(deps, transfer, notice).await? {
        Ok(ack) => {
            let what = TransferChange::Answered(ack);
            // Of two answers the one that was put later counts, in whatever order they are announced.
            let at = notice.at.unwrap_or_else(|| (deps.now)());
            let noted = deps.ledger.note_on_transfer(office, transfer, &what, at, &deps.seal).await?;
            match noted.context("a transfer that was there is gone")? {
                Ok(_) | Err(Unchanged::Known) => (true, "受け付けました。".to_owned()),
                Err(unchanged) => (false, format!("{unchanged}。")),
            }
        }
        Err(err) => (false, format!("{err}。")),
    };
    info!(is_accepted, "an answer is taken in");
    let outcome = AckOutcome { transfer, is_accepted, message };
    let json = serde_json::to_vec_pretty(&outcome).context("writing an outcome")?;
    let key = format!("results/{office}/acks/{transfer}.json");
    deps.files.put(&key, json, "application/json").await.context("putting an outcome")
}

async fn read(deps: &ExchangePlans, transfer: &TransferId, notice: &Notice) -> Result<Result<Ack, AckError>> {
    let got = match &notice.version_id {
        Some(version) => deps.files.get_version(&notice.key, version, Ack::MAX_BYTES).await,
        None => deps.files.get(&notice.key, Ack::MAX_BYTES).await,
    };
    match got {
        Ok(Some(json)) => Ok(Ack::read(&json, transfer)),
        Ok(None) => Ok(Err(AckError::Unreadable)),
        Err(err) if err.downcast_ref::<TooLarge>().is_some() => Ok(Err(AckError::Unreadable)),
        Err(err) => Err(err).context("getting an answer"),
    }
}
