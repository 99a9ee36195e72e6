//! What the bytes of a cell say, without a `String` for each.

use std::fmt;

use japan::Month;
use jiff::civil::Date;

/// A user: 保険者番号 and 被保険者番号 together, the latter filled up with zero bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct User([u8; 16]);

impl User {
    /// `None` where one of the numbers is malformed.
    pub(super) fn new(insurer: &[u8], insured: &[u8]) -> Option<Self> {
        if !is_insurer(insurer) || InsuredNumber::of(insured) == InsuredNumber::Malformed {
            return None;
        }
        let mut user = [0; 16];
        user[..6].copy_from_slice(insurer);
        user[6..6 + insured.len()].copy_from_slice(insured);
        Some(Self(user))
    }
}

/// Nothing that could end in a log.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("User(..)")
    }
}

/// How a 被保険者番号 is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InsuredNumber {
    /// Ten digits, or `H` and nine.
    Full,
    /// As the standard's own examples print it.
    NineDigits,
    Malformed,
}

impl InsuredNumber {
    pub(super) fn of(cell: &[u8]) -> Self {
        match (cell.len(), cell) {
            (10, [b'H', digits @ ..] | digits) if is_digits(digits) => Self::Full,
            (9, digits) if is_digits(digits) => Self::NineDigits,
            _ => Self::Malformed,
        }
    }
}

pub(super) fn is_insurer(cell: &[u8]) -> bool {
    cell.len() == 6 && is_digits(cell)
}

pub(super) fn is_digits(cell: &[u8]) -> bool {
    !cell.is_empty() && cell.iter().all(u8::is_ascii_digit)
}

/// A day as `YYYYMMDD`; `None` where there is no such day.
pub(super) fn read_date(cell: &[u8]) -> Option<u32> {
    let packed = read_digits(cell, 8)?;
    let month = Month::from_packed(packed / 100)?;
    Date::new(month.year(), month.month(), (packed % 100) as i8).ok()?;
    Some(packed)
}

/// A month, written `YYYYMM`.
pub(super) fn read_month(cell: &[u8]) -> Option<Month> {
    Month::from_packed(read_digits(cell, 6)?)
}

/// A time, `0000` to `2400`.
pub(super) fn is_time(cell: &[u8]) -> bool {
    read_digits(cell, 4).is_some_and(|it| it / 100 < 24 && it % 100 < 60 || it == 2400)
}

/// What orders rows, 1 to 99.
pub(super) fn read_number(cell: &[u8]) -> Option<u8> {
    read_digits(cell, cell.len().clamp(1, 2)).filter(|it| *it > 0).map(|it| it as u8)
}

pub(super) fn read_integer(cell: &[u8]) -> Option<i64> {
    let digits = cell.strip_prefix(b"-").unwrap_or(cell);
    is_digits(digits).then(|| str::from_utf8(cell).ok()?.parse().ok()).flatten()
}

pub(super) fn is_decimal(cell: &[u8]) -> bool {
    let number = cell.strip_prefix(b"-").unwrap_or(cell);
    match number.iter().position(|it| *it == b'.') {
        Some(point) => is_digits(&number[..point]) && is_digits(&number[point + 1..]),
        None => is_digits(number),
    }
}

pub(super) fn is_postcode(cell: &[u8]) -> bool {
    matches!(cell, [area @ .., b'-', _, _, _, _] if area.len() == 3 && is_digits(area)) && is_digits(&cell[4..])
}

/// Six capital letters or digits.
pub(super) fn is_service_code(cell: &[u8]) -> bool {
    cell.len() == 6 && cell.iter().all(|it| it.is_ascii_digit() || it.is_ascii_uppercase())
}

pub(super) fn is_days(cell: &[u8]) -> bool {
    cell.len() == 31 && cell.iter().all(|it| matches!(it, b'0' | b'1'))
}

fn read_digits(cell: &[u8], n_digits: usize) -> Option<u32> {
    (cell.len() == n_digits && is_digits(cell))
        .then(|| cell.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_must_exist() {
        assert_eq!(read_date(b"20240229"), Some(20_240_229));
        for text in ["20230229", "20241301", "20240100", "00000000", "2024022", "2024022a", ""] {
            assert_eq!(read_date(text.as_bytes()), None, "{text}");
        }
        assert_eq!(read_month(b"202412"), Month::new(2024, 12));
        assert_eq!(read_month(b"202413"), None);
        assert_eq!(read_month(b"000000"), None);
    }

    #[test]
    fn a_day_ends_at_2400() {
        for (text, expected) in [("0000", true), ("2359", true), ("2400", true), ("2401", false), ("1260", false)] {
            assert_eq!(is_time(text.as_bytes()), expected, "{text}");
        }
        assert!(!is_time(b"9999") && !is_time(b"6:00"));
    }

    #[test]
    fn numbers_are_read_as_the_standard_writes_them() {
        for (text, expected) in [("1", Some(1)), ("01", Some(1)), ("99", Some(99)), ("0", None), ("100", None)] {
            assert_eq!(read_number(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(read_integer(b"-12"), Some(-12));
        for text in ["1.0", "+1", "-", "１", "1,000", "99999999999999999999"] {
            assert_eq!(read_integer(text.as_bytes()), None, "{text}");
        }
        for (text, expected) in [("10.00", true), ("90", true), ("-0.5", true), ("10.", false), (".5", false)] {
            assert_eq!(is_decimal(text.as_bytes()), expected, "{text}");
        }
        assert!(is_postcode(b"100-0001") && !is_postcode(b"1000001") && !is_postcode(b"10-00001"));
    }

    #[test]
    fn a_user_is_known_by_both_numbers() {
        let user = |insurer: &str, insured: &str| User::new(insurer.as_bytes(), insured.as_bytes());
        assert_eq!(user("435073", "H123456789"), user("435073", "H123456789"));
        assert_ne!(user("435073", "123456789"), user("435073", "1234567890"));
        assert!(user("435073", "123456789").is_some());
        for (insurer, insured) in [("43507", "1234567890"), ("435073", "H12345678"), ("435073", "12345678901")] {
            assert_eq!(user(insurer, insured), None, "{insurer} {insured}");
        }
        assert_eq!(format!("{:?}", user("435073", "1234567890")), "Some(User(..))");
    }
}
