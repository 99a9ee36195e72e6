//! Stops messages that were made and are wanted no more, where they were not sent yet.

use anyhow::Result;
use delivery::{Event, Limits, MessageId, MessageKey, OutboxRow, PlanReason, Refused, Status, Withdrawn, step};
use ledger::{CorrespondenceRow, Versioned, WithStep};

use crate::{PlanDeliveries, clinic::Clinic};

/// A message has this many ordinals: its first channel, and two after it.
const ORDINALS: u8 = 3;

/// Stops each of `withdrawn`, and notes in `correspondence` those that are certain not to go. Returns how many
/// that are; `None` where something was written meanwhile: look again.
pub(crate) async fn stop(
    deps: &PlanDeliveries,
    clinic: &Clinic,
    correspondence: &mut Versioned<CorrespondenceRow>,
    withdrawn: &[Withdrawn],
) -> Result<Option<usize>> {
    let mut n_stopped = 0;
    for Withdrawn { made, reason } in withdrawn {
        let Some(running) = clinic.delivery(&made.delivery) else { continue };
        let patient = &correspondence.row.patient;
        let mut key = running.delivery.message_key(clinic.id.as_str(), patient.as_str(), made.trigger, made.repetition);
        let mut last = None;
        for fallback in 0..ORDINALS {
            key.fallback = fallback;
            match stop_one(deps, &key, *reason).await? {
                Stopped::Raced => return Ok(None),
                Stopped::None => break,
                Stopped::As(row) => last = Some(row),
            }
        }
        if let Some(row) = last.filter(|it| it.status == Status::Cancelled) {
            correspondence.row.withdraw(made, *reason, clinic.moment.day_of(row.send_after));
            n_stopped += 1;
        }
    }
    if n_stopped > 0 {
        let Versioned { row, version } = &*correspondence;
        if !deps.ledger.save_correspondence(&clinic.id, row, *version).await? {
            return Ok(None);
        }
        correspondence.version += 1;
    }
    Ok(Some(n_stopped))
}

enum Stopped {
    /// There is no such message.
    None,
    Raced,
    /// How it stands now.
    As(Box<OutboxRow>),
}

async fn stop_one(deps: &PlanDeliveries, key: &MessageKey, reason: PlanReason) -> Result<Stopped> {
    let Some(found) = deps.ledger.outbox(&MessageId::of(key)).await? else { return Ok(Stopped::None) };
    let event = Event::Cancel { reason: reason.reason_code() };
    match step(&found.row, &event, (deps.now)(), &Limits::default()) {
        Err(Refused::Final | Refused::Known) => Ok(Stopped::As(Box::new(found.row))),
        Err(_) => Ok(Stopped::Raced),
        Ok(step) => {
            let is_saved = deps.ledger.save_step(found.version, &step, &WithStep::default()).await?;
            Ok(if is_saved { Stopped::As(Box::new(step.row)) } else { Stopped::Raced })
        }
    }
}
