use std::{fs, path::Path};

use clinic::{Rosters, roster};

use super::{folder, told::Told};
use crate::receipts::message_of;

/// The rosters in `dir`, one file after the other.
pub(super) fn read(dir: Option<&Path>, told: &mut Told<'_>) -> anyhow::Result<Rosters> {
    let mut rosters = Rosters::default();
    let Some(dir) = dir else { return Ok(rosters) };
    for file in folder::files(dir)? {
        let bytes = match fs::read(&file.path) {
            Ok(bytes) => bytes,
            Err(err) => {
                told.file(&file.name, "file-unreadable", &message_of(&err))?;
                continue;
            }
        };
        match roster::read(&bytes) {
            Ok(read) => {
                for rejected in &read.rejected {
                    told.at_line(&file.name, rejected.line, rejected.code, &rejected.reason)?;
                }
                rosters.add(&file.name, &read);
            }
            Err(err) => told.file(&file.name, err.code(), &err.to_string())?,
        }
    }
    Ok(rosters)
}
