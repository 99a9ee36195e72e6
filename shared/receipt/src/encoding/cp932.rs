//! Windows-31J by a table. A line has few characters, and setting up a decoder of `encoding_rs` for
//! each costs more than decoding them.

use std::sync::LazyLock;

use encoding_rs::SHIFT_JIS;

use super::is_private;

/// A character as UTF-8.
#[derive(Clone, Copy, Default)]
struct Character {
    bytes: [u8; 3],
    /// How many of `bytes` count; 0 where there is no character.
    len: u8,
    is_user_defined: bool,
}

/// The characters of one byte, then those of each lead byte from 0x80 on.
static CHARACTERS: LazyLock<Vec<[Character; 256]>> = LazyLock::new(|| {
    let leads = (0x80..=0xFF).map(|it| vec![it]);
    std::iter::once(Vec::new()).chain(leads).map(|it| characters(&it)).collect()
});

/// The characters that begin with `lead`, by their last byte.
fn characters(lead: &[u8]) -> [Character; 256] {
    // A line break is part of no character, so that each stands on a line of its own.
    let bytes: Vec<u8> = (0..=255).flat_map(|it| [lead, &[it, b'\n']].concat()).collect();
    let (decoded, _) = SHIFT_JIS.decode_without_bom_handling(&bytes);
    let mut lines = decoded.split('\n');
    std::array::from_fn(|last| {
        let line = lines.next().unwrap_or_default();
        // The line break itself makes two lines.
        let line = if last == usize::from(b'\n') { lines.next().map(|_| "") } else { Some(line) };
        line.map_or_else(Character::default, Character::of)
    })
}

impl Character {
    /// The character that `line` is; none where it is a broken one, or more than one.
    fn of(line: &str) -> Self {
        let mut characters = line.chars();
        let (Some(character), None) = (characters.next(), characters.next()) else { return Self::default() };
        let mut bytes = [0; 4];
        let len = character.encode_utf8(&mut bytes).len() as u8;
        if character == char::REPLACEMENT_CHARACTER || len > 3 {
            return Self::default();
        }
        let [first, second, third, _] = bytes;
        Self { bytes: [first, second, third], len, is_user_defined: is_private(character) }
    }
}

/// Decodes `line` into `text`, which is cleared first. Returns whether there are user-defined
/// characters; `None` where some bytes are no character.
pub(super) fn decode(line: &[u8], text: &mut Vec<u8>) -> Option<bool> {
    let characters = &*CHARACTERS;
    text.clear();
    let mut is_user_defined = false;
    let mut rest = line;
    while let [first, after @ ..] = rest {
        if first.is_ascii() {
            let (ascii, others) = rest.split_at(ascii_prefix(rest));
            text.extend_from_slice(ascii);
            rest = others;
            continue;
        }
        let single = characters[0][usize::from(*first)];
        let character = if single.len > 0 {
            rest = after;
            single
        } else {
            let (trail, after) = after.split_first()?;
            rest = after;
            characters[usize::from(*first) - 0x7F][usize::from(*trail)]
        };
        if character.len == 0 {
            return None;
        }
        match character.len {
            3 => text.extend_from_slice(&character.bytes),
            len => text.extend_from_slice(&character.bytes[..usize::from(len)]),
        }
        is_user_defined |= character.is_user_defined;
    }
    Some(is_user_defined)
}

/// How many bytes stand before the first that is not ASCII.
fn ascii_prefix(bytes: &[u8]) -> usize {
    let (eights, _) = bytes.as_chunks::<8>();
    let n_bytes = eights.iter().take_while(|it| it.is_ascii()).count() * 8;
    n_bytes + bytes[n_bytes..].iter().take_while(|it| it.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

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
