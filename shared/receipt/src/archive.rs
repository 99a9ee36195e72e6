use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::{Content, IssueCode, Refusal, sniff};

/// Most entries an archive may have.
const MAX_ENTRIES: usize = 200;
/// Most bytes all entries together may unpack to.
const MAX_TOTAL_BYTES: u64 = 200 * 1024 * 1024;
/// Most bytes one byte of the archive may unpack to. Claim files are mostly commas and reach about 30.
const MAX_RATIO: u64 = 300;

/// A claim file out of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveEntry {
    /// Its name in the archive, for people; never used as a path. It may hold a patient's name.
    pub name: String,
    /// Its bytes, or why it is no claim file.
    pub content: Result<Vec<u8>, Refusal>,
}

/// Opens a ZIP of claim files, in byte order of their names.
///
/// Entries that are neither claim files nor named like one (PDFs that claim software adds, folders,
/// what operating systems leave behind) are left out.
///
/// # Errors
///
/// When the archive is damaged, is an office document, goes beyond 200 entries, 200 MB or a ratio
/// of 300, or holds no claim file.
pub fn open_archive(bytes: &[u8]) -> Result<Vec<ArchiveEntry>, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::new(IssueCode::ArchiveUnreadable))?;
    if archive.index_for_name("[Content_Types].xml").is_some() {
        return Err(Refusal::new(IssueCode::OfficeFile));
    }
    if archive.len() > MAX_ENTRIES {
        return Err(Refusal::new(IssueCode::ArchiveTooLarge));
    }
    let mut entries = Vec::new();
    let mut total_bytes = 0;
    let mut has_archive_inside = false;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| Refusal::new(IssueCode::ArchiveUnreadable))?;
        if entry.is_dir() || is_left_behind(&entry_name(entry.name_raw())) {
            continue;
        }
        let name = entry_name(entry.name_raw());
        let limit = (MAX_TOTAL_BYTES - total_bytes).min(entry.compressed_size().saturating_mul(MAX_RATIO) + 4096);
        // The size an archive states is not trusted; reading stops beyond the limit.
        let mut content = Vec::new();
        entry.take(limit + 1).read_to_end(&mut content).map_err(|_| Refusal::new(IssueCode::ArchiveUnreadable))?;
        if content.len() as u64 > limit {
            return Err(Refusal::new(IssueCode::ArchiveTooLarge));
        }
        total_bytes += content.len() as u64;
        match sniff(&content) {
            Content::Records => entries.push(ArchiveEntry { name, content: Ok(content) }),
            Content::Archive => has_archive_inside = true,
            Content::Refused(refusal) if is_named_like_claim_file(&name) => {
                entries.push(ArchiveEntry { name, content: Err(refusal) });
            }
            Content::Refused(_) => {}
        }
    }
    if entries.is_empty() {
        let code = if has_archive_inside { IssueCode::ArchiveNested } else { IssueCode::ArchiveWithoutReceipts };
        return Err(Refusal::new(code));
    }
    entries.sort_by(|one, other| one.name.as_bytes().cmp(other.name.as_bytes()));
    Ok(entries)
}

/// Archivers in Japan write names in Windows-31J without saying so.
fn entry_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::SHIFT_JIS.decode_without_bom_handling(raw).0.into_owned(),
    }
}

fn is_left_behind(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/") || file.starts_with('.') || file.eq_ignore_ascii_case("thumbs.db")
}

fn is_named_like_claim_file(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    ["uke", "hen", "sah", "uks"].iter().any(|it| ending.eq_ignore_ascii_case(it))
}
