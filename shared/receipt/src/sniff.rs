use crate::{IssueCode, Refusal};

/// What the first bytes of a file say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Records of a claim file, to be read by [`crate::Reader`].
    Records,
    /// A ZIP archive, to be opened by [`crate::open_archive`].
    Archive,
    /// No claim file.
    Refused(Refusal),
}

/// How much of a file's beginning [`sniff`] wants to see.
pub(crate) const SNIFF_BYTES: usize = 4096;

/// Tells from the first bytes of a file (the first 4 KB suffice) what it is, whatever its name says.
pub fn sniff(start: &[u8]) -> Content {
    let refused = |code| Content::Refused(Refusal::new(code));
    let start = &start[..start.len().min(SNIFF_BYTES)];
    match start {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return Content::Archive,
        [b'%', b'P', b'D', b'F', ..] => return refused(IssueCode::PdfFile),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return refused(IssueCode::OfficeFile),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return refused(IssueCode::Utf16File),
        [b'M', b'Z', ..]
        | [0x7F, b'E', b'L', b'F', ..]
        | [0x89, b'P', b'N', b'G', ..]
        | [0xFF, 0xD8, 0xFF, ..]
        | [b'G', b'I', b'F', b'8', ..]
        | [0x1F, 0x8B, ..]
        | [b'R', b'a', b'r', b'!', ..]
        | [b'7', b'z', 0xBC, 0xAF, ..] => return refused(IssueCode::BinaryFile),
        _ => {}
    }
    sniff_text(start)
}

fn sniff_text(start: &[u8]) -> Content {
    let refused = |code| Content::Refused(Refusal::new(code));
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let Some(first) = text.iter().position(|it| !is_blank(*it)) else {
        return refused(IssueCode::EmptyFile);
    };
    let text = &text[first..];
    let line = text.split(|it| matches!(it, b'\n' | b'\r')).next().unwrap_or_default();
    let mut columns = line
        .split(|it| *it == b',')
        .map(|it| it.trim_ascii())
        .map(|it| it.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\"")).unwrap_or(it));
    let id = columns.next().unwrap_or_default();
    match id {
        b"IR" | b"UK" | b"RE" => Content::Records,
        b"HI" => refused(IssueCode::ReturnedFile),
        b"RR" | b"RS" | b"AR" | b"AS" => refused(IssueCode::WorkersAccidentFile),
        _ if id.iter().all(u8::is_ascii_digit) && columns.any(|it| it == b"RE" || it == b"IR" || it == b"HI") => {
            refused(IssueCode::ReturnedFile)
        }
        _ if line.iter().any(|it| *it == 0 || (*it < 0x20 && *it != b'\t' && *it != 0x1A)) => {
            refused(IssueCode::BinaryFile)
        }
        _ => refused(IssueCode::NotAReceiptFile),
    }
}

/// Bytes that stand for nothing at the edges of a file: blanks, NUL and the end-of-file mark 0x1A.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x1A)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start: &[u8], expected: &str) {
        let shown = match sniff(start) {
            Content::Records => "records",
            Content::Archive => "archive",
            Content::Refused(refusal) => refusal.code.as_str(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn claim_files_are_known_by_their_first_record() {
        check(b"IR,1,13,1,9999999,,", "records");
        check(b"\xEF\xBB\xBFIR,1,13,1", "records");
        check(b"\r\n\r\n\"IR\",\"1\"", "records");
        check(b"RE,1,1112,202406", "records");
        check(b"UK,2,13,3,1234567", "records");
    }

    #[test]
    fn what_is_no_claim_file_is_named_whatever_its_ending() {
        check(b"%PDF-1.7\n", "pdf-file");
        check(b"\xD0\xCF\x11\xE0\xA1\xB1", "office-file");
        check(b"MZ\x90\0", "binary-file");
        check(b"\x89PNG\r\n", "binary-file");
        check(b"\0\0\x01\x02abc", "binary-file");
        check(b"HI,1,202407,13,1,9999999,,00", "returned-file");
        check(b"1,2,0,RE,1,1112", "returned-file");
        check(b"RR,1,1", "workers-accident-file");
        check("診察券番号,氏名\r\n1,検証".as_bytes(), "not-a-receipt-file");
        check(b"date,amount\n2024,1", "not-a-receipt-file");
        check(b"\xFF\xFEI\0R\0", "utf16-file");
        check(b"PK\x03\x04", "archive");
    }

    #[test]
    fn a_file_of_blanks_is_empty() {
        check(b"", "empty-file");
        check(b"\xEF\xBB\xBF", "empty-file");
        check(b"\r\n\x1A", "empty-file");
    }
}
