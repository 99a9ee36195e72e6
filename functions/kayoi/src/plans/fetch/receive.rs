use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use careplan::exchange::TransferId;

use super::{
    folder::{transfer_in, transfer_of},
    make_folder, names,
};
use crate::{
    plans::{
        office::{FetchPlaces, Office, Transfer},
        send::sha256,
        steps::step,
    },
    upload::Refused,
};

/// Where a transfer lies.
pub(in crate::plans) enum Received {
    /// It was fetched.
    New(PathBuf),
    /// It was there, and nothing was done.
    Known(PathBuf),
}

/// Bytes of the largest note.
const NOTE_MAX_BYTES: u64 = 1024 * 1024;

/// Fetches a transfer into a folder below `dir` that appears whole or not at all.
///
/// A hidden folder with the id in its name is made before the API counts it as fetched, and becomes the
/// folder in the end: whatever ends this in between, the next run sees it and goes on.
pub(in crate::plans) fn receive(office: &Office, dir: &Path, id: &TransferId) -> anyhow::Result<Received> {
    let part = dir.join(names::part_name(id));
    let transfer = office.transfer(id)?;
    let folders = [false, true].map(|whole| dir.join(names::folder_name(&transfer, whole)));
    if let Some(known) = folders.into_iter().find(|it| transfer_in(it).as_ref() == Some(id)) {
        // Nothing but what was left of an earlier run.
        let _ = fs::remove_dir_all(&part);
        if transfer.is_unfetched() {
            office.fetch(id)?;
        }
        return Ok(Received::Known(known));
    }
    step();
    make_folder(&part)?;
    step();
    let places = match office.fetch(id) {
        Ok(places) => places,
        Err(err) => {
            // Taken back before it was fetched: there is nothing to go on with. Any other refusal may be
            // one of the token, and the folder says what is still to be fetched.
            if matches!(Refused::status_of(&err), Some(409 | 410)) {
                let _ = fs::remove_dir_all(&part);
            }
            return Err(err);
        }
    };
    step();
    ensure!(places.transfer.id == *id, "APIが別の送信を返しました");
    let file_names = names::file_names(&places.transfer);
    for (file, name) in places.transfer.files.iter().zip(&file_names) {
        let address = places.files.iter().find(|it| it.name == file.name).context("APIの答えにファイルがありません")?;
        let path = part.join(name);
        if fs::read(&path).is_ok_and(|it| sha256(&it) == file.sha256) {
            continue;
        }
        let bytes = office.file(&address.url, file.size.saturating_add(1))?;
        if sha256(&bytes) != file.sha256 {
            bail!("届いた {name} の中身（SHA-256）が、送られたものと違います。もう一度試してください");
        }
        step();
        write(&path, &bytes)?;
    }
    step();
    write(&part.join("_transfer.json"), &note(office, &places)?)?;
    let whole = free_folder(dir, &places.transfer)?;
    step();
    fs::rename(&part, &whole).with_context(|| format!("{} を作れません", whole.display()))?;
    step();
    Ok(Received::New(whole))
}

fn free_folder(dir: &Path, transfer: &Transfer) -> anyhow::Result<PathBuf> {
    let folders = [false, true].map(|whole| dir.join(names::folder_name(transfer, whole)));
    let taken = format!("{} がすでにあります。別のフォルダーに取得してください", folders[1].display());
    folders.into_iter().find(|it| !it.exists()).context(taken)
}

/// `_transfer.json` as it lies in the inbox.
fn note(office: &Office, places: &FetchPlaces) -> anyhow::Result<Vec<u8>> {
    let note = office.file(&places.note_url, NOTE_MAX_BYTES)?;
    ensure!(transfer_of(&note).as_ref() == Some(&places.transfer.id), "_transfer.jsonを読めません");
    Ok(note)
}

/// Writes a file that is on the disk when this returns.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let written = File::create(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.with_context(|| format!("{} に書けません。場所と空き容量を確かめてください", path.display()))
}
