/// What a column of digits holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    Blank,
    Value(i64),
    Unreadable,
}

impl Number {
    pub(crate) fn value(self) -> Option<i64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Blank | Self::Unreadable => None,
        }
    }
}

/// Reads a column of at most `max_digits` digits.
pub(crate) fn number(digits: &[u8], max_digits: usize) -> Number {
    if digits.is_empty() {
        return Number::Blank;
    }
    if digits.len() > max_digits {
        return Number::Unreadable;
    }
    let (mut value, mut is_number) = (0, true);
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        is_number &= digit <= 9;
        value = value * 10 + i64::from(digit);
    }
    if is_number { Number::Value(value) } else { Number::Unreadable }
}

/// The number whose `len` digits are the last of eight bytes, without a step for each; `None` where they
/// are no digits, and for more than eight.
#[inline]
pub(crate) fn short_number(bytes: [u8; 8], len: usize) -> Option<i64> {
    const TO_OVERFLOW: u64 = u64::from_le_bytes([0x80 - 10; 8]);
    const HIGHEST_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    let n_other_bits = 64_usize.checked_sub(8 * len)? as u32;
    let digits = (u64::from_le_bytes(bytes) ^ u64::from_le_bytes([b'0'; 8])) >> n_other_bits << n_other_bits;
    if (digits.wrapping_add(TO_OVERFLOW) | digits) & HIGHEST_BITS != 0 {
        return None;
    }
    // Neighbours become pairs, pairs fours, fours the whole.
    let pairs = (digits.wrapping_mul(10).wrapping_add(digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    Some((fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xFFFF_FFFF) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits_of_a_limited_length() {
        assert_eq!(number(b"0075", 7), Number::Value(75));
        assert_eq!(number(b"", 7), Number::Blank);
        assert_eq!(number(b"-5", 7), Number::Unreadable);
        assert_eq!(number(b"1000000000", 8), Number::Unreadable);
        assert_eq!(number("５".as_bytes(), 8), Number::Unreadable);
    }

    proptest::proptest! {
        #[test]
        fn short_numbers_are_read_alike_in_both_ways(
            before in "[0-9,]{8}", digits in "[0-9]{1,9}|[\\x01-\\x7F]{1,9}|\\PC{1,3}",
        ) {
            let text = before + &digits;
            let read = short_number(*text.as_bytes().last_chunk().unwrap(), digits.len());
            proptest::prop_assert_eq!(read, number(digits.as_bytes(), 8).value());
        }
    }
}
