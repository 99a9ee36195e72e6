//! A second reading of the rules: slow, plain, from the receipts as they were written and not from month
//! objects. It shares nothing with the crate but the form of conditions and spans.

use std::collections::{BTreeMap, BTreeSet};

use japan::Month;
use jiff::civil::Date;
use receipt::Payer;

use crate::{
    Condition, Group, Insurance, SlotKind, Status,
    condition::{DiseaseCondition, DrugCondition, ProcedureCondition},
    random_clinic::Claimed,
    test_clinic::{Clinic, TestReceipt},
};

/// A claim with the place it has in its clinic.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    claimed: Claimed,
    upload: u64,
    line: usize,
}

impl Placed {
    fn is_kind(&self, kind: SlotKind) -> bool {
        self.claimed.kind == kind
    }

    fn same_receipt(&self, other: &Self) -> bool {
        let key = |it: &Self| {
            let receipt = &it.claimed.receipt;
            let insurer = receipt.coverages[0].0.clone();
            (it.claimed.payer, receipt.month, receipt.receipt_type.clone(), insurer, it.claimed.patient)
        };
        key(self) == key(other)
    }

    fn is_newer_than(&self, other: &Self) -> bool {
        (self.claimed.claim_month, self.upload) > (other.claimed.claim_month, other.upload)
    }

    /// Whether this claim takes the place of `older`.
    fn supersedes(&self, older: &Self) -> bool {
        let (new, old) = (&self.claimed.receipt, &older.claimed.receipt);
        if self.claimed.kind != older.claimed.kind {
            return false;
        }
        let later_month = self.claimed.claim_month > older.claimed.claim_month && self.same_receipt(older);
        let same_number =
            !new.search_number.is_empty() && new.search_number == old.search_number && self.is_newer_than(older);
        let made_again = !new.search_number.is_empty()
            && self.is_newer_than(older)
            && self.claimed.patient == older.claimed.patient
            && new.month == old.month
            && new.receipt_type == old.receipt_type
            && days(new).0.iter().any(|it| days(old).0.contains(it));
        later_month || same_number || made_again
    }
}

/// The days a receipt names, and whether they are only assumed.
fn days(receipt: &TestReceipt) -> (BTreeSet<Date>, bool) {
    let date = |day: i8| receipt.month.day(day).unwrap();
    let mut marks: BTreeMap<(u8, i8), u8> = BTreeMap::new();
    for (position, days) in &receipt.attendances {
        // The first mark of a day is the one that is written.
        days.iter().for_each(|(day, mark)| _ = marks.entry((*position, *day)).or_insert(*mark));
    }
    let named: BTreeSet<Date> = marks.iter().filter(|it| matches!(it.1, 1 | 2)).map(|it| date(it.0.1)).collect();
    if !named.is_empty() {
        return (named, false);
    }
    let procedures = receipt.services.iter().filter(|it| it.0 == "SI");
    let counted: BTreeSet<Date> = procedures.flat_map(|it| &it.2).map(|it| date(*it)).collect();
    if !counted.is_empty() {
        return (counted, false);
    }
    if receipt.coverages.iter().all(|it| it.1 == Some(0)) {
        return (BTreeSet::new(), false);
    }
    (BTreeSet::from([receipt.month.last_day()]), true)
}

/// The claims of a clinic with their places.
pub(crate) fn placed(claims: &[Claimed], clinic: &Clinic) -> Vec<Placed> {
    let place = |claimed: &Claimed| {
        // The points of the first payer are each claim's own.
        let points = claimed.receipt.coverages[0].2;
        for file in &clinic.files {
            let mut line = 2;
            for receipt in &file.receipts {
                if receipt.coverages[0].2 == points {
                    return Placed { claimed: claimed.clone(), upload: file.upload, line };
                }
                line += 1 + receipt.coverages.len() + receipt.diseases.len();
                line += receipt.services.len() + receipt.attendances.len();
            }
        }
        panic!("a claim is in no file")
    };
    claims.iter().map(place).collect()
}

/// A patient of the clinic on a day.
#[derive(Debug)]
pub(crate) struct OraclePatient<'a> {
    as_of: Date,
    /// Claims that count for all but drugs.
    counting: Vec<&'a Placed>,
    /// Claims whose drugs count.
    with_drugs: Vec<&'a Placed>,
    pub(crate) visits: BTreeSet<Date>,
    pub(crate) died: bool,
    /// Months of treatment prescribed outside without a 点検用.
    blind_months: BTreeSet<Month>,
    /// As far as lines in several files leave it open, one of several.
    pub(crate) insurance: BTreeSet<Option<Insurance>>,
}

/// What can be said of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    Unknown,
}

/// Patient `number` on `as_of`; `None` if no receipt of the patient takes part.
pub(crate) fn patient(claims: &[Placed], number: u8, as_of: Date) -> Option<OraclePatient<'_>> {
    let month_of = |it: &Placed| it.claimed.receipt.month;
    let taking_part: Vec<&Placed> = claims.iter().filter(|it| month_of(it) <= Month::of(as_of)).collect();
    let remaining: Vec<&Placed> =
        taking_part.iter().copied().filter(|old| !taking_part.iter().any(|new| new.supersedes(old))).collect();
    let of_patient: Vec<&Placed> = remaining.into_iter().filter(|it| it.claimed.patient == number).collect();
    if of_patient.is_empty() {
        return None;
    }
    let has_twin =
        |one: &Placed| of_patient.iter().any(|it| it.claimed.kind != one.claimed.kind && it.same_receipt(one));
    let counting: Vec<&Placed> =
        of_patient.iter().copied().filter(|it| it.is_kind(SlotKind::Submission) || !has_twin(it)).collect();
    let with_drugs: Vec<&Placed> =
        of_patient.iter().copied().filter(|it| it.is_kind(SlotKind::Inspection) || !has_twin(it)).collect();

    let visits: BTreeSet<Date> =
        counting.iter().flat_map(|it| days(&it.claimed.receipt).0).filter(|it| *it <= as_of).collect();
    let is_death = |it: &&Placed| it.claimed.receipt.diseases.iter().any(|row| row.split(',').nth(2) == Some("3"));
    let death = counting.iter().filter(|it| is_death(it)).map(|it| month_of(it)).max();
    let died = death.is_some_and(|death| visits.iter().all(|it| Month::of(*it) <= death));

    let inspected: BTreeSet<Month> =
        taking_part.iter().filter(|it| it.is_kind(SlotKind::Inspection)).map(|it| month_of(it)).collect();
    let is_prescribed = |it: &Placed| it.claimed.receipt.services.iter().any(|it| it.1.contains("120002910"));
    let blind_months = taking_part
        .iter()
        .filter(|it| is_prescribed(it) && !inspected.contains(&month_of(it)))
        .map(|it| month_of(it))
        .collect();

    let newness = |it: &Placed| {
        let last_visit = days(&it.claimed.receipt).0.into_iter().filter(|it| *it <= as_of).max();
        (month_of(it), last_visit, it.claimed.payer == Payer::Kokuho, std::cmp::Reverse(it.line))
    };
    let newest = counting.iter().map(|it| newness(it)).max();
    let insurance = counting.iter().filter(|it| Some(newness(it)) == newest).map(|it| insurance(it)).collect();
    Some(OraclePatient { as_of, counting, with_drugs, visits, died, blind_months, insurance })
}

fn insurance(claim: &Placed) -> Option<Insurance> {
    Some(match (claim.claimed.receipt.receipt_type.as_bytes()[1], claim.claimed.payer) {
        (b'2', _) => Insurance::Public,
        (b'3', _) => Insurance::Elderly,
        (b'4', _) => Insurance::Retiree,
        (b'1', Payer::Shaho) => Insurance::Employee,
        (b'1', Payer::Kokuho) => Insurance::National,
        _ => return None,
    })
}

/// ICD-10 and price-list codes of the codes that random clinics use.
fn classes(code: &str) -> &'static [&'static str] {
    match code {
        "8833421" | "8840107" => &["I10"],
        "8830042" => &["E112", "N083"],
        "4660009" => &["J209"],
        "620098801" => &["1149019F1560"],
        "621974701" => &["3962002F2027"],
        other => panic!("{other}"),
    }
}

impl OraclePatient<'_> {
    pub(crate) fn answer(&self, condition: &Condition, insurance: Option<Insurance>) -> Answer {
        let yes_or_no = |holds| if holds { Answer::Yes } else { Answer::No };
        let answers = |conditions: &[Condition]| -> Vec<Answer> {
            conditions.iter().map(|it| self.answer(it, insurance)).collect()
        };
        match condition {
            Condition::All(conditions) => match answers(conditions) {
                answers if answers.contains(&Answer::No) => Answer::No,
                answers if answers.contains(&Answer::Unknown) => Answer::Unknown,
                _ => Answer::Yes,
            },
            Condition::Any(conditions) => match answers(conditions) {
                answers if answers.contains(&Answer::Yes) => Answer::Yes,
                answers if answers.contains(&Answer::Unknown) => Answer::Unknown,
                _ => Answer::No,
            },
            Condition::Not(condition) => match self.answer(condition, insurance) {
                Answer::Yes => Answer::No,
                Answer::No => Answer::Yes,
                Answer::Unknown => Answer::Unknown,
            },
            Condition::Disease(asked) => yes_or_no(self.has_disease(asked)),
            Condition::Procedure(asked) => yes_or_no(self.had_procedure(asked)),
            Condition::Drug(asked) => self.had_drug(asked),
            Condition::Insurance(asked) => yes_or_no(insurance.is_some_and(|it| asked.contains(&it))),
            Condition::Age(asked) => {
                let age = self.age();
                yes_or_no(age >= i32::from(asked.min.unwrap_or(0)) && age <= i32::from(asked.max.unwrap_or(255)))
            }
            Condition::Sex(asked) => {
                yes_or_no((self.counting[0].claimed.receipt.sex == "1") == (*asked == receipt::Sex::Male))
            }
            Condition::ChiefComplaint(_) | Condition::PastHistory(_) => Answer::No,
        }
    }

    fn is_within(&self, month: Month, within_months: u16) -> bool {
        (0..i32::from(within_months)).any(|it| month.plus(it) == Month::of(self.as_of))
    }

    fn has_disease(&self, asked: &DiseaseCondition) -> bool {
        // Each code with its month, and whether the row is present.
        let mut rows: Vec<(String, Month, bool)> = Vec::new();
        for claim in &self.counting {
            let receipt = &claim.claimed.receipt;
            for row in receipt.diseases.iter().filter(|_| self.is_within(receipt.month, asked.within_months)) {
                let columns: Vec<&str> = row.split(',').collect();
                rows.push((columns[0].to_owned(), receipt.month, columns[2] == "1" && columns[3] != "8002"));
            }
        }
        rows.iter().any(|(code, month, is_present)| {
            let is_newest = rows.iter().all(|other| other.0 != *code || other.1 <= *month);
            let is_asked = asked.codes.iter().any(|it| format!("{:07}", it.0) == *code)
                || asked.icd10.iter().any(|prefix| classes(code).iter().any(|it| it.starts_with(prefix)));
            is_newest && *is_present && is_asked
        })
    }

    fn had_procedure(&self, asked: &ProcedureCondition) -> bool {
        self.services("SI", &self.counting, asked.within_months)
            .iter()
            .any(|code| asked.codes.iter().any(|it| it.0.to_string() == *code))
    }

    fn had_drug(&self, asked: &DrugCondition) -> Answer {
        let found = self.services("IY", &self.with_drugs, asked.within_months).into_iter().any(|code| {
            asked.codes.iter().any(|it| it.0.to_string() == code)
                || asked.price_list.iter().any(|prefix| classes(&code).iter().any(|it| it.starts_with(prefix)))
        });
        if found {
            Answer::Yes
        } else if self.blind_months.iter().any(|it| self.is_within(*it, asked.within_months)) {
            Answer::Unknown
        } else {
            Answer::No
        }
    }

    fn services(&self, record: &str, claims: &[&Placed], within_months: u16) -> Vec<String> {
        let receipts = claims.iter().map(|it| &it.claimed.receipt).filter(|it| self.is_within(it.month, within_months));
        let rows = receipts.flat_map(|it| &it.services).filter(|it| it.0 == record);
        rows.map(|it| it.1.split(',').nth(2).unwrap().to_owned()).collect()
    }

    fn age(&self) -> i32 {
        let born: i32 = self.counting[0].claimed.receipt.born.parse().unwrap();
        let (year, mut birthday) = (born / 10_000, born % 10_000);
        if birthday == 229 && !self.as_of.in_leap_year() {
            birthday = 228;
        }
        let today = i32::from(self.as_of.month()) * 100 + i32::from(self.as_of.day());
        i32::from(self.as_of.year()) - year - i32::from(today < birthday)
    }

    /// The status in `group`, by counting the days up from the last visit; `None` without a visit.
    pub(crate) fn status(&self, group: &Group) -> Option<(Date, Status)> {
        let last_visit = *self.visits.last()?;
        let status = if self.as_of <= group.at_risk_after.after(last_visit) {
            Status::Regular
        } else if self.as_of <= group.dropped_out_after.after(last_visit) {
            Status::AtRisk
        } else {
            Status::DroppedOut
        };
        Some((last_visit, status))
    }
}
