//! The lists that come from the clinic's other systems.

use japan::to_cp932;
use jiff::civil::Date;

use super::{DemoFile, Window, chance::Chance, course::days_after, people::Person};

/// `patients.csv` in UTF-8 with a byte order mark: everyone, also those who have not come for
/// longer than the claim files reach.
pub(super) fn patients(people: &[Person], seed: u64, window: Window) -> DemoFile {
    let mut text =
        String::from("\u{FEFF}診察券番号,氏名,フリガナ,生年月日,性別,電話番号,メールアドレス,配信同意,最終更新日\r\n");
    for person in people {
        let chance = &mut Chance::new(seed ^ 0x726F_7374, u64::from(person.index));
        let sex = if person.female { "女" } else { "男" };
        let phone = if chance.percent(94) { phone(person.index) } else { String::new() };
        let mail =
            if chance.percent(68) { format!("kanja{:05}@example.jp", person.chart_number) } else { String::new() };
        let consent = match chance.below(100) {
            0..82 => "同意",
            82..90 => "不同意",
            _ => "",
        };
        let updated = days_after(window.last_day(), -chance.between(0, 700));
        text += &format!(
            "{},{}　{},{}　{},{},{sex},{phone},{mail},{consent},{}\r\n",
            person.chart_number,
            person.family.0,
            person.given.0,
            person.family.1,
            person.given.1,
            person.birth,
            updated,
        );
    }
    DemoFile { name: "patients.csv".to_owned(), bytes: text.into_bytes() }
}

/// `appointments.csv` in Windows-31J: the last three months of some patients, and what they have
/// booked. Nobody is 来院 on a day without a visit.
pub(super) fn appointments(people: &[Person], seed: u64, window: Window) -> DemoFile {
    let end = window.last_day();
    let mut rows: Vec<(Date, u32, &str)> = Vec::new();
    for person in people {
        let chance = &mut Chance::new(seed ^ 0x626F_6F6B, u64::from(person.index));
        if !chance.percent(45) {
            continue;
        }
        let recent = person.course.visits.iter().filter(|it| it.date > days_after(end, -92));
        rows.extend(recent.map(|it| (it.date, person.chart_number, "来院")));
        match person.course.next {
            Some(next) if next > end => rows.push((next, person.chart_number, "予約")),
            Some(next) if next > days_after(end, -92) => {
                let missed = if chance.percent(60) { "無断キャンセル" } else { "キャンセル" };
                rows.push((next, person.chart_number, missed));
            }
            _ => {}
        }
    }
    rows.sort_unstable();
    let mut text = String::from("診察券番号,予約日,来院状況\r\n");
    for (date, chart_number, state) in rows {
        text += &format!("{chart_number:05},{},{state}\r\n", date.strftime("%Y/%m/%d"));
    }
    let bytes = to_cp932(&text).expect("the words above are Windows-31J");
    DemoFile { name: "appointments.csv".to_owned(), bytes }
}

/// A number that nobody has been given, different for the first 20,000 patients.
fn phone(index: u32) -> String {
    let prefix = if index.is_multiple_of(2) { "090" } else { "070" };
    format!("{prefix}-0000-{:04}", index / 2 * 37 % 10_000)
}
