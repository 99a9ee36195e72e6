use std::{fs, path::Path};

use anyhow::Context as _;
use careplan::exchange::TransferId;
use serde::Deserialize;

use super::names::part_of;

/// `_transfer.json`, as far as it is looked at.
#[derive(Deserialize)]
struct Note {
    transfer: TransferId,
}

/// The transfer that the note `json` tells of.
pub(super) fn transfer_of(json: &[u8]) -> Option<TransferId> {
    serde_json::from_slice::<Note>(json).ok().map(|it| it.transfer)
}

/// The transfer whose folder `dir` is; `None` for any other folder.
pub(in crate::plans) fn transfer_in(dir: &Path) -> Option<TransferId> {
    transfer_of(&fs::read(dir.join("_transfer.json")).ok()?)
}

/// The transfers that were begun below `dir` and did not become whole, so that they count as fetched
/// but are not there.
///
/// # Errors
///
/// When the folder cannot be listed.
pub(in crate::plans) fn interrupted(dir: &Path) -> anyhow::Result<Vec<TransferId>> {
    let context = || format!("フォルダー {} を読めません。パスと権限を確かめてください", dir.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).with_context(context)? {
        found.extend(part_of(&entry.with_context(context)?.file_name().to_string_lossy()));
    }
    found.sort();
    Ok(found)
}
