use serde::Serialize;

use super::gsm::gsm_units;

/// How a text message is written on its way. One character outside the GSM alphabet changes the whole text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// GSM 03.38: Latin letters, units of 7 bits; `^{}\[~]|€` take two.
    Gsm7,
    /// UTF-16: anything else, Japanese among it; emoji and rare kanji take two units.
    Utf16,
}

impl Encoding {
    /// Units of a text sent in one part.
    pub const fn single_max_units(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Utf16 => 70,
        }
    }

    /// Units of each part of a text sent in several.
    pub const fn part_max_units(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Utf16 => 67,
        }
    }

    /// Units of the longest text (AWS End User Messaging, "SMS character limits").
    pub const fn max_units(self) -> usize {
        match self {
            Self::Gsm7 => 1530,
            Self::Utf16 => 630,
        }
    }

    fn of(text: &str) -> Self {
        if text.chars().all(|it| gsm_units(it).is_some()) { Self::Gsm7 } else { Self::Utf16 }
    }

    /// Units that stay in one part: an escape and its character, both halves of a surrogate pair.
    fn units(self, character: char) -> usize {
        match self {
            Self::Gsm7 => gsm_units(character).unwrap_or(1),
            Self::Utf16 => character.len_utf16(),
        }
    }
}

/// What a text takes as a text message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SmsParts {
    /// How it is written.
    pub encoding: Encoding,
    /// Units of that encoding.
    pub n_units: usize,
    /// Parts, each of which is paid for; 1 for an empty text.
    pub n_parts: u32,
}

/// When a text is longer than can be sent by SMS at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("SMSで送れる長さ（{}単位）を超えています（{n_units}単位）", encoding.max_units())]
pub struct TooLong {
    /// How it would be written.
    pub encoding: Encoding,
    /// Units of that encoding.
    pub n_units: usize,
}

/// What `text` takes as a text message.
///
/// # Errors
///
/// [`TooLong`] beyond [`Encoding::max_units`].
pub fn sms_parts(text: &str) -> Result<SmsParts, TooLong> {
    let encoding = Encoding::of(text);
    let n_units = text.chars().map(|it| encoding.units(it)).sum();
    if n_units > encoding.max_units() {
        return Err(TooLong { encoding, n_units });
    }
    Ok(SmsParts { encoding, n_units, n_parts: split_sms(text).len() as u32 })
}

/// `text` as the parts it is sent in, at least one. No part ends inside an escaped character or a surrogate
/// pair, so a part may have a unit to spare.
pub fn split_sms(text: &str) -> Vec<&str> {
    let encoding = Encoding::of(text);
    if text.chars().map(|it| encoding.units(it)).sum::<usize>() <= encoding.single_max_units() {
        return vec![text];
    }
    let mut parts = Vec::new();
    let (mut start, mut n_units) = (0, 0);
    for (at, character) in text.char_indices() {
        let units = encoding.units(character);
        if n_units + units > encoding.part_max_units() {
            parts.push(&text[start..at]);
            (start, n_units) = (at, 0);
        }
        n_units += units;
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = match sms_parts(text) {
            Ok(it) => format!("{:?} {} in {}", it.encoding, it.n_units, it.n_parts),
            Err(it) => format!("too long: {:?} {}", it.encoding, it.n_units),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn the_70th_character_is_the_last_of_one_part() {
        check("", "Gsm7 0 in 1");
        check(&"あ".repeat(70), "Utf16 70 in 1");
        check(&"あ".repeat(71), "Utf16 71 in 2");
        check(&"あ".repeat(134), "Utf16 134 in 2");
        check(&"あ".repeat(135), "Utf16 135 in 3");
        check(&"あ".repeat(630), "Utf16 630 in 10");
        check(&"あ".repeat(631), "too long: Utf16 631");
    }

    #[test]
    fn latin_text_takes_units_of_seven_bits() {
        check(&"a".repeat(160), "Gsm7 160 in 1");
        check(&"a".repeat(161), "Gsm7 161 in 2");
        check(&"a".repeat(1530), "Gsm7 1530 in 10");
        check(&"a".repeat(1531), "too long: Gsm7 1531");
        check(&"[".repeat(80), "Gsm7 160 in 1");
        check("`", "Utf16 1 in 1");
        check(&format!("{}`", "a".repeat(70)), "Utf16 71 in 2");
    }

    #[test]
    fn a_rare_kanji_or_emoji_is_two_units_that_stay_together() {
        check(&"𠮷".repeat(35), "Utf16 70 in 1");
        check(&format!("{}あ", "𠮷".repeat(35)), "Utf16 71 in 2");
        // 33 pairs fill 66 of 67: the next pair begins a new part.
        check(&"😀".repeat(67), "Utf16 134 in 3");
        check(&"€".repeat(153), "Gsm7 306 in 3");
    }

    proptest! {
        #[test]
        fn parts_are_the_text_and_each_fits(text in "[a-z€\\[あ-ん𠮷😀]{0,300}") {
            let parts = split_sms(&text);
            prop_assert_eq!(parts.concat(), &*text);
            let encoding = Encoding::of(&text);
            let units = |part: &str| part.chars().map(|it| encoding.units(it)).sum::<usize>();
            let max = if parts.len() == 1 { encoding.single_max_units() } else { encoding.part_max_units() };
            prop_assert!(parts.iter().all(|it| units(it) <= max));
            // A part is full: the next character would not have fitted.
            let is_full = |it: &[&str]| units(it[0]) + it[1].chars().next().map_or(0, |it| encoding.units(it)) > max;
            prop_assert!(parts.windows(2).all(is_full));
        }

        #[test]
        fn a_longer_text_never_takes_fewer_parts(text in "[a-z€あ]{0,200}", more in "[a-z€あ]{0,20}") {
            let (short, long) = (sms_parts(&text), sms_parts(&format!("{text}{more}")));
            if let (Ok(short), Ok(long)) = (short, long) {
                prop_assert!(short.n_parts <= long.n_parts);
            }
        }
    }
}
