//! Random small clinics for the property tests: few patients, months and codes, so that re-claims, late
//! claims, twins of both kinds and changes of insurance meet often.

use japan::Month;
use proptest::{prelude::*, sample::Index};
use receipt::Payer;

use crate::{
    Condition, Insurance, SlotKind,
    condition::{AgeCondition, Code, DiseaseCondition, DrugCondition, ProcedureCondition},
    test_clinic::{Clinic, TestFile, TestReceipt, clinic, kokuho, receipt, shaho},
};

pub(crate) const DISEASES: [&str; 4] = ["8833421", "8840107", "8830042", "4660009"];
pub(crate) const PROCEDURES: [&str; 2] = ["113707110", "112007410"];
pub(crate) const DRUGS: [&str; 2] = ["620098801", "621974701"];

/// A claim of a random clinic.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    /// 0 to 4.
    pub(crate) patient: u8,
    pub(crate) payer: Payer,
    pub(crate) kind: SlotKind,
    pub(crate) claim_month: Month,
    pub(crate) receipt: TestReceipt,
}

/// The months of treatment: 2024-01 to 2024-06. Some windows of conditions are shorter.
fn month() -> impl Strategy<Value = Month> {
    (1..=6_i8).prop_map(|it| Month::new(2024, it).unwrap())
}

/// A day to ask for, at times amid the months of treatment.
pub(crate) fn as_of() -> impl Strategy<Value = jiff::civil::Date> {
    (2..=14_i32, 1..=31_i8).prop_map(|(months, day)| {
        let month = Month::new(2024, 1).unwrap().plus(months);
        month.day(day).unwrap_or(month.last_day())
    })
}

/// How a disease of the receipt stands: present, suspected, or ended.
fn disease() -> impl Strategy<Value = (usize, u8)> {
    (0..DISEASES.len(), prop_oneof![6 => Just(1_u8), 2 => Just(8), 1 => Just(2), 1 => Just(4)])
}

type Rows = (Vec<(u8, i8, u8)>, Vec<(usize, u8)>, Vec<(usize, i8)>, Vec<(usize, i8)>, bool, bool);

/// Attendances as payer, day and mark; diseases; procedures and drugs with their day; whether prescribed
/// outside; whether 診療実日数 is 0.
fn rows() -> impl Strategy<Value = Rows> {
    (
        prop::collection::vec((1..=2_u8, 1..=28_i8, prop_oneof![4 => 1..=2_u8, 1 => Just(9)]), 0..4),
        prop::collection::vec(disease(), 0..3),
        prop::collection::vec((0..PROCEDURES.len(), 1..=28_i8), 0..3),
        prop::collection::vec((0..DRUGS.len(), 1..=28_i8), 0..2),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.1),
    )
}

/// A claim. Insurance and name follow from patient, payer and month alone, because which of two files'
/// lines comes first depends on how they are split.
pub(crate) fn claimed() -> impl Strategy<Value = Claimed> {
    let who = (0..5_u8, month(), any::<bool>(), prop::bool::weighted(0.3));
    let claim = (prop_oneof![6 => Just(1), 1 => 2..=4_i32], prop::option::weighted(0.25, 0..4_u8));
    let form =
        (prop::bool::weighted(0.15), prop::bool::weighted(0.2), prop::bool::weighted(0.7), prop::bool::weighted(0.04));
    (who, claim, form, rows()).prop_map(|(who, (delay, search), (other_insurer, with_public, charted, dies), rows)| {
        let (patient, month, is_kokuho, is_inspection) = who;
        let payer = if is_kokuho { Payer::Kokuho } else { Payer::Shaho };
        let mut receipt = person(patient, month, payer, charted);
        if other_insurer {
            receipt = receipt.insurer("06132013");
        }
        if with_public {
            receipt.receipt_type.replace_range(2..3, "2");
            receipt = receipt.public("12345678", Some(1));
        }
        if let Some(search) = search {
            receipt = receipt.search_number(&format!("{search}"));
        }
        if dies {
            receipt = receipt.ended(DISEASES[3], 3);
        }
        let claim_month = month.plus(delay);
        let kind = if is_inspection { SlotKind::Inspection } else { SlotKind::Submission };
        Claimed { patient, payer, kind, claim_month, receipt: with_rows(receipt, rows) }
    })
}

/// A receipt of patient 0 to 4: 3 never has a chart number, 4 writes the names in half width, and 1 and
/// 2 were born on one day.
fn person(patient: u8, month: Month, payer: Payer, charted: bool) -> TestReceipt {
    let kana = ["イチロウ", "ジロウ", "サブロウ", "シロウ", "ｺﾞﾛｳ"][usize::from(patient)];
    let born = ["19840229", "19500101", "19500101", "20100615", "19840610"][usize::from(patient)];
    let is_narrow = month.month() % 2 == 0;
    let kana = if patient == 4 && is_narrow {
        "ケンショウゴロウ".to_owned()
    } else {
        format!("ケンショウ{kana}")
    };
    let chart = format!("{:0width$}", patient + 1, width = if is_narrow { 5 } else { 1 });
    let types = if payer == Payer::Shaho { ["1112", "1112", "1212"] } else { ["1112", "1318", "1418"] };
    let mut receipt = receipt(&month.to_string())
        .name(&format!("検証　{}", patient + 1))
        .kana(&kana)
        .born(born)
        .receipt_type(types[usize::from(patient) % 3])
        .chart(if charted && patient != 3 { &chart } else { "" });
    if patient % 2 == 1 {
        receipt = receipt.female();
    }
    receipt
}

fn with_rows(mut receipt: TestReceipt, rows: Rows) -> TestReceipt {
    let (attendances, diseases, procedures, drugs, is_prescribed, states_no_day) = rows;
    for (position, day, mark) in attendances {
        receipt = receipt.attended(position, day, mark);
    }
    for (disease, state) in diseases {
        receipt = match state {
            1 => receipt.disease(DISEASES[disease]),
            8 => receipt.suspected(DISEASES[disease]),
            outcome => receipt.ended(DISEASES[disease], outcome),
        };
    }
    for (procedure, day) in procedures {
        receipt = receipt.procedure(PROCEDURES[procedure], &[day]);
    }
    for (drug, day) in drugs {
        receipt = receipt.drug(DRUGS[drug], &[day]);
    }
    if is_prescribed {
        receipt = receipt.prescribed(1);
    }
    if states_no_day {
        for coverage in &mut receipt.coverages {
            coverage.1 = Some(0);
        }
    }
    receipt
}

/// The claims of a random clinic, each with points of its own.
pub(crate) fn claims() -> impl Strategy<Value = Vec<Claimed>> {
    prop::collection::vec(claimed(), 0..24).prop_map(|mut claims| {
        for (claim, points) in claims.iter_mut().zip(1..) {
            claim.receipt.coverages[0].2 = points;
        }
        claims
    })
}

/// Takes out what would make the order of uploads tell which claim of one month is newer: there a split
/// into other uploads may change the outcome. So do receipts of one month and payer with different types: of
/// which is the insurance, the line decides (design, Insurance).
pub(crate) fn without_contests(claims: Vec<Claimed>) -> Vec<Claimed> {
    let mut kept: Vec<Claimed> = Vec::new();
    for claim in claims {
        let number = &claim.receipt.search_number;
        let contests = kept.iter().any(|it| {
            let same_claim = (it.kind, it.claim_month) == (claim.kind, claim.claim_month);
            let same_treatment = (it.patient, it.receipt.month) == (claim.patient, claim.receipt.month);
            let is_made_again = !number.is_empty() || !it.receipt.search_number.is_empty();
            let is_of_another_type = it.payer == claim.payer && it.receipt.receipt_type != claim.receipt.receipt_type;
            same_treatment && is_of_another_type
                || same_claim && is_made_again && (same_treatment || *number == it.receipt.search_number)
        });
        if !contests {
            kept.push(claim);
        }
    }
    kept
}

/// A clinic with these claims in files: `layout` tells for each claim a part of its slot and a place among
/// all others. Uploads come in the order of the files' first claims.
pub(crate) fn laid_out(claims: &[Claimed], layout: &[(u8, Index)]) -> Clinic {
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by_key(|it| (layout[*it].1.index(usize::MAX), *it));
    let mut files: Vec<(u8, TestFile)> = Vec::new();
    for index in order {
        let (claim, part) = (&claims[index], layout[index].0);
        let is_its = |(its_part, file): &(u8, TestFile)| {
            (*its_part, file.payer, file.claim_month, file.kind) == (part, claim.payer, claim.claim_month, claim.kind)
        };
        let at = files.iter().position(is_its).unwrap_or_else(|| {
            let new = if claim.payer == Payer::Shaho { shaho } else { kokuho };
            let mut file = new(&claim.claim_month.to_string(), []);
            file.kind = claim.kind;
            file.name = format!("{}-{}-{:?}-{part}", claim.claim_month, claim.payer, claim.kind);
            files.push((part, file));
            files.len() - 1
        });
        files[at].1.receipts.push(claim.receipt.clone());
    }
    clinic(files.into_iter().map(|it| it.1))
}

/// One file for each slot, in the order of the claims.
pub(crate) fn plain_layout(n_claims: usize) -> Vec<(u8, Index)> {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let index = any::<Index>().new_tree(&mut TestRunner::deterministic()).unwrap().current();
    vec![(0, index); n_claims]
}

fn some_of<T: Clone + std::fmt::Debug + 'static>(values: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    prop::sample::subsequence(values, 1..=2)
}

/// A condition on receipts or on the person, three levels deep at most.
pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    let within_months = prop_oneof![2 => Just(12_u16), 1 => 1..=4_u16];
    let code = |it: &&str| it.parse().unwrap();
    let diseases: Vec<Code<7>> = DISEASES.iter().map(code).map(Code).collect();
    let icd10 = ["I10", "E11", "N08", "J"].map(str::to_owned).to_vec();
    let disease = prop_oneof![
        (some_of(diseases), Just(Vec::new()), within_months.clone()),
        (Just(Vec::new()), some_of(icd10), within_months.clone()),
    ];
    let disease = disease
        .prop_map(|(codes, icd10, within_months)| Condition::Disease(DiseaseCondition { codes, icd10, within_months }));
    let procedures: Vec<Code<9>> = PROCEDURES.iter().map(code).map(Code).collect();
    let procedure = (some_of(procedures), within_months.clone())
        .prop_map(|(codes, within_months)| Condition::Procedure(ProcedureCondition { codes, within_months }));
    let drugs: Vec<Code<9>> = DRUGS.iter().map(code).map(Code).collect();
    let classes = ["1149", "3962002F2027", "2"].map(str::to_owned).to_vec();
    let drug = prop_oneof![
        (some_of(drugs), Just(Vec::new()), within_months.clone()),
        (Just(Vec::new()), some_of(classes), within_months),
    ];
    let drug = drug.prop_map(|(codes, price_list, within_months)| {
        Condition::Drug(DrugCondition { codes, price_list, within_months })
    });
    let insurances =
        vec![Insurance::Employee, Insurance::National, Insurance::Elderly, Insurance::Retiree, Insurance::Public];
    let age = (prop::option::of(0..45_u8), prop::option::of(30..90_u8));
    let leaf = prop_oneof![
        3 => disease,
        2 => procedure,
        4 => drug,
        1 => some_of(insurances).prop_map(Condition::Insurance),
        1 => age.prop_map(|(min, max)| Condition::Age(AgeCondition { min, max })),
        1 => prop_oneof![Just(receipt::Sex::Male), Just(receipt::Sex::Female)].prop_map(Condition::Sex),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Any),
            inner.prop_map(|it| Condition::Not(Box::new(it))),
        ]
    })
}
