use japan::Month;
use jiff::civil::Date;

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

/// Reads a column of at most `max_digits` digits. A sign is unreadable: no column of the format
/// is negative.
#[inline(always)]
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

/// The number that the first `len` (1 to 8) of `eight` bytes write, all at once; `None` where one is no digit.
#[inline(always)]
pub(crate) fn number_of_eight(eight: u64, len: usize) -> Option<u32> {
    const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
    // To the back of the eight, which puts zeros before them.
    let digits = (eight ^ ZEROS) << (64 - 8 * len);
    let beyond_nine = digits.wrapping_add(u64::from_le_bytes([0x76; 8])) | digits;
    if beyond_nine & u64::from_le_bytes([0x80; 8]) != 0 {
        return None;
    }
    // Pairs of digits, then of pairs, then of fours: the one before times its weight, plus the one behind.
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_FFFF_0000_FFFF;
    Some((fours.wrapping_mul(10_000 << 32 | 1) >> 32) as u32)
}

/// The month that six digits `yyyymm` write, if it is one.
#[inline]
pub(crate) fn month_of(digits: u32) -> Option<Month> {
    Month::new((digits / 100) as i16, (digits % 100) as i8)
}

/// The date that eight digits `yyyymmdd` write, if it is one.
#[inline]
pub(crate) fn date_of(digits: u32) -> Option<Date> {
    let (year, month, day) = ((digits / 10_000) as i16, (digits / 100 % 100) as i8, (digits % 100) as i8);
    Month::new(year, month)?;
    Date::new(year, month, day).ok()
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

    #[track_caller]
    fn check(bytes: [u8; 8]) {
        for len in 1..=8 {
            let expected = number(&bytes[..len], 8).value();
            assert_eq!(number_of_eight(u64::from_le_bytes(bytes), len).map(i64::from), expected, "{bytes:?} {len}");
        }
    }

    #[test]
    fn every_byte_in_every_place_is_read_as_one_by_one() {
        for at in 0..8 {
            for byte in 0..=255 {
                let mut bytes = *b"90817263";
                bytes[at] = byte;
                check(bytes);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn eight_digits_at_once_are_read_as_one_by_one(bytes in "[0-9]{8}") {
            check(bytes.as_bytes().try_into().unwrap());
        }
    }
}
