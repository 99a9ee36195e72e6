//! Values of the files as people write them. What cannot be read is shown as it is.

use japan::Month;
use jiff::civil::{Date, date};

use crate::{CodeTable, Form, ServiceType};

/// The first days of the eras that a date of birth may lie in, with their letters.
const ERAS: [(Date, char); 5] = [
    (date(2019, 5, 1), 'R'),
    (date(1989, 1, 8), 'H'),
    (date(1926, 12, 25), 'S'),
    (date(1912, 7, 30), 'T'),
    (date(1868, 1, 25), 'M'),
];

/// A value of an item with `form`.
pub(crate) fn value(form: &Form, text: &str) -> String {
    match form {
        Form::Date | Form::PlanDate => day(text),
        Form::Month | Form::TargetMonth => month(text),
        Form::Code(table) => code(table, text),
        Form::Time | Form::TimeOrNone => time(text),
        Form::Integer => integer(text),
        Form::ServiceType => ServiceType::new(text).and_then(|it| it.name()).unwrap_or(text).to_owned(),
        Form::Days => days(text),
        _ => text.to_owned(),
    }
}

/// `20250420` as `2025年4月20日 (R7)`.
pub(crate) fn day(text: &str) -> String {
    match read_day(text) {
        Some(it) => format!("{}年{}月{}日{}", it.year(), it.month(), it.day(), era(it)),
        None => text.to_owned(),
    }
}

/// `20250420` as a date.
pub(crate) fn read_day(text: &str) -> Option<Date> {
    read_month(text.get(..6)?)?.day(digits(text.get(6..)?, 2)?)
}

/// `202505` as `2025年5月 (R7)`.
pub(crate) fn month(text: &str) -> String {
    match read_month(text) {
        Some(it) => format!("{}年{}月{}", it.year(), it.month(), era(it.last_day())),
        None => text.to_owned(),
    }
}

/// `202505` as a month.
pub(crate) fn read_month(text: &str) -> Option<Month> {
    Month::from_packed(digits(text, 6)?)
}

fn digits<N: std::str::FromStr>(text: &str, n_digits: usize) -> Option<N> {
    let fits = text.len() == n_digits && text.bytes().all(|it| it.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

fn era(day: Date) -> String {
    let era = ERAS.iter().find(|(first, _)| day >= *first);
    era.map_or_else(String::new, |(first, letter)| format!(" ({letter}{})", day.year() - first.year() + 1))
}

/// `0900` as `9:00`.
pub(crate) fn time(text: &str) -> String {
    match read_minutes(text) {
        Some(it) => format!("{}:{:02}", it / 60, it % 60),
        None => text.to_owned(),
    }
}

/// `0900` as minutes of the day; `2400` ends it.
pub(crate) fn read_minutes(text: &str) -> Option<u32> {
    let number: u32 = digits(text, 4)?;
    let (hours, minutes) = (number / 100, number % 100);
    (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
}

/// From when to when; `9999` on both sides is a service without times, and shown as nothing.
pub(crate) fn span(start: &str, end: &str) -> String {
    match (start, end) {
        ("9999" | "", "9999" | "") => String::new(),
        _ => format!("{}-{}", time(start), time(end)),
    }
}

/// A whole number with a comma before each three digits; anything else as it is.
pub(crate) fn integer(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    // With zeros in front it is no number that a sum was written as; it is shown as it is.
    if digits.len() < 4 || digits.starts_with('0') || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut shown = String::from(&text[..text.len() - digits.len()]);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// What a code of `table` means.
pub(crate) fn code(table: &CodeTable, text: &str) -> String {
    table.name_of(text).unwrap_or(text).to_owned()
}

/// What a code of the table called `table` means.
pub(crate) fn code_of(table: &str, text: &str) -> String {
    CodeTable::named(table).map_or_else(|| text.to_owned(), |it| code(it, text))
}

/// Days by a sign for each: `1`, where it is one of them.
fn days(text: &str) -> String {
    if text.len() != 31 || !text.bytes().all(|it| matches!(it, b'0' | b'1')) {
        return text.to_owned();
    }
    let days: Vec<String> = (1..).zip(text.bytes()).filter(|it| it.1 == b'1').map(|it| it.0.to_string()).collect();
    if days.is_empty() { "なし".to_owned() } else { format!("{}日", days.join("・")) }
}

/// The service that `code` names: its type where the standard names it, and the code.
pub(crate) fn service(service_type: Option<&ServiceType>, code: &str) -> String {
    match service_type.and_then(ServiceType::name) {
        Some(name) => format!("{name}（{code}）"),
        None => code.to_owned(),
    }
}

/// The parts that are not blank, with `between` between them.
pub(crate) fn joined(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().filter(|it| !it.is_empty()).copied().collect();
    parts.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_shown_in_both_calendars() {
        assert_eq!(day("20250420"), "2025年4月20日 (R7)");
        assert_eq!(day("20190430"), "2019年4月30日 (H31)");
        assert_eq!(day("20190501"), "2019年5月1日 (R1)");
        assert_eq!(day("19890107"), "1989年1月7日 (S64)");
        assert_eq!(day("19280825"), "1928年8月25日 (S3)");
        assert_eq!(day("19120730"), "1912年7月30日 (T1)");
        assert_eq!(month("202505"), "2025年5月 (R7)");
        assert_eq!(month("198901"), "1989年1月 (H1)");
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_it_is() {
        for text in ["", "20250230", "2025042", "202504201", "00000000", "令和七年四月", "2025+420"] {
            assert_eq!(day(text), text);
        }
        for text in ["202513", "000000", "20255", "二〇二五"] {
            assert_eq!(month(text), text);
        }
        for text in ["9999", "0960", "2401", "900", "朝九時頃"] {
            assert_eq!(time(text), text);
        }
        for text in ["0123456", "1,234", "-", "12a45", "１２３４"] {
            assert_eq!(integer(text), text);
        }
    }

    #[test]
    fn numbers_have_a_comma_before_each_three_digits() {
        let shown = ["0", "-12", "999", "1000", "-4550", "30938", "1234567"].map(integer);
        assert_eq!(shown, ["0", "-12", "999", "1,000", "-4,550", "30,938", "1,234,567"]);
    }

    #[test]
    fn times_and_days_are_shown_short() {
        assert_eq!(span("0900", "1015"), "9:00-10:15");
        assert_eq!(span("2300", "2400"), "23:00-24:00");
        assert_eq!(span("9999", "9999"), "");
        assert_eq!(days("1100000000000000000000000000001"), "1・2・31日");
        assert_eq!(days("0000000000000000000000000000000"), "なし");
    }
}
