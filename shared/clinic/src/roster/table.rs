use super::column::Column;
use super::encoding::Encoding;
use super::header::{Aliases, Guess, Header};
use super::split::{Fault, MAX_CELL_CHARS, Record, Shape, Splitter};
use super::{RosterError, guard};

/// Within how many lines a header is looked for; titles and print dates come before it.
const HEADER_WITHIN_LINES: u64 = 10;

/// A roster file whose encoding, delimiter and columns are known, read up to its header.
pub(super) struct Table<'a> {
    pub(super) encoding: Encoding,
    pub(super) delimiter: u8,
    pub(super) header: Header,
    pub(super) header_record: Record<'a>,
    splitter: Splitter<'a>,
}

impl<'a> Table<'a> {
    /// Finds the header, and with it the encoding and the delimiter: of all that are possible, the
    /// ones that make the most columns known.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, RosterError> {
        if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
            return Err(RosterError::Utf16);
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            return Err(RosterError::Workbook);
        }
        let (encodings, bytes) = Encoding::candidates(bytes);
        let bytes = without_end_mark(bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(RosterError::Empty);
        }

        let mut best: Option<Self> = None;
        let mut refusal = RosterError::NoHeader;
        for encoding in encodings {
            for delimiter in *b",\t" {
                match Self::search(bytes, *encoding, delimiter) {
                    Ok(table) => {
                        if best.as_ref().is_none_or(|it| table.header.n_used() > it.header.n_used()) {
                            best = Some(table);
                        }
                    }
                    Err(RosterError::NoHeader) => {}
                    Err(reason) => refusal = reason,
                }
            }
        }
        best.ok_or(refusal)
    }

    fn search(bytes: &'a [u8], encoding: Encoding, delimiter: u8) -> Result<Self, RosterError> {
        let aliases = Aliases::new();
        let mut splitter = Splitter::new(bytes, delimiter);
        let mut refusal = RosterError::NoHeader;
        while let Some(record) = splitter.next_record()? {
            let line = record.line;
            if line > HEADER_WITHIN_LINES {
                break;
            }
            let mut texts: Vec<String> = record
                .cells
                .iter()
                .map(|it| guard::without_guard(encoding.decode_lossy(it).trim()).trim().to_owned())
                .collect();
            while texts.last().is_some_and(String::is_empty) {
                texts.pop();
            }
            match aliases.guess(texts) {
                Guess::Header(_) if record.fault == Some(Fault::TooManyColumns) => {
                    return Err(RosterError::TooManyColumns { line });
                }
                Guess::Header(header) => {
                    let chart_number_at = header.position(Column::ChartNumber).unwrap_or_default();
                    splitter.expect(Shape { n_columns: record.cells.len(), chart_number_at });
                    return Ok(Self { encoding, delimiter, header, header_record: record, splitter });
                }
                Guess::WithoutChartNumber => refusal = RosterError::NoChartNumber { line },
                Guess::WithoutKind => refusal = RosterError::KindUnclear { line },
                Guess::NoHeader => {}
            }
        }
        Err(refusal)
    }

    /// The next row that is not blank. A cell past the last header, where a comma too many has
    /// moved the others, and a cell too long are faults.
    pub(super) fn next_record(&mut self) -> Result<Option<Record<'a>>, RosterError> {
        loop {
            let Some(mut record) = self.splitter.next_record()? else {
                return Ok(None);
            };
            if record.is_blank() {
                continue;
            }
            if record.fault.is_none() && record.cells.iter().any(|it| self.is_too_long(it)) {
                record.fault = Some(Fault::CellTooLong);
            }
            if record.fault.is_none() && self.has_value_past_the_header(&record) {
                record.fault = Some(Fault::PastTheHeader);
            }
            return Ok(Some(record));
        }
    }

    fn has_value_past_the_header(&self, record: &Record<'_>) -> bool {
        let reasons_at = self.header.reasons_at;
        let past = record.cells.iter().enumerate().skip(self.header.n_named);
        past.filter(|(at, _)| Some(*at) != reasons_at).any(|(_, it)| !it.trim_ascii().is_empty())
    }

    fn is_too_long(&self, cell: &[u8]) -> bool {
        // No character is shorter than a byte.
        cell.len() > MAX_CELL_CHARS && self.encoding.decode_lossy(cell).chars().count() > MAX_CELL_CHARS
    }
}

/// Without the end-of-file mark of old programs.
fn without_end_mark(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii_end().strip_suffix(b"\x1A").unwrap_or(bytes)
}
