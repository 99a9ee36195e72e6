use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;

/// The rows and cells of a CSV file, as its bytes have them: what was read is written again byte for
/// byte, whatever its quoting and its line ends.
///
/// Reading never fails: what cannot be read is a [`SheetProblem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    bytes: Vec<u8>,
    rows: Vec<RowSpan>,
    cells: Vec<CellSpan>,
    problems: Vec<(u64, SheetProblem)>,
}

/// Why bytes are no CSV of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetProblem {
    /// A quote that is not closed before the end of the file.
    QuoteOpen,
    /// A quote inside a cell that does not begin with one, or characters behind a closing quote.
    QuoteMisplaced,
}

/// Small, since a hostile file is nothing but rows: where it ends is where the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowSpan {
    /// The first physical line, from 1.
    line: u32,
    first_cell: u32,
}

/// Where a cell stands, its quotes included: one that begins with a quote is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CellSpan {
    start: u32,
    end: u32,
}

/// A record of a [`Sheet`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    line: u32,
    cells: &'a [CellSpan],
}

impl Sheet {
    /// Splits a file of up to 4 GB. No byte of a character of Windows-31J is a comma, a quote or a line end,
    /// so it is split before it is decoded.
    pub fn read(bytes: Vec<u8>) -> Self {
        let mut sheet = Self { bytes: Vec::new(), rows: Vec::new(), cells: Vec::new(), problems: Vec::new() };
        let (mut at, mut line) = (0, 1);
        while at < bytes.len() {
            let row_line = line;
            sheet.rows.push(RowSpan { line: row_line as u32, first_cell: sheet.cells.len() as u32 });
            let mut end;
            loop {
                end = sheet.read_cell(&bytes, at, row_line, &mut line);
                if bytes.get(end) != Some(&b',') {
                    break;
                }
                at = end + 1;
            }
            at = match bytes.get(end..) {
                Some([b'\r', b'\n', ..]) => end + 2,
                Some([_, ..]) => end + 1,
                _ => end,
            };
            line += 1;
        }
        sheet.bytes = bytes;
        sheet
    }

    fn push_cell(&mut self, start: usize, end: usize) {
        self.cells.push(CellSpan { start: start as u32, end: end as u32 });
    }

    /// Takes the cell that begins at `start`. Returns where it ends: at a comma, a line end or the end.
    fn read_cell(&mut self, bytes: &[u8], start: usize, row_line: u64, line: &mut u64) -> usize {
        let is_quoted = bytes.get(start) == Some(&b'"');
        let from = if is_quoted { self.closing_quote(bytes, start, row_line, line) } else { start };
        let rest = &bytes[from..];
        let end = from + memchr::memchr3(b',', b'\n', b'\r', rest).unwrap_or(rest.len());
        let outside = &bytes[from..end];
        if is_quoted && !outside.is_empty() || !is_quoted && outside.contains(&b'"') {
            self.push_problem(row_line, SheetProblem::QuoteMisplaced);
        }
        self.push_cell(start, end);
        end
    }

    /// Notes the first problem of a record, which brings the others about.
    fn push_problem(&mut self, row_line: u64, problem: SheetProblem) {
        if self.problems.last().is_none_or(|it| it.0 != row_line) {
            self.problems.push((row_line, problem));
        }
    }

    /// Where the quoted part that begins at `start` has ended.
    fn closing_quote(&mut self, bytes: &[u8], start: usize, row_line: u64, line: &mut u64) -> usize {
        let mut at = start + 1;
        loop {
            let Some(quote) = memchr::memchr(b'"', &bytes[at..]) else {
                self.push_problem(row_line, SheetProblem::QuoteOpen);
                return bytes.len();
            };
            *line += n_lines(&bytes[at..at + quote]);
            at += quote + 1;
            if bytes.get(at) != Some(&b'"') {
                return at;
            }
            at += 1;
        }
    }

    /// The bytes of all rows, put together from their cells.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes.len());
        for (at, row) in self.rows.iter().enumerate() {
            let cells = self.cells_of(at);
            for (column, cell) in cells.iter().enumerate() {
                if column > 0 {
                    bytes.push(b',');
                }
                bytes.extend_from_slice(&self.bytes[cell.start as usize..cell.end as usize]);
            }
            debug_assert!(!cells.is_empty(), "line {} has no cell", row.line);
            let next = self.rows.get(at + 1).map(|it| self.cells[it.first_cell as usize].start as usize);
            let end = cells.last().map_or(0, |it| it.end as usize);
            bytes.extend_from_slice(&self.bytes[end..next.unwrap_or(self.bytes.len())]);
        }
        bytes
    }

    fn cells_of(&self, row: usize) -> &[CellSpan] {
        let first = self.rows[row].first_cell as usize;
        let end = self.rows.get(row + 1).map_or(self.cells.len(), |it| it.first_cell as usize);
        &self.cells[first..end]
    }

    /// The records in the order of the file.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|at| Row { sheet: self, line: self.rows[at].line, cells: self.cells_of(at) })
    }

    /// What cannot be read, once a record, with its first physical line.
    pub fn problems(&self) -> &[(u64, SheetProblem)] {
        &self.problems
    }

    /// The file as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Line ends in `bytes`: LF, CR or both together.
fn n_lines(bytes: &[u8]) -> u64 {
    let n_feeds = memchr::memchr_iter(b'\n', bytes).count();
    let n_lone_returns = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    (n_feeds + n_lone_returns) as u64
}

impl<'a> Row<'a> {
    /// Its first physical line, from 1.
    pub fn line(&self) -> u64 {
        u64::from(self.line)
    }

    /// How many cells it has.
    pub fn n_cells(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is nothing on it at all.
    pub fn is_blank(&self) -> bool {
        self.n_cells() == 1 && self.raw(0).is_some_and(<[u8]>::is_empty)
    }

    /// The bytes of the cell in `column`, from 0, without the quotes around them.
    pub fn raw(&self, column: usize) -> Option<&'a [u8]> {
        let bytes = self.written(column)?;
        let Some(inner) = bytes.strip_prefix(b"\"") else { return Some(bytes) };
        Some(inner.strip_suffix(b"\"").unwrap_or(inner))
    }

    /// Whether the cell in `column`, from 0, stands in quotes.
    pub fn is_quoted(&self, column: usize) -> bool {
        self.written(column).is_some_and(|it| it.starts_with(b"\""))
    }

    /// The text of the cell in `column`, from 0; `""` where there is none. Bytes that are no character
    /// stand as U+FFFD.
    pub fn text(&self, column: usize) -> Cow<'a, str> {
        let Some(raw) = self.raw(column) else { return Cow::Borrowed("") };
        let (text, _) = SHIFT_JIS.decode_without_bom_handling(raw);
        if self.is_quoted(column) && text.contains('"') { Cow::Owned(text.replace("\"\"", "\"")) } else { text }
    }

    /// Whether all bytes of the cell in `column`, from 0, are characters of Windows-31J.
    pub fn is_readable(&self, column: usize) -> bool {
        let raw = self.raw(column).unwrap_or_default();
        raw.is_ascii() || SHIFT_JIS.decode_without_bom_handling_and_without_replacement(raw).is_some()
    }

    /// The cell in `column`, from 0, as it is written.
    fn written(&self, column: usize) -> Option<&'a [u8]> {
        let cell = self.cells.get(column)?;
        Some(&self.sheet.bytes[cell.start as usize..cell.end as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let sheet = Sheet::read(bytes.to_vec());
        assert_eq!(sheet.write(), bytes);
        sheet.rows().map(|row| (row.line(), (0..row.n_cells()).map(|it| row.text(it).into_owned()).collect())).collect()
    }

    #[test]
    fn commas_quotes_and_line_ends_are_kept_inside_quotes() {
        let rows = texts(b"1,\"a,\"\"b\"\"\r\nc\",\r\n2,\"\",x\n3\r4,\n");
        let expected =
            [(1, vec!["1", "a,\"b\"\r\nc", ""]), (3, vec!["2", "", "x"]), (4, vec!["3"]), (5, vec!["4", ""])];
        assert_eq!(rows.len(), expected.len());
        for ((line, texts), (expected_line, expected_texts)) in rows.into_iter().zip(expected) {
            assert_eq!(line, expected_line);
            assert_eq!(texts, expected_texts);
        }
    }

    #[test]
    fn what_windows_writes_is_read() {
        let sheet = Sheet::read(b"\"\xFB\xFC\x8B\xB4\",\xB6\xC5,\x81\x60,\x80\xFF".to_vec());
        let row = sheet.rows().next().unwrap();
        assert_eq!(row.text(0), "髙橋");
        assert_eq!(row.text(1), "ｶﾅ");
        assert_eq!(row.text(2), "～");
        assert!(row.is_readable(2) && !row.is_readable(3));
    }

    #[test]
    fn quotes_in_the_wrong_place_are_told_with_the_line_of_their_record() {
        let problems = |bytes: &[u8]| Sheet::read(bytes.to_vec()).problems().to_vec();
        assert_eq!(problems(b"a\n\"b\nc"), [(2, SheetProblem::QuoteOpen)]);
        assert_eq!(problems(b"a,b\"c\n"), [(1, SheetProblem::QuoteMisplaced)]);
        assert_eq!(problems(b"\"a\"b,c\n"), [(1, SheetProblem::QuoteMisplaced)]);
        assert_eq!(problems(b"\"a\"\"b\",c\n"), []);
    }

    #[test]
    fn an_empty_file_has_no_rows_and_a_blank_line_is_one() {
        assert_eq!(texts(b""), []);
        let sheet = Sheet::read(b"\r\na\r\n".to_vec());
        assert!(sheet.rows().next().unwrap().is_blank());
        assert_eq!(sheet.rows().len(), 2);
    }
}
