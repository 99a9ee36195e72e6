//! Which days a patient came, a rule each.

use insta::assert_snapshot;
use japan::Month;

use crate::{
    Rosters,
    test_clinic::{Clinic, TestReceipt, clinic, kokuho, receipt, shaho},
};

/// The patients that these receipts of one file make.
fn shown(receipts: impl IntoIterator<Item = TestReceipt>) -> String {
    clinic([shaho("2024-07", receipts)]).patients("2024-07-31")
}

fn june() -> TestReceipt {
    receipt("2024-06").chart("5")
}

fn attended(clinic: Clinic, days: &[&str]) -> Clinic {
    let mut rosters = Rosters::default();
    rosters.attended.insert("5".to_owned(), days.iter().map(|it| it.parse().unwrap()).collect());
    clinic.rosters(rosters)
}

#[test]
fn a_day_with_1_or_2_is_a_visit_and_9_is_not() {
    let receipt = june().attended(1, 3, 1).attended(1, 10, 2).attended(1, 20, 9);
    assert_snapshot!(shown([receipt]), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 2024-06-10");
}

#[test]
fn the_days_of_all_payers_count() {
    let receipt = june().public("12345678", Some(1)).attended(1, 3, 1).attended(2, 10, 1).attended(3, 12, 2);
    assert_snapshot!(shown([receipt]), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 2024-06-10 2024-06-12");
}

#[test]
fn days_of_procedures_count_only_where_no_payer_names_a_day() {
    let named = june().visit(3).procedure("112007410", &[10]);
    assert_snapshot!(shown([named]), @"#5 検証　一郎 1970-04-01 社保 2024-06-03");
    let unnamed = june().attended(1, 3, 9).procedure("112007410", &[10]).procedure("113707110", &[10, 24]);
    assert_snapshot!(shown([unnamed]), @"#5 検証　一郎 1970-04-01 社保 2024-06-10 2024-06-24");
}

#[test]
fn a_day_of_a_drug_is_never_a_visit() {
    let receipt = june().drug("620098801", &[10]);
    assert_snapshot!(shown([receipt]), @"#5 検証　一郎 1970-04-01 社保 2024-06-30(month end)");
}

#[test]
fn without_any_day_the_end_of_the_month_stands_for_it_and_is_marked() {
    assert_snapshot!(shown([june()]), @"#5 検証　一郎 1970-04-01 社保 2024-06-30(month end)");
    assert_snapshot!(shown([june().n_days(None)]), @"#5 検証　一郎 1970-04-01 社保 2024-06-30(month end)");
    let february = clinic([shaho("2024-03", [receipt("2024-02")])]).patients("2024-03-31");
    assert_snapshot!(february, @"#- 検証　一郎 1970-04-01 社保 2024-02-29(month end)");
}

#[test]
fn no_visit_is_assumed_where_every_payer_states_0_days() {
    assert_snapshot!(shown([june().n_days(Some(0))]), @"#5 検証　一郎 1970-04-01 社保");
    assert_snapshot!(shown([june().n_days(Some(0)).public("12345678", Some(0))]), @"#5 検証　一郎 1970-04-01 社保");
    let one_states_more = june().n_days(Some(0)).public("12345678", Some(1));
    assert_snapshot!(shown([one_states_more]), @"#5 検証　一郎 1970-04-01 社保 2024-06-30(month end)");
    // A day that is named counts all the same.
    assert_snapshot!(shown([june().n_days(Some(0)).visit(3)]), @"#5 検証　一郎 1970-04-01 社保 2024-06-03");
}

#[test]
fn nothing_after_the_day_asked_for_is_a_visit() {
    let clinic =
        clinic([shaho("2024-08", [june().visit(3).visit(15).visit(16), receipt("2024-07").chart("5").visit(1)])]);
    assert_snapshot!(clinic.patients("2024-06-15"), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 2024-06-15");
    assert_snapshot!(clinic.patients("2024-06-02"), @"#5 検証　一郎 1970-04-01 社保");
    assert_snapshot!(clinic.patients("2024-05-31"), @"");
    assert_snapshot!(clinic.patients("2024-07-01"), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 2024-06-15 2024-06-16 2024-07-01");
}

#[test]
fn an_end_of_a_month_that_is_not_over_is_no_visit_yet() {
    let clinic = clinic([shaho("2024-07", [june()])]);
    assert_snapshot!(clinic.patients("2024-06-29"), @"#5 検証　一郎 1970-04-01 社保");
    assert_snapshot!(clinic.patients("2024-06-30"), @"#5 検証　一郎 1970-04-01 社保 2024-06-30(month end)");
}

#[test]
fn a_patient_who_changed_insurance_within_a_month_is_one_patient_with_all_days() {
    let clinic = clinic([shaho("2024-07", [june().visit(3)]), kokuho("2024-07", [june().insurer("138057").visit(20)])]);
    assert_snapshot!(clinic.patients("2024-07-31"), @"#5 検証　一郎 1970-04-01 国保 2024-06-03 2024-06-20");
}

#[test]
fn insurance_with_a_public_payer_beside_it_is_one_receipt() {
    let receipt = june().receipt_type("1122").public("12345678", Some(1)).attended(1, 3, 1).attended(2, 3, 1);
    assert_snapshot!(shown([receipt]), @"#5 検証　一郎 1970-04-01 社保 2024-06-03");
}

#[test]
fn appointments_that_were_kept_are_visits_and_say_so() {
    let clinic = attended(clinic([shaho("2024-07", [june().visit(3)])]), &["2024-06-03", "2024-07-05", "2024-08-01"]);
    assert_snapshot!(clinic.patients("2024-07-31"), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 2024-07-05(appointment)");
}

#[test]
fn a_half_year_counts_the_days_of_each_month_whatever_shows_them() {
    let receipts = [
        receipt("2023-12").chart("5").visit(1),
        receipt("2024-01").chart("5").visit(9).visit(10),
        receipt("2024-03").chart("5"),
        june().visit(3).visit(4).visit(28),
    ];
    let clinic = attended(clinic([shaho("2024-07", receipts)]), &["2024-06-04", "2024-06-05"]);
    let strip = clinic.folded("2024-06-27", |it| it.patients[0].visits.half_year(Month::new(2024, 6).unwrap()));
    assert_eq!(strip, [2, 0, 1, 0, 0, 3]);
}

#[test]
fn a_death_ends_a_patient_from_its_month_on() {
    let clinic =
        clinic([shaho("2024-07", [receipt("2024-05").chart("5").visit(9), june().visit(3).ended("8833421", 3)])]);
    assert_snapshot!(clinic.patients("2024-05-31"), @"#5 検証　一郎 1970-04-01 社保 2024-05-09");
    assert_snapshot!(clinic.patients("2024-06-01"), @"#5 検証　一郎 1970-04-01 社保 2024-05-09 died 2024-06");
    assert_snapshot!(clinic.patients("2024-07-31"), @"#5 検証　一郎 1970-04-01 社保 2024-05-09 2024-06-03 died 2024-06");
}

#[test]
fn a_death_of_a_disease_without_a_readable_code_is_one_too() {
    let receipt = june().visit(3).disease_row(",20240105,3,,,,");
    assert_snapshot!(shown([receipt]), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 died 2024-06");
}

#[test]
fn a_visit_after_the_month_of_a_death_keeps_the_patient_and_is_to_be_looked_at() {
    let files = || {
        [
            shaho("2024-07", [june().visit(3).ended("8833421", 3)]),
            shaho("2024-08", [receipt("2024-07").chart("5").visit(9)]),
        ]
    };
    assert_snapshot!(clinic(files()).patients("2024-07-31"), @"
    #5 検証　一郎 1970-04-01 社保 2024-06-03 2024-07-09
    VisitAfterDeath of 検証　一郎 2024-07-shaho.UKE:2
    ");
    // Before that visit nothing speaks against the death.
    assert_snapshot!(clinic(files()).patients("2024-07-08"), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 died 2024-06");
    // Nor does a later receipt without a visit.
    let no_visit =
        [shaho("2024-08", [june().visit(3).ended("8833421", 3), receipt("2024-07").chart("5").n_days(Some(0))])];
    assert_snapshot!(clinic(no_visit).patients("2024-07-31"), @"#5 検証　一郎 1970-04-01 社保 2024-06-03 died 2024-06");
}
