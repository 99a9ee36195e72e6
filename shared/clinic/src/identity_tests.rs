//! Who is who, a rule each: receipts in, patients out.

use insta::assert_snapshot;

use crate::{
    Links, PersonKey,
    test_clinic::{TestReceipt, clinic, receipt, shaho},
};

/// The patients that these receipts make, all of one file.
fn shown(receipts: impl IntoIterator<Item = TestReceipt>) -> String {
    shown_linked(receipts, Links::default())
}

fn shown_linked(receipts: impl IntoIterator<Item = TestReceipt>, links: Links) -> String {
    clinic([shaho("2024-07", receipts)]).links(links).patients("2024-07-31")
}

/// The keys of every patient of these receipts, in the order of the patients.
fn keys(receipts: impl IntoIterator<Item = TestReceipt>) -> Vec<Vec<PersonKey>> {
    clinic([shaho("2024-07", receipts)])
        .folded("2024-07-31", |folded| folded.patients.iter().map(|it| it.keys.clone()).collect())
}

/// A receipt whose patient has the kana 検証 ハナコ and another birth date.
fn hanako(month: &str) -> TestReceipt {
    receipt(month).name("検証　花子").kana("ケンショウハナコ").born("19820203").female()
}

#[test]
fn a_chart_number_is_one_patient_however_it_is_padded_and_as_wide_as_it_is() {
    let written = ["00123", "123", "１２３", "　0123 "];
    let receipts = written.iter().zip(10..).map(|(chart, day)| receipt("2024-06").chart(chart).visit(day));
    assert_snapshot!(shown(receipts), @"#123 検証　一郎 1970-04-01 社保 2024-06-10 2024-06-11 2024-06-12 2024-06-13");
}

#[test]
fn one_chart_number_with_another_birth_date_and_another_kana_is_two_patients_to_look_at() {
    let receipts = [receipt("2024-06").chart("5").visit(10), hanako("2024-06").chart("5").visit(11)];
    assert_snapshot!(shown(receipts), @"
    #5 検証　一郎 1970-04-01 社保 2024-06-10 chart shared
    #5 検証　花子 1982-02-03 社保 2024-06-11 chart shared
    ChartShared of 検証　一郎
    ChartShared of 検証　花子
    ");
}

#[test]
fn one_chart_number_with_only_the_birth_date_or_only_the_kana_different_is_one_patient() {
    let corrected = receipt("2024-05").chart("5").born("19700410").visit(10);
    assert_snapshot!(shown([corrected, receipt("2024-06").chart("5").visit(11)]), @"#5 検証　一郎 1970-04-01 社保 2024-05-10 2024-06-11");
    let married = receipt("2024-05").chart("5").name("試験　一郎").kana("シケンイチロウ").visit(10);
    assert_snapshot!(shown([married, receipt("2024-06").chart("5").visit(11)]), @"#5 検証　一郎 1970-04-01 社保 2024-05-10 2024-06-11");
    let unreadable = hanako("2024-05").chart("5").born("1982").visit(10);
    assert_snapshot!(shown([unreadable, receipt("2024-06").chart("5").visit(11)]), @"#5 検証　一郎 1970-04-01 社保 2024-05-10 2024-06-11");
}

#[test]
fn a_third_writing_that_agrees_with_both_makes_them_one() {
    let between = hanako("2024-06").chart("5").kana("ケンショウイチロウ").visit(12);
    let receipts = [receipt("2024-06").chart("5").visit(10), hanako("2024-06").chart("5").visit(11), between];
    assert_snapshot!(shown(receipts), @"#5 検証　花子 1982-02-03 社保 2024-06-10 2024-06-11 2024-06-12");
}

#[test]
fn a_receipt_without_a_chart_number_joins_the_only_charted_patient_like_it() {
    let receipts =
        [receipt("2024-06").visit(10), receipt("2024-06").chart("5").visit(11), hanako("2024-06").chart("6").visit(12)];
    assert_snapshot!(shown(receipts), @"
    #5 検証　一郎 1970-04-01 社保 2024-06-10 2024-06-11
    #6 検証　花子 1982-02-03 社保 2024-06-12
    ");
}

#[test]
fn a_receipt_without_a_chart_number_needs_the_same_birth_date_and_sex() {
    let receipts = [
        receipt("2024-06").chart("5").visit(10),
        receipt("2024-06").born("19700402").visit(11),
        receipt("2024-06").female().visit(12),
        receipt("2024-06").born("").visit(13),
    ];
    assert_snapshot!(shown(receipts), @"
    #5 検証　一郎 1970-04-01 社保 2024-06-10
    #- 検証　一郎 1970-04-02 社保 2024-06-11
    #- 検証　一郎 1970-04-01 社保 2024-06-12
    #- 検証　一郎 - 社保 2024-06-13
    ");
}

#[test]
fn a_receipt_without_a_chart_number_like_two_charted_patients_stays_its_own() {
    let receipts = [
        receipt("2024-06").chart("5").visit(10),
        receipt("2024-06").chart("6").visit(11),
        receipt("2024-06").visit(12),
    ];
    assert_snapshot!(shown(receipts), @"
    #5 検証　一郎 1970-04-01 社保 2024-06-10
    #6 検証　一郎 1970-04-01 社保 2024-06-11
    #- 検証　一郎 1970-04-01 社保 2024-06-12
    ");
}

#[test]
fn receipts_without_a_chart_number_that_agree_are_one_patient() {
    let receipts = [
        receipt("2024-06").visit(10),
        receipt("2024-05").name("検証 一郎").kana("ｹﾝｼｮｳ ｲﾁﾛｳ").visit(11),
        receipt("2024-04").without_kana().visit(12),
        receipt("2024-03").name("ｹﾝｼｮｳ ｲﾁﾛｳ").without_kana().visit(13),
    ];
    assert_snapshot!(shown(receipts), @"#- 検証　一郎 1970-04-01 社保 2024-03-13 2024-04-12 2024-05-11 2024-06-10");
}

#[test]
fn a_file_of_36_columns_is_compared_by_name() {
    let receipts = [
        receipt("2024-06").chart("5").visit(10),
        receipt("2024-06").without_kana().born("19700410").chart("5").visit(11),
        receipt("2024-06").without_kana().name("検証 花子").born("19820203").female().chart("5").visit(12),
    ];
    assert_snapshot!(shown(receipts), @"
    #5 検証　一郎 1970-04-10 社保 2024-06-10 2024-06-11 chart shared
    #5 検証 花子 1982-02-03 社保 2024-06-12 chart shared
    ChartShared of 検証　一郎
    ChartShared of 検証 花子
    ");
}

#[test]
fn a_name_written_in_kana_of_half_width_is_compared_as_kana() {
    let receipts = [
        receipt("2024-06").chart("5").visit(10),
        receipt("2024-06").name("ｹﾝｼｮｳ ｲﾁﾛｳ").without_kana().visit(11),
        receipt("2024-06").name("ｹﾝｼｮｳ ｲﾁﾛｳ").without_kana().chart("5").born("19700410").visit(12),
    ];
    assert_snapshot!(shown(receipts), @"#5 ｹﾝｼｮｳ ｲﾁﾛｳ 1970-04-10 社保 2024-06-10 2024-06-11 2024-06-12");
}

#[test]
fn a_receipt_without_chart_number_and_kana_never_makes_one_of_two_charted_patients() {
    let other_kana = || receipt("2024-06").kana("ケンショウカズオ");
    let receipts = [
        receipt("2024-06").chart("5").visit(10),
        other_kana().chart("6").visit(11),
        receipt("2024-06").visit(12),
        other_kana().visit(13),
        receipt("2024-06").without_kana().visit(14),
    ];
    assert_snapshot!(shown(receipts), @"
    #5 検証　一郎 1970-04-01 社保 2024-06-10 2024-06-12
    #6 検証　一郎 1970-04-01 社保 2024-06-11 2024-06-13
    #- 検証　一郎 1970-04-01 社保 2024-06-14
    ");
}

#[test]
fn a_receipt_without_chart_number_that_can_be_two_patients_does_not_follow_one_that_can_be_one() {
    let receipts = [
        receipt("2024-06").chart("5").visit(10),
        receipt("2024-06").kana("ケンショウカズオ").chart("6").visit(11),
        receipt("2024-06").visit(12),
        receipt("2024-06").without_kana().visit(13),
    ];
    assert_snapshot!(shown(receipts), @"
    #5 検証　一郎 1970-04-01 社保 2024-06-10 2024-06-12
    #6 検証　一郎 1970-04-01 社保 2024-06-11
    #- 検証　一郎 1970-04-01 社保 2024-06-13
    ");
}

#[test]
fn a_receipt_without_chart_number_and_kana_never_makes_one_of_two_uncharted_patients() {
    let receipts = [
        receipt("2024-06").visit(10),
        receipt("2024-06").kana("ケンショウカズオ").visit(11),
        receipt("2024-06").without_kana().visit(12),
    ];
    assert_snapshot!(shown(receipts), @"
    #- 検証　一郎 1970-04-01 社保 2024-06-10
    #- 検証　一郎 1970-04-01 社保 2024-06-11
    #- 検証　一郎 1970-04-01 社保 2024-06-12
    ");
}

#[test]
fn merged_people_are_one_patient_and_nothing_is_left_to_look_at() {
    let receipts = || [receipt("2024-05").chart("5").visit(10), hanako("2024-06").chart("5").visit(11)];
    let keys = keys(receipts());
    let links = Links { merged: vec![(keys[0][0].clone(), keys[1][0].clone())], split: Vec::new() };
    assert_snapshot!(shown_linked(receipts(), links), @"#5 検証　花子 1982-02-03 社保 2024-05-10 2024-06-11");
}

#[test]
fn people_with_two_chart_numbers_can_be_merged() {
    let receipts = || [receipt("2024-05").chart("5").visit(10), receipt("2024-06").chart("6").visit(11)];
    let keys = keys(receipts());
    let links = Links { merged: vec![(keys[0][0].clone(), keys[1][0].clone())], split: Vec::new() };
    assert_snapshot!(shown_linked(receipts(), links), @"#6 検証　一郎 1970-04-01 社保 2024-05-10 2024-06-11");
}

#[test]
fn split_people_are_patients_of_their_own_and_nothing_is_left_to_look_at() {
    let receipts =
        || [receipt("2024-05").chart("5").born("19400101").visit(10), receipt("2024-06").chart("5").visit(11)];
    let keys = keys(receipts());
    assert_eq!(keys.len(), 1);
    for split in &keys[0] {
        let links = Links { merged: Vec::new(), split: vec![split.clone()] };
        assert_eq!(
            shown_linked(receipts(), links),
            "#5 検証　一郎 1940-01-01 社保 2024-05-10\n#5 検証　一郎 1970-04-01 社保 2024-06-11"
        );
    }
}

#[test]
fn a_receipt_without_a_chart_number_does_not_join_a_split_person() {
    let receipts = || [receipt("2024-05").chart("5").visit(10), receipt("2024-06").visit(11)];
    let split = keys(receipts())[0].iter().find(|it| it.as_str().starts_with('5')).cloned();
    let links = Links { merged: Vec::new(), split: vec![split.unwrap()] };
    assert_snapshot!(shown_linked(receipts(), links), @"
    #5 検証　一郎 1970-04-01 社保 2024-05-10
    #- 検証　一郎 1970-04-01 社保 2024-06-11
    ");
}

#[test]
fn however_a_split_person_is_written_it_stays_one_patient() {
    let receipts = || {
        [
            receipt("2024-05").chart("5").visit(10),
            receipt("2024-06").chart("5").name("検証　いちろう").visit(11),
            receipt("2024-06").chart("5").kana("ケンショウハジメ").visit(12),
        ]
    };
    let split = keys(receipts())[0].iter().find(|it| it.as_str().contains("イチロウ")).cloned();
    let links = Links { merged: Vec::new(), split: vec![split.unwrap()] };
    assert_snapshot!(shown_linked(receipts(), links), @"
    #5 検証　いちろう 1970-04-01 社保 2024-05-10 2024-06-11
    #5 検証　一郎 1970-04-01 社保 2024-06-12
    ");
}

#[test]
fn no_two_patients_have_a_key_in_common() {
    let receipts = [
        receipt("2024-06").born("").visit(10),
        receipt("2024-06").born("").name("検証 一郎").visit(11),
        receipt("2024-06").born("").kana("ｹﾝｼｮｳ ｲﾁﾛｳ").visit(12),
    ];
    assert_snapshot!(shown(receipts), @"#- 検証　一郎 - 社保 2024-06-10 2024-06-11 2024-06-12");
}

#[test]
fn receipts_after_the_day_asked_for_do_not_tell_who_is_who() {
    let receipts = [
        receipt("2024-05").chart("5").visit(10),
        receipt("2024-05").visit(11),
        receipt("2024-06").chart("6").visit(12),
        hanako("2024-06").chart("5").visit(13),
    ];
    let clinic = clinic([shaho("2024-07", receipts)]);
    assert_snapshot!(clinic.patients("2024-05-31"), @"#5 検証　一郎 1970-04-01 社保 2024-05-10 2024-05-11");
    assert_eq!(clinic.patients("2024-06-30").lines().count(), 6);
}
