use wide::u8x16;

/// How many bytes a mark is made of at once, a bit for each.
pub(crate) const BLOCK: usize = 64;

/// Where commas, line ends and bytes beyond ASCII stand among some bytes: one bit for each byte.
///
/// Every byte is looked at once, sixteen at a time; lines and columns are then found in the bits.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Block {
    commas: u64,
    /// LF and CR.
    ends: u64,
    beyond_ascii: u64,
}

impl Marks {
    /// Marks `bytes`, of which those before `unchanged` are marked already.
    pub(crate) fn mark(&mut self, bytes: &[u8], unchanged: usize) {
        let first = unchanged / BLOCK;
        self.blocks.truncate(first);
        let (blocks, rest) = bytes[first * BLOCK..].as_chunks::<BLOCK>();
        self.blocks.extend(blocks.iter().map(Block::of));
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        // The block behind the last one lets every look-up take two.
        self.blocks.extend([Block::of(&last), Block::default()]);
    }

    /// The commas among the 64 bytes from `at` on, the lowest bit for `at`.
    #[inline(always)]
    pub(crate) fn commas(&self, at: usize) -> u64 {
        self.window(at, |it| it.commas)
    }

    /// The line ends, LF or CR, among the 64 bytes from `at` on.
    #[inline(always)]
    pub(crate) fn ends(&self, at: usize) -> u64 {
        self.window(at, |it| it.ends)
    }

    /// The bytes beyond ASCII among the 64 from `at` on.
    #[inline(always)]
    pub(crate) fn beyond_ascii(&self, at: usize) -> u64 {
        self.window(at, |it| it.beyond_ascii)
    }

    #[inline(always)]
    fn window(&self, at: usize, pick: impl Fn(&Block) -> u64) -> u64 {
        let shift = at % BLOCK;
        match self.blocks.get(at / BLOCK..).and_then(<[Block]>::first_chunk) {
            // The second shift is in two steps, because one of 64 bits does nothing.
            Some([one, next]) => pick(one) >> shift | pick(next) << 1 << (BLOCK - 1 - shift),
            None => 0,
        }
    }
}

/// The lowest `n` bits, at most 64.
#[inline(always)]
pub(crate) fn first_bits(n: usize) -> u64 {
    if n < BLOCK { (1 << n) - 1 } else { u64::MAX }
}

impl Block {
    #[inline(always)]
    fn of(bytes: &[u8; BLOCK]) -> Self {
        let mut block = Self::default();
        let (sixteens, _) = bytes.as_chunks::<16>();
        for (index, sixteen) in sixteens.iter().enumerate() {
            let bytes = u8x16::new(*sixteen);
            let bits = |mask: u8x16| u64::from(mask.to_bitmask()) << (index * 16);
            block.commas |= bits(bytes.simd_eq(u8x16::splat(b',')));
            block.ends |= bits(bytes.simd_eq(u8x16::splat(b'\n')) | bytes.simd_eq(u8x16::splat(b'\r')));
            block.beyond_ascii |= bits(bytes);
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(bytes: &[u8], is_marked: impl Fn(u8) -> bool) -> u64 {
        bytes.iter().take(BLOCK).enumerate().fold(0, |bits, (index, it)| bits | u64::from(is_marked(*it)) << index)
    }

    proptest::proptest! {
        #[test]
        fn marks_stand_where_the_bytes_stand(bytes in proptest::collection::vec(proptest::prop_oneof![
            proptest::strategy::Just(b','), proptest::strategy::Just(b'\r'), proptest::num::u8::ANY,
        ], 0..300), unchanged in 0..300_usize) {
            let mut marks = Marks::default();
            let unchanged = unchanged.min(bytes.len());
            marks.mark(&bytes[..unchanged], 0);
            marks.mark(&bytes, unchanged);
            for at in 0..=bytes.len() {
                let rest = &bytes[at..];
                proptest::prop_assert_eq!(marks.commas(at), bits(rest, |it| it == b','));
                proptest::prop_assert_eq!(marks.ends(at), bits(rest, |it| matches!(it, b'\n' | b'\r')));
                proptest::prop_assert_eq!(marks.beyond_ascii(at), bits(rest, |it| !it.is_ascii()));
            }
        }
    }
}
