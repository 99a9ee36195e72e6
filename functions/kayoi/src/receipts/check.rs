use std::{
    fs::File,
    io::{self, Cursor, Read, Seek},
    path::{Path, PathBuf},
};

use clinic::PersonCounter;
use indicatif::{ProgressBar, ProgressStyle};
use receipt::{Content, EncodingDetector, IssueCode, Item, Reader, Refusal, open_archive, sniff};

use super::checked::Checked;
use crate::{Exit, Output};

/// How much of a file's beginning tells what it is.
const SNIFF_BYTES: u64 = 4096;
/// Archives beyond this are not opened: their claim files would exceed what an archive may hold.
const ARCHIVE_MAX_BYTES: u64 = 200 * 1024 * 1024;
/// Pieces the encoding is told from.
const PIECE_BYTES: usize = 64 * 1024;

/// Checks `files` one after the other and writes the list of their parts as JSON.
pub(super) fn run(files: &[PathBuf], output: &mut Output<'_>) -> anyhow::Result<Exit> {
    let bar = if output.shows_progress { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes}") {
        bar.set_style(style);
    }
    let mut checked = Vec::new();
    for path in files {
        let file = path.display().to_string();
        bar.set_message(file.clone());
        let n_before = checked.len();
        if let Err(err) = check_file(path, &file, &bar, &mut checked) {
            let part = (checked.len() - n_before) as u32 + 1;
            checked.push(Checked::unreadable(&file, part, message_of(&err)));
        }
    }
    bar.finish_and_clear();
    serde_json::to_writer_pretty(&mut *output.data, &checked)?;
    writeln!(output.data)?;
    Ok(if checked.iter().any(Checked::has_errors) { Exit::Errors } else { Exit::Success })
}

/// Why a file cannot be read, and what to do.
pub(crate) fn message_of(err: &io::Error) -> String {
    match err.kind() {
        io::ErrorKind::NotFound => "ファイルがありません。パスを確かめてください。".to_owned(),
        io::ErrorKind::PermissionDenied => "ファイルを読む権限がありません。権限を確かめてください。".to_owned(),
        io::ErrorKind::IsADirectory => "フォルダーです。中のファイルを指定してください。".to_owned(),
        _ => format!("ファイルを読めません（{err}）。もう一度試し、だめならコピーし直してください。"),
    }
}

fn check_file(path: &Path, file: &str, bar: &ProgressBar, checked: &mut Vec<Checked>) -> io::Result<()> {
    let mut source = File::open(path)?;
    let size_bytes = source.metadata()?.len();
    bar.set_length(size_bytes);
    let mut start = Vec::new();
    source.by_ref().take(SNIFF_BYTES).read_to_end(&mut start)?;
    source.rewind()?;
    match sniff(&start) {
        Content::Records => check_records(file, bar.wrap_read(source), checked),
        Content::Archive if size_bytes > ARCHIVE_MAX_BYTES => {
            let refusal = Refusal { line: 1, code: IssueCode::ArchiveTooLarge };
            checked.push(Checked::refused(file, 1, refusal));
            Ok(())
        }
        Content::Archive => {
            let mut bytes = Vec::new();
            source.read_to_end(&mut bytes)?;
            check_archive(file, &bytes, checked)
        }
        Content::Refused(refusal) => {
            checked.push(Checked::refused(file, 1, refusal));
            Ok(())
        }
    }
}

fn check_archive(file: &str, bytes: &[u8], checked: &mut Vec<Checked>) -> io::Result<()> {
    match open_archive(bytes) {
        Ok(entries) => {
            for entry in entries {
                let file = format!("{file}!{}", entry.name);
                match entry.content {
                    Ok(content) => check_records(&file, Cursor::new(content), checked)?,
                    Err(refusal) => checked.push(Checked::refused(&file, 1, refusal)),
                }
            }
        }
        Err(refusal) => checked.push(Checked::refused(file, 1, refusal)),
    }
    Ok(())
}

/// Reads claim records part by part, twice: for their encoding, mostly settled by the first pieces,
/// and for what they say.
fn check_records(file: &str, mut source: impl Read + Seek, checked: &mut Vec<Checked>) -> io::Result<()> {
    let mut detector = EncodingDetector::default();
    let mut piece = vec![0; PIECE_BYTES];
    while !detector.is_settled() {
        match source.read(&mut piece) {
            Ok(0) => break,
            Ok(n_read) => detector.feed(&piece[..n_read]),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
    source.rewind()?;

    let mut reader = Reader::new(source, detector.finish());
    let mut n_parts = 0;
    let mut persons = PersonCounter::default();
    while let Some(item) = reader.read_next()? {
        match item {
            Item::Receipt(receipt) => persons.add(receipt),
            Item::Part(part) => {
                n_parts += 1;
                checked.push(Checked::read(file, *part, persons.count()));
                persons.clear();
            }
            Item::Refused(refusal) => {
                n_parts += 1;
                checked.push(Checked::refused(file, n_parts, refusal));
                persons.clear();
            }
        }
    }
    Ok(())
}
