//! Windows-31J by a table. A column has few characters, and setting up a decoder of `encoding_rs` for
//! each costs more than decoding them.

use std::sync::LazyLock;

use encoding_rs::SHIFT_JIS;

use super::Decoded;
use crate::lines::MarkedLine;

/// The characters of one byte, then, row by row, those that begin with each lead byte from 0x80 on; all are
/// of the basic plane. 0 where there is no character.
static CHARACTERS: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut characters = vec![0; ROW * (1 + 0x80)];
    for byte in 0..=0xFF {
        characters[usize::from(byte)] = character(&[byte]);
    }
    for lead in (0x81..=0x9F).chain(0xE0..=0xFC) {
        for trail in 0x40..=0xFC {
            characters[pair_index(lead, trail)] = character(&[lead, trail]);
        }
    }
    characters
});

/// What a byte beyond ASCII and the byte behind it are, row by row by the first: bits of [`CHARACTER`],
/// [`PAIR`] and [`USER_DEFINED`].
static KINDS: LazyLock<Box<[u8; 0x80 * ROW]>> = LazyLock::new(|| {
    let mut kinds = Box::new([0; 0x80 * ROW]);
    for (index, kind) in kinds.iter_mut().enumerate() {
        let alone = CHARACTERS[0x80 + index / ROW];
        let (character, pair) = if alone == 0 { (CHARACTERS[ROW + index], PAIR) } else { (alone, 0) };
        if character != 0 {
            let is_user_defined = (0xE000..=0xF8FF).contains(&character);
            *kind = CHARACTER | pair | if is_user_defined { USER_DEFINED } else { 0 };
        }
    }
    kinds
});

/// They are a character, or begin with one.
const CHARACTER: u8 = 1;
/// The character has two bytes.
const PAIR: u8 = 2;
const USER_DEFINED: u8 = 4;

const ROW: usize = 0x100;

fn pair_index(lead: u8, trail: u8) -> usize {
    (usize::from(lead) - 0x7F) * ROW + usize::from(trail)
}

fn character(bytes: &[u8]) -> u16 {
    let mut decoded = [0; 8];
    let (_, _, len) =
        SHIFT_JIS.new_decoder_without_bom_handling().decode_to_utf8_without_replacement(bytes, &mut decoded, true);
    let mut characters = std::str::from_utf8(&decoded[..len]).unwrap_or_default().chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => u16::try_from(u32::from(only)).unwrap_or(0),
        _ => 0,
    }
}

/// What [`each_piece`] finds.
enum Piece<'a> {
    Ascii(&'a [u8]),
    /// A character beyond ASCII.
    Character(u16),
}

/// Takes `bytes` apart. Returns whether all of them are characters; it stops at the first that is none.
#[inline]
fn each_piece(bytes: &[u8], mut take: impl FnMut(Piece<'_>)) -> bool {
    let characters = &**CHARACTERS;
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        if first.is_ascii() {
            let (ascii, others) = rest.split_at(ascii_prefix(rest));
            take(Piece::Ascii(ascii));
            rest = others;
            continue;
        }
        let mut character = characters[usize::from(*first)];
        rest = after;
        if character == 0 {
            let Some((trail, after)) = after.split_first() else { return false };
            character = characters[pair_index(*first, *trail)];
            rest = after;
        }
        if character == 0 {
            return false;
        }
        take(Piece::Character(character));
    }
    true
}

/// What decoding `line` would show. Only what stands beyond ASCII is looked at.
pub(super) fn check(line: MarkedLine<'_>) -> Decoded {
    let (kinds, bytes) = (&**KINDS, line.bytes());
    let mut is_user_defined = false;
    let mut at = 0;
    while let Some(beyond_ascii) = line.next_beyond_ascii(at) {
        at = beyond_ascii;
        while let Some([lead, after @ ..]) = bytes.get(at..)
            && !lead.is_ascii()
        {
            // Nothing stands behind the end of the line; NUL makes no character with the byte before it.
            let trail = after.first().copied().unwrap_or(0);
            let kind = kinds[usize::from(lead & 0x7F) << 8 | usize::from(trail)];
            if kind == CHARACTER | PAIR {
                // Nearly all of them. A branch of its own, because the processor guesses it and goes on.
                at += 2;
                continue;
            }
            if kind == 0 {
                return Decoded { is_broken: true, is_user_defined };
            }
            is_user_defined |= kind & USER_DEFINED != 0;
            at += if kind & PAIR == 0 { 1 } else { 2 };
        }
    }
    Decoded { is_broken: false, is_user_defined }
}

/// The characters of `bytes`; `None` where some bytes are no character.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    // A character of two bytes has three in UTF-8, and so has a half-width kana of one.
    let mut text = String::with_capacity(bytes.len() * 2);
    let is_whole = each_piece(bytes, |piece| match piece {
        Piece::Ascii(ascii) => text.push_str(std::str::from_utf8(ascii).unwrap_or_default()),
        Piece::Character(character) => text.extend(char::from_u32(u32::from(character))),
    });
    is_whole.then_some(text)
}

/// How many bytes stand before the first that is not ASCII.
fn ascii_prefix(bytes: &[u8]) -> usize {
    const HIGHEST_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    let (eights, _) = bytes.as_chunks::<8>();
    for (index, eight) in eights.iter().enumerate() {
        let highest_bits = u64::from_le_bytes(*eight) & HIGHEST_BITS;
        if highest_bits != 0 {
            return index * 8 + highest_bits.trailing_zeros() as usize / 8;
        }
    }
    let n_bytes = eights.len() * 8;
    n_bytes + bytes[n_bytes..].iter().take_while(|it| it.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::{super::is_private, *};
    use crate::marks::Marks;

    fn check_alone(bytes: &[u8]) -> Decoded {
        let mut marks = Marks::default();
        marks.mark(bytes, 0);
        check(MarkedLine::whole(bytes, &marks))
    }

    #[track_caller]
    fn check_decoding(bytes: &[u8]) {
        let decoded = decode(bytes);
        match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(expected) => {
                assert_eq!(decoded.as_deref(), Some(&*expected), "{bytes:?}");
                let is_user_defined = expected.chars().any(is_private);
                assert_eq!(check_alone(bytes), Decoded { is_broken: false, is_user_defined }, "{bytes:?}");
            }
            None => assert!(decoded.is_none() && check_alone(bytes).is_broken, "{bytes:?}"),
        }
    }

    #[test]
    fn every_pair_of_bytes_is_decoded_as_the_standard_decodes_it() {
        for one in 0..=255 {
            check_decoding(&[one]);
            for other in 0..=255 {
                check_decoding(&[one, other]);
                check_decoding(&[b'a', one, other, b',']);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_decoded_as_the_standard_decodes_them(bytes: Vec<u8>) {
            check_decoding(&bytes);
        }

        #[test]
        fn text_of_any_length_is_decoded_as_the_standard_decodes_it(text in "[a,漢字カ髙ｶﾅ]{0,200}") {
            check_decoding(&SHIFT_JIS.encode(&text).0);
        }
    }
}
