use jiff::civil::Date;

use crate::{Month, fold};

/// The year before each era's first, by the digit that old claim files write it with: 1 明治,
/// 2 大正, 3 昭和, 4 平成, 5 令和.
const ERA_BASES: [i16; 5] = [1867, 1911, 1925, 1988, 2018];

/// A date in a claim file: `yyyymmdd`, or the old `Gyymmdd` with G the digit of the era. The
/// length tells which (receipt specification, chapter 1, dates; former table 4).
pub fn parse_claim_date(digits: &str) -> Option<Date> {
    if !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let (month, day) = match digits.len() {
        7 => (parse_claim_month(&digits[..5])?, &digits[5..]),
        8 => (parse_claim_month(&digits[..6])?, &digits[6..]),
        _ => return None,
    };
    month.day(day.parse().ok()?)
}

/// A month in a claim file: `yyyymm`, or the old `Gyymm`.
pub fn parse_claim_month(digits: &str) -> Option<Month> {
    if !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let (year, month) = match digits.len() {
        5 => (era_year(digits.as_bytes()[0].wrapping_sub(b'1'), digits[1..3].parse().ok()?)?, &digits[3..]),
        6 => (digits[..4].parse().ok()?, &digits[4..]),
        _ => return None,
    };
    Month::new(year, month.parse().ok()?)
}

fn era_year(era: u8, year: i16) -> Option<i16> {
    let base = ERA_BASES.get(usize::from(era))?;
    (1..=99).contains(&year).then_some(base + year)
}

/// A date as people and spreadsheets write it: `2026/4/1`, `2026-04-01`, `2026年4月1日`,
/// `20260401`, `令和8年4月1日`, `R8.4.1`, `昭和45年４月１日`, `平成元年1月8日`, in any width; a time after
/// the date is ignored.
pub fn parse_any_date(text: &str) -> Option<Date> {
    let text = fold(text);
    // A leading `t` is 大正; a later one begins the time of day.
    let end = text.char_indices().skip(1).find(|(_, it)| matches!(it, 't' | ' ')).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    if text.bytes().all(|it| it.is_ascii_digit()) {
        return parse_claim_date(text);
    }
    let (era, rest) = era_prefix(text);
    let rest = rest.replace('元', "1");
    let mut numbers = rest.split(['/', '-', '.', '年', '月', '日']).filter(|it| !it.is_empty());
    let year: i16 = numbers.next()?.trim().parse().ok()?;
    let month: i8 = numbers.next()?.trim().parse().ok()?;
    let day: i8 = numbers.next()?.trim().parse().ok()?;
    if numbers.next().is_some() {
        return None;
    }
    let year = match era {
        Some(era) => era_year(era, year)?,
        None if year >= 1868 => year,
        None => return None,
    };
    Date::new(year, month, day).ok()
}

fn era_prefix(text: &str) -> (Option<u8>, &str) {
    const NAMES: [(&str, u8); 10] = [
        ("明治", 0),
        ("大正", 1),
        ("昭和", 2),
        ("平成", 3),
        ("令和", 4),
        ("m", 0),
        ("t", 1),
        ("s", 2),
        ("h", 3),
        ("r", 4),
    ];
    for (name, era) in NAMES {
        if let Some(rest) = text.strip_prefix(name) {
            return (Some(era), rest);
        }
    }
    (None, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parsed: Option<Date>, expected: &str) {
        assert_eq!(parsed.map_or_else(|| "none".to_owned(), |it| it.to_string()), expected);
    }

    #[test]
    fn the_length_tells_the_calendar_of_a_claim_file() {
        check(parse_claim_date("20240610"), "2024-06-10");
        check(parse_claim_date("5060610"), "2024-06-10");
        check(parse_claim_date("3450401"), "1970-04-01");
        check(parse_claim_date("1010101"), "1868-01-01");
        check(parse_claim_date("4310430"), "2019-04-30");
        check(parse_claim_date("20240631"), "none");
        check(parse_claim_date("6060610"), "none");
        check(parse_claim_date("0060610"), "none");
        check(parse_claim_date("2024061"), "none");
        check(parse_claim_date("240610"), "none");
        check(parse_claim_date("2024-6-1"), "none");
        check(parse_claim_date(""), "none");
    }

    #[test]
    fn a_claim_month_is_read_in_both_calendars() {
        assert_eq!(parse_claim_month("50607"), Month::new(2024, 7));
        assert_eq!(parse_claim_month("202407"), Month::new(2024, 7));
        assert_eq!(parse_claim_month("202413"), None);
        assert_eq!(parse_claim_month("50007"), None);
        assert_eq!(parse_claim_month("２０２４０７"), None);
    }

    #[test]
    fn people_write_dates_in_many_ways() {
        for text in [
            "2024/6/10",
            "2024-06-10",
            "2024.6.10",
            "2024年6月10日",
            "20240610",
            "令和6年6月10日",
            "令和６年６月１０日",
            "R6.6.10",
            "r06/06/10",
            "Ｒ６．６．１０",
            "2024/06/10 9:30",
            "2024-06-10T09:30:00",
        ] {
            check(parse_any_date(text), "2024-06-10");
        }
        check(parse_any_date("平成元年1月8日"), "1989-01-08");
        check(parse_any_date("S45.4.1"), "1970-04-01");
        check(parse_any_date("6/10"), "none");
        check(parse_any_date("24/6/10"), "none");
        check(parse_any_date("2024/6/31"), "none");
        check(parse_any_date(""), "none");
    }
}
