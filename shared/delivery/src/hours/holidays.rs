use std::{collections::BTreeMap, sync::OnceLock};

use jiff::civil::{Date, date};

/// The last day the data know: later holidays are taken for ordinary days.
///
/// The days of the equinoxes are announced each February for the year after (官報, 暦要項); the rest follows
/// from the law (国民の祝日に関する法律). `holidays.tsv` is checked against both by a test.
pub const HOLIDAYS_UNTIL: Date = date(2030, 12, 31);

/// What the holiday on `day` is called; `None` on other days. 2024 to [`HOLIDAYS_UNTIL`].
pub fn holiday(day: Date) -> Option<&'static str> {
    static HOLIDAYS: OnceLock<BTreeMap<Date, &'static str>> = OnceLock::new();
    HOLIDAYS.get_or_init(|| lines().collect()).get(&day).copied()
}

fn lines() -> impl Iterator<Item = (Date, &'static str)> {
    let lines = include_str!("holidays.tsv").lines().filter(|it| !it.starts_with('#'));
    lines.map(|line| {
        let (day, name) = line.split_once('\t').expect("a line is a date, a tab and a name");
        (day.parse().expect("dates are written yyyy-mm-dd"), name)
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use jiff::civil::Weekday;

    use super::*;

    /// Written into `holidays.tsv` by hand of whoever changes it.
    const HEADER: &str =
        "# 国民の祝日に関する法律 (昭和23年法律第178号) 第2条, 第3条; days of the equinoxes: 国立天文台 暦要項";

    #[test]
    fn the_file_is_what_the_law_says() {
        let mut expected = format!("{HEADER}\n");
        for year in 2024..=2030 {
            for (day, name) in of_year(year) {
                writeln!(expected, "{day}\t{name}").unwrap();
            }
        }
        assert!(include_str!("holidays.tsv") == expected, "it should be:\n{expected}");
    }

    #[test]
    fn holidays_that_move_are_known() {
        let check = |day: Date, expected| assert_eq!(holiday(day), expected, "{day}");
        check(date(2026, 5, 6), Some("休日"));
        check(date(2026, 9, 22), Some("休日"));
        check(date(2026, 11, 23), Some("勤労感謝の日"));
        check(date(2024, 2, 12), Some("休日"));
        check(date(2027, 3, 22), Some("休日"));
        check(date(2024, 9, 22), Some("秋分の日"));
        check(date(2030, 1, 14), Some("成人の日"));
        check(date(2026, 11, 24), None);
    }

    /// The holidays of `year` by the law as it stands since 2022.
    fn of_year(year: i16) -> BTreeMap<Date, &'static str> {
        let monday = |month, nth| date(year, month, 1).nth_weekday_of_month(nth, Weekday::Monday).unwrap();
        let named = BTreeMap::from([
            (date(year, 1, 1), "元日"),
            (monday(1, 2), "成人の日"),
            (date(year, 2, 11), "建国記念の日"),
            (date(year, 2, 23), "天皇誕生日"),
            (date(year, 3, equinox(year, 20_843_100)), "春分の日"),
            (date(year, 4, 29), "昭和の日"),
            (date(year, 5, 3), "憲法記念日"),
            (date(year, 5, 4), "みどりの日"),
            (date(year, 5, 5), "こどもの日"),
            (monday(7, 3), "海の日"),
            (date(year, 8, 11), "山の日"),
            (monday(9, 3), "敬老の日"),
            (date(year, 9, equinox(year, 23_248_800)), "秋分の日"),
            (monday(10, 2), "スポーツの日"),
            (date(year, 11, 3), "文化の日"),
            (date(year, 11, 23), "勤労感謝の日"),
        ]);
        let mut all = named.clone();
        for day in named.keys() {
            // 第3条第2項: after a Sunday the next day that is none.
            if day.weekday() == Weekday::Sunday {
                let mut substitute = day.tomorrow().unwrap();
                while named.contains_key(&substitute) {
                    substitute = substitute.tomorrow().unwrap();
                }
                all.insert(substitute, "休日");
            }
            // 第3条第3項: a day between two.
            let (between, after) = (day.tomorrow().unwrap(), day.tomorrow().unwrap().tomorrow().unwrap());
            if named.contains_key(&after) {
                all.entry(between).or_insert("休日");
            }
        }
        all
    }

    /// The day of an equinox, 1980 to 2099, from its base in millionths of a day: the usual approximation,
    /// independent of the file.
    fn equinox(year: i16, base: i64) -> i8 {
        let years = i64::from(year) - 1980;
        ((base + 242_194 * years) / 1_000_000 - years / 4) as i8
    }
}
