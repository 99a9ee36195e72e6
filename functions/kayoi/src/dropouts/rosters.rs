use std::{fs, path::Path};

use clinic::{
    Rosters,
    roster::{self, RosterFile},
};

use super::{folder, told::Told};
use crate::receipts::message_of;

/// The rosters in `dir`, one file after the other.
pub(crate) fn read(dir: Option<&Path>, told: &mut Told<'_>) -> anyhow::Result<Rosters> {
    let mut rosters = Rosters::default();
    for (name, file) in read_files(dir, told)? {
        rosters.add(&name, &file);
    }
    Ok(rosters)
}

/// The roster files in `dir` in byte order of the paths, with their names. What is refused is told and left
/// out.
pub(crate) fn read_files(dir: Option<&Path>, told: &mut Told<'_>) -> anyhow::Result<Vec<(String, RosterFile)>> {
    let mut files = Vec::new();
    let Some(dir) = dir else { return Ok(files) };
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
                files.push((file.name, read));
            }
            Err(err) => told.file(&file.name, err.code(), &err.to_string())?,
        }
    }
    Ok(files)
}
