use super::{Amount, Category};
use crate::{Burden, usual::UsualRow};

/// What columns 2 to 7 of a service say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(super) category: Category,
    pub(super) burden: Burden,
    pub(super) code: u32,
    pub(super) amount: Option<Amount>,
    pub(super) points: Option<i64>,
    pub(super) times: u16,
}

impl Head {
    fn read(columns: &mut UsualRow<'_>) -> Option<Self> {
        let category = columns.category()?;
        let burden = Burden::parse(&[columns.byte()?])?;
        let code = columns.code_of_nine()?;
        let amount = match columns.text()? {
            b"" => None,
            amount => Some(Amount::parse(amount)?),
        };
        let points = columns.number(7)?.map(i64::from);
        let times = columns.number(3)?.unwrap_or(0) as u16;
        Some(Self { category, burden, code, amount, points, times })
    }
}

/// The heads that came lately, byte for byte, with what they say.
///
/// A clinic does the same few hundred things on other days for other patients: its rows begin alike and differ in
/// their days. Knowing a beginning again takes a third of the time of reading it.
#[derive(Debug)]
pub(crate) struct KnownHeads {
    /// By hash; a head takes the place of whatever stood in its slot.
    slots: Vec<KnownHead>,
}

#[derive(Debug, Clone, Copy)]
struct KnownHead {
    written: Written,
    head: Head,
}

/// A head as written, its comma at the end included, then zeros; all zeros where none is known. The comma tells
/// one from another that is longer.
type Written = [u64; 4];

/// Longer heads are read each time.
const WRITTEN_BYTES: usize = size_of::<Written>();

/// How many slots there are, as a power of two: 100 KB.
const SLOT_BITS: u32 = 10;

impl Default for KnownHeads {
    fn default() -> Self {
        let head = Head {
            category: Category::Carried,
            burden: Burden::default(),
            code: 0,
            amount: None,
            points: None,
            times: 0,
        };
        Self { slots: vec![KnownHead { written: Written::default(), head }; 1 << SLOT_BITS] }
    }
}

impl KnownHeads {
    /// Reads columns 2 to 7, or knows them again, and passes them.
    #[inline(always)]
    pub(super) fn read(&mut self, columns: &mut UsualRow<'_>) -> Option<Head> {
        let mut unread = *columns;
        let len = columns.pass_six()?;
        if len > WRITTEN_BYTES {
            return Head::read(&mut unread);
        }
        let ([one, two, three, four, ..], _) = columns.head().as_chunks::<8>() else { return None };
        let [one, two, three, four] = [*one, *two, *three, *four].map(u64::from_le_bytes);
        let [in_one, in_two, in_three, in_four] = FIRST_BYTES[len];
        let (one, two, three, four) = (one & in_one, two & in_two, three & in_three, four & in_four);
        let known = &mut self.slots[slot(one, two, three, four)];
        // One by one: put together, they would go through memory first.
        let [known_one, known_two, known_three, known_four] = known.written;
        if (one ^ known_one) | (two ^ known_two) | (three ^ known_three) | (four ^ known_four) != 0 {
            *known = KnownHead { written: [one, two, three, four], head: Head::read(&mut unread)? };
        }
        Some(known.head)
    }
}

/// The masks of the first bytes of a head, by how many they are.
static FIRST_BYTES: [Written; WRITTEN_BYTES + 1] = {
    let mut masks = [[0; 4]; WRITTEN_BYTES + 1];
    let mut len = 0;
    while len <= WRITTEN_BYTES {
        let mut at = 0;
        while at < len {
            masks[len][at / 8] |= 0xFF << (at % 8 * 8);
            at += 1;
        }
        len += 1;
    }
    masks
};

#[inline(always)]
fn slot(one: u64, two: u64, three: u64, four: u64) -> usize {
    // Odd numbers without a pattern; the products do not wait for each other.
    let hash = one.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ two.wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
        ^ three.wrapping_mul(0x1656_67B1_9E37_79F9)
        ^ four.wrapping_mul(0x27D4_EB2F_1656_67C5);
    (hash >> (u64::BITS - SLOT_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lines::MarkedLine, marks::Marks};

    /// What `heads` and a reader without memory make of `row`.
    fn read(heads: &mut KnownHeads, row: &str) -> [Option<Head>; 2] {
        let buffer = [row.as_bytes(), &[b'7'; 80]].concat();
        let mut marks = Marks::default();
        marks.mark(&buffer, 0);
        let columns = UsualRow::new(MarkedLine::whole(&buffer, &marks)).unwrap();
        let (mut known, mut unread) = (columns, columns);
        [heads.read(&mut known), Head::read(&mut unread)]
    }

    #[test]
    fn a_head_known_again_says_what_it_said() {
        let mut heads = KnownHeads::default();
        // More than there are slots, and some that begin alike.
        for code in (0..3_000).chain(0..3_000) {
            for row in [
                format!("SI,12,1,{:09},,75,1,", 112_000_000 + code),
                format!("SI,12,1,{:09},,75,12,", 112_000_000 + code),
                format!("IY,,1,{:09},1.5,7,1,", 112_000_000 + code),
                format!("IY,,1,{:09},1234567.5,1234567,1,", 112_000_000 + code),
            ] {
                let [known, read] = read(&mut heads, &row);
                assert!(known.is_some() && known == read, "{row}");
            }
        }
        let [known, read] = read(&mut heads, "SI,12,?,112000001,,75,1,");
        assert_eq!((known, read), (None, None));
    }
}
