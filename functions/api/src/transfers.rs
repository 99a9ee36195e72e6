//! Transfers between two offices: how far each is, and what either side does with it.

pub(crate) mod answer;
pub(crate) mod deletion;
pub(crate) mod fetch;
pub(crate) mod list;
mod view;
pub(crate) mod withdraw;

use anyhow::{Context as _, Result};
use careplan::{
    OfficeNumber,
    exchange::{TransferState, Unchanged},
};
use ledger::{TransferChange, TransferRow};

use crate::{Api, error::ApiError, problem::Code, request_parts::Id};

/// The transfer that a path names, if `office` received it. Nothing is received while it is sent.
async fn received(api: &Api, office: &OfficeNumber, id: &Id) -> Result<TransferRow, ApiError> {
    let row = api.ledger.transfer(office, &id.transfer()?).await.context("reading a transfer")?;
    row.map(|it| it.row).filter(|it| it.state != TransferState::Sending).ok_or_else(ApiError::not_found)
}

/// The transfer that a path names, if `office` sent it.
async fn sent(api: &Api, office: &OfficeNumber, id: &Id) -> Result<TransferRow, ApiError> {
    let id = id.transfer()?;
    let receiver = api.ledger.receiver_of(office, &id).await.context("looking for a transfer")?;
    let receiver = receiver.ok_or_else(ApiError::not_found)?;
    let row = api.ledger.transfer(&receiver, &id).await.context("reading a transfer")?;
    Ok(row.context("a transfer that was sent is gone")?.row)
}

/// Notes what an office did with a transfer. A repeat changes nothing.
async fn note(api: &Api, row: &TransferRow, what: &TransferChange) -> Result<TransferRow, ApiError> {
    let noted = api.ledger.note_on_transfer(&row.receiver, &row.id, what, (api.now)(), &api.seal).await;
    match noted.context("noting on a transfer")?.context("a transfer that was there is gone")? {
        Ok(row) => Ok(row),
        Err(Unchanged::Known) => {
            let row = api.ledger.transfer(&row.receiver, &row.id).await.context("reading a transfer")?;
            Ok(row.context("a transfer that was there is gone")?.row)
        }
        Err(unchanged) => Err(refusal(unchanged)),
    }
}

fn refusal(unchanged: Unchanged) -> ApiError {
    let code = match unchanged {
        Unchanged::Known => Code::Conflict,
        Unchanged::IsImported => Code::AlreadyImported,
        Unchanged::IsFetched => Code::AlreadyFetched,
        Unchanged::IsWithdrawn => Code::TransferWithdrawn,
    };
    ApiError::new(code, format!("{unchanged}。"))
}

/// Where the files of a transfer lie.
fn folder(row: &TransferRow) -> String {
    format!("inbox/{}/{}/", row.receiver, row.id)
}
