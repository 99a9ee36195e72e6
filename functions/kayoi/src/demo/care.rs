//! What is done at each visit and claimed for it, by the fee schedule of 2024.

use jiff::civil::Date;

use super::{
    chance::Chance,
    claim::{Claim, Diagnosis, Fee, Item, Outcome, procedure},
    course::{Reason, Visit},
    diseases::{ATRIAL_FIBRILLATION, Care, DIABETES, Drug, HYPERTENSION, HYPOTHYROIDISM, Timing},
    people::Person,
};

const FIRST_VISIT: Fee = Fee { section: 11, code: "111000110", points: 291 };
const REVISIT: Fee = Fee { section: 12, code: "112007410", points: 75 };
/// 外来管理加算: not on a day with 生活習慣病管理料 or an electrocardiogram.
const OUTPATIENT_CARE: Fee = Fee { section: 12, code: "112011010", points: 52 };
/// 特定疾患療養管理料.
const SPECIFIED_CARE: Fee = Fee { section: 13, code: "113001810", points: 225 };
/// 生活習慣病管理料２.
const LIFESTYLE_CARE: Fee = Fee { section: 13, code: "113707110", points: 333 };
/// 処方箋料.
const PRESCRIPTION: Fee = Fee { section: 80, code: "120002910", points: 60 };
/// 特定疾患処方管理加算: 28 days or more, once a month.
const SPECIFIED_PRESCRIPTION: Fee = Fee { section: 80, code: "120005710", points: 56 };

const URINE: Fee = Fee { section: 60, code: "160000310", points: 26 };
const BLOOD_COUNT: Fee = Fee { section: 60, code: "160008010", points: 21 };
const HBA1C: Fee = Fee { section: 60, code: "160010010", points: 49 };
const TSH: Fee = Fee { section: 60, code: "160031710", points: 98 };
const DRAWING_BLOOD: Fee = Fee { section: 60, code: "160095710", points: 40 };
const JUDGING_BLOOD: Fee = Fee { section: 60, code: "160061810", points: 125 };
const JUDGING_CHEMISTRY_1: Fee = Fee { section: 60, code: "160061910", points: 144 };
const JUDGING_CHEMISTRY_2: Fee = Fee { section: 60, code: "160062010", points: 144 };
const ELECTROCARDIOGRAM: Fee = Fee { section: 60, code: "160068410", points: 130 };

/// AST, ALT, γ-GT, creatinine, uric acid, triglycerides, HDL and LDL: eight or nine tests of blood
/// chemistry are 99 points together.
const CHEMISTRY: [Item; 8] = [
    procedure("160022510"),
    procedure("160022610"),
    procedure("160020410"),
    procedure("160019210"),
    procedure("160019310"),
    procedure("160020910"),
    procedure("160023410"),
    procedure("160167250"),
];
const GLUCOSE: Item = procedure("160019410");
const CHEMISTRY_POINTS: u32 = 99;

/// The claims for all visits of `person`, month by month, and by payers within a month.
pub(super) fn claims(person: &Person, chance: &mut Chance) -> Vec<Claim> {
    let n_months_between_tests = chance.between(3, 5);
    let tests_from = chance.between(0, n_months_between_tests - 1);
    let mut claims = Vec::new();
    // What is left to say in the next month about a diagnosis of this one.
    let mut open = Vec::new();
    let same_month = |a: &Visit, b: &Visit| a.date.first_of_month() == b.date.first_of_month();
    for visits in person.course.visits.chunk_by(same_month) {
        let month = japan::Month::of(visits[0].date);
        let due = month.since(japan::Month::of(person.birth)) % n_months_between_tests == tests_from;
        claims.extend(claims_of_month(person, month, visits, due, &mut open, chance));
    }
    claims
}

fn claims_of_month(
    person: &Person,
    month: japan::Month,
    visits: &[Visit],
    mut tests_due: bool,
    open: &mut Vec<Diagnosis>,
    chance: &mut Chance,
) -> Vec<Claim> {
    let names_days = !chance.percent(8);
    let late = chance.below(200) == 0;
    let mut passing = std::mem::take(open);
    let mut by_payers: Vec<(usize, Claim)> = Vec::new();
    let mut managed = false;
    for visit in visits {
        let payers = person.cover_on(visit.date);
        if by_payers.last().is_none_or(|(it, _)| *it != payers) {
            let cover = person.covers[payers].1.clone();
            let (days, diagnoses, units) = (Vec::new(), Vec::new(), Vec::new());
            by_payers.push((payers, Claim { month, cover, days, diagnoses, units, late, names_days }));
        }
        let Some((_, claim)) = by_payers.last_mut() else { continue };
        claim.days.push(visit.date.day());

        let tested = tests_due && matches!(visit.reason, Reason::Routine { .. });
        let suspected = tested && chance.percent(12) && !has(person, DIABETES.code);
        let looks_at_heart = tested && is_heart_watched(person) && chance.percent(25);
        attend(person, visit, looks_at_heart, &mut managed, claim);
        if tested {
            test(person, visit.date.day(), suspected, claim);
            tests_due = false;
        }
        if suspected {
            passing.push(diagnosis(DIABETES.code, visit.date, Outcome::GoesOn, true));
            open.push(diagnosis(DIABETES.code, visit.date, Outcome::Ended, true));
        }
        if let Reason::Illness(illness) = visit.reason {
            let cured = chance.percent(75);
            let outcome = if cured { Outcome::Cured } else { Outcome::GoesOn };
            passing.push(diagnosis(illness.code, visit.date, outcome, false));
            if !cured {
                open.push(diagnosis(illness.code, visit.date, Outcome::Cured, false));
            }
        }
    }

    let died = person.course.died && person.course.visits.last().map(|it| it.date) == visits.last().map(|it| it.date);
    let n_claims = by_payers.len();
    for (place, (_, claim)) in by_payers.iter_mut().enumerate() {
        let last_day = claim.days.last().copied().unwrap_or(1);
        claim.diagnoses = diagnoses(person, died && place + 1 == n_claims);
        let until_then = passing.iter().filter(|it| japan::Month::of(it.since) < month || it.since.day() <= last_day);
        claim.diagnoses.extend(until_then.cloned());
        if claim.diagnoses.iter().all(|it| !it.main)
            && let Some(first) = claim.diagnoses.first_mut()
        {
            first.main = true;
        }
        claim.units.sort_by_key(|it| it.section);
    }
    by_payers.into_iter().map(|(_, claim)| claim).collect()
}

/// The fees of being seen, and what is prescribed.
fn attend(person: &Person, visit: &Visit, looks_at_heart: bool, managed: &mut bool, claim: &mut Claim) {
    let day = visit.date.day();
    let first = person.course.since == Some(visit.date);
    claim.add_fee(if first { FIRST_VISIT } else { REVISIT }, day, false);

    let main_care = person.conditions.iter().map(|it| it.disease.care).find(|it| *it != Care::Plain);
    let mut lifestyle_today = false;
    // Neither fee is due in the month of the first visit.
    let in_first_month = person.course.since.is_some_and(|it| it.first_of_month() == visit.date.first_of_month());
    if matches!(visit.reason, Reason::Routine { .. }) && !*managed && !in_first_month {
        match main_care {
            Some(Care::Lifestyle) => {
                claim.add_fee(LIFESTYLE_CARE, day, false);
                lifestyle_today = true;
            }
            Some(Care::Specified) => claim.add_fee(SPECIFIED_CARE, day, false),
            _ => {}
        }
    }
    if !first && !lifestyle_today && !looks_at_heart {
        claim.add_fee(OUTPATIENT_CARE, day, false);
    }
    if looks_at_heart {
        claim.add_fee(ELECTROCARDIOGRAM, day, true);
    }

    match visit.reason {
        Reason::Routine { n_days } => {
            let drugs: Vec<&Drug> = person.conditions.iter().flat_map(|it| it.drugs.iter().copied()).collect();
            prescribe(&drugs, n_days, day, claim);
            if main_care == Some(Care::Specified) && n_days >= 28 && !*managed && !in_first_month {
                claim.add_fee(SPECIFIED_PRESCRIPTION, day, false);
            }
            *managed = true;
        }
        Reason::Illness(illness) => {
            let drugs: Vec<&Drug> = illness.drugs.iter().collect();
            prescribe(&drugs, illness.n_days, day, claim);
        }
        Reason::Again => {}
    }
}

/// Drugs for a pharmacy outside: what is taken together is one unit, without points.
fn prescribe(drugs: &[&Drug], n_days: u32, day: i8, claim: &mut Claim) {
    let mut timings: Vec<Timing> = drugs.iter().map(|it| it.timing).collect();
    timings.sort_unstable();
    timings.dedup();
    for timing in timings {
        let together = drugs.iter().filter(|it| it.timing == timing);
        let items: Vec<Item> = together.map(|it| Item { record: "IY", code: it.code, amount: it.amount }).collect();
        let (section, n_times) = match timing {
            Timing::Outside(_) => (23, 1),
            _ => (21, n_days),
        };
        claim.add(section, &items, 0, timing.directions(), (day, n_times), false);
    }
    if !drugs.is_empty() {
        claim.add_fee(PRESCRIPTION, day, false);
    }
}

/// Tests of blood and urine.
fn test(person: &Person, day: i8, diabetes_suspected: bool, claim: &mut Claim) {
    let sugar = diabetes_suspected || has(person, DIABETES.code);
    let mut chemistry = CHEMISTRY.to_vec();
    if sugar {
        chemistry.push(GLUCOSE);
    }
    let mut fees = vec![BLOOD_COUNT, DRAWING_BLOOD, JUDGING_BLOOD, JUDGING_CHEMISTRY_1];
    if sugar {
        fees.extend([HBA1C, URINE]);
    }
    if has(person, HYPOTHYROIDISM.code) {
        fees.extend([TSH, JUDGING_CHEMISTRY_2]);
    }
    claim.add(60, &chemistry, CHEMISTRY_POINTS, "", (day, 1), true);
    for fee in fees {
        claim.add_fee(fee, day, true);
    }
}

fn diagnoses(person: &Person, died: bool) -> Vec<Diagnosis> {
    let row = |(place, it): (usize, &super::people::Condition)| {
        let main = place == 0;
        let outcome = if died && main { Outcome::Died } else { Outcome::GoesOn };
        Diagnosis { main, ..diagnosis(it.disease.code, it.since, outcome, false) }
    };
    person.conditions.iter().enumerate().map(row).collect()
}

fn diagnosis(code: &'static str, since: Date, outcome: Outcome, suspected: bool) -> Diagnosis {
    Diagnosis { code, since, outcome, suspected, main: false }
}

fn has(person: &Person, code: &str) -> bool {
    person.conditions.iter().any(|it| it.disease.code == code)
}

fn is_heart_watched(person: &Person) -> bool {
    has(person, HYPERTENSION.code) || has(person, ATRIAL_FIBRILLATION.code)
}
