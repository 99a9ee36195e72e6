use std::borrow::Cow;

use encoding_rs::{SHIFT_JIS, UTF_8};
use serde::{Deserialize, Serialize};

const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How the text of a roster file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Windows-31J, which spreadsheets in Japan write by default.
    Cp932,
}

impl Encoding {
    /// The encodings worth trying, in order, and the bytes after the byte order mark.
    ///
    /// Bytes that are no UTF-8 may still be UTF-8 with a broken cell: the header tells.
    pub(super) fn candidates(bytes: &[u8]) -> (&'static [Self], &[u8]) {
        match bytes.strip_prefix(UTF_8_MARK) {
            Some(rest) => (&[Self::Utf8], rest),
            None if std::str::from_utf8(bytes).is_ok() => (&[Self::Utf8], bytes),
            None => (&[Self::Cp932, Self::Utf8], bytes),
        }
    }

    /// The text of a cell, unless it holds bytes that mean nothing in this encoding.
    ///
    /// A cell is decoded by itself: no byte of a CP932 pair is a delimiter, a quote or a line end.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        self.encoding().decode_without_bom_handling_and_without_replacement(bytes)
    }

    /// The text of a cell, with U+FFFD for bytes that mean nothing.
    pub(super) fn decode_lossy(self, bytes: &[u8]) -> Cow<'_, str> {
        self.encoding().decode_without_bom_handling(bytes).0
    }

    /// `text` of our own in this encoding; a character it lacks becomes 〓.
    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Cp932 => japan::to_cp932(text).unwrap_or_else(|_| {
                let cell = |it: char| japan::to_cp932(it.encode_utf8(&mut [0; 4])).unwrap_or(b"\x81\xAC".to_vec());
                text.chars().flat_map(cell).collect()
            }),
        }
    }

    /// What a file in this encoding begins with, so that a spreadsheet takes it for what it is.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => UTF_8_MARK,
            Self::Cp932 => b"",
        }
    }

    fn encoding(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Cp932 => SHIFT_JIS,
        }
    }
}
