//! Windows-31J by a table. A line has few characters, and setting up a decoder of `encoding_rs` for
//! each costs more than decoding them.

use std::sync::LazyLock;

use encoding_rs::SHIFT_JIS;

/// A character in UTF-8.
#[derive(Clone, Copy, Default)]
struct Character {
    /// One to three bytes, then zeros.
    bytes: [u8; 3],
    /// How many bytes it has; 0 where there is no character.
    len: u8,
}

/// The characters of one byte, then, row by row, those that begin with each lead byte from 0x80 on.
static CHARACTERS: LazyLock<Vec<Character>> = LazyLock::new(|| {
    let mut characters = vec![Character::default(); ROW * (1 + 0x80)];
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

const ROW: usize = 0x100;

fn pair_index(lead: u8, trail: u8) -> usize {
    (usize::from(lead) - 0x7F) * ROW + usize::from(trail)
}

fn character(bytes: &[u8]) -> Character {
    let mut decoded = [0; 8];
    let (_, _, len) =
        SHIFT_JIS.new_decoder_without_bom_handling().decode_to_utf8_without_replacement(bytes, &mut decoded, true);
    let n_characters = std::str::from_utf8(&decoded[..len]).unwrap_or_default().chars().count();
    let [first, second, third, ..] = decoded;
    if n_characters == 1 { Character { bytes: [first, second, third], len: len as u8 } } else { Character::default() }
}

/// Decodes `line` into `text`, as UTF-8. Returns whether there are user-defined characters; `None`
/// where some bytes are no character.
pub(super) fn decode(line: &[u8], text: &mut Vec<u8>) -> Option<bool> {
    let characters = &**CHARACTERS;
    // No character needs more than three bytes for each of its own; three are written each time.
    text.resize(line.len() * 3 + 3, 0);
    let mut is_user_defined = false;
    let mut len = 0;
    let mut rest = line;
    while let [first, after @ ..] = rest {
        if first.is_ascii() {
            let (ascii, others) = rest.split_at(ascii_prefix(rest));
            text[len..len + ascii.len()].copy_from_slice(ascii);
            len += ascii.len();
            rest = others;
            continue;
        }
        let mut character = characters[usize::from(*first)];
        rest = after;
        if character.len == 0 {
            let (trail, after) = after.split_first()?;
            character = characters[pair_index(*first, *trail)];
            rest = after;
        }
        if character.len == 0 {
            return None;
        }
        text[len..len + 3].copy_from_slice(&character.bytes);
        len += usize::from(character.len);
        // U+E000 to U+F8FF.
        is_user_defined |= matches!(character.bytes, [0xEE, ..] | [0xEF, 0x80..=0xA3, _]);
    }
    text.truncate(len);
    Some(is_user_defined)
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

    #[track_caller]
    fn check(bytes: &[u8]) {
        let mut text = b"left over".to_vec();
        let decoded = decode(bytes, &mut text);
        match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(expected) => {
                assert_eq!(text, expected.as_bytes(), "{bytes:?}");
                assert_eq!(decoded, Some(expected.chars().any(is_private)), "{bytes:?}");
            }
            None => assert_eq!(decoded, None, "{bytes:?}"),
        }
    }

    #[test]
    fn every_pair_of_bytes_is_decoded_as_the_standard_decodes_it() {
        for one in 0..=255 {
            check(&[one]);
            for other in 0..=255 {
                check(&[one, other]);
                check(&[b'a', one, other, b',']);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_decoded_as_the_standard_decodes_them(bytes: Vec<u8>) {
            check(&bytes);
        }
    }
}
