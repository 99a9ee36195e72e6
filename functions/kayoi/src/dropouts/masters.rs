use std::{fs, path::Path};

use codes::{Codes, CodesBuilder};

use super::{folder, told::Told};
use crate::receipts::message_of;

/// The masters in `dir`; without one, a look-up that shows every code as itself.
pub(crate) fn read(dir: Option<&Path>, told: &mut Told<'_>) -> anyhow::Result<Codes> {
    let Some(dir) = dir else { return Ok(Codes::empty()) };
    let mut files = Vec::new();
    for file in folder::files(dir)? {
        match fs::read(&file.path) {
            Ok(bytes) => files.push((is_difference(&bytes), file.name, bytes)),
            Err(err) => told.file(&file.name, "file-unreadable", &message_of(&err))?,
        }
    }
    // A difference changes what a whole file said, and the files are in order of their names.
    files.sort_by_key(|(is_difference, ..)| *is_difference);
    let mut builder = CodesBuilder::new();
    for (_, name, bytes) in files {
        match builder.add(&bytes) {
            Ok(added) => {
                for skipped in &added.first_skipped {
                    told.at_line(&name, skipped.line, "master-row-skipped", &skipped.cause.to_string())?;
                }
            }
            Err(err) => told.file(&name, "master-refused", &err.to_string())?,
        }
    }
    Ok(builder.build())
}

/// Whole masters are mostly rows that did not change (変更区分 0); differences hold none.
fn is_difference(bytes: &[u8]) -> bool {
    !bytes.split(|it| *it == b'\n').any(|it| it.starts_with(b"0,") || it.starts_with(b"\"0\","))
}
