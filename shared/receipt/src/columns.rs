use std::borrow::Cow;

use japan::{Month, parse_claim_date, parse_claim_month};
use jiff::civil::Date;

use crate::{
    Encoding,
    digits::{self, date_of, month_of},
    lines::MarkedLine,
    marks::{BLOCK, Marks, first_bits},
};

/// Splits lines at their commas. Columns are counted from 1, as in the specification.
///
/// Claim lines are mostly commas, so only the columns that hold something are written down. Splitting
/// is done on the bytes of the file: in Windows-31J, EUC-JP and UTF-8 no comma, quote or blank is part of a
/// character, and one behind a broken character stays what it is.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    fields: Fields,
    unquoted: Vec<u8>,
    unquoted_marks: Marks,
}

/// The columns of a line that hold something.
#[derive(Debug)]
struct Fields {
    n_columns: usize,
    /// Bit `n` is set when column `n` holds something.
    filled: u64,
    /// Where a filled column begins and ends; what is not filled is left over from other lines.
    places: [(u32, u32); COLUMNS],
}

/// Columns beyond this are counted, but no record has any to read.
const COLUMNS: usize = 64;

/// The columns of a line, as borrowed from a [`Splitter`].
#[derive(Clone, Copy)]
pub(crate) struct Columns<'a> {
    line: &'a [u8],
    encoding: Encoding,
    fields: &'a Fields,
}

impl Default for Fields {
    fn default() -> Self {
        Self { n_columns: 0, filled: 0, places: [(0, 0); COLUMNS] }
    }
}

impl Splitter {
    /// The columns of `line`, which has no quotes.
    pub(crate) fn split<'a>(&'a mut self, line: MarkedLine<'a>, encoding: Encoding) -> Columns<'a> {
        self.fields.split(line);
        Columns { line: line.bytes(), encoding, fields: &self.fields }
    }

    /// The columns of `line`, without its quotes.
    pub(crate) fn split_quoted<'a>(&'a mut self, line: &[u8], encoding: Encoding) -> Columns<'a> {
        unquote(line, &mut self.unquoted);
        self.unquoted_marks.mark(&self.unquoted, 0);
        self.fields.split(MarkedLine::whole(&self.unquoted, &self.unquoted_marks));
        Columns { line: &self.unquoted, encoding, fields: &self.fields }
    }
}

/// Takes the quotes out of `line`, for files that a spreadsheet saved again. A comma between quotes
/// belongs to its column; where the quotes do not pair up they are taken for ordinary characters at a
/// column's edges.
pub(crate) fn unquote(line: &[u8], unquoted: &mut Vec<u8>) {
    unquoted.clear();
    let paired = line.iter().filter(|it| **it == b'"').count() % 2 == 0;
    let mut quoted = false;
    for byte in line {
        match byte {
            b'"' => quoted = paired && !quoted,
            // A comma would split the text again for whoever reads the columns.
            b',' if quoted => unquoted.push(b' '),
            _ => unquoted.push(*byte),
        }
    }
}

impl Fields {
    /// Finds the filled columns of `line`: each begins where a comma, or the start, is followed by
    /// something else, and ends at the next comma.
    fn split(&mut self, line: MarkedLine<'_>) {
        let (mut filled, mut column, mut start, mut end) = (0, 1, 0, 0);
        let mut is_open = false;
        let mut after_comma = 1;
        for base in (0..line.len()).step_by(BLOCK) {
            // What lies beyond the line is none of its columns.
            let within = first_bits(line.len() - base);
            let commas = line.commas(base) & within;
            let behind_commas = commas << 1 | after_comma;
            after_comma = commas >> (BLOCK - 1);
            let (mut starts, mut ends) = (!commas & behind_commas & within, commas & !behind_commas);
            loop {
                if !is_open {
                    if starts == 0 {
                        break;
                    }
                    start = base + starts.trailing_zeros() as usize;
                    starts &= starts - 1;
                    // Everything since the last column is commas.
                    column += start - end;
                    is_open = true;
                }
                if ends == 0 {
                    break;
                }
                end = base + ends.trailing_zeros() as usize;
                ends &= ends - 1;
                filled |= self.fill(column, start, end);
                is_open = false;
            }
        }
        if is_open {
            end = line.len();
            filled |= self.fill(column, start, end);
        }
        self.filled = filled;
        self.n_columns = column + line.len() - end;
    }

    /// Writes a filled column down. Returns its bit; none where no record has such a column.
    #[inline]
    fn fill(&mut self, column: usize, start: usize, end: usize) -> u64 {
        let Some(place) = self.places.get_mut(column) else { return 0 };
        *place = (start as u32, end as u32);
        1 << column
    }
}

impl<'a> Columns<'a> {
    /// How many columns the line has.
    pub(crate) fn len(&self) -> usize {
        self.fields.n_columns
    }

    /// Whether column `number` has nothing between its commas.
    #[inline]
    pub(crate) fn is_empty(&self, number: usize) -> bool {
        self.fields.filled >> number & 1 == 0
    }

    /// The columns from `first` on that hold something, the lowest bit for `first`.
    pub(crate) fn filled_from(&self, first: usize) -> u64 {
        self.fields.filled >> first
    }

    /// Column `number`, counted from 1; empty where the line ends before it. The blanks that pad
    /// short numbers are trimmed.
    #[inline]
    pub(crate) fn get(&self, number: usize) -> &'a [u8] {
        if self.is_empty(number) {
            return b"";
        }
        let (start, end) = self.fields.places[number];
        let column = &self.line[start as usize..end as usize];
        match column {
            [first, .., last] if !is_padding(*first) && !is_padding(*last) => column,
            _ => trimmed(column),
        }
    }

    /// Column `number` as text; borrowed where it is ASCII.
    pub(crate) fn text(&self, number: usize) -> Cow<'a, str> {
        self.encoding.decode(self.get(number))
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The month in column `number`, if it is one.
    pub(crate) fn month(&self, number: usize) -> Option<Month> {
        match self.get(number) {
            // Nearly all months.
            digits @ [_, _, _, _, _, _] => month_of(digits::number(digits, 6).value()? as u32),
            _ => parse_claim_month(&self.text(number)),
        }
    }

    /// The date in column `number`, if it is one.
    pub(crate) fn date(&self, number: usize) -> Option<Date> {
        match self.get(number) {
            // Nearly all dates, without the detours for the others.
            digits @ [_, _, _, _, _, _, _, _] => date_of(digits::number(digits, 8).value()? as u32),
            _ => parse_claim_date(&self.text(number)),
        }
    }
}

fn is_padding(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\0')
}

/// `column` without the blanks that pad it.
pub(crate) fn trimmed(column: &[u8]) -> &[u8] {
    let start = column.iter().position(|it| !is_padding(*it)).unwrap_or(column.len());
    let end = column.iter().rposition(|it| !is_padding(*it)).map_or(start, |it| it + 1);
    &column[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let mut splitter = Splitter::default();
        let columns = splitter.split_quoted(line.as_bytes(), Encoding::Utf8);
        let shown: Vec<Cow<'_, str>> = (1..=columns.len()).map(|it| columns.text(it)).collect();
        assert_eq!(shown, expected);
        assert_eq!(columns.text(expected.len() + 1), "");
    }

    #[test]
    fn a_line_is_split_at_its_commas() {
        check("RE,1,,x", &["RE", "1", "", "x"]);
        check("HO,  138057,", &["HO", "138057", ""]);
        check("RE", &["RE"]);
        check("RE,検証　一郎", &["RE", "検証　一郎"]);
        check("RE, ,", &["RE", "", ""]);
        check(",,", &["", "", ""]);
    }

    #[test]
    fn enclosing_quotes_are_stripped_and_a_comma_between_them_kept_in_its_column() {
        check(r#""RE","1","検証,一郎",2"#, &["RE", "1", "検証 一郎", "2"]);
        check(r#""RE,1,x"#, &["RE", "1", "x"]);
    }

    #[test]
    fn what_lies_beyond_the_last_column_of_any_record_is_counted() {
        let line = ",".repeat(100) + "x";
        let mut splitter = Splitter::default();
        assert_eq!(splitter.split_quoted(line.as_bytes(), Encoding::Utf8).len(), 101);
    }

    proptest::proptest! {
        #[test]
        fn lines_of_any_length_are_split_as_the_standard_library_splits_them(line in "[,,,,,\\x01a1\u{2C2C}]{0,200}") {
            let mut splitter = Splitter::default();
            let columns = splitter.split_quoted(line.as_bytes(), Encoding::Utf8);
            proptest::prop_assert_eq!(columns.len(), line.split(',').count());
            for (number, expected) in (1..COLUMNS).zip(line.split(',')) {
                proptest::prop_assert_eq!(columns.text(number), expected);
            }
        }
    }
}
