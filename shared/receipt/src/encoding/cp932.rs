//! Windows-31J by a table. A line has few characters, and setting up a decoder of `encoding_rs` for
//! each costs more than decoding them.

use std::sync::LazyLock;

use encoding_rs::SHIFT_JIS;

use super::is_private;

/// The characters by their bytes: those of one byte, then, row by row, those that begin with each lead
/// byte from 0x80 on. [`NONE`] where there is none.
static CHARACTERS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut characters = vec![NONE; ROW * (1 + 0x80)];
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

/// Stands for bytes that are no character. No byte sequence decodes to it.
const NONE: char = char::MAX;

fn pair_index(lead: u8, trail: u8) -> usize {
    (usize::from(lead) - 0x7F) * ROW + usize::from(trail)
}

fn character(bytes: &[u8]) -> char {
    let mut decoded = [0; 8];
    let (_, _, len) =
        SHIFT_JIS.new_decoder_without_bom_handling().decode_to_utf8_without_replacement(bytes, &mut decoded, true);
    let mut characters = std::str::from_utf8(&decoded[..len]).unwrap_or_default().chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => character,
        _ => NONE,
    }
}

/// Decodes `line` into `text`, which is cleared first. Returns whether there are user-defined
/// characters; `None` where some bytes are no character.
pub(super) fn decode(line: &[u8], text: &mut String) -> Option<bool> {
    let characters = &**CHARACTERS;
    text.clear();
    // No character needs more than three bytes for each of its own.
    text.reserve(line.len() * 3);
    let mut is_user_defined = false;
    let mut rest = line;
    while let [first, after @ ..] = rest {
        if first.is_ascii() {
            let (ascii, others) = rest.split_at(ascii_prefix(rest));
            text.push_str(std::str::from_utf8(ascii).ok()?);
            rest = others;
            continue;
        }
        let character = match after {
            [trail, after @ ..] if characters[usize::from(*first)] == NONE => {
                rest = after;
                characters[pair_index(*first, *trail)]
            }
            _ => {
                rest = after;
                characters[usize::from(*first)]
            }
        };
        if character == NONE {
            return None;
        }
        is_user_defined |= is_private(character);
        text.push(character);
    }
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
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8]) {
        let mut text = "left over".to_owned();
        let decoded = decode(bytes, &mut text);
        match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(expected) => {
                assert_eq!(text, expected, "{bytes:?}");
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
