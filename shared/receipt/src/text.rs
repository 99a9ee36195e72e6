use std::{borrow::Cow, fmt};

use crate::Encoding;

/// A text column of a receipt, such as a name or a comment: [`crate::Receipt::text`] reads it. Checking a file
/// asks for hardly any, so they stay as the file has them until somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Text {
    start: u32,
    len: u32,
}

impl Text {
    /// Whether nothing stands in the column.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// The text columns of a receipt, one behind the other, in the encoding of their file.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Texts {
    bytes: Vec<u8>,
    encoding: Encoding,
}

impl fmt::Debug for Texts {
    /// Without what they say of a patient.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes in {:?}", self.bytes.len(), self.encoding)
    }
}

impl Texts {
    /// Empties it for another receipt. Its room is kept.
    pub(crate) fn begin(&mut self, encoding: Encoding) {
        self.bytes.clear();
        self.encoding = encoding;
    }

    /// Keeps `column`. Beyond 4 GB, which no receipt has, nothing is kept.
    pub(crate) fn keep(&mut self, column: &[u8]) -> Text {
        if column.is_empty() {
            return Text::default();
        }
        let (Ok(start), Ok(len)) = (u32::try_from(self.bytes.len()), u32::try_from(column.len())) else {
            return Text::default();
        };
        self.bytes.extend_from_slice(column);
        Text { start, len }
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The bytes of `text`.
    pub(crate) fn written(&self, text: Text) -> &[u8] {
        let (start, len) = (text.start as usize, text.len as usize);
        self.bytes.get(start..start + len).unwrap_or_default()
    }

    /// What `text` says, with U+FFFD for bytes that are no character; borrowed where it is ASCII.
    pub(crate) fn get(&self, text: Text) -> Cow<'_, str> {
        self.encoding.decode(self.written(text))
    }
}
