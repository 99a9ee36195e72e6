//! Bytes into records, with quotes checked.
//!
//! The `csv` crate finds some parse of any bytes: one quote that is never closed makes the rest of
//! the file one cell. Here such a line is set apart and reading goes on with the next one.

use std::borrow::Cow;

use super::RosterError;

/// More columns than any roster has.
pub(super) const MAX_COLUMNS: usize = 200;
/// Longer than any cell of a roster, in characters.
pub(super) const MAX_CELL_CHARS: usize = 10_000;

const MAX_CELL_BYTES: usize = 4 * MAX_CELL_CHARS;
/// How many bytes may be read twice over a whole file because a quote was not what it seemed.
const MAX_RESCANNED_BYTES: usize = 64 << 20;

/// One row as it came.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// Where it begins, counted from 1.
    pub(super) line: u64,
    /// Without the quotes around them. Of a faulty row, the line cut at each delimiter, quotes kept.
    pub(super) cells: Vec<Cow<'a, [u8]>>,
    pub(super) fault: Option<Fault>,
}

impl Record<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|it| it.trim_ascii().is_empty())
    }
}

/// Why the cells of a row cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    UnbalancedQuotes,
    /// A row shorter than the header where an unclosed quote before it may reach.
    AfterUnbalancedQuotes,
    CellTooLong,
    /// A value where the header names no column.
    PastTheHeader,
    TooManyColumns,
}

/// What the rows under a header look like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) n_columns: usize,
    pub(super) chart_number_at: usize,
}

impl Shape {
    /// Whether one of the lines in `cell` is itself a row: all columns, and a number where the
    /// chart number stands. A quote that was closed by another row's quote leaves such a cell.
    fn is_held_by(self, cell: &[u8], delimiter: u8) -> bool {
        cell.split(|it| matches!(it, b'\r' | b'\n')).skip(1).any(|line| {
            let n_columns = line.iter().filter(|it| **it == delimiter).count() + 1;
            let number = line.split(|it| *it == delimiter).nth(self.chart_number_at).unwrap_or_default();
            n_columns >= self.n_columns
                && number.iter().any(u8::is_ascii_digit)
                && number.iter().all(|it| matches!(it, b' '..=b'~'))
        })
    }
}

/// Gives the records of a file one by one.
pub(super) struct Splitter<'a> {
    scan: Scan<'a>,
    shape: Option<Shape>,
    suspect_until: u64,
    n_rescanned_bytes: usize,
}

#[derive(Clone, Copy)]
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    delimiter: u8,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        Self { scan: Scan { bytes, at: 0, line: 1, delimiter }, shape: None, suspect_until: 0, n_rescanned_bytes: 0 }
    }

    /// Says what rows look like: a row over several lines must look like it, and must not hold
    /// another, or its quotes are not what they seem.
    pub(super) fn expect(&mut self, shape: Shape) {
        self.shape = Some(shape);
    }

    /// # Errors
    ///
    /// [`RosterError::UnbalancedQuotes`] when so many quotes are broken that going on would take
    /// more than linear time.
    pub(super) fn next_record(&mut self) -> Result<Option<Record<'a>>, RosterError> {
        if self.scan.at >= self.scan.bytes.len() {
            return Ok(None);
        }
        let line = self.scan.line;
        let mut ahead = self.scan;
        match ahead.record(self.shape) {
            Ok(cells) => {
                self.scan = ahead;
                // Inside what an unclosed quote may have covered, only a full row is a row.
                let suspect = line <= self.suspect_until && self.shape.is_some_and(|it| cells.len() < it.n_columns);
                Ok(Some(Record { line, cells, fault: suspect.then_some(Fault::AfterUnbalancedQuotes) }))
            }
            Err(fault) => {
                self.suspect_until = self.suspect_until.max(ahead.line);
                let cells = self.scan.plain_line();
                self.n_rescanned_bytes += ahead.at.saturating_sub(self.scan.at);
                if self.n_rescanned_bytes > MAX_RESCANNED_BYTES {
                    return Err(RosterError::UnbalancedQuotes { line });
                }
                Ok(Some(Record { line, cells, fault: Some(fault) }))
            }
        }
    }
}

impl<'a> Scan<'a> {
    fn record(&mut self, shape: Option<Shape>) -> Result<Vec<Cow<'a, [u8]>>, Fault> {
        let first_line = self.line;
        let mut cells = Vec::with_capacity(shape.map_or(16, |it| it.n_columns));
        loop {
            cells.push(self.cell()?);
            let over_lines = shape.filter(|_| self.line > first_line);
            if over_lines.is_some_and(|it| cells.len() > it.n_columns) {
                return Err(Fault::UnbalancedQuotes);
            }
            if self.bytes.get(self.at) != Some(&self.delimiter) {
                let is_whole = |it: Shape| {
                    cells.len() == it.n_columns && !cells.iter().any(|cell| it.is_held_by(cell, self.delimiter))
                };
                if over_lines.is_some_and(|it| !is_whole(it)) {
                    return Err(Fault::UnbalancedQuotes);
                }
                self.end_line();
                return Ok(cells);
            }
            if cells.len() == MAX_COLUMNS {
                return Err(Fault::TooManyColumns);
            }
            self.at += 1;
        }
    }

    fn cell(&mut self) -> Result<Cow<'a, [u8]>, Fault> {
        if self.bytes.get(self.at) == Some(&b'"') {
            return self.quoted_cell();
        }
        let rest = &self.bytes[self.at..];
        let ends = |it: &u8| *it == self.delimiter || matches!(it, b'\r' | b'\n');
        let cell = &rest[..rest.iter().position(ends).unwrap_or(rest.len())];
        self.at += cell.len();
        Ok(Cow::Borrowed(cell))
    }

    fn quoted_cell(&mut self) -> Result<Cow<'a, [u8]>, Fault> {
        let start = self.at + 1;
        let limit = self.bytes.len().min(start + MAX_CELL_BYTES);
        let mut from = start;
        let mut unescaped = Vec::new();
        loop {
            let Some(offset) = self.bytes[from..limit].iter().position(|it| *it == b'"') else {
                self.advance(limit);
                return Err(if limit == self.bytes.len() { Fault::UnbalancedQuotes } else { Fault::CellTooLong });
            };
            let quote = from + offset;
            if quote + 1 < limit && self.bytes[quote + 1] == b'"' {
                unescaped.extend_from_slice(&self.bytes[from..=quote]);
                from = quote + 2;
                continue;
            }
            self.advance(quote);
            self.at += 1;
            while self.bytes.get(self.at) == Some(&b' ') {
                self.at += 1;
            }
            let closed = self.bytes.get(self.at).is_none_or(|it| *it == self.delimiter || matches!(it, b'\r' | b'\n'));
            if !closed {
                return Err(Fault::UnbalancedQuotes);
            }
            let last = &self.bytes[from..quote];
            if unescaped.is_empty() {
                return Ok(Cow::Borrowed(last));
            }
            unescaped.extend_from_slice(last);
            return Ok(Cow::Owned(unescaped));
        }
    }

    /// Moves on to `at` and counts the lines passed.
    fn advance(&mut self, at: usize) {
        let passed = &self.bytes[self.at..at];
        let n_lines = passed
            .iter()
            .enumerate()
            .filter(|(index, it)| match it {
                b'\n' => true,
                b'\r' => passed.get(index + 1) != Some(&b'\n'),
                _ => false,
            })
            .count();
        self.line += n_lines as u64;
        self.at = at;
    }

    fn end_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += match rest {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        self.line += 1;
    }

    /// The line cut at each delimiter, quotes as ordinary characters; what is past the last allowed
    /// column in one piece, with one column left for a reason.
    fn plain_line(&mut self) -> Vec<Cow<'a, [u8]>> {
        let rest = &self.bytes[self.at..];
        let line = &rest[..rest.iter().position(|it| matches!(it, b'\r' | b'\n')).unwrap_or(rest.len())];
        self.at += line.len();
        self.end_line();
        line.splitn(MAX_COLUMNS - 1, |it| *it == self.delimiter).map(Cow::Borrowed).collect()
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn shown(text: &str) -> String {
        let mut splitter = Splitter::new(text.as_bytes(), b',');
        splitter.expect(Shape { n_columns: 3, chart_number_at: 0 });
        let mut lines = Vec::new();
        while let Some(record) = splitter.next_record().unwrap() {
            let cells: Vec<_> =
                record.cells.iter().map(|it| String::from_utf8_lossy(it).escape_debug().to_string()).collect();
            let fault = record.fault.map(|it| format!(" {it:?}")).unwrap_or_default();
            lines.push(format!("{}: <{}>{fault}", record.line, cells.join("|")));
        }
        lines.join("\n")
    }

    #[test]
    fn cells_are_split_as_csv_is_written() {
        assert_snapshot!(shown("a,\"b,\"\"c\",d\r\n1,\"x\ny\",3\n\n,,\"\" \r5,,"), @r#"
        1: <a|b,\"c|d>
        2: <1|x\ny|3>
        4: <>
        5: <||>
        6: <5||>
        "#);
    }

    #[test]
    fn a_quote_that_is_never_closed_takes_only_its_own_line() {
        assert_snapshot!(shown("1,\"b,c\n2,b,c\n3,b,c\n"), @r#"
        1: <1|\"b|c> UnbalancedQuotes
        2: <2|b|c>
        3: <3|b|c>
        "#);
        assert_snapshot!(shown("1,\"b,c\n2,\"b\",c\n3,b\n"), @r#"
        1: <1|\"b|c> UnbalancedQuotes
        2: <2|b|c>
        3: <3|b>
        "#);
        assert_snapshot!(shown("1,\"b,c\n2,b\"\n3,b,c\n"), @r#"
        1: <1|\"b|c> UnbalancedQuotes
        2: <2|b\"> AfterUnbalancedQuotes
        3: <3|b|c>
        "#);
        assert_snapshot!(shown("1,b,\"\n2,b,\"\n3,b,\"x,y,\nz,w\"\n"), @r#"
        1: <1|b|\"> UnbalancedQuotes
        2: <2|b|\"> UnbalancedQuotes
        3: <3|b|x,y,\nz,w>
        "#);
        assert_snapshot!(shown("1,\"b\"x,c\n2,b,c"), @r#"
        1: <1|\"b\"x|c> UnbalancedQuotes
        2: <2|b|c>
        "#);
    }

    #[test]
    fn a_row_of_a_million_columns_and_a_cell_of_a_million_letters_are_cut_short() {
        let mut splitter = Splitter::new(b"", b',');
        assert!(splitter.next_record().unwrap().is_none());

        let text = ",".repeat(1_000_000);
        let record = Splitter::new(text.as_bytes(), b',').next_record().unwrap().unwrap();
        assert_eq!((record.cells.len(), record.fault), (MAX_COLUMNS - 1, Some(Fault::TooManyColumns)));

        let text = format!("\"{}\"", "a".repeat(1_000_000));
        let record = Splitter::new(text.as_bytes(), b',').next_record().unwrap().unwrap();
        assert_eq!(record.fault, Some(Fault::CellTooLong));
    }

    #[test]
    fn a_file_of_broken_quotes_alone_is_given_up_in_linear_time() {
        let text = "a\",\"a\n".repeat(2_000_000);
        let mut splitter = Splitter::new(text.as_bytes(), b',');
        splitter.expect(Shape { n_columns: MAX_COLUMNS, chart_number_at: 0 });
        let mut n_records = 0;
        let error = loop {
            match splitter.next_record() {
                Ok(Some(_)) => n_records += 1,
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        assert_eq!(error.map(RosterError::code), Some("unbalanced_quotes"));
        assert!(n_records > 1_000);
    }
}
