//! Who belongs to a group, a rule each: receipts and a condition in, chart numbers out.

use crate::{
    Answer, Rosters,
    test_clinic::{Clinic, TestReceipt, clinic, kokuho, receipt, shaho},
};

/// The members of a group with `condition`, as [`Clinic::members`] shows them.
#[track_caller]
fn check(clinic: &Clinic, as_of: &str, condition: &str, expected: &str) {
    assert_eq!(clinic.members(as_of, condition), expected, "{as_of} {condition}");
}

/// A receipt of patient `chart`, who is somebody else for every chart number.
fn of(chart: &str, month: &str) -> TestReceipt {
    receipt(month).chart(chart).born(&format!("19700{}01", 1 + chart.len() % 9)).visit(5)
}

fn june(receipts: impl IntoIterator<Item = TestReceipt>) -> Clinic {
    clinic([shaho("2024-07", receipts)])
}

const HTN: &str = r#"{"disease":{"codes":["8833421"]}}"#;
const I10: &str = r#"{"disease":{"icd10":["I10"]}}"#;

#[test]
fn all_of_nothing_is_everybody_and_any_of_nothing_is_nobody() {
    let clinic = june([of("1", "2024-06"), of("2", "2024-06")]);
    check(&clinic, "2024-06-30", r#"{"all":[]}"#, "1 2");
    check(&clinic, "2024-06-30", r#"{"any":[]}"#, "");
    check(&clinic, "2024-06-30", r#"{"not":{"any":[]}}"#, "1 2");
}

#[test]
fn a_disease_that_is_suspected_or_ended_is_none() {
    let clinic = june([
        of("1", "2024-06").disease("8833421"),
        of("2", "2024-06").suspected("8833421"),
        of("3", "2024-06").ended("8833421", 2),
        of("4", "2024-06").ended("8833421", 4),
        of("5", "2024-06").disease("2500015"),
        of("6", "2024-06").disease_row("8833421,20240105,1,20498002,,,"),
        of("7", "2024-06").disease_row("8833421,20240105,,2049,,,"),
    ]);
    check(&clinic, "2024-06-30", HTN, "1 7");
}

#[test]
fn one_row_of_the_newest_month_is_enough() {
    let clinic = june([
        of("1", "2024-06").suspected("8833421").disease("8833421"),
        of("2", "2024-06").suspected("8833421"),
        of("2", "2024-06").receipt_type("1118").disease("8833421"),
    ]);
    check(&clinic, "2024-06-30", HTN, "1 2");
}

#[test]
fn only_the_newest_month_of_a_code_tells() {
    let clinic = june([
        of("1", "2024-05").disease("8833421"),
        of("1", "2024-06").ended("8833421", 2),
        of("2", "2024-05").suspected("8833421"),
        of("2", "2024-06").disease("8833421"),
        // Not named again is not ended.
        of("3", "2024-05").disease("8833421"),
        of("3", "2024-06"),
    ]);
    check(&clinic, "2024-06-30", HTN, "2 3");
    check(&clinic, "2024-05-31", HTN, "1 3");
}

#[test]
fn with_icd10_each_code_is_looked_at_by_itself() {
    let clinic = june([
        of("1", "2024-05").disease("8833421"),
        of("1", "2024-06").ended("8840107", 2),
        of("2", "2024-05").disease("8833421"),
        of("2", "2024-06").ended("8833421", 2),
        of("3", "2024-06").disease("8830042"),
    ]);
    check(&clinic, "2024-06-30", I10, "1");
    // Either of two ICD-10 codes, by its beginning, in either case.
    check(&clinic, "2024-06-30", r#"{"disease":{"icd10":["n08"]}}"#, "3");
    check(&clinic, "2024-06-30", r#"{"disease":{"icd10":["E11","I10"]}}"#, "1 3");
    check(&clinic, "2024-06-30", r#"{"disease":{"icd10":["E1123"]}}"#, "");
    check(&clinic, "2024-06-30", r#"{"disease":{"codes":["8830042"],"icd10":["I1"]}}"#, "1 3");
}

#[test]
fn the_window_is_12_calendar_months_that_end_with_the_month_asked_for() {
    let clinic = june([of("1", "2023-07").disease("8833421"), of("2", "2023-06").disease("8833421")]);
    check(&clinic, "2024-05-31", HTN, "1 2");
    check(&clinic, "2024-06-01", HTN, "1");
    check(&clinic, "2024-06-30", HTN, "1");
    check(&clinic, "2024-07-01", HTN, "");
    check(&clinic, "2023-06-30", HTN, "2");
    let window = |months| format!(r#"{{"disease":{{"codes":["8833421"],"within_months":{months}}}}}"#);
    check(&clinic, "2024-06-30", &window(13), "1 2");
    check(&clinic, "2023-07-31", &window(1), "1");
}

#[test]
fn the_newest_month_of_a_disease_lies_inside_the_window() {
    let clinic = june([of("1", "2023-05").disease("8833421"), of("1", "2024-06").ended("8833421", 2)]);
    check(&clinic, "2024-06-30", HTN, "");
    check(&clinic, "2024-05-31", HTN, "");
    check(&clinic, "2024-04-30", HTN, "1");
}

#[test]
fn a_procedure_is_true_where_it_was_done_inside_the_window() {
    let clinic = june([
        of("1", "2024-06").procedure("113707110", &[5]),
        of("2", "2024-04").procedure("113707110", &[5]),
        of("3", "2024-06").procedure("112007410", &[5]),
    ]);
    check(&clinic, "2024-06-30", r#"{"procedure":{"codes":["113707110"]}}"#, "1 2");
    check(&clinic, "2024-06-30", r#"{"procedure":{"codes":["113707110"],"within_months":2}}"#, "1");
    check(&clinic, "2024-06-30", r#"{"procedure":{"codes":["113707110","112007410"],"within_months":1}}"#, "1 3");
}

const LOXONIN: &str = r#"{"drug":{"codes":["620098801"]}}"#;

#[test]
fn a_drug_is_true_where_it_was_found_by_code_or_by_its_class() {
    let clinic = june([of("1", "2024-06").drug("620098801", &[5]), of("2", "2024-06").drug("621974701", &[5])]);
    check(&clinic, "2024-06-30", LOXONIN, "1");
    check(&clinic, "2024-06-30", r#"{"drug":{"price_list":["3962"]}}"#, "2");
    check(&clinic, "2024-06-30", r#"{"drug":{"price_list":["3962002F2027","1149"]}}"#, "1 2");
}

#[test]
fn a_drug_not_found_is_unknown_where_a_month_prescribed_outside_has_no_inspection_file() {
    let clinic = june([of("1", "2024-06").prescribed(5), of("2", "2024-06").drug("620098801", &[5])]);
    check(&clinic, "2024-06-30", LOXONIN, "2 unknown 1");
    // Unknown stays unknown through `not`, and decides nothing in `all` and `any`.
    check(&clinic, "2024-06-30", &format!(r#"{{"not":{LOXONIN}}}"#), "unknown 1");
    check(&clinic, "2024-06-30", &format!(r#"{{"any":[{LOXONIN},{{"all":[]}}]}}"#), "1 2");
    check(&clinic, "2024-06-30", &format!(r#"{{"all":[{LOXONIN},{{"any":[]}}]}}"#), "");
    check(&clinic, "2024-06-30", &format!(r#"{{"all":[{LOXONIN},{{"all":[]}}]}}"#), "2 unknown 1");
}

#[test]
fn who_died_is_not_counted_as_unknown() {
    let clinic = june([of("1", "2024-06").prescribed(5), of("22", "2024-06").ended("8833421", 3)]);
    check(&clinic, "2024-06-30", LOXONIN, "unknown 1");
}

#[test]
fn a_drug_not_found_is_false_where_every_such_month_has_an_inspection_file() {
    let files = || {
        let june = || of("1", "2024-06").prescribed(5);
        [shaho("2024-07", [june()]), shaho("2024-07", [june().drug("621974701", &[5])]).inspection()]
    };
    check(&clinic(files()), "2024-06-30", LOXONIN, "");
    check(&clinic(files()), "2024-06-30", &format!(r#"{{"not":{LOXONIN}}}"#), "1");
    // A month before, prescribed outside and without one, makes it unknown while the window holds it.
    let [one, other] = files();
    let clinic = clinic([one, other, shaho("2024-06", [of("2", "2024-05").prescribed(5)])]);
    check(&clinic, "2024-06-30", LOXONIN, "unknown 2");
    check(&clinic, "2024-06-30", r#"{"drug":{"codes":["620098801"],"within_months":1}}"#, "");
    check(&clinic, "2025-05-01", LOXONIN, "");
}

#[test]
fn a_clinic_that_prescribes_nothing_outside_knows_its_drugs() {
    check(&june([of("1", "2024-06").procedure("120001210", &[5])]), "2024-06-30", LOXONIN, "");
}

#[test]
fn drugs_of_a_receipt_in_both_kinds_come_from_inspection_alone() {
    let files = [
        shaho("2024-07", [of("1", "2024-06").drug("620098801", &[5])]),
        shaho("2024-07", [of("1", "2024-06").drug("621974701", &[5]).disease("8833421")]).inspection(),
    ];
    check(&clinic(files.clone()), "2024-06-30", LOXONIN, "");
    check(&clinic(files.clone()), "2024-06-30", r#"{"drug":{"codes":["621974701"]}}"#, "1");
    check(&clinic(files), "2024-06-30", HTN, "");
}

#[test]
fn a_receipt_only_in_inspection_counts_for_diseases_and_drugs() {
    let inspected = of("1", "2024-06").drug("620098801", &[5]).disease("8833421").prescribed(5);
    let clinic = clinic([shaho("2024-07", [inspected]).inspection(), shaho("2024-07", [of("22", "2024-06")])]);
    check(&clinic, "2024-06-30", HTN, "1");
    check(&clinic, "2024-06-30", LOXONIN, "1");
}

#[test]
fn insurance_is_told_by_the_type_and_by_the_payer() {
    let clinic = clinic([
        shaho(
            "2024-07",
            [of("1", "2024-06"), of("2", "2024-06").receipt_type("1212"), of("3", "2024-06").receipt_type("9")],
        ),
        kokuho(
            "2024-07",
            [of("4", "2024-06"), of("5", "2024-06").receipt_type("1318"), of("6", "2024-06").receipt_type("1418")],
        ),
    ]);
    for (insurance, expected) in
        [("employee", "1"), ("public", "2"), ("national", "4"), ("elderly", "5"), ("retiree", "6")]
    {
        check(&clinic, "2024-06-30", &format!(r#"{{"insurance":["{insurance}"]}}"#), expected);
    }
    check(&clinic, "2024-06-30", r#"{"insurance":["elderly","employee"]}"#, "1 5");
    check(&clinic, "2024-06-30", r#"{"not":{"insurance":["public"]}}"#, "1 3 4 5 6");
}

/// The insurance of patient 1 on `as_of`.
#[track_caller]
fn check_insurance(clinic: &Clinic, as_of: &str, expected: &str) {
    let shown = clinic.folded(as_of, |it| it.patients[0].insurance.map_or("-", |it| it.name()));
    assert_eq!(shown, expected, "{as_of}");
}

#[test]
fn insurance_is_that_of_the_newest_month_then_of_the_latest_visit() {
    let chart = |month, day| receipt(month).chart("1").visit(day);
    let clinic = clinic([
        shaho("2024-07", [chart("2024-06", 20).receipt_type("1318"), chart("2024-05", 30), chart("2024-06", 3)]),
        kokuho("2024-07", [chart("2024-06", 12)]),
    ]);
    check_insurance(&clinic, "2024-05-31", "社保");
    check_insurance(&clinic, "2024-06-30", "後期高齢者");
    // What lies after the day asked for takes no part.
    check_insurance(&clinic, "2024-06-19", "国保");
    check_insurance(&clinic, "2024-06-11", "社保");
}

#[test]
fn insurance_on_one_day_is_national_first_and_then_that_of_the_first_line() {
    let chart = || receipt("2024-06").chart("1").visit(5);
    check_insurance(&clinic([shaho("2024-07", [chart()]), kokuho("2024-07", [chart()])]), "2024-06-30", "国保");
    check_insurance(&clinic([kokuho("2024-07", [chart()]), shaho("2024-07", [chart()])]), "2024-06-30", "国保");
    let elderly = || chart().receipt_type("1318").insurer("39130012");
    check_insurance(&june([elderly(), chart()]), "2024-06-30", "後期高齢者");
    check_insurance(&june([chart(), elderly()]), "2024-06-30", "社保");
}

#[test]
fn an_age_is_in_completed_years_with_both_ends_included() {
    let clinic = june([receipt("2024-01").chart("1").born("19840610").visit(5)]);
    let aged = |min, max| format!(r#"{{"age":{{"min":{min},"max":{max}}}}}"#);
    check(&clinic, "2024-06-09", &aged(39, 39), "1");
    check(&clinic, "2024-06-09", &aged(40, 74), "");
    check(&clinic, "2024-06-10", &aged(40, 74), "1");
    check(&clinic, "2024-06-10", &aged(20, 40), "1");
    check(&clinic, "2024-06-10", r#"{"age":{"max":39}}"#, "");
    check(&clinic, "2024-06-10", r#"{"age":{"min":40}}"#, "1");
    check(&june([receipt("2024-01").chart("1").born("").visit(5)]), "2024-06-10", r#"{"age":{"min":0}}"#, "");
}

#[test]
fn a_birthday_on_29_february_falls_on_the_28th_in_other_years() {
    let clinic = june([receipt("2022-01").chart("1").born("19840229").visit(5)]);
    let aged = |years| format!(r#"{{"age":{{"min":{years},"max":{years}}}}}"#);
    for (as_of, years) in [
        ("2023-02-27", 38),
        ("2023-02-28", 39),
        ("2024-02-28", 39),
        ("2024-02-29", 40),
        ("2025-02-27", 40),
        ("2025-02-28", 41),
    ] {
        check(&clinic, as_of, &aged(years), "1");
    }
}

#[test]
fn sex_is_told_by_the_newest_receipt_that_says_it() {
    let mut unreadable = of("2", "2024-06");
    unreadable.sex = "3";
    let clinic = june([of("1", "2024-06"), of("2", "2024-05").female(), unreadable]);
    check(&clinic, "2024-06-30", r#"{"sex":"male"}"#, "1");
    check(&clinic, "2024-06-30", r#"{"sex":"female"}"#, "2");
}

fn answer(answered: &str, chief_complaint: Option<&str>, past_history: Option<&str>) -> Answer {
    Answer {
        answered: answered.parse().unwrap(),
        chief_complaint: chief_complaint.map(str::to_owned),
        past_history: past_history.map(str::to_owned),
        file: "monshin.csv".to_owned(),
        line: 2,
    }
}

#[test]
fn answers_contain_words_in_any_width_and_either_kana() {
    let mut rosters = Rosters::default();
    rosters.answer("1", answer("2024-06-05", Some("朝から頭痛、　ﾒﾏｲ"), Some("高血圧（２０１５年〜）")));
    let clinic = june([of("1", "2024-06"), of("22", "2024-06")]).rosters(rosters);
    for (words, expected) in [
        (r#""頭痛""#, "1"),
        (r#""めまい""#, "1"),
        (r#""腹痛","メマイ""#, "1"),
        (r#""痛、 ﾒ""#, "1"),
        (r#""腹痛""#, ""),
        (r#""高血圧""#, ""),
    ] {
        check(&clinic, "2024-06-30", &format!(r#"{{"chief_complaint":{{"contains":[{words}]}}}}"#), expected);
    }
    check(&clinic, "2024-06-30", r#"{"past_history":{"contains":["2015"]}}"#, "1");
    check(&clinic, "2024-06-30", r#"{"not":{"past_history":{"contains":["2015"]}}}"#, "22");
}

#[test]
fn only_the_newest_answer_counts_and_none_after_the_day_asked_for() {
    let mut rosters = Rosters::default();
    rosters.answer("1", answer("2024-06-05", Some("頭痛"), None));
    rosters.answer("1", answer("2024-05-05", Some("腹痛"), None));
    rosters.answer("22", answer("2024-05-05", Some("腹痛"), None));
    rosters.answer("22", answer("2024-06-05", None, None));
    let clinic = june([of("1", "2024-05"), of("22", "2024-05")]).rosters(rosters);
    let complains = r#"{"chief_complaint":{"contains":["頭痛","腹痛"]}}"#;
    check(&clinic, "2024-06-05", complains, "1");
    check(&clinic, "2024-06-04", complains, "");
}

#[test]
fn of_answers_under_several_chart_numbers_of_a_patient_the_newest_counts() {
    let receipts = || [receipt("2024-06").chart("1").visit(5), receipt("2024-05").chart("22").visit(5)];
    let keys: Vec<crate::PersonKey> =
        june(receipts()).folded("2024-06-30", |it| it.patients.iter().map(|it| it.keys[0].clone()).collect());
    let links = crate::Links { merged: vec![(keys[0].clone(), keys[1].clone())], split: Vec::new() };
    let check_complains = |answers: [(&str, &str, &str); 2], word: &str, expected: &str| {
        let mut rosters = Rosters::default();
        for (chart, day, complaint) in answers {
            rosters.answer(chart, answer(day, Some(complaint), None));
        }
        let clinic = june(receipts()).links(links.clone()).rosters(rosters);
        check(&clinic, "2024-06-30", &format!(r#"{{"chief_complaint":{{"contains":["{word}"]}}}}"#), expected);
    };
    let later_under_22 = [("1", "2024-05-04", "腹痛"), ("22", "2024-05-05", "頭痛")];
    check_complains(later_under_22, "頭痛", "1");
    check_complains(later_under_22, "腹痛", "");
    check_complains([("1", "2024-05-05", "腹痛"), ("22", "2024-05-04", "頭痛")], "腹痛", "1");
    check_complains([("1", "2024-07-05", "腹痛"), ("22", "2024-05-04", "頭痛")], "頭痛", "1");
}
