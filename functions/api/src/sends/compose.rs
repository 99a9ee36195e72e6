//! A message with everything that it is made of and held against.

use anyhow::Context as _;
use delivery::Hours;
use jiff::civil::DateTime;
use ledger::{ClinicId, MessageSettings, PatientId};

use super::{
    forecast::{self, Message, Outlook},
    pick::pick,
    request::Wanted,
};
use crate::{
    Api,
    error::ApiError,
    fields::Fields,
    templates::check::{Checked, checked},
};

pub(super) struct Composed {
    /// Each once.
    pub(super) patients: Vec<PatientId>,
    pub(super) checked: Checked,
    pub(super) settings: MessageSettings,
    pub(super) hours: Hours,
    /// Now, in Tokyo.
    pub(super) now: DateTime,
    /// When it is due, in Tokyo.
    pub(super) due: DateTime,
}

/// Reads everything that `wanted` needs.
pub(super) async fn compose(api: &Api, clinic: &ClinicId, wanted: &Wanted) -> Result<Composed, ApiError> {
    let now = api.tokyo_now().await?;
    let due = wanted.at.unwrap_or(now);
    if due < now {
        return Err(Fields::refused("at", "過ぎた時刻です。これからの時刻にするか、指定せずにすぐ送ってください。"));
    }
    let checked = checked(api, clinic, &wanted.text).await?;
    let settings = api.ledger.message_settings(clinic).await.context("reading settings")?.row;
    let hours = Hours::new(settings.hours.clone()).context("reading the hours of a clinic")?;
    let patients = pick(api, clinic, &wanted.to, now.date()).await?;
    Ok(Composed { patients, checked, settings, hours, now, due })
}

impl Composed {
    /// What would become of it.
    pub(super) async fn outlook(&self, api: &Api, clinic: &ClinicId) -> anyhow::Result<Outlook> {
        let message = Message {
            template: &self.checked.template,
            clinic_name: &api.clinic_name(clinic).await?,
            settings: &self.settings,
            hours: &self.hours,
            due: self.due,
            today: self.now.date(),
        };
        forecast::outlook(api, clinic, &self.patients, &message).await
    }
}
