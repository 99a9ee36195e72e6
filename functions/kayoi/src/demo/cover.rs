//! Who pays for a patient: 医療保険, 公費, or both.

use jiff::{ToSpan as _, civil::Date};

use super::{Window, chance::Chance, course::days_after, diseases::COLITIS, people::Person};

/// All who pay for one receipt.
#[derive(Clone)]
pub(super) struct Cover {
    pub(super) scheme: Scheme,
    /// Empty for public aid alone.
    pub(super) insurer: &'static str,
    pub(super) symbol: String,
    pub(super) number: String,
    /// 枝番, two digits; empty where there is none.
    pub(super) branch: &'static str,
    /// 本人 or 世帯主, not a member of the family.
    pub(super) holder: bool,
    /// Pays three tenths at an age at which others pay one or two.
    pub(super) high_income: bool,
    /// In the order of their KO records, two at most.
    pub(super) publics: Vec<PublicPayer>,
}

/// The kind of insurance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// 社保.
    Employee,
    /// 国保.
    National,
    /// 後期高齢者医療.
    Elderly,
    /// 生活保護: no insurance, public aid alone.
    PublicAid,
}

/// A public payer (公費).
#[derive(Clone)]
pub(super) struct PublicPayer {
    pub(super) number: &'static str,
    pub(super) recipient: String,
    /// Pays for the care of one disease, not for the tests, which are for all of them.
    pub(super) in_part: bool,
}

/// Which payers an item is claimed from (負担区分), one bit each: the insurer, then the first and
/// the second public payer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Burden(u8);

impl Burden {
    /// The letter of 別表21.
    pub(super) fn letter(self) -> &'static str {
        match self.0 {
            0b001 => "1",
            0b010 => "5",
            0b011 => "2",
            0b101 => "3",
            _ => "4",
        }
    }

    /// Whether the payer counts: 0 is the insurer, 1 and 2 the public payers.
    pub(super) fn has(self, payer: usize) -> bool {
        self.0 >> payer & 1 == 1
    }
}

impl Cover {
    /// Whether an insurer pays, so that there is an HO record.
    pub(super) fn has_insurer(&self) -> bool {
        self.scheme != Scheme::PublicAid
    }

    /// Who pays for an item; `for_all` when it is for all diseases together, as tests are.
    pub(super) fn burden(&self, for_all: bool) -> Burden {
        let mut bits = u8::from(self.has_insurer());
        for (place, public) in self.publics.iter().enumerate() {
            if !(public.in_part && for_all) {
                bits |= 2 << place;
            }
        }
        Burden(bits)
    }

    /// Whether the receipt goes to 支払基金 (社保) and not to 国保連.
    pub(super) fn is_claimed_from_shaho(&self) -> bool {
        matches!(self.scheme, Scheme::Employee | Scheme::PublicAid)
    }

    /// 特記事項 of those whose share of the cost depends on their income.
    pub(super) fn remark(&self, age: i16) -> &'static str {
        match (self.scheme, self.high_income) {
            (Scheme::Elderly, false) => "42",
            (Scheme::Employee | Scheme::National, false) if age >= 70 => "29",
            (Scheme::Elderly, true) => "28",
            (Scheme::Employee | Scheme::National, true) if age >= 70 => "28",
            _ => "",
        }
    }
}

/// Who pays for `person` over the window. May add a visit after a change in the middle of a
/// month, so that the month has two receipts.
pub(super) fn covers(person: &mut Person, window: Window, chance: &mut Chance) -> Vec<(Date, Cover)> {
    let start = window.first_day();
    let turns_75 = Date::constant(person.birth.year() + 75, person.birth.month(), person.birth.day());
    let scheme = scheme(person.age_on(start), chance);
    let mut first = cover(scheme, person, chance);
    first.publics = publics(scheme, person, start, chance);

    let mut covers = vec![(start, first.clone())];
    let insured = matches!(scheme, Scheme::Employee | Scheme::National);
    if insured && turns_75 <= window.last_day() {
        let later = Cover { publics: first.publics, ..cover(Scheme::Elderly, person, chance) };
        covers.push((turns_75, later));
    } else if insured
        && chance.percent(3)
        && let Some(date) = change(person, chance)
    {
        let other = if scheme == Scheme::Employee { Scheme::National } else { Scheme::Employee };
        let later = Cover { publics: first.publics, ..cover(other, person, chance) };
        covers.push((date, later));
    }
    covers
}

/// The day a patient who comes several times changes insurer.
fn change(person: &mut Person, chance: &mut Chance) -> Option<Date> {
    let visits = &person.course.visits;
    if visits.len() < 4 {
        return None;
    }
    let before = visits[chance.between(1, visits.len() as i32 - 2) as usize].date;
    if before.day() > 18 || chance.percent(40) {
        return Some(days_after(before.last_of_month(), 1));
    }
    let mut after = days_after(before, 9);
    if after.weekday() == jiff::civil::Weekday::Sunday {
        after = days_after(after, 1);
    }
    person.course.add_illness(after, chance);
    Some(days_after(before, 4))
}

fn scheme(age: i16, chance: &mut Chance) -> Scheme {
    if age >= 15 && chance.percent(1) {
        return Scheme::PublicAid;
    }
    let employees = match age {
        75.. => return Scheme::Elderly,
        ..15 => 80,
        15..60 => 75,
        60..65 => 55,
        _ => 25,
    };
    if chance.percent(employees) { Scheme::Employee } else { Scheme::National }
}

fn cover(scheme: Scheme, person: &Person, chance: &mut Chance) -> Cover {
    let adult = person.birth.saturating_add(20.years()) <= person.course.visits.first().map_or(Date::MAX, |it| it.date);
    let number = chance.between(1, 9999).unsigned_abs();
    let insurer = match scheme {
        Scheme::Employee => *chance.pick(&["01130012", "01130012", "06139018", "06139026", "31130016"]),
        Scheme::National => *chance.pick(&["138057", "138057", "138065"]),
        Scheme::Elderly => *chance.pick(&["39131057", "39131057", "39131065"]),
        Scheme::PublicAid => "",
    };
    let holder = match scheme {
        Scheme::Elderly | Scheme::PublicAid => true,
        _ => adult && chance.percent(if person.female { 55 } else { 92 }),
    };
    let (symbol, number) = match scheme {
        Scheme::Employee => (full_width(10_000_000 + number * 631), full_width(chance.between(1, 999).unsigned_abs())),
        Scheme::National => (full_width(13), full_width(100_000 + person.index * 7)),
        Scheme::Elderly => (String::new(), full_width(10_000_000 + person.index * 13)),
        Scheme::PublicAid => Default::default(),
    };
    let branch = match scheme {
        Scheme::Employee => {
            if holder {
                "00"
            } else {
                "01"
            }
        }
        Scheme::National => {
            if holder {
                "01"
            } else {
                "02"
            }
        }
        Scheme::Elderly | Scheme::PublicAid => "",
    };
    let high_income = scheme != Scheme::PublicAid && chance.percent(8);
    Cover { scheme, insurer, symbol, number, branch, holder, high_income, publics: Vec::new() }
}

fn publics(scheme: Scheme, person: &Person, start: Date, chance: &mut Chance) -> Vec<PublicPayer> {
    let payer = |number, in_part| {
        let recipient = format!("{:07}", 1_000_000 + u64::from(person.index) * 9);
        PublicPayer { number, recipient, in_part }
    };
    if scheme == Scheme::PublicAid {
        return vec![payer("12136016", false)];
    }
    let mut publics = Vec::new();
    if person.conditions.iter().any(|it| it.disease.code == COLITIS.code) {
        publics.push(payer("54136015", true));
    }
    let disabled = if publics.is_empty() { 2 } else { 30 };
    if person.age_on(start) < 14 {
        publics.push(payer("88137013", false));
    } else if chance.percent(disabled) {
        publics.push(payer("80137011", false));
    }
    publics
}

fn full_width(number: u32) -> String {
    let wide = |it: char| char::from_u32(u32::from(it) - u32::from('0') + u32::from('０')).unwrap_or(it);
    number.to_string().chars().map(wide).collect()
}
