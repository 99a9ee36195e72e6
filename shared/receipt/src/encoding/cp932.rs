//! Windows-31J by a table. A line has few characters, and setting up a decoder of `encoding_rs` for
//! each costs more than decoding them.

use std::sync::LazyLock;

use encoding_rs::SHIFT_JIS;

use super::is_private;

/// The characters of one byte, then, row by row, those that begin with each lead byte from 0x80 on; NUL
/// where there is none. No character is beyond 16 bits.
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

const ROW: usize = 0x100;

fn pair_index(lead: u8, trail: u8) -> usize {
    (usize::from(lead) - 0x7F) * ROW + usize::from(trail)
}

fn character(bytes: &[u8]) -> u16 {
    let mut decoded = [0; 2];
    let (_, _, len) =
        SHIFT_JIS.new_decoder_without_bom_handling().decode_to_utf16_without_replacement(bytes, &mut decoded, true);
    if len == 1 { decoded[0] } else { 0 }
}

/// Decodes `bytes` behind what is in `text`. Returns whether there are user-defined characters; `None`, and
/// nothing more in `text`, where some bytes are no character.
pub(super) fn decode(bytes: &[u8], text: &mut String) -> Option<bool> {
    let before = text.len();
    let decoded = decode_until_broken(bytes, text);
    if decoded.is_none() {
        text.truncate(before);
    }
    decoded
}

fn decode_until_broken(bytes: &[u8], text: &mut String) -> Option<bool> {
    let characters = &**CHARACTERS;
    text.reserve(bytes.len() * 3);
    let mut is_user_defined = false;
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = after;
        if first.is_ascii() {
            text.push(char::from(*first));
            continue;
        }
        let mut character = characters[usize::from(*first)];
        if character == 0 {
            let (trail, after) = after.split_first()?;
            character = characters[pair_index(*first, *trail)];
            rest = after;
        }
        let character = char::from_u32(u32::from(character)).filter(|it| *it != '\0')?;
        is_user_defined |= is_private(character);
        text.push(character);
    }
    Some(is_user_defined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8]) {
        let mut text = "before".to_owned();
        let decoded = decode(bytes, &mut text);
        let text = text.strip_prefix("before").unwrap();
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
