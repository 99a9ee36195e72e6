use wide::u8x16;

/// How many bytes a mark is made of at once, a bit for each.
pub(crate) const BLOCK: usize = 64;

/// Where commas, line ends and bytes beyond ASCII stand among some bytes: one bit for each byte.
///
/// Every byte is looked at once, sixteen at a time; lines and columns are then found in the bits.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    blocks: Vec<Block>,
    has_quotes: bool,
}

/// The marks of 64 bytes, the lowest bit for the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Block {
    pub(crate) commas: u64,
    /// LF and CR.
    pub(crate) ends: u64,
    pub(crate) beyond_ascii: u64,
}

impl Marks {
    /// Marks `bytes`, of which those before `unchanged` are marked already.
    pub(crate) fn mark(&mut self, bytes: &[u8], unchanged: usize) {
        let first = unchanged / BLOCK;
        self.blocks.truncate(first);
        let (blocks, rest) = bytes[first * BLOCK..].as_chunks::<BLOCK>();
        let mut quotes = u8x16::ZERO;
        self.blocks.extend(blocks.iter().map(|it| Block::of(it, &mut quotes)));
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        // The block behind the last one lets every look-up take two.
        self.blocks.extend([Block::of(&last, &mut quotes), Block::default()]);
        self.has_quotes = quotes.to_bitmask() != 0 || (first > 0 && self.has_quotes);
    }

    /// Whether there are quotes among the bytes.
    pub(crate) fn has_quotes(&self) -> bool {
        self.has_quotes
    }

    /// The marks of the 64 bytes from `at` on; there are none beyond the end.
    #[inline(always)]
    pub(crate) fn block(&self, at: usize) -> Block {
        let (index, shift) = (at / BLOCK, at % BLOCK);
        if index + 1 >= self.blocks.len() {
            return Block::default();
        }
        let (one, next) = (&self.blocks[index], &self.blocks[index + 1]);
        // The second shift is in two steps, because one of 64 bits does nothing.
        let join = |one: u64, next: u64| one >> shift | next << 1 << (BLOCK - 1 - shift);
        Block {
            commas: join(one.commas, next.commas),
            ends: join(one.ends, next.ends),
            beyond_ascii: join(one.beyond_ascii, next.beyond_ascii),
        }
    }
}

/// The lowest `n` bits, at most 64.
#[inline(always)]
pub(crate) fn first_bits(n: usize) -> u64 {
    if n < BLOCK { (1 << n) - 1 } else { u64::MAX }
}

impl Block {
    /// The marks of `bytes`; where they are quotes, `quotes` has bits afterwards.
    #[inline(always)]
    fn of(bytes: &[u8; BLOCK], quotes: &mut u8x16) -> Self {
        let mut block = Self::default();
        let (sixteens, _) = bytes.as_chunks::<16>();
        for (index, sixteen) in sixteens.iter().enumerate() {
            let bytes = u8x16::new(*sixteen);
            let bits = |mask: u8x16| u64::from(mask.to_bitmask()) << (index * 16);
            block.commas |= bits(bytes.simd_eq(u8x16::splat(b',')));
            block.ends |= bits(bytes.simd_eq(u8x16::splat(b'\n')) | bytes.simd_eq(u8x16::splat(b'\r')));
            block.beyond_ascii |= bits(bytes);
            *quotes |= bytes.simd_eq(u8x16::splat(b'"'));
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
            proptest::strategy::Just(b','), proptest::strategy::Just(b'\r'), b'#'..,
        ], 0..300), unchanged in 0..300_usize, quote in 0..600_usize) {
            let (mut marks, mut bytes) = (Marks::default(), bytes);
            let unchanged = unchanged.min(bytes.len());
            if let Some(byte) = bytes.get_mut(quote) {
                *byte = b'"';
            }
            marks.mark(&bytes[..unchanged], 0);
            marks.mark(&bytes, unchanged);
            proptest::prop_assert_eq!(marks.has_quotes(), bytes.contains(&b'"'));
            for at in 0..=bytes.len() {
                let rest = &bytes[at..];
                proptest::prop_assert_eq!(marks.block(at).commas, bits(rest, |it| it == b','));
                proptest::prop_assert_eq!(marks.block(at).ends, bits(rest, |it| matches!(it, b'\n' | b'\r')));
                proptest::prop_assert_eq!(marks.block(at).beyond_ascii, bits(rest, |it| !it.is_ascii()));
            }
        }
    }
}
