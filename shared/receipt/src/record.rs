use std::collections::BTreeMap;

use crate::columns::{trimmed, unquote};

/// The type of a record: two capital letters or digits, or one of the constants below.
pub(crate) type RecordType = [u8; 2];

/// Stands for whatever is not two capital letters or digits.
pub(crate) const OTHER: RecordType = *b"? ";
/// Rows that a payer put before a claim made again: they begin with a number.
pub(crate) const HISTORY: RecordType = *b"# ";

/// The type that the first column of `line` says.
#[inline(always)]
pub(crate) fn record_type(line: &[u8]) -> RecordType {
    match line {
        [one, other, b',', ..] if one.is_ascii_uppercase() && is_letter(*other) => [*one, *other],
        _ => unusual_type(line),
    }
}

/// Whether a receipt is whole where a record of the type comes.
#[inline(always)]
pub(crate) fn ends_receipt(record: RecordType) -> bool {
    matches!(&record, b"IR" | b"RE" | b"GO")
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
#[derive(Debug)]
pub(crate) struct RecordCounts {
    /// By [`place`].
    counts: Vec<u64>,
}

/// How many characters there are from `0` to `Z`, those between digits and letters included.
const CHARACTERS: usize = (b'Z' - b'0') as usize + 1;

/// Where a type's count stands: [`OTHER`] and [`HISTORY`] behind those of two letters or digits.
#[inline(always)]
fn place([one, other]: RecordType) -> usize {
    let place = usize::from(one.wrapping_sub(b'0')) * CHARACTERS + usize::from(other.wrapping_sub(b'0'));
    if other == b' ' { CHARACTERS * CHARACTERS + usize::from(one == b'#') } else { place }
}

impl Default for RecordCounts {
    fn default() -> Self {
        Self { counts: vec![0; CHARACTERS * CHARACTERS + 2] }
    }
}

impl RecordCounts {
    #[inline(always)]
    pub(crate) fn add(&mut self, record: RecordType) {
        if let Some(count) = self.counts.get_mut(place(record)) {
            *count += 1;
        }
    }

    /// By type, as a part shows them.
    pub(crate) fn by_type(&self) -> BTreeMap<String, u64> {
        let letters = (b'0'..=b'Z').flat_map(|one| (b'0'..=b'Z').map(move |other| [one, other]));
        let types = letters.chain([OTHER, HISTORY]).filter(|it| self.counts[place(*it)] > 0);
        let shown = |record: RecordType| record.into_iter().map(char::from).filter(|it| *it != ' ').collect();
        types.map(|it| (shown(it), self.counts[place(it)])).collect()
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

    #[test]
    fn every_type_is_counted_for_itself() {
        let mut counts = RecordCounts::default();
        for record in [*b"SI", *b"RE", *b"SI", *b"0Z", *b"Z0", OTHER, HISTORY, HISTORY] {
            counts.add(record);
        }
        let shown: Vec<String> = counts.by_type().iter().map(|(record, count)| format!("{record}{count}")).collect();
        assert_eq!(shown, ["#2", "0Z1", "?1", "RE1", "SI2", "Z01"]);
    }
}
