//! Dates and times of day as other programs write them into one cell or two.

use japan::{fold, parse_any_date};
use jiff::civil::Date;

/// The date at the head of `text`, and the time of day after it as written.
///
/// A day of the week in brackets is passed over.
pub(super) fn split_date_time(text: &str) -> Option<(Date, String)> {
    let mut text = without_weekday(&fold(text));
    if let Some(end) = text.find('日').filter(|it| text[..*it].contains('年')) {
        let time = text.split_off(end + '日'.len_utf8());
        text.retain(|it| it != ' ');
        return Some((date(&text)?, time.trim().to_owned()));
    }
    if matches!(text.len(), 12 | 14) && text.bytes().all(|it| it.is_ascii_digit()) {
        let time = text.split_off(8);
        return Some((date(&text)?, time));
    }
    // A leading `t` is 大正; a later one begins the time of day.
    let end = text.char_indices().skip(1).find(|(_, it)| matches!(it, 't' | ' ')).map_or(text.len(), |(at, _)| at);
    let time = text.split_off(end);
    Some((date(&text)?, time.trim_start_matches('t').trim().to_owned()))
}

/// A run of more digits than a date has is none; an era's year of five digits would overflow.
fn date(text: &str) -> Option<Date> {
    let all_digits = text.bytes().all(|it| it.is_ascii_digit());
    let longest = text.split(|it: char| !it.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    if longest > if all_digits { 8 } else { 4 } {
        return None;
    }
    parse_any_date(text)
}

/// Whether `text` is what programs write into an empty date: zeros alone.
pub(super) fn is_no_date(text: &str) -> bool {
    fold(text).chars().all(|it| matches!(it, '0' | '/' | '-' | '.' | ' ' | ':'))
}

/// A time of day as `hh:mm`, from `9:30`, `09:30:00`, `0930`, `9時30分`, `午後2:30`; of a span, its
/// beginning.
pub(super) fn parse_time(text: &str) -> Option<String> {
    let text = fold(text);
    let text = text.split(['~', '〜', '-']).next()?;
    let text = text.split("カラ").next()?.replace(' ', "");
    let (text, half) = ["午前", "am", "午後", "pm"]
        .iter()
        .enumerate()
        .find_map(|(at, it)| text.strip_prefix(it).or_else(|| text.strip_suffix(it)).map(|rest| (rest, Some(at / 2))))
        .unwrap_or((&text, None));
    let (hour, minute) = if let Some((hour, rest)) = text.split_once([':', '時']) {
        (hour, rest.split([':', '分']).next().filter(|it| !it.is_empty()).unwrap_or("0"))
    } else if matches!(text.len(), 3 | 4 | 6) && text.bytes().all(|it| it.is_ascii_digit()) {
        let hours = if text.len() == 3 { 1 } else { 2 };
        (&text[..hours], &text[hours..hours + 2])
    } else {
        return None;
    };
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        Some(0) if hour == 12 => 0,
        Some(1) if hour < 12 => hour + 12,
        _ => hour,
    };
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

fn without_weekday(text: &str) -> String {
    match (text.find('('), text.find(')')) {
        (Some(start), Some(end)) if start < end => format!("{}{}", &text[..start], &text[end + 1..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = split_date_time(text).map(|(date, time)| {
            format!(
                "{date} {}",
                if time.is_empty() { "-".to_owned() } else { parse_time(&time).unwrap_or("?".to_owned()) }
            )
        });
        assert_eq!(shown.as_deref().unwrap_or("none"), expected, "{text}");
    }

    #[test]
    fn a_date_and_a_time_share_a_cell_in_many_ways() {
        check("2026/4/1", "2026-04-01 -");
        check("2026/4/1 9:30", "2026-04-01 09:30");
        check("2026-04-01T09:30:00", "2026-04-01 09:30");
        check("2026/04/01(水) 9:30〜10:00", "2026-04-01 09:30");
        check("２０２６年４月１日（水）午後２時", "2026-04-01 14:00");
        check("令和8年 4月 1日 午前12:05", "2026-04-01 00:05");
        check("R8.4.1", "2026-04-01 -");
        check("t9.4.1 10:00", "1920-04-01 10:00");
        check("202604010930", "2026-04-01 09:30");
        check("2026/4/1 25:00", "2026-04-01 ?");
        check("4/1", "none");
        check("r32000/1/1", "none");
        check("日", "none");
        check("", "none");
    }
}
