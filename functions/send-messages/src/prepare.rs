//! Load, ask, lease (`sending.md` §4.2, 3).

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use delivery::{
    Channel, Clearance, Closed, Event, MessageId, OutboxRow, PersonFacts, ReasonCode, Refused, SendFacts, Step, Ways,
    clearance, sms_parts, step,
};
use futures_util::future::try_join;
use jiff::{Timestamp, civil::DateTime};
use ledger::{
    AddressKey, Addressee, LastSent, LeaseConditions, MessageRow, PatientCountRow, PatientId, Versioned, WithStep,
};
use tracing::info;

use crate::{clinic::Clinic, row, worker::Worker};

/// A message that this worker leased and that nobody was called for yet.
pub(crate) struct Leased {
    pub(crate) row: Versioned<OutboxRow>,
    pub(crate) message: Versioned<MessageRow>,
    /// The message's id on its first channel: what caps count and its link leads to.
    pub(crate) first_id: MessageId,
    pub(crate) clinic: Arc<Clinic>,
    /// Where it goes: for the provider alone.
    pub(crate) address: String,
    pub(crate) address_key: AddressKey,
    /// When the provider's rate has its turn.
    pub(crate) turn_at: Timestamp,
}

/// How often a row that others wrote meanwhile is read again.
const TRIES: usize = 4;

/// Leases the message where it may go; `None` where there is nothing to do for this worker now.
pub(crate) async fn prepare(
    worker: &Worker<'_>,
    clinic: &Arc<Clinic>,
    row: Versioned<OutboxRow>,
) -> Result<Option<Leased>> {
    let mut row = row;
    for _ in 0..TRIES {
        match try_prepare(worker, clinic, &row).await? {
            Tried::Leased(leased) => return Ok(Some(*leased)),
            Tried::Done => return Ok(None),
            Tried::Overtaken => {}
        }
        let Some(found) = worker.deps.ledger.outbox(&row.row.id).await.context("getting a message's row")? else {
            return Ok(None);
        };
        row = found;
    }
    bail!("a message was written by others {TRIES} times");
}

enum Tried {
    Leased(Box<Leased>),
    Done,
    /// Something was written since it was read.
    Overtaken,
}

impl Tried {
    fn of_save(is_saved: bool) -> Self {
        if is_saved { Self::Done } else { Self::Overtaken }
    }
}

/// What is read of a message before it is leased.
struct Facts {
    message: Versioned<MessageRow>,
    addressee: Addressee,
    person: PersonFacts,
    ways: Ways,
    count: Versioned<PatientCountRow>,
    first_id: MessageId,
}

async fn try_prepare(worker: &Worker<'_>, clinic: &Arc<Clinic>, row: &Versioned<OutboxRow>) -> Result<Tried> {
    let now = worker.now();
    match step(&row.row, &worker.lease(row.row.channel), now, worker.limits()) {
        Ok(_) => {}
        Err(Refused::TooEarly) => {
            row::announce_later(worker, &row.row).await?;
            return Ok(Tried::Done);
        }
        Err(Refused::TooLate) => return save(worker, row, &Event::Expire).await,
        // Final, another worker's, or the sweeper's.
        Err(_) => return Ok(Tried::Done),
    }
    let Some(facts) = load(worker, clinic, &row.row).await? else {
        return save(worker, row, &Event::Cancel { reason: code("erased") }).await;
    };
    let left = row.row.send_before.duration_since(now);
    let cleared = clearance(&SendFacts {
        row: &row.row,
        person: &facts.person,
        reach: &facts.addressee.reach,
        ways: &facts.ways,
        hours: &clinic.hours,
        cap: clinic.settings.patient_cap,
        sent_on: &facts.count.row.others(&facts.first_id),
        at: worker.at,
        send_before: worker.at.checked_add(left).unwrap_or(DateTime::MAX),
    });
    match cleared {
        Clearance::Go { channel } => take(worker, clinic, row, facts, channel).await,
        Clearance::Stop { because } => {
            info!(message.id = %row.row.id, %because, "stopped a message");
            save(worker, row, &Event::Cancel { reason: because }).await
        }
        Clearance::Hold { until, because } => {
            info!(message.id = %row.row.id, %because, "held a message");
            let not_before = row::look_again_at(worker, until);
            Ok(Tried::of_save(row::hold(worker, row, not_before).await?))
        }
    }
}

/// `None` for a patient who is erased.
async fn load(worker: &Worker<'_>, clinic: &Clinic, row: &OutboxRow) -> Result<Option<Facts>> {
    let (id, ledger) = (&clinic.id, &worker.deps.ledger);
    let patient = PatientId::parse(&row.body).context("a message without its patient")?;
    let (message, addressee) = try_join(
        ledger.message(id, &patient, &row.id),
        ledger.addressee(id, &patient, &worker.deps.secrets.identity, worker.at.date()),
    )
    .await
    .context("getting a message and its patient")?;
    let Some(addressee) = addressee else { return Ok(None) };
    let message = message.context("a message without its text")?;
    let (stop, count) = try_join(ledger.stop_of(id, &message.row.delivery), ledger.patient_count(id, &patient)).await?;
    let mut closed = ledger.failed_channels(id, &message.row).await.context("getting earlier channels")?;
    closed.extend(clinic.closed.clone());
    if sms_parts(&message.row.body).is_err() {
        closed.insert(Channel::Sms, Closed::TextTooLong);
    }
    let first_id = message.row.id_of(id, 0);
    let person = PersonFacts { is_delivery_stopped: stop.is_some(), ..addressee.person.clone() };
    let ways = Ways { order: clinic.order(), closed };
    Ok(Some(Facts { message, addressee, person, ways, count, first_id }))
}

/// The lease itself, on the condition that nothing was said, sent or taken out since.
async fn take(
    worker: &Worker<'_>,
    clinic: &Arc<Clinic>,
    row: &Versioned<OutboxRow>,
    facts: Facts,
    channel: Channel,
) -> Result<Tried> {
    let Facts { message, mut addressee, count, first_id, .. } = facts;
    let today = worker.at.date();
    let Ok(step) = step(&row.row, &worker.lease(channel), worker.now(), worker.limits()) else {
        return Ok(Tried::Overtaken);
    };
    let address = addressee.addresses.remove(&channel).context("a channel without an address")?;
    let mut known = addressee.address_rows.remove(&channel).context("a channel without an address")?;
    let patient = addressee.patient.id;
    known.row.last_sent = Some(LastSent { on: today, patient, message: first_id.clone() });
    let cap = clinic.settings.patient_cap;
    let counted = Versioned { row: count.row.with(&first_id, today, cap), version: count.version };
    let conditions = LeaseConditions { reach_version: addressee.reach_version, address: &known, counted: &counted };
    if !worker.deps.ledger.lease(row.version, &step, &conditions).await.context("leasing a message")? {
        return Ok(Tried::Overtaken);
    }
    let row = Versioned { row: step.row, version: row.version + 1 };
    let (clinic, address_key) = (Arc::clone(clinic), known.row.key);
    let turn_at = row.row.turn_at.unwrap_or(Timestamp::MIN);
    Ok(Tried::Leased(Box::new(Leased { row, message, first_id, clinic, address, address_key, turn_at })))
}

async fn save(worker: &Worker<'_>, row: &Versioned<OutboxRow>, event: &Event) -> Result<Tried> {
    let step: Result<Step, Refused> = step(&row.row, event, worker.now(), worker.limits());
    // What the rules refuse is another's to do: the sweeper sees every row that is not final.
    let Ok(step) = step else { return Ok(Tried::Done) };
    let is_saved =
        worker.deps.ledger.save_step(row.version, &step, &WithStep::default()).await.context("saving a step")?;
    if is_saved {
        row::count(&step);
    }
    Ok(Tried::of_save(is_saved))
}

fn code(text: &str) -> ReasonCode {
    ReasonCode::parse(text).unwrap_or_default()
}
