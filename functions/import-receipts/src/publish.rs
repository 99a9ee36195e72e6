//! Publishing: each part becomes current in its slot in one transaction with the upload's row and
//! the clinic's generation.

use anyhow::{Context as _, Result, bail};
use clinic::{PartRef, PersonKey, Publication, Slot, SlotKey};
use ledger::{ClinicId, PartOutcome, Publish, UploadRow, Versioned, Waiting};

use crate::ImportReceipts;

/// How often a publication is tried when others publish to the same clinic at the same time.
const MAX_TRIES: u32 = 50;

/// Publishes every part that is pending, and settles the upload.
pub(crate) async fn publish_all(
    deps: &ImportReceipts,
    clinic: &ClinicId,
    mut upload: Versioned<UploadRow>,
) -> Result<Versioned<UploadRow>> {
    for index in 0..upload.row.parts.len() {
        let part = &upload.row.parts[index];
        let (PartOutcome::Pending, Some(slot), Some(reference)) = (&part.outcome, part.slot, part.reference.clone())
        else {
            continue;
        };
        upload = publish(deps, clinic, upload, index, slot, reference).await?;
    }
    let mut settled = upload.row.clone();
    settled.settle();
    if settled == upload.row { Ok(upload) } else { deps.ledger.save_import(clinic, &upload, settled).await }
}

async fn publish(
    deps: &ImportReceipts,
    clinic: &ClinicId,
    upload: Versioned<UploadRow>,
    index: usize,
    key: SlotKey,
    reference: PartRef,
) -> Result<Versioned<UploadRow>> {
    let persons = persons(deps, clinic, &reference).await?;
    for _ in 0..MAX_TRIES {
        let slot_before = deps.ledger.slot(clinic, key).await?;
        let generation_before = deps.ledger.generation(clinic).await?;
        let current = &slot_before.row.slot;
        let mut persons_of = Vec::with_capacity(current.parts.len());
        for part in &current.parts {
            persons_of.push(self::persons(deps, clinic, part).await?);
        }
        let (outcome, slot) = decided(current, current.publish(reference.clone(), &persons, &persons_of));
        let mut next = upload.row.clone();
        next.parts[index].outcome = outcome;
        let Some(slot) = slot else {
            return deps.ledger.save_import(clinic, &upload, next).await;
        };
        let publication = Publish {
            slot_before: &slot_before,
            slot,
            upload_before: &upload,
            upload: next,
            generation_before: &generation_before,
        };
        if let Some(published) = deps.ledger.publish(clinic, publication).await? {
            return Ok(published);
        }
        if deps.ledger.upload(clinic, upload.row.number).await?.is_none_or(|it| it.version != upload.version) {
            bail!("another import works on the same upload");
        }
    }
    bail!("the clinic's files changed {MAX_TRIES} times while a part was published")
}

/// What becomes of the part, and the slot where it changes.
fn decided(current: &Slot, publication: Publication) -> (PartOutcome, Option<Slot>) {
    match publication {
        Publication::Unchanged => (PartOutcome::Unchanged, None),
        Publication::Older => (PartOutcome::Older, None),
        Publication::Waiting(replacement) => (PartOutcome::Waiting(Waiting { replacement }), None),
        Publication::Added(slot) => (PartOutcome::Added, Some(slot)),
        Publication::Replaced(slot, replacement) => {
            let before = current.parts.iter().find(|it| it.object_sha256 == replacement.object_sha256);
            let outcome = before.map_or(PartOutcome::Added, |it| PartOutcome::Replaced(it.clone()));
            (outcome, Some(slot))
        }
    }
}

async fn persons(deps: &ImportReceipts, clinic: &ClinicId, part: &PartRef) -> Result<Vec<PersonKey>> {
    let object = deps.files.month(clinic.as_str(), part).await.context("loading a month object")?;
    Ok(object.facts()?.person_keys())
}
