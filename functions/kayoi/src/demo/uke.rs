//! Writes claims as a claim file (UKE).

use japan::{Month, to_cp932};
use jiff::civil::Date;

use super::{
    CLINIC_CODE, CLINIC_NAME, PREFECTURE,
    claim::{Claim, Diagnosis, Outcome, Unit},
    cover::{Cover, Scheme},
    people::Person,
};

/// What is true of a whole file.
#[derive(Clone, Copy)]
pub(super) struct Head {
    /// Goes to 支払基金, not to 国保連.
    pub(super) shaho: bool,
    /// 診療年月; the file is claimed in the month after.
    pub(super) month: Month,
    /// 点検用: with what pharmacies outside dispense.
    pub(super) for_checking: bool,
}

/// The file of `claims` as bytes in Windows-31J.
pub(super) fn file(head: Head, claims: &[(&Person, &Claim)]) -> Vec<u8> {
    let mut lines = Lines::default();
    let payer = if head.shaho { "1" } else { "2" };
    lines.start("IR").text(2, payer).text(3, PREFECTURE).text(4, "1").text(5, CLINIC_CODE).text(7, CLINIC_NAME);
    lines.number(8, head.month.plus(1).packed()).text(9, "00").text(10, "03-0000-0000").end(10);

    let (mut n_payers, mut points) = (0, 0);
    for (number, (person, claim)) in (1..).zip(claims) {
        receipt(&mut lines, number, head, person, claim);
        n_payers += n_payers_of(&claim.cover);
        points += claim.points_of(usize::from(!claim.cover.has_insurer()));
    }
    lines.start("GO").number(2, n_payers).number(3, points).text(4, "99").end(4);
    lines.bytes.push(0x1A);
    lines.bytes
}

fn receipt(lines: &mut Lines, number: u32, head: Head, person: &Person, claim: &Claim) {
    let cover = &claim.cover;
    let age = person.age_on(claim.month.first_day());
    // The clinic's system began to pad its numbers when it began to write files for checking.
    let chart = if head.for_checking { format!("{:05}", person.chart_number) } else { person.chart_number.to_string() };
    lines.start("RE").number(2, number).text(3, &kind(person, claim)).number(4, claim.month.packed());
    lines.text(5, &format!("{}　{}", person.family.0, person.given.0)).text(6, if person.female { "2" } else { "1" });
    lines.date(7, person.birth).text(8, benefit(person, claim)).text(12, cover.remark(age)).text(14, &chart);
    lines.text(37, &format!("{}{}", person.family.1, person.given.1)).end(38);

    let n_days = claim.days.len() as u32;
    if cover.has_insurer() {
        lines.start("HO").text(2, &format!("{:>8}", cover.insurer)).text(3, &cover.symbol).text(4, &cover.number);
        lines.number(5, n_days).number(6, claim.points_of(0)).end(15);
    }
    for (place, public) in (1..).zip(&cover.publics) {
        lines.start("KO").text(2, public.number).text(3, &public.recipient);
        lines.number(5, n_days).number(6, claim.points_of(place)).end(12);
    }

    let first_payer = if cover.has_insurer() { 1 } else { 2 };
    lines.start("SN").number(2, first_payer).text(3, "01").text(7, cover.branch).end(9);
    if claim.names_days {
        for payer in (first_payer..).take(n_payers_of(cover) as usize) {
            lines.start("JD").number(2, payer);
            for day in &claim.days {
                lines.text(2 + *day as usize, "1");
            }
            lines.end(33);
        }
        lines.start("MF").text(2, "00").end(33);
    }
    for diagnosis in &claim.diagnoses {
        disease(lines, diagnosis);
    }
    for unit in claim.units.iter().filter(|it| head.for_checking || !it.is_outside()) {
        items(lines, unit);
    }
}

fn disease(lines: &mut Lines, diagnosis: &Diagnosis) {
    let outcome = match diagnosis.outcome {
        Outcome::GoesOn => "1",
        Outcome::Cured => "2",
        Outcome::Died => "3",
        Outcome::Ended => "4",
    };
    lines.start("SY").text(2, diagnosis.code).date(3, diagnosis.since).text(4, outcome);
    lines.text(5, if diagnosis.suspected { "8002" } else { "" }).text(7, if diagnosis.main { "01" } else { "" }).end(8);
}

fn items(lines: &mut Lines, unit: &Unit) {
    let n_times = unit.n_times();
    for (place, item) in unit.items.iter().enumerate() {
        lines.start(item.record);
        if place == 0 {
            lines.number(2, unit.section.into());
        }
        lines.text(3, unit.burden.letter()).text(4, item.code).text(5, item.amount);
        if place + 1 == unit.items.len() {
            lines.number(6, unit.points);
        }
        lines.number(7, n_times);
        for (day, n_times) in &unit.times {
            lines.number(13 + *day as usize, *n_times);
        }
        lines.end(44);
    }
    if !unit.comment.is_empty() {
        lines.start("CO").text(3, unit.burden.letter()).text(4, "810000001").text(5, unit.comment).end(5);
    }
}

/// レセプト種別 of an outpatient.
fn kind(person: &Person, claim: &Claim) -> String {
    let cover = &claim.cover;
    let first_day = claim.month.first_day();
    let system = match cover.scheme {
        Scheme::PublicAid => 2,
        Scheme::Elderly => 3,
        Scheme::Employee | Scheme::National => 1,
    };
    let whose = match cover.scheme {
        Scheme::PublicAid => 2,
        Scheme::Employee | Scheme::National if person.age_on(first_day) < 70 => {
            if is_before_school(person, first_day) {
                4
            } else if cover.holder {
                2
            } else {
                6
            }
        }
        _ if cover.high_income => 0,
        _ => 8,
    };
    format!("1{system}{}{whose}", n_payers_of(cover))
}

/// 給付割合: told for 国保 alone.
fn benefit(person: &Person, claim: &Claim) -> &'static str {
    let first_day = claim.month.first_day();
    let is_old = person.age_on(first_day) >= 70 && !claim.cover.high_income;
    match claim.cover.scheme {
        Scheme::National if is_old || is_before_school(person, first_day) => "80",
        Scheme::National => "70",
        _ => "",
    }
}

/// Whether school begins in a later April, at six.
fn is_before_school(person: &Person, day: Date) -> bool {
    let year = if day.month() >= 4 { day.year() } else { day.year() - 1 };
    person.age_on(Date::constant(year, 4, 1)) < 6
}

fn n_payers_of(cover: &Cover) -> u32 {
    u32::from(cover.has_insurer()) + cover.publics.len() as u32
}

/// Records of comma-separated columns, filled from left to right; columns count from 1 as in the
/// specification.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    column: usize,
}

impl Lines {
    fn start(&mut self, record: &str) -> &mut Self {
        self.bytes.extend_from_slice(record.as_bytes());
        self.column = 1;
        self
    }

    fn text(&mut self, column: usize, text: &str) -> &mut Self {
        self.go_to(column);
        if text.is_ascii() {
            self.bytes.extend_from_slice(text.as_bytes());
        } else {
            self.bytes.extend(to_cp932(text).expect("our own lists of names and directions are Windows-31J"));
        }
        self
    }

    fn number(&mut self, column: usize, number: u32) -> &mut Self {
        self.text(column, &number.to_string())
    }

    fn date(&mut self, column: usize, date: Date) -> &mut Self {
        let month = Month::of(date).packed();
        self.number(column, month * 100 + u32::from(date.day().unsigned_abs()))
    }

    fn end(&mut self, n_columns: usize) {
        self.go_to(n_columns);
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn go_to(&mut self, column: usize) {
        self.bytes.extend_from_slice(&[b','; 44][..column.saturating_sub(self.column)]);
        self.column = column;
    }
}
