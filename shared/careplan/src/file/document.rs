use japan::to_cp932;

use super::Sheet;
use crate::{FileKind, Form, Layout, Standard, layout};

/// What a file says, without how: records of one kind, each value under the number that its item has in
/// version 4.1. No version, no quoting and no encoding is left in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What the records are.
    pub kind: FileKind,
    /// In the order of the file.
    pub records: Vec<Record>,
}

/// One record of a [`Document`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The first physical line it was read from, from 1.
    pub line: u64,
    /// By the number of their items less one.
    values: Vec<String>,
}

/// When a document cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unwritten {
    /// The version has no such file.
    #[error("この版の標準仕様にない種類のファイルです")]
    NotInVersion,
    /// A character that Windows-31J does not have.
    #[error("シフトJIS（Windows-31J）にない文字が、項目{number}にあります")]
    Character {
        /// The number of the item in version 4.1.
        number: usize,
    },
}

impl Record {
    /// A record of `kind` with nothing in it.
    pub fn blank(kind: FileKind) -> Self {
        let n_items = layout(kind, Standard::V4).map_or(0, Layout::n_numbers);
        Self { line: 0, values: vec![String::new(); n_items] }
    }

    /// The value of the item with `number`; `""` where the record has no such item.
    pub fn text(&self, number: usize) -> &str {
        number.checked_sub(1).and_then(|it| self.values.get(it)).map_or("", String::as_str)
    }

    /// The record with `value` for the item `number`; without effect where it has no such item.
    #[must_use]
    pub fn with(mut self, number: usize, value: impl Into<String>) -> Self {
        if let Some(kept) = number.checked_sub(1).and_then(|it| self.values.get_mut(it)) {
            *kept = value.into();
        }
        self
    }
}

impl Document {
    /// The records of `sheet`, laid out by `layout`; blank lines are left out.
    pub fn of(sheet: &Sheet, layout: &Layout) -> Self {
        let record = |row: super::Row<'_>| {
            let values = (1..=layout.n_numbers())
                .map(|number| layout.column_of(number).map_or_else(String::new, |it| row.text(it).into_owned()))
                .collect();
            Record { line: row.line(), values }
        };
        Self { kind: layout.kind, records: sheet.rows().filter(|it| !it.is_blank()).map(record).collect() }
    }

    /// The file in Windows-31J, with CRLF at the end of each record and free text in quotes, as 別紙 asks.
    /// What the version has no item for is left out.
    ///
    /// # Errors
    ///
    /// [`Unwritten`], with nothing written.
    pub fn write(&self, standard: Standard) -> Result<Vec<u8>, Unwritten> {
        let layout = layout(self.kind, standard).ok_or(Unwritten::NotInVersion)?;
        let mut bytes = Vec::new();
        for record in &self.records {
            for (column, item) in layout.items.iter().enumerate() {
                if column > 0 {
                    bytes.push(b',');
                }
                let value = record.text(item.number);
                let value = to_cp932(value).map_err(|_| Unwritten::Character { number: item.number })?;
                write_cell(&value, item.form == Form::Text, &mut bytes);
            }
            bytes.extend_from_slice(b"\r\n");
        }
        Ok(bytes)
    }
}

fn write_cell(value: &[u8], is_text: bool, bytes: &mut Vec<u8>) {
    if !is_text && !value.iter().any(|it| matches!(it, b',' | b'"' | b'\r' | b'\n')) {
        return bytes.extend_from_slice(value);
    }
    bytes.push(b'"');
    for byte in value {
        if *byte == b'"' {
            bytes.push(b'"');
        }
        bytes.push(*byte);
    }
    bytes.push(b'"');
}
