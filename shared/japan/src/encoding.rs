use encoding_rs::{EncoderResult, SHIFT_JIS};

/// When text holds a character that Windows-31J cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Windows-31J has no character for U+{:04X}", u32::from(*.0))]
pub struct Unwritable(
    /// The first such character.
    pub char,
);

/// `text` in Windows-31J (CP932), as spreadsheets in Japan open it.
///
/// The wave dash and the minus sign of Unicode are written as their Windows twins.
///
/// # Errors
///
/// [`Unwritable`] at the first character it lacks. `encoding_rs::Encoding::encode` would write
/// `&#134071;` into a patient's name instead.
pub fn to_cp932(text: &str) -> Result<Vec<u8>, Unwritable> {
    let twins: String = text.chars().map(windows_twin).collect();
    let mut encoder = SHIFT_JIS.new_encoder();
    let mut bytes = Vec::with_capacity(twins.len() * 2 + 16);
    let (result, _) = encoder.encode_from_utf8_to_vec_without_replacement(&twins, &mut bytes, true);
    match result {
        EncoderResult::InputEmpty => Ok(bytes),
        EncoderResult::Unmappable(character) => Err(Unwritable(character)),
        EncoderResult::OutputFull => unreachable!("two bytes a character are reserved"),
    }
}

fn windows_twin(character: char) -> char {
    match character {
        '\u{301C}' => '\u{FF5E}',
        '\u{2212}' => '\u{FF0D}',
        '\u{2016}' => '\u{2225}',
        '\u{00A2}' => '\u{FFE0}',
        '\u{00A3}' => '\u{FFE1}',
        '\u{00AC}' => '\u{FFE2}',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_can_write_comes_back() {
        let text = "髙﨑　德一, ①㈱ ｱｲｳ 〜−";
        let bytes = to_cp932(text).unwrap();
        let (back, _, broken) = SHIFT_JIS.decode(&bytes);
        assert!(!broken);
        assert_eq!(back, text.replace('〜', "～").replace('−', "－"));
    }

    #[test]
    fn a_character_outside_is_named_and_never_written_as_a_reference() {
        assert_eq!(to_cp932("𠮷田"), Err(Unwritable('𠮷')));
    }
}
