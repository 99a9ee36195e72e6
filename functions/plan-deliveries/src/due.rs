//! A planned message that is due becomes an order for one.

use anyhow::{Context as _, Result};
use delivery::{Hold, Made, MessageId, PlanReason, PlanRow, PlanState, SendWindow, TimingKind};
use jiff::civil::Date;
use ledger::{Addressee, Versioned};

use crate::{
    PlanDeliveries,
    clinic::Clinic,
    make::{Order, Outcome, make},
    page::Known,
};

/// Makes the message of `row`, which is due, and takes in what was written.
pub(crate) async fn make_due(
    deps: &PlanDeliveries,
    clinic: &Clinic,
    known: &mut Known,
    row: &PlanRow,
) -> Result<Outcome> {
    let running = clinic.delivery(&row.delivery).context("a row of no delivery")?;
    let delivery = &running.delivery;
    let Some(addressee) = &known.addressee else { return Ok(Outcome::Raced) };
    let key = delivery.message_key(clinic.id.as_str(), &row.patient, row.trigger, row.repetition);
    let times = clinic.send_times(deps);
    let window = match SendWindow::of(row, delivery, &MessageId::of(&key), &times, clinic.today, clinic.moment.civil) {
        Ok(window) => window,
        Err(reason) => return Ok(Outcome::NotMade(reason)),
    };
    let made = Made {
        delivery: row.delivery.clone(),
        trigger: row.trigger,
        repetition: row.repetition,
        on: clinic.today,
        withdrawn: None,
    };
    let after = PlanRow { state: PlanState::Made, reason: PlanReason::Made, until: None, ..row.clone() };
    let order = Order {
        key,
        template: &delivery.template,
        next_visit: next_visit(delivery.timing.kind(), row, addressee),
        takes_reply: delivery.takes_replies,
        attachments: Vec::new(),
        window,
        hold: Hold::Review,
        made: Some(made.clone()),
        plan_row: Some(Versioned { row: after.clone(), version: known.version(&row.key()) }),
    };
    let outcome = make(deps, clinic, addressee, &mut known.correspondence, order).await?;
    match outcome {
        Outcome::Made { .. } => known.wrote(after),
        Outcome::Exists => note(deps, clinic, known, made).await?,
        Outcome::Raced | Outcome::NotMade(_) => {}
    }
    Ok(outcome)
}

/// Notes a message that has its outbox row and of which nothing was noted.
async fn note(deps: &PlanDeliveries, clinic: &Clinic, known: &mut Known, made: Made) -> Result<()> {
    let mut after = known.correspondence.clone();
    after.row.add(Some(made), clinic.today);
    if deps.ledger.save_correspondence(&clinic.id, &after.row, after.version).await? {
        known.correspondence = Versioned { version: after.version + 1, row: after.row };
    }
    Ok(())
}

/// A reminder speaks of the appointment it is for, anything else of the next there is.
fn next_visit(kind: TimingKind, row: &PlanRow, addressee: &Addressee) -> Option<Date> {
    if kind == TimingKind::NextVisit { Some(row.trigger.date) } else { addressee.next_visit }
}
