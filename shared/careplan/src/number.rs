use std::fmt;

use serde::{Deserialize, Serialize};

/// The number of an office: 事業所番号, ten digits, the third of which may be a letter.
///
/// Nine digits are taken too, because the standard's own examples print them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OfficeNumber(String);

/// When a text is no office number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("事業所番号は10桁の数字です（3桁目は英大文字のことがあります）")]
pub struct OfficeNumberError;

impl OfficeNumber {
    /// What stands in the place of an office on rows of totals.
    pub const OF_TOTALS: &str = "9999999999";

    /// Reads nine or ten characters.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (9..=10).contains(&text.len())
            && text.bytes().enumerate().all(|(at, it)| it.is_ascii_digit() || at == 2 && it.is_ascii_uppercase());
        fits.then(|| Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it has its ten digits and the last of them fits.
    pub fn has_check_digit(&self) -> bool {
        self.0.len() == 10 && has_check_digit(&self.0)
    }
}

impl fmt::Display for OfficeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for OfficeNumber {
    type Error = OfficeNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or(OfficeNumberError)
    }
}

impl From<OfficeNumber> for String {
    fn from(number: OfficeNumber) -> Self {
        number.0
    }
}

/// Whether the last of the six digits of a 保険者番号 fits the others.
pub fn has_insurer_check_digit(number: &str) -> bool {
    number.len() == 6 && has_check_digit(number)
}

/// モジュラス10 ウェイト2・1 分割: from the right of all but the last character, weights 2, 1, 2…,
/// products of two digits counted digit by digit; letters without I, O and Q count from 10 on.
fn has_check_digit(number: &str) -> bool {
    let Some((last, others)) = number.as_bytes().split_last() else { return false };
    let mut sum = 0;
    for (at, byte) in others.iter().rev().enumerate() {
        let Some(value) = character_value(*byte) else { return false };
        let product = value * if at % 2 == 0 { 2 } else { 1 };
        sum += product / 10 + product % 10;
    }
    last.is_ascii_digit() && u32::from(last - b'0') == (10 - sum % 10) % 10
}

fn character_value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'I' | b'O' | b'Q' => None,
        b'A'..=b'Z' => {
            let n_left_out = [b'I', b'O', b'Q'].iter().filter(|it| **it < byte).count() as u32;
            Some(u32::from(byte - b'A') + 10 - n_left_out)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_of_real_offices_fits_and_that_of_the_printed_examples_does_not() {
        for number in ["1173201821", "1172401554", "9970100013", "9970200011"] {
            assert!(OfficeNumber::new(number).unwrap().has_check_digit(), "{number}");
        }
        for number in ["0300000100", "0899999995", "4030000004", "123456789"] {
            assert!(!OfficeNumber::new(number).unwrap().has_check_digit(), "{number}");
        }
    }

    #[test]
    fn insurers_are_checked_by_the_same_rule() {
        for number in ["435073", "011007", "131011"] {
            assert!(has_insurer_check_digit(number), "{number}");
        }
        for number in ["435074", "123456", "13101", ""] {
            assert!(!has_insurer_check_digit(number), "{number}");
        }
    }

    #[test]
    fn letters_count_in_order_without_those_that_look_like_digits() {
        assert_eq!(character_value(b'A'), Some(10));
        assert_eq!(character_value(b'H'), Some(17));
        assert_eq!(character_value(b'I'), None);
        assert_eq!(character_value(b'J'), Some(18));
        assert_eq!(character_value(b'Z'), Some(32));
    }

    #[test]
    fn only_the_third_place_takes_a_letter() {
        assert!(OfficeNumber::new("13A0100018").is_some());
        for text in ["1A30100018", "13a0100018", "12345678", "12345678901", "123456789\u{0661}", "../../etc/"] {
            assert_eq!(OfficeNumber::new(text), None, "{text}");
        }
    }
}
