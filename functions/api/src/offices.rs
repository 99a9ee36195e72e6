//! Care offices: what one says of itself, what it may know of another, and messages between two.

pub(crate) mod messages;
pub(crate) mod partners;
pub(crate) mod registration;

use anyhow::{Context as _, Result};
use careplan::OfficeNumber;
use ledger::OfficeRow;

use crate::{Api, error::ApiError, problem::Code};

/// The office `number`, if it takes part: it has registered and accepted the terms.
pub(crate) async fn taking_part(api: &Api, number: &OfficeNumber) -> Result<Option<OfficeRow>> {
    let office = api.ledger.office(number).await.context("reading an office")?;
    Ok(office.map(|it| it.row).filter(|it| it.terms_accepted_at.is_some()))
}

/// Refuses what an office may do only once it takes part.
pub(crate) async fn must_take_part(api: &Api, office: &OfficeNumber) -> Result<(), ApiError> {
    match taking_part(api, office).await? {
        Some(_) => Ok(()),
        None => Err(ApiError::new(Code::OfficeUnregistered, "先に事業所を登録してください（PUT /v1/office）。")),
    }
}
