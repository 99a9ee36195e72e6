use crate::{Encoding, encoding::Decoded, runs::Runs, sniff::is_blank};

/// The columns of a line that hold something. Columns are counted from 1, as in the specification.
///
/// Claim lines are mostly commas, so only these are written down. Splitting is done on bytes: in
/// Windows-31J, EUC-JP and UTF-8 no comma or quote is part of a character.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(crate) n_columns: usize,
    /// Bit `n` is set when column `n` holds something.
    pub(crate) filled: u64,
    /// Where a filled column begins and ends; what is not filled is left over from other lines.
    pub(crate) places: [(u32, u32); COLUMNS],
}

/// Columns beyond this are counted, but no record has any to read.
const COLUMNS: usize = 64;

impl Default for Fields {
    fn default() -> Self {
        Self { n_columns: 0, filled: 0, places: [(0, 0); COLUMNS] }
    }
}

impl Fields {
    /// Splits any line without quotes.
    pub(crate) fn split(&mut self, line: &[u8]) {
        let (mut column, mut start) = (1, 0);
        self.filled = 0;
        for end in memchr::memchr_iter(b',', line).chain([line.len()]) {
            if start < end {
                self.filled |= self.fill(column, start, end);
            }
            (column, start) = (column + 1, end + 1);
        }
        self.n_columns = column - 1;
    }

    /// Splits the line that begins at `from` in `lines`, which are plain; `runs` goes on from there.
    /// Returns where the line ends and where the next one begins; `None` where `lines` end before, or where
    /// blanks stand at its edges.
    #[inline]
    pub(crate) fn split_plain(&mut self, lines: &[u8], from: usize, runs: &mut Runs) -> Option<(usize, usize)> {
        let (mut filled, mut column, mut start, mut end) = (0, 1, runs.start(lines)?, from);
        if is_blank(lines[from]) {
            return None;
        }
        loop {
            column += start - end;
            end = runs.take(lines)?;
            filled |= self.fill(column, start - from, end - from);
            start = runs.start(lines)?;
            if lines[start - 1] != b',' {
                break;
            }
        }
        let to = match lines[..start] {
            [.., last, b'\r', b'\n'] if !is_blank(last) => start - 2,
            [.., last, b'\n'] if !is_blank(last) => start - 1,
            _ => return None,
        };
        self.filled = filled;
        self.n_columns = column + to - end;
        Some((to, start))
    }

    /// Writes a filled column down. Returns its bit; none where no record has such a column.
    #[inline]
    fn fill(&mut self, column: usize, start: usize, end: usize) -> u64 {
        let Some(place) = self.places.get_mut(column) else { return 0 };
        *place = (start as u32, end as u32);
        1 << column
    }

    /// Whether every column has its place.
    pub(crate) fn have_all(&self) -> bool {
        self.n_columns < COLUMNS
    }

    /// Puts the columns of `line` that are not ASCII into `text`; their places are then behind those in `line`.
    pub(crate) fn decode(&mut self, line: &[u8], encoding: Encoding, text: &mut String) -> Decoded {
        let mut decoded = Decoded::default();
        text.clear();
        let mut columns = self.filled;
        while columns != 0 {
            let place = &mut self.places[columns.trailing_zeros() as usize];
            columns &= columns - 1;
            let column = &line[place.0 as usize..place.1 as usize];
            if !column.is_ascii() {
                let start = line.len() + text.len();
                decoded |= encoding.decode(column, text);
                *place = (start as u32, (line.len() + text.len()) as u32);
            }
        }
        decoded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beyond_the_last_column_of_any_record_is_counted() {
        let mut fields = Fields::default();
        fields.split((",".repeat(100) + "x").as_bytes());
        assert_eq!(fields.n_columns, 101);
    }

    #[track_caller]
    fn assert_split(fields: &Fields, line: &str) {
        assert_eq!(fields.n_columns, line.split(',').count());
        for (number, expected) in (1..COLUMNS).zip(line.split(',')) {
            let (start, end) = fields.places[number];
            let is_filled = fields.filled >> number & 1 == 1;
            assert_eq!(if is_filled { &line[start as usize..end as usize] } else { "" }, expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn lines_of_any_length_are_split_as_the_standard_library_splits_them(
            lines in proptest::collection::vec("R[,,,,,\\x01a1\u{2C2C}]{0,200}E,{0,40}", 1..9), end in "\r?\n",
        ) {
            let text = lines.iter().map(|it| it.clone() + &end).collect::<String>() + &"x".repeat(64);
            let (mut fields, mut runs, mut from) = (Fields::default(), Runs::from(0), 0);
            for line in &lines {
                fields.split(line.as_bytes());
                assert_split(&fields, line);
                let split = fields.split_plain(text.as_bytes(), from, &mut runs).unwrap();
                assert_split(&fields, line);
                proptest::prop_assert_eq!(split, (from + line.len(), from + line.len() + end.len()));
                from = split.1;
            }
        }
    }
}
