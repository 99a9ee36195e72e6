//! The files that `show` and `diff` take.

use std::{fs, io::Write, path::PathBuf};

use careplan::{Document, FileName, Layout, Sheet, layout};

use crate::{
    dropouts::folder::{self, FoundFile},
    receipts::message_of,
};

/// What was read.
#[derive(Default)]
pub(super) struct Reading {
    /// The oldest send first: what a later one says of the same plan stands.
    pub(super) documents: Vec<Document>,
    /// Files that could not be read; why was told.
    pub(super) n_failed: usize,
}

/// Reads files, and those of the standard in folders. What cannot be read is told on `messages`.
///
/// # Errors
///
/// When a folder cannot be listed, or nobody can be told.
pub(super) fn read(paths: &[PathBuf], messages: &mut dyn Write) -> anyhow::Result<Reading> {
    let (mut named, mut reading) = (Vec::new(), Reading::default());
    for path in paths {
        let is_folder = path.is_dir();
        let files = if is_folder {
            folder::files(path)?
        } else {
            vec![FoundFile { name: path.display().to_string(), path: path.clone() }]
        };
        for file in files {
            let base_name = file.path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            match FileName::parse(base_name) {
                Ok(name) => named.push((name, file)),
                Err(code) if !is_folder => {
                    reading.n_failed += 1;
                    writeln!(messages, "{}: {}", file.name, code.advice())?;
                }
                Err(code) if file.name.to_ascii_lowercase().ends_with(".csv") => {
                    writeln!(messages, "{}: 読み飛ばしました。{}", file.name, code.advice())?;
                }
                Err(_) => {}
            }
        }
    }
    named.sort_by(|(one, _), (other, _)| {
        (&one.serial, one.standard, one.kind, one).cmp(&(&other.serial, other.standard, other.kind, other))
    });
    for (name, file) in named {
        let Some(layout) = layout(name.kind, name.standard) else {
            writeln!(messages, "{}: {}は表示も比較もできないため、読み飛ばしました。", file.name, name.kind.title())?;
            continue;
        };
        match document(layout, &file) {
            Ok(document) => reading.documents.push(document),
            Err(message) => {
                reading.n_failed += 1;
                writeln!(messages, "{}: {message}", file.name)?;
            }
        }
    }
    Ok(reading)
}

/// The records of `file`, or why there are none.
fn document(layout: &Layout, file: &FoundFile) -> Result<Document, String> {
    let sheet = Sheet::read(fs::read(&file.path).map_err(|err| message_of(&err))?);
    let broken = sheet.rows().filter(|it| !it.is_blank() && it.n_cells() != layout.items.len()).map(|it| it.line());
    match sheet.problems().iter().map(|it| it.0).chain(broken).min() {
        Some(line) => Err(format!(
            "{line}行目の項目の数か引用符が標準仕様と合いません。kayoi plans check でファイルを点検してください。"
        )),
        None => Ok(Document::of(&sheet, layout)),
    }
}
