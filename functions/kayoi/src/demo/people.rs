//! Who the patients are.

use jiff::{ToSpan as _, civil::Date};

use super::{
    Window,
    chance::Chance,
    course::Course,
    cover::{Cover, covers},
    diseases::{COLITIS, DIABETES, DYSLIPIDAEMIA, Disease, Drug, HYPERTENSION, OTHERS},
    names::{FAMILY, FEMALE, MALE, Name},
};

/// A patient of the demo clinic with all that befell them.
pub(super) struct Person {
    /// Counted from 0 over the clinic; contacts are made of it.
    pub(super) index: u32,
    pub(super) chart_number: u32,
    pub(super) family: Name,
    pub(super) given: Name,
    pub(super) female: bool,
    /// Never a 29 February, so that a birthday is in every year.
    pub(super) birth: Date,
    /// The main one first; none for those who only come with something that passes.
    pub(super) conditions: Vec<Condition>,
    /// Who pays, from which day on; the first from before the demo begins.
    pub(super) covers: Vec<(Date, Cover)>,
    pub(super) course: Course,
}

/// A chronic disease of one patient.
pub(super) struct Condition {
    pub(super) disease: &'static Disease,
    pub(super) since: Date,
    pub(super) drugs: Vec<&'static Drug>,
}

/// How a patient comes to the clinic.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Comes to the end.
    Regular,
    /// Has not come for two to five months.
    AtRisk,
    /// Has not come for more than six months.
    DroppedOut,
    Died,
    /// Came once or twice with something that passes.
    Passing,
}

/// The patient `index` of the clinic, the same for the same seed however many patients there are.
pub(super) fn person(seed: u64, index: u32, window: Window) -> Person {
    let chance = &mut Chance::new(seed, u64::from(index));
    let fate = match chance.below(1000) {
        0..780 => Fate::Regular,
        780..900 => Fate::AtRisk,
        900..970 => Fate::DroppedOut,
        970..982 => Fate::Died,
        _ => Fate::Passing,
    };
    let age = age_at_the_end(chance, fate);
    let end = window.last_day();
    let (month, day) = (chance.between(1, 12) as i8, chance.between(1, 28) as i8);
    let birth = Date::constant(end.year() - age as i16, month, day);
    let female = chance.percent(53);
    let given = *chance.pick(if female { &FEMALE } else { &MALE });

    let course = Course::of(fate, window, chance);
    let conditions = match fate {
        Fate::Passing => Vec::new(),
        _ => conditions(age, course.since.unwrap_or(window.first_day()), course.since.is_some(), chance),
    };
    let mut person = Person {
        index,
        chart_number: 101 + index * 3 + chance.below(3),
        family: *chance.pick(&FAMILY),
        given,
        female,
        birth,
        conditions,
        covers: Vec::new(),
        course,
    };
    person.covers = covers(&mut person, window, chance);
    person
}

impl Person {
    /// Years completed on `day`.
    pub(super) fn age_on(&self, day: Date) -> i16 {
        let years = day.year() - self.birth.year();
        let had_birthday = (day.month(), day.day()) >= (self.birth.month(), self.birth.day());
        if had_birthday { years } else { years - 1 }
    }

    /// The place in `covers` of who pays on `day`.
    pub(super) fn cover_on(&self, day: Date) -> usize {
        self.covers.iter().rposition(|(from, _)| *from <= day).unwrap_or(0)
    }
}

fn age_at_the_end(chance: &mut Chance, fate: Fate) -> i32 {
    if fate == Fate::Passing && chance.percent(40) {
        return chance.between(1, 14);
    }
    match chance.below(100) {
        0..6 => chance.between(26, 39),
        6..24 => chance.between(40, 54),
        24..45 => chance.between(55, 64),
        45..72 => chance.between(65, 74),
        72..96 => chance.between(75, 85),
        _ => chance.between(86, 97),
    }
}

/// Chronic diseases, begun on `seen` for someone new, else years before.
fn conditions(age: i32, seen: Date, new: bool, chance: &mut Chance) -> Vec<Condition> {
    let mut diseases: Vec<&'static Disease> = Vec::new();
    if chance.below(1000) < 8 {
        diseases.push(&COLITIS);
    }
    // Fewer of the young have what comes with age.
    let scale = if age < 40 { 50 } else { 100 };
    for (percent, disease) in [(56, &HYPERTENSION), (31, &DIABETES), (43, &DYSLIPIDAEMIA)] {
        if chance.percent(percent * scale / 100) {
            diseases.push(disease);
        }
    }
    for (percent, disease) in &OTHERS {
        if diseases.len() < 4 && chance.percent(*percent) {
            diseases.push(disease);
        }
    }
    if diseases.is_empty() {
        diseases.push(&chance.pick(&OTHERS).1);
    }
    let condition = |disease: &'static Disease| {
        let since = if new { seen } else { seen.saturating_sub(i64::from(chance.between(200, 4200)).days()) };
        let mut drugs = vec![chance.pick(disease.drugs)];
        if disease.drugs.len() > 1 && chance.percent(25) {
            drugs = vec![&disease.drugs[0], chance.pick(&disease.drugs[1..])];
        }
        Condition { disease, since, drugs }
    };
    diseases.into_iter().map(condition).collect()
}
