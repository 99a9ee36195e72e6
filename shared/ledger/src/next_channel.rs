use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use delivery::{Channel, Closed, Effect, Limits, OutboxRow, Report, Step, Ways, next_channel, sms_parts};
use jiff::{Timestamp, civil::Date};

use crate::{ClinicId, Ledger, MessageRow, PatientId, WithStep};

/// What a function that writes steps knows besides the tables.
#[derive(Debug)]
pub struct StepContext<'a> {
    /// What address keys are made under.
    pub identity_secret: &'a [u8],
    /// The day.
    pub today: Date,
    /// The time.
    pub now: Timestamp,
    /// The spans of the protocol.
    pub limits: &'a Limits,
}

impl Ledger {
    /// What belongs to `step`, to be saved with it: the message on the next channel that leads to the patient,
    /// if any does, and what a bounce or a complaint says of the address and of the patient.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn with_step(&self, step: &Step, context: &StepContext<'_>) -> Result<WithStep> {
        let mut with = WithStep::default();
        for effect in &step.effects {
            match effect {
                Effect::Suppress { because } => self.suppress(&step.row, *because, context.today, &mut with).await?,
                Effect::PutNextChannel { fallback } => {
                    with.next = self.on_next_channel(&step.row, *fallback, context).await?;
                }
                _ => {}
            }
        }
        Ok(with)
    }

    async fn suppress(&self, row: &OutboxRow, because: Report, today: Date, with: &mut WithStep) -> Result<()> {
        let (clinic, patient) = whose(row)?;
        let message = self.message(&clinic, &patient, &row.id).await?;
        if let Some(key) = message.and_then(|it| it.row.sent_to) {
            let mut address = self.address_of(&clinic, &key).await?;
            match because {
                Report::Complained => address.row.opted_out_on = Some(today),
                _ => address.row.bounced_on = Some(today),
            }
            with.address = Some(address);
        }
        if because == Report::Complained {
            let mut reach = self.reach_of(&clinic, &patient).await?;
            reach.row.has_complained = true;
            with.reach = Some(reach);
        }
        Ok(())
    }

    async fn on_next_channel(
        &self,
        row: &OutboxRow,
        fallback: u8,
        context: &StepContext<'_>,
    ) -> Result<Option<(OutboxRow, MessageRow)>> {
        let (clinic, patient) = whose(row)?;
        let Some(message) = self.message(&clinic, &patient, &row.id).await? else { return Ok(None) };
        let addressee = self.addressee(&clinic, &patient, context.identity_secret, context.today).await?;
        // Erased: nothing more is written to.
        let Some(addressee) = addressee else { return Ok(None) };
        let settings = self.message_settings(&clinic).await?.row;
        let mut closed = self.failed_channels(&clinic, &message.row).await?;
        closed.insert(row.channel, Closed::Failed);
        if sms_parts(&message.row.body).is_err() {
            closed.entry(Channel::Sms).or_insert(Closed::TextTooLong);
        }
        let ways = Ways { order: settings.order, closed };
        let Some(channel) = next_channel(&addressee.person, &addressee.reach, &ways, context.today) else {
            return Ok(None);
        };
        let id = message.row.id_of(&clinic, fallback);
        let next = row.handed_on(id.clone(), channel, context.now, context.limits);
        let message =
            MessageRow { id, fallback, sent_to: None, made_at: context.now, read_at: None, ..message.row.clone() };
        Ok(Some((next, message)))
    }

    /// The channels that the message failed on before this row of it.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn failed_channels(&self, clinic: &ClinicId, message: &MessageRow) -> Result<BTreeMap<Channel, Closed>> {
        let mut failed = BTreeMap::new();
        for fallback in 0..message.fallback {
            if let Some(earlier) = self.outbox(&message.id_of(clinic, fallback)).await? {
                failed.insert(earlier.row.channel, Closed::Failed);
            }
        }
        Ok(failed)
    }
}

/// The clinic and the patient of a message.
fn whose(row: &OutboxRow) -> Result<(ClinicId, PatientId)> {
    let clinic = ClinicId::parse(&row.clinic).context("a message of no clinic")?;
    let patient = PatientId::parse(&row.body).context("a message without its patient")?;
    Ok((clinic, patient))
}
