use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, anyhow};
use delivery::{Message, MessageId, OutboxRow};
use futures_util::future::join_all;
use ledger::{ClinicId, Versioned};
use tracing::warn;

use crate::{
    SendMessages,
    clinic::Clinics,
    permit::permit,
    prepare::{Leased, prepare},
    settle::call_and_settle,
    worker::Worker,
};

/// What went wrong with some messages of a batch.
pub(crate) type Failures = BTreeMap<MessageId, anyhow::Error>;

/// Sends the messages of a batch, and tells of each body whether it is done with.
pub(crate) async fn send(deps: &SendMessages, bodies: &[String]) -> Vec<Result<()>> {
    let ids: Vec<Result<MessageId>> = bodies.iter().map(|it| id_of(it)).collect();
    let wanted: BTreeSet<MessageId> = ids.iter().flatten().cloned().collect();
    let mut failures = match send_all(deps, wanted).await {
        Ok(failures) => failures,
        Err(err) => {
            let why = format!("{err:#}");
            return ids.into_iter().map(|_| Err(anyhow!("{why}"))).collect();
        }
    };
    // A message that is twice in the batch fails once: it comes again once.
    ids.into_iter().map(|id| failures.remove(&id?).map_or(Ok(()), Err)).collect()
}

fn id_of(body: &str) -> Result<MessageId> {
    // Serde's text can quote the body.
    match serde_json::from_str(body).map_err(|_| anyhow!("the message is none of ours"))? {
        Message::SendV1 { id } => Ok(id),
        _ => Err(anyhow!("the message is another function's")),
    }
}

/// `Err` where not one could be looked at.
async fn send_all(deps: &SendMessages, wanted: BTreeSet<MessageId>) -> Result<Failures> {
    let mut failures = Failures::new();
    let worker = &Worker::begin(deps).await?;
    let rows = rows(worker, wanted, &mut failures).await;
    let clinics: BTreeSet<ClinicId> = rows.iter().filter_map(|it| ClinicId::parse(&it.row.clinic)).collect();
    let clinics = Clinics::load(worker, clinics).await;

    let leased = join_all(rows.into_iter().map(|row| lease(worker, &clinics, row))).await;
    let leased = keep(leased, &mut failures).into_iter().flatten().collect();
    let permitted = permit(worker, leased, &mut failures).await;
    let settled = join_all(permitted.into_iter().map(|it| async {
        let id = it.row.row.id.clone();
        call_and_settle(worker, it).await.map_err(|err| (id, err))
    }));
    keep(settled.await, &mut failures);
    Ok(failures)
}

async fn rows(worker: &Worker<'_>, wanted: BTreeSet<MessageId>, failures: &mut Failures) -> Vec<Versioned<OutboxRow>> {
    let reads = join_all(wanted.into_iter().map(|id| async {
        let found = worker.deps.ledger.outbox(&id).await.context("getting a message's row");
        match found {
            Ok(None) => {
                // Its row is put before it is announced, so there was never one.
                warn!(message.id = %id, "a message that was announced has no row");
                Ok(None)
            }
            Ok(found) => Ok(found),
            Err(err) => Err((id, err)),
        }
    }));
    keep(reads.await, failures).into_iter().flatten().collect()
}

async fn lease(
    worker: &Worker<'_>,
    clinics: &Clinics,
    row: Versioned<OutboxRow>,
) -> Result<Option<Leased>, (MessageId, anyhow::Error)> {
    let id = row.row.id.clone();
    let prepared = async { prepare(worker, clinics.of(&row.row)?, row).await };
    prepared.await.map_err(|err| (id, err))
}

/// Those that went well; the others join the failures.
fn keep<T>(results: Vec<Result<T, (MessageId, anyhow::Error)>>, failures: &mut Failures) -> Vec<T> {
    let mut kept = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(it) => kept.push(it),
            Err((id, err)) => {
                failures.insert(id, err);
            }
        }
    }
    kept
}
