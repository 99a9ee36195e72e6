use crate::{
    Attendance, Comment, Eligibility, Service, ServiceKind,
    columns::{Columns, Number, number},
    coverage::read_number,
    issue::Issues,
    record::RecordType,
};

/// What a row says by itself: of a row that comes again and again in a clinic's files, with another
/// place each time.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// SI, IY or TO, and its own 診療識別.
    Service(Category, Service),
    /// CO, and its own 診療識別.
    Comment(Category, Comment),
    /// JD.
    Attendance(Attendance),
    /// SN.
    Eligibility(Eligibility),
    /// MF.
    CounterPayment(Option<u8>),
}

/// Column 2 of rows that belong to a 算定単位.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Category {
    /// Blank: the row goes on with the unit before it.
    Carried,
    /// 診療識別, which begins a unit; `None` where it cannot be read.
    Own(Option<u8>),
}

impl Category {
    fn read(columns: &Columns<'_>) -> Self {
        match number(columns.get(2), 3) {
            Number::Blank if columns.is_empty(2) => Self::Carried,
            read => Self::Own(read.value().and_then(|it| u8::try_from(it).ok())),
        }
    }
}

impl Content {
    /// Reads a row of a receipt in a month with `days`; `None` where its record is of another kind.
    pub(crate) fn read(
        record: RecordType,
        columns: &Columns<'_>,
        days: u32,
        line: u64,
        issues: &mut Issues,
    ) -> Option<Self> {
        let kind = match &record {
            b"SI" => ServiceKind::Procedure,
            b"IY" => ServiceKind::Drug,
            b"TO" => ServiceKind::Device,
            b"CO" => return Some(Self::Comment(Category::read(columns), Comment::read(columns, line, issues))),
            b"JD" => return Some(Self::Attendance(Attendance::read(columns, days, line, issues))),
            b"SN" => return Some(Self::Eligibility(Eligibility::read(columns, line, issues))),
            b"MF" => {
                return Some(Self::CounterPayment(read_number(columns, 2, 2, line, issues).map(|it| it as u8)));
            }
            _ => return None,
        };
        Some(Self::Service(Category::read(columns), Service::read(kind, columns, days, line, issues)))
    }
}

/// The rows that came lately, with what they say.
///
/// Most rows of a claim file stand in it many times, byte for byte: the same procedure on the same
/// day for another patient. Knowing them again is several times as fast as reading them.
#[derive(Debug)]
pub(crate) struct KnownRows {
    /// By hash; a row takes the place of whatever stood in its slot.
    slots: Vec<KnownRow>,
}

/// A row with all it needs in one place: what takes time is fetching it from memory.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct KnownRow {
    line: [u8; KNOWN_BYTES],
    /// 0 where no row is known.
    len: u8,
    /// The days of the month it was read in.
    days: u32,
    content: Content,
}

/// Longer rows are not remembered.
const KNOWN_BYTES: usize = 72;

/// How many slots there are, as a power of two: half a megabyte.
const SLOT_BITS: u32 = 11;

impl Default for KnownRows {
    fn default() -> Self {
        let content = Content::CounterPayment(None);
        Self { slots: vec![KnownRow { line: [0; KNOWN_BYTES], len: 0, days: 0, content }; 1 << SLOT_BITS] }
    }
}

impl KnownRows {
    /// What `line` says in a month with `days`, if it came before.
    #[inline]
    pub(crate) fn get(&self, line: &[u8], days: u32) -> Option<&Content> {
        let known = &self.slots[slot(line)];
        let is_known = usize::from(known.len) == line.len()
            && known.line.get(..line.len()) == Some(line)
            && known.days == days
            && !line.is_empty();
        is_known.then_some(&known.content)
    }

    /// Remembers what `line` says in a month with `days`.
    pub(crate) fn remember(&mut self, line: &[u8], days: u32, content: Content) {
        let known = &mut self.slots[slot(line)];
        if let Some(kept) = known.line.get_mut(..line.len()) {
            kept.copy_from_slice(line);
            (known.len, known.days, known.content) = (line.len() as u8, days, content);
        }
    }
}

#[inline]
fn slot(line: &[u8]) -> usize {
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, eight: &[u8; 8]| (hash.rotate_left(5) ^ u64::from_le_bytes(*eight)).wrapping_mul(ODD);
    let (eights, _) = line.as_chunks::<8>();
    let hash = eights.iter().fold(line.len() as u64, mix);
    // The last bytes, some of them once more.
    let hash = line.last_chunk().map_or(hash, |last| mix(hash, last));
    (hash >> (u64::BITS - SLOT_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_known_again_in_a_month_of_the_same_length_alone() {
        let mut known = KnownRows::default();
        let line = b"MF,00,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";
        known.remember(line, 31, Content::CounterPayment(Some(0)));
        assert!(matches!(known.get(line, 31), Some(Content::CounterPayment(Some(0)))));
        assert!(known.get(line, 30).is_none());
        assert!(known.get(&line[1..], 31).is_none());
        assert!(known.get(b"", 31).is_none());
    }

    #[test]
    fn rows_that_differ_in_any_place_mostly_have_slots_of_their_own() {
        let line = b"SI,12,1,112007410,,75,1,,,,,,,,,,,,,,,,,,,,,1,,,,,,,,,,,,,,,,";
        let mut slots: Vec<usize> = (0..line.len())
            .map(|at| {
                let mut other = line.to_vec();
                other[at] = b'9';
                slot(&other)
            })
            .collect();
        slots.sort_unstable();
        slots.dedup();
        assert!(slots.len() > line.len() * 9 / 10, "{}", slots.len());
    }
}
