use japan::{Month, parse_claim_date, parse_claim_month};
use jiff::civil::Date;

use crate::{
    fields::Fields,
    number::{Number, number, short_number},
};

/// The columns of a line, to be read.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'a> {
    pub(crate) fields: &'a Fields,
    /// Where the places of `fields` are.
    pub(crate) line: &'a [u8],
    /// Where they are beyond the end of `line`: its columns that are not ASCII.
    pub(crate) decoded: &'a str,
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
        if self.is_empty(number) { b"" } else { trimmed(self.written(number)) }
    }

    /// Column `number`, which is not empty, with the blanks that pad it.
    #[inline]
    fn written(&self, number: usize) -> &'a [u8] {
        let (start, end) = self.place(number);
        self.line.get(start..end).unwrap_or_else(|| self.decoded(start, end).as_bytes())
    }

    #[inline]
    fn place(&self, number: usize) -> (usize, usize) {
        let (start, end) = self.fields.places[number];
        (start as usize, end as usize)
    }

    fn decoded(&self, start: usize, end: usize) -> &'a str {
        let n_bytes = self.line.len();
        start.checked_sub(n_bytes).and_then(|it| self.decoded.get(it..end - n_bytes)).unwrap_or_default()
    }

    /// The number of at most `max_digits` digits in column `number`. A sign is unreadable: no column of the
    /// format is negative.
    #[inline]
    pub(crate) fn number(&self, number: usize, max_digits: usize) -> Number {
        if self.is_empty(number) {
            return Number::Blank;
        }
        let (start, end) = self.place(number);
        let len = end - start;
        if len <= max_digits
            && let Some(eight) = self.line.get(..end).and_then(<[u8]>::last_chunk)
            && let Some(value) = short_number(*eight, len)
        {
            return Number::Value(value);
        }
        self.unusual_number(number, max_digits)
    }

    #[inline(never)]
    fn unusual_number(&self, number: usize, max_digits: usize) -> Number {
        self::number(self.get(number), max_digits)
    }

    /// Column `number` as text.
    #[inline]
    pub(crate) fn str(&self, number: usize) -> &'a str {
        if self.is_empty(number) {
            return "";
        }
        let (start, end) = self.place(number);
        match self.line.get(start..end) {
            Some(column) => std::str::from_utf8(trimmed(column)).unwrap_or_default(),
            None => self.decoded(start, end).trim_matches([' ', '\t', '\0']),
        }
    }

    /// The month in column `number`, if it is one.
    pub(crate) fn month(&self, number: usize) -> Option<Month> {
        match self.number(number, 6) {
            // Nearly all months.
            Number::Value(month) if self.get(number).len() == 6 => {
                Month::new((month / 100) as i16, (month % 100) as i8)
            }
            _ => parse_claim_month(self.str(number)),
        }
    }

    /// The date in column `number`, if it is one.
    pub(crate) fn date(&self, number: usize) -> Option<Date> {
        match self.number(number, 8) {
            // Nearly all dates, without the detours for the others.
            Number::Value(date) if self.get(number).len() == 8 => {
                let (year, month, day) = ((date / 10_000) as i16, (date / 100 % 100) as i8, (date % 100) as i8);
                Month::new(year, month).and_then(|_| Date::new(year, month, day).ok())
            }
            _ => parse_claim_date(self.str(number)),
        }
    }

    /// Column `number` as text of its own, if there is any.
    pub(crate) fn text(&self, number: usize) -> Option<Box<str>> {
        let text = self.str(number);
        (!text.is_empty()).then(|| text.into())
    }
}

/// `column` without the blanks that pad it.
#[inline]
pub(crate) fn trimmed(column: &[u8]) -> &[u8] {
    let is_padding = |it: &u8| matches!(it, b' ' | b'\t' | b'\0');
    let mut column = column;
    while let [first, rest @ ..] = column
        && is_padding(first)
    {
        column = rest;
    }
    while let [rest @ .., last] = column
        && is_padding(last)
    {
        column = rest;
    }
    column
}

/// Takes the quotes out of `line`, for files that a spreadsheet saved again. A comma between quotes
/// belongs to its column; where the quotes do not pair up they are taken for ordinary characters at a
/// column's edges.
pub(crate) fn unquote(line: &mut String) {
    let paired = line.matches('"').count() % 2 == 0;
    let mut quoted = false;
    let unquoted = line.chars().filter_map(|character| match character {
        '"' => {
            quoted = paired && !quoted;
            None
        }
        // A comma would split the text again for whoever reads the columns.
        ',' if quoted => Some(' '),
        _ => Some(character),
    });
    *line = unquoted.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let mut text = line.to_owned();
        unquote(&mut text);
        let mut fields = Fields::default();
        fields.split(text.as_bytes());
        let columns = Columns { fields: &fields, line: text.as_bytes(), decoded: "" };
        let shown: Vec<&str> = (1..=columns.len()).map(|it| columns.str(it)).collect();
        assert_eq!(shown, expected);
        assert_eq!(columns.str(expected.len() + 1), "");
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
}
