//! Lists as they come out: who, in what order, with what status and why.

use insta::assert_snapshot;

use crate::{
    Answer, Freshness, RosterPerson, Rosters,
    test_clinic::{Clinic, TestReceipt, clinic, group_json, kokuho, receipt, shaho},
};

/// The lists as they are shown: counts of each group, then its rows in their order, each with its
/// reasons below it.
fn shown(clinic: &Clinic, as_of: &str, json: &str) -> String {
    clinic.dropouts(as_of, json, |folded, groups, dropouts| {
        let mut shown = Vec::new();
        for (group, count) in groups.groups.iter().zip(&dropouts.groups) {
            shown.push(format!(
                "{}: {} = {} + {} + {}, excluded {}, unknown {}",
                group.id, count.members, count.regular, count.at_risk, count.dropped_out, count.excluded, count.unknown
            ));
        }
        for member in &dropouts.members {
            let row = member.listed(folded, groups);
            let until = row.until.map_or_else(|| "-".to_owned(), |it| it.to_string());
            shown.push(format!(
                "{} #{} {} {} {:?} {}..{until}",
                row.group,
                row.chart_number.unwrap_or("-"),
                row.name,
                row.last_visit,
                row.status,
                row.since
            ));
            for it in row.because {
                shown.push(format!(
                    "  {} {} {} {}:{} {}",
                    it.condition,
                    it.code.as_deref().unwrap_or("-"),
                    it.name,
                    it.file.unwrap_or("-"),
                    it.line.map_or_else(|| "-".to_owned(), |it| it.to_string()),
                    it.date.map_or_else(|| "-".to_owned(), |it| it.to_string()),
                ));
            }
        }
        shown.join("\n")
    })
}

/// The rows of one group with `condition`, without its counts.
fn rows(clinic: &Clinic, as_of: &str, condition: &str) -> String {
    shown(clinic, as_of, &group_json(condition)).lines().skip(1).collect::<Vec<&str>>().join("\n")
}

fn patient(chart: &str, month: &str, day: i8) -> TestReceipt {
    let kana = format!("ケンショウ{}", "ア".repeat(chart.len()));
    receipt(month).chart(chart).kana(&kana).visit(day)
}

#[test]
fn a_status_lasts_through_the_day_its_span_ends_on() {
    let clinic = clinic([shaho("2024-02", [patient("1", "2024-01", 31)])]);
    for (as_of, expected) in [
        ("2024-01-31", "g #1 検証　一郎 2024-01-31 Regular 2024-01-31..2024-03-31"),
        ("2024-03-31", "g #1 検証　一郎 2024-01-31 Regular 2024-01-31..2024-03-31"),
        ("2024-04-01", "g #1 検証　一郎 2024-01-31 AtRisk 2024-04-01..2024-07-31"),
        ("2024-07-31", "g #1 検証　一郎 2024-01-31 AtRisk 2024-04-01..2024-07-31"),
        ("2024-08-01", "g #1 検証　一郎 2024-01-31 DroppedOut 2024-08-01..-"),
        ("2030-01-01", "g #1 検証　一郎 2024-01-31 DroppedOut 2024-08-01..-"),
    ] {
        assert_eq!(rows(&clinic, as_of, r#"{"all":[]}"#), expected, "{as_of}");
    }
}

#[test]
fn spans_of_months_end_with_the_month() {
    let json = group_json(r#"{"all":[]}"#).replace(r#"{"days":60}"#, r#"{"months":1}"#);
    let clinic = clinic([shaho("2023-02", [patient("1", "2023-01", 31)])]);
    let row = |as_of: &str| shown(&clinic, as_of, &json).lines().nth(1).map(str::to_owned);
    assert_eq!(row("2023-02-28").unwrap(), "g #1 検証　一郎 2023-01-31 Regular 2023-01-31..2023-02-28");
    assert_eq!(row("2023-03-01").unwrap(), "g #1 検証　一郎 2023-01-31 AtRisk 2023-03-01..2023-07-31");
}

#[test]
fn rows_come_by_group_then_last_visit_then_chart_number() {
    let receipts = [
        patient("20", "2024-06", 10),
        patient("3", "2024-06", 10).female(),
        patient("A-1", "2024-06", 9),
        receipt("2024-06").name("検証　花子").kana("ケンショウハナコ").visit(10),
    ];
    let json = r#"{"groups":[
        {"id":"z","name":"女","at_risk_after":{"days":60},"dropped_out_after":{"months":6},"match":{"sex":"female"}},
        {"id":"a","name":"皆","at_risk_after":{"days":1},"dropped_out_after":{"weeks":3},"match":{"all":[]}}]}"#;
    assert_snapshot!(shown(&clinic([shaho("2024-07", receipts)]), "2024-06-30", json), @"
    z: 1 = 1 + 0 + 0, excluded 0, unknown 0
    a: 4 = 0 + 4 + 0, excluded 0, unknown 0
    z #3 検証　一郎 2024-06-10 Regular 2024-06-10..2024-08-09
      sex - 女性 2024-07-shaho.UKE:5 -
    a #A-1 検証　一郎 2024-06-09 AtRisk 2024-06-11..2024-06-30
    a #- 検証　花子 2024-06-10 AtRisk 2024-06-12..2024-07-01
    a #20 検証　一郎 2024-06-10 AtRisk 2024-06-12..2024-07-01
    a #3 検証　一郎 2024-06-10 AtRisk 2024-06-12..2024-07-01
    ");
}

#[test]
fn a_patient_without_a_visit_is_in_no_list_and_in_no_count() {
    let clinic = clinic([shaho("2024-07", [receipt("2024-06").chart("1").n_days(Some(0))])]);
    assert_snapshot!(shown(&clinic, "2024-06-30", &group_json(r#"{"all":[]}"#)), @"g: 0 = 0 + 0 + 0, excluded 0, unknown 0");
}

#[test]
fn who_died_is_excluded_and_counted_only_where_the_condition_holds() {
    let receipts = [patient("1", "2024-06", 3).ended("8833421", 3), patient("2", "2024-06", 3).female()];
    let clinic = clinic([shaho("2024-07", receipts)]);
    assert_eq!(clinic.members("2024-06-30", r#"{"all":[]}"#), "2 excluded 1");
    assert_eq!(clinic.members("2024-06-30", r#"{"sex":"female"}"#), "2");
    assert_eq!(clinic.members("2024-06-30", r#"{"sex":"male"}"#), "excluded 1");
    assert_eq!(clinic.members("2024-05-31", r#"{"all":[]}"#), "");
}

#[test]
fn who_was_taken_out_by_staff_is_excluded_too() {
    let groups = crate::Groups::from_json(&group_json(r#"{"all":[]}"#)).unwrap();
    let clinic = clinic([shaho("2024-07", [patient("1", "2024-06", 3), patient("2", "2024-06", 4).female()])]);
    clinic.folded("2024-06-30", |folded| {
        let codes = codes::Codes::empty();
        let dropouts = crate::dropouts(folded, &groups, &codes, |it| it.chart_number == Some("1"));
        assert_eq!((dropouts.groups[0].members, dropouts.groups[0].excluded), (1, 1));
    });
}

#[test]
fn each_row_says_why_with_code_name_file_line_and_date() {
    let htn = patient("1", "2024-06", 10).disease_row("8833421,20240105,1,,,01,").procedure("113707110", &[10, 3]);
    let files = [
        shaho("2024-07", [patient("9", "2024-06", 1).female(), htn]),
        shaho("2024-07", [patient("1", "2024-06", 10).drug("620098801", &[10])]).inspection(),
        kokuho("2024-06", [patient("1", "2024-05", 7).receipt_type("1318").disease("2500015")]),
    ];
    let condition = r#"{"all":[{"disease":{"codes":["8833421"],"icd10":["E11"]}},{"procedure":{"codes":["113707110"]}},
        {"drug":{"price_list":["1149"]}},{"insurance":["employee"]},{"age":{"min":40}},{"sex":"male"},
        {"not":{"disease":{"codes":["7840024"]}}}]}"#;
    assert_snapshot!(rows(&clinic(files), "2024-07-31", condition), @"
    g #1 検証　一郎 2024-06-10 Regular 2024-06-10..2024-08-09
      disease 8833421 高血圧症 2024-07-shaho.UKE:7 2024-01-05
      disease 2500015 ２型糖尿病 2024-06-kokuho.UKE:4 2024-01-05
      procedure 113707110 生活習慣病管理料２ 2024-07-shaho.UKE:8 2024-06-10
      drug 620098801 ロキソニン錠６０ｍｇ 2024-07-shaho-tenken.UKE:4 2024-06-10
      insurance 1112 社保 2024-07-shaho.UKE:5 -
      age - 54歳 2024-07-shaho.UKE:5 1970-04-01
      sex - 男性 2024-07-shaho.UKE:5 -
    ");
}

#[test]
fn the_date_of_a_procedure_and_of_a_drug_is_its_newest_day() {
    let june = patient("1", "2024-06", 20).procedure("113707110", &[3]).procedure("113707110", &[20, 4]);
    let other_insurer = patient("1", "2024-06", 24).insurer("06132013").procedure("113707110", &[5]);
    let may =
        patient("1", "2024-05", 30).procedure("113707110", &[30]).drug("620098801", &[2]).drug("620098801", &[30]);
    let clinic = clinic([shaho("2024-07", [june, other_insurer, may])]);
    let why = |as_of, condition| rows(&clinic, as_of, condition).lines().skip(1).collect::<Vec<&str>>().join("\n");
    let procedure = r#"{"procedure":{"codes":["113707110"]}}"#;
    assert_eq!(why("2024-06-30", procedure), "  procedure 113707110 生活習慣病管理料２ 2024-07-shaho.UKE:5 2024-06-20");
    assert_eq!(why("2024-06-10", procedure), "  procedure 113707110 生活習慣病管理料２ 2024-07-shaho.UKE:9 2024-06-05");
    let drug = r#"{"drug":{"codes":["620098801"]}}"#;
    assert_eq!(why("2024-06-30", drug), "  drug 620098801 ロキソニン錠６０ｍｇ 2024-07-shaho.UKE:15 2024-05-30");
}

#[test]
fn only_conditions_that_hold_say_why() {
    let clinic = clinic([shaho("2024-07", [patient("1", "2024-06", 10).disease("8833421")])]);
    let condition = r#"{"any":[{"all":[{"disease":{"codes":["8833421"]}},{"sex":"female"}]},{"age":{"max":60}}]}"#;
    assert_snapshot!(rows(&clinic, "2024-06-30", condition), @"
    g #1 検証　一郎 2024-06-10 Regular 2024-06-10..2024-08-09
      age - 54歳 2024-07-shaho.UKE:2 1970-04-01
    ");
}

fn roster() -> Rosters {
    let person = RosterPerson {
        name: "検証 花子".to_owned(),
        kana: "ケンショウ ハナコ".to_owned(),
        birth_date: Some("1982-02-03".parse().unwrap()),
        sex: Some(receipt::Sex::Female),
    };
    let mut rosters = Rosters::default();
    rosters.people.insert("1".to_owned(), person.clone());
    rosters.people.insert("7".to_owned(), person.clone());
    rosters.people.insert("8".to_owned(), person);
    rosters.attended.insert("7".to_owned(), vec!["2024-06-12".parse().unwrap(), "2024-07-12".parse().unwrap()]);
    rosters
}

#[test]
fn people_who_only_stand_on_a_roster_are_listed_once_they_came() {
    let clinic = clinic([shaho("2024-07", [patient("1", "2024-06", 10)])]).rosters(roster());
    assert_snapshot!(clinic.patients("2024-06-30"), @"
    #1 検証　一郎 1970-04-01 社保 2024-06-10
    #7 検証 花子 1982-02-03 - 2024-06-12(appointment)
    #8 検証 花子 1982-02-03 -
    ");
    assert_snapshot!(rows(&clinic, "2024-06-30", r#"{"all":[{"sex":"female"},{"age":{"max":42}}]}"#), @"
    g #7 検証 花子 2024-06-12 Regular 2024-06-12..2024-08-11
      sex - 女性 -:- -
      age - 42歳 -:- 1982-02-03
    ");
}

#[test]
fn a_person_on_a_roster_whose_receipts_are_all_later_is_listed_by_the_roster() {
    let later = clinic([shaho("2024-09", [patient("7", "2024-08", 10)])]).rosters(roster());
    assert!(later.patients("2024-06-30").contains("#7 検証 花子 1982-02-03 - 2024-06-12(appointment)"));
    assert!(
        later
            .patients("2024-08-31")
            .contains("#7 検証　一郎 1970-04-01 社保 2024-06-12(appointment) 2024-07-12(appointment) 2024-08-10")
    );
}

#[test]
fn the_day_a_questionnaire_was_answered_is_why() {
    let mut rosters = roster();
    let answer = Answer {
        answered: "2024-06-12".parse().unwrap(),
        chief_complaint: Some("ずつう、めまい".to_owned()),
        past_history: None,
        file: "monshin.csv".to_owned(),
        line: 3,
    };
    rosters.answer("7", answer);
    let clinic = clinic([shaho("2024-07", [patient("1", "2024-06", 10)])]).rosters(rosters);
    assert_snapshot!(rows(&clinic, "2024-06-30", r#"{"chief_complaint":{"contains":["腹痛","ﾒﾏｲ"]}}"#), @"
    g #7 検証 花子 2024-06-12 Regular 2024-06-12..2024-08-11
      chief_complaint - ﾒﾏｲ monshin.csv:3 2024-06-12
    ");
}

#[test]
fn files_tell_how_far_they_reach() {
    let files = [shaho("2024-07", []), shaho("2024-05", []), kokuho("2024-06", [])];
    let freshness = Freshness::of(files.iter().map(|it| (it.payer, it.claim_month)), "2024-07-15".parse().unwrap());
    assert_eq!(
        serde_json::to_string(&freshness).unwrap(),
        r#"{"data_through":"2024-05-31","by_payer":{"shaho":"2024-06-30","kokuho":"2024-05-31"},"missing":[["shaho","2024-06"]]}"#
    );
}
