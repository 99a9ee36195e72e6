use std::collections::BTreeMap;

use crate::columns::{trimmed, unquote};

/// The type of a record: two capital letters or digits, or one of the constants below.
pub(crate) type RecordType = [u8; 2];

/// Stands for whatever is not two capital letters or digits.
pub(crate) const OTHER: RecordType = *b"? ";
/// Rows that a payer put before a claim made again: they begin with a number.
pub(crate) const HISTORY: RecordType = *b"# ";

/// The type that the first column of `line` says.
#[inline]
pub(crate) fn record_type(line: &[u8]) -> RecordType {
    match line {
        [one, other, b',', ..] if one.is_ascii_uppercase() && is_letter(*other) => [*one, *other],
        _ => unusual_type(line),
    }
}

fn unusual_type(line: &[u8]) -> RecordType {
    if line.contains(&b'"') {
        let mut unquoted = Vec::new();
        unquote(line, &mut unquoted);
        return unusual_type(&unquoted);
    }
    let id = line.split(|it| *it == b',').next().unwrap_or_default();
    match trimmed(id) {
        [] => OTHER,
        id if id.iter().all(u8::is_ascii_digit) => HISTORY,
        [one, other] if is_letter(*one) && is_letter(*other) => [*one, *other],
        _ => OTHER,
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// How often each record type occurred in a part.
#[derive(Debug, Default)]
pub(crate) struct RecordCounts {
    /// Few types occur, the same ones again and again.
    counts: Vec<(RecordType, u64)>,
    /// Where the last type stands; rows of one type follow each other.
    last: usize,
}

impl RecordCounts {
    #[inline]
    pub(crate) fn add(&mut self, record: RecordType) {
        if let Some((last, count)) = self.counts.get_mut(self.last)
            && *last == record
        {
            *count += 1;
            return;
        }
        self.last = self.counts.iter().position(|it| it.0 == record).unwrap_or_else(|| {
            self.counts.push((record, 0));
            self.counts.len() - 1
        });
        self.counts[self.last].1 += 1;
    }

    /// By type, as a part shows them.
    pub(crate) fn by_type(&self) -> BTreeMap<String, u64> {
        let shown = |record: RecordType| record.into_iter().map(char::from).filter(|it| *it != ' ').collect();
        self.counts.iter().map(|(record, count)| (shown(*record), *count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_says_the_type() {
        for (line, expected) in [
            ("SI,12,1", "SI"),
            ("GO", "GO"),
            ("\"RE\",\"1\"", "RE"),
            ("R\"E\",1", "RE"),
            ("\"RE,1", "RE"),
            ("\"RE,\"1", "? "),
            (" RE ,1", "RE"),
            ("1,2,0,RE", "# "),
            ("12,", "# "),
            ("R1,", "R1"),
            ("re,1", "? "),
            ("REX,1", "? "),
            (",RE", "? "),
            ("", "? "),
        ] {
            assert_eq!(record_type(line.as_bytes()), expected.as_bytes(), "{line}");
        }
    }
}
