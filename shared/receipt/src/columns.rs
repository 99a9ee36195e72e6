/// One line split at its commas. Columns are counted from 1, as in the specification.
///
/// Splitting is done on decoded text, or on bytes that are all ASCII; quotes that enclose a column
/// are stripped, for files that a spreadsheet saved again.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    /// Where each column ends: the offset of its comma, or the line's length.
    ends: Vec<u32>,
    unquoted: String,
}

/// The columns of a line, as borrowed from a [`Splitter`].
#[derive(Clone, Copy)]
pub(crate) struct Columns<'a> {
    line: &'a str,
    ends: &'a [u32],
}

impl Splitter {
    pub(crate) fn split<'a>(&'a mut self, line: &'a str) -> Columns<'a> {
        if memchr::memchr(b'"', line.as_bytes()).is_some() {
            self.split_quoted(line);
            return Columns { line: &self.unquoted, ends: &self.ends };
        }
        self.ends.clear();
        self.ends.resize(line.len() + 1, 0);
        let mut n_columns = 0;
        // Without a branch on the comma: claim lines are mostly commas, in no pattern a branch
        // predictor could learn.
        for (at, byte) in line.bytes().enumerate() {
            self.ends[n_columns] = at as u32;
            n_columns += usize::from(byte == b',');
        }
        self.ends[n_columns] = line.len() as u32;
        Columns { line, ends: &self.ends[..=n_columns] }
    }

    /// Splits a line with quotes. A comma between quotes belongs to its column; where the quotes do
    /// not pair up they are taken for ordinary characters at a column's edges.
    fn split_quoted(&mut self, line: &str) {
        self.ends.clear();
        self.unquoted.clear();
        let paired = line.bytes().filter(|it| *it == b'"').count() % 2 == 0;
        let mut quoted = false;
        for character in line.chars() {
            match character {
                '"' => quoted = paired && !quoted,
                ',' if !quoted => {
                    self.ends.push(self.unquoted.len() as u32);
                    self.unquoted.push(',');
                }
                // Kept as a space: a comma would split the text again for whoever reads the columns.
                ',' => self.unquoted.push(' '),
                _ => self.unquoted.push(character),
            }
        }
        self.ends.push(self.unquoted.len() as u32);
    }
}

impl<'a> Columns<'a> {
    /// How many columns the line has.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Column `number`, counted from 1; empty where the line ends before it. The blanks that pad
    /// short numbers are trimmed.
    pub(crate) fn get(&self, number: usize) -> &'a str {
        let raw = self.raw(number);
        if raw.is_empty() { raw } else { raw.trim_matches([' ', '\t', '\0']) }
    }

    fn raw(&self, number: usize) -> &'a str {
        let Some(end) = self.ends.get(number - 1) else { return "" };
        let start = if number == 1 { 0 } else { self.ends[number - 2] as usize + 1 };
        self.line.get(start..*end as usize).unwrap_or_default()
    }

    /// Whether column `number` has nothing between its commas.
    pub(crate) fn is_empty(&self, number: usize) -> bool {
        let Some(end) = self.ends.get(number - 1) else { return true };
        number > 1 && self.ends[number - 2] + 1 == *end
    }

    /// Column `number` as text of its own, if there is any.
    pub(crate) fn text(&self, number: usize) -> Option<Box<str>> {
        let text = self.get(number);
        (!text.is_empty()).then(|| text.into())
    }
}

/// What a column of digits holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    Blank,
    Value(i64),
    Unreadable,
}

impl Number {
    pub(crate) fn value(self) -> Option<i64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Blank | Self::Unreadable => None,
        }
    }
}

/// Reads a column of at most `max_digits` digits. A sign is unreadable: no column of the format
/// is negative.
pub(crate) fn number(text: &str, max_digits: usize) -> Number {
    if text.is_empty() {
        return Number::Blank;
    }
    if text.len() > max_digits || !text.bytes().all(|it| it.is_ascii_digit()) {
        return Number::Unreadable;
    }
    Number::Value(text.bytes().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let mut splitter = Splitter::default();
        let columns = splitter.split(line);
        let shown: Vec<&str> = (1..=columns.len()).map(|it| columns.get(it)).collect();
        assert_eq!(shown, expected);
        assert_eq!(columns.get(expected.len() + 1), "");
    }

    #[test]
    fn a_line_is_split_at_its_commas() {
        check("RE,1,,x", &["RE", "1", "", "x"]);
        check("HO,  138057,", &["HO", "138057", ""]);
        check("RE", &["RE"]);
        check("RE,検証　一郎", &["RE", "検証　一郎"]);
    }

    #[test]
    fn enclosing_quotes_are_stripped_and_a_comma_between_them_kept_in_its_column() {
        check(r#""RE","1","検証,一郎",2"#, &["RE", "1", "検証 一郎", "2"]);
        check(r#""RE,1,x"#, &["RE", "1", "x"]);
    }

    #[test]
    fn numbers_are_digits_of_a_limited_length() {
        assert_eq!(number("0075", 7), Number::Value(75));
        assert_eq!(number("", 7), Number::Blank);
        assert_eq!(number("-5", 7), Number::Unreadable);
        assert_eq!(number("1000000000", 8), Number::Unreadable);
        assert_eq!(number("５", 8), Number::Unreadable);
    }
}
