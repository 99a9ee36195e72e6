use crate::{Issue, IssueCode};

/// The issue of a file whose bytes are no CSV in Windows-31J at all.
pub(super) fn refused(bytes: &[u8]) -> Option<Issue> {
    if bytes.is_empty() {
        return Some(Issue::of_file(IssueCode::EmptyFile));
    }
    let encoding = other_encoding(bytes)?;
    Some(Issue::of_file(IssueCode::OtherEncoding).with_facts(encoding))
}

pub(super) fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8, 0xFF])
}

/// What encoding the bytes are in if not in Windows-31J, whose text practically never is UTF-8 with a
/// character of three bytes in it.
fn other_encoding(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return Some("BOM付きUTF-8です");
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Some("UTF-16です");
    }
    if bytes.is_ascii() {
        return None;
    }
    let text = str::from_utf8(bytes).ok()?;
    text.chars().any(|it| it.len_utf8() == 3).then_some("UTF-8です")
}
