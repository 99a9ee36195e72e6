//! What step deliveries look at, from claim files and rosters.

use std::collections::BTreeSet;

use delivery::{Joined, Wanted, WantedCodes};
use insta::assert_snapshot;
use jiff::civil::Date;

use crate::{
    Rosters, roster,
    test_clinic::{Clinic, TestReceipt, clinic, group_json, kokuho, receipt, shaho},
};

/// The facts of each patient, every code of which is wanted, a line each.
fn shown(clinic: &Clinic, as_of: &str) -> String {
    let wanted = WantedCodes {
        diseases: Wanted::All,
        procedures: Wanted::These(BTreeSet::from([113_707_110])),
        drugs: Wanted::These(BTreeSet::from([620_098_801])),
    };
    let json = group_json(r#"{"disease":{"codes":["8833421"]}}"#);
    clinic.dropouts(as_of, &json, |folded, groups, lists| {
        let joined = Joined { on: as_of.parse().ok(), left_on: None };
        let facts = folded.delivery_facts(&wanted, groups, lists, |_, _| Some(joined));
        let date = |it: Option<Date>| it.map_or_else(|| "-".to_owned(), |it| it.to_string());
        let mut shown = Vec::new();
        for (patient, facts) in folded.patients.iter().zip(facts) {
            shown.push(format!(
                "#{} visits {}..{}",
                patient.chart_number.unwrap_or("-"),
                date(facts.first_visit),
                date(facts.last_visit())
            ));
            let diseases = facts.diseases.iter().map(|it| format!("  disease {} {}", it.code, it.started));
            shown.extend(diseases);
            shown.extend(facts.procedures.iter().map(|it| format!("  procedure {} {}", it.code, it.days.last())));
            let drugs =
                facts.drugs.iter().map(|it| format!("  drug {} {} for {}", it.code, it.days.last(), it.supply_days));
            shown.extend(drugs);
            let days: Vec<String> = facts.appointments.iter().map(ToString::to_string).collect();
            shown.extend((!days.is_empty()).then(|| format!("  booked {}", days.join(", "))));
            let said = (facts.answered_on, facts.profile_updated_on);
            shown.extend(
                (said != (None, None)).then(|| format!("  answered {} updated {}", date(said.0), date(said.1))),
            );
            let of = |it: &delivery::Membership| {
                format!("  in {} since {} at risk {}", it.group, date(it.joined_on), it.at_risk_on)
            };
            shown.extend(facts.memberships.iter().map(of));
        }
        shown.join("\n")
    })
}

fn patient(month: &str) -> TestReceipt {
    receipt(month).chart("1")
}

#[test]
fn the_newest_month_of_each_code_counts() {
    let clinic = clinic([
        shaho("2026-10", [patient("2026-09").visit(3).visit(17).disease("8833421").procedure("113707110", &[3, 17])]),
        shaho("2026-11", [patient("2026-10").visit(8).disease("2500015").procedure("113707110", &[8])]),
    ]);
    assert_snapshot!(shown(&clinic, "2026-11-01"), @r"
    #1 visits 2026-09-03..2026-10-08
      disease 2500015 2024-01-05
      disease 8833421 2024-01-05
      procedure 113707110 2026-10-08
      in g since 2026-11-01 at risk 2026-12-08
    ");
    // Nothing later than the day takes part, within a month either.
    assert_snapshot!(shown(&clinic, "2026-10-07"), @r"
    #1 visits 2026-09-03..2026-09-17
      disease 2500015 2024-01-05
      disease 8833421 2024-01-05
      procedure 113707110 2026-09-17
      in g since 2026-10-07 at risk 2026-11-17
    ");
    assert_snapshot!(shown(&clinic, "2026-09-10"), @r"
    #1 visits 2026-09-03..2026-09-03
      disease 8833421 2024-01-05
      procedure 113707110 2026-09-03
      in g since 2026-09-10 at risk 2026-11-03
    ");
}

#[test]
fn a_disease_that_is_only_suspected_or_has_ended_sets_nothing_off() {
    let ended = patient("2026-10").visit(8).ended("8833421", 2).suspected("2500015");
    let clinic = clinic([
        shaho("2026-10", [patient("2026-09").visit(3).disease("8833421").disease("2500015")]),
        shaho("2026-11", [ended]),
    ]);
    assert_snapshot!(shown(&clinic, "2026-11-01"), @"#1 visits 2026-09-03..2026-10-08");
    let started_later = patient("2026-10").visit(8).disease_row("8833421,20261007,1,,,,").disease("8833421");
    let clinic = crate::test_clinic::clinic([kokuho("2026-11", [started_later])]);
    assert_snapshot!(shown(&clinic, "2026-11-01"), @r"
    #1 visits 2026-10-08..2026-10-08
      disease 8833421 2024-01-05
      disease 8833421 2026-10-07
      in g since 2026-11-01 at risk 2026-12-08
    ");
}

#[test]
fn the_times_of_a_drug_are_its_days_of_supply_shared_among_its_prescriptions() {
    let prescribed = |days: &[i8], times: u16| {
        let mut receipt = patient("2026-10").visit(8).prescribed(8).drug("620098801", days);
        let columns = &mut receipt.services.last_mut().unwrap().1;
        *columns = format!("21,1,620098801,1,0,{times}");
        shown(&clinic([shaho("2026-11", [receipt]).inspection()]), "2026-11-01")
    };
    assert_snapshot!(prescribed(&[8], 28), @r"
    #1 visits 2026-10-08..2026-10-08
      drug 620098801 2026-10-08 for 28
    ");
    assert_snapshot!(prescribed(&[8, 22], 28), @r"
    #1 visits 2026-10-08..2026-10-08
      drug 620098801 2026-10-22 for 14
    ");
}

#[test]
fn rosters_tell_what_is_booked_answered_and_updated_as_of_the_day() {
    let mut rosters = Rosters::default();
    for text in [
        "診察券番号,氏名,最終更新日\n1,検証一郎,2026/10/05\n2,検証二郎,2026/11/20\n",
        "診察券番号,予約日,来院状況\n1,2026/10/08,来院\n1,2026/11/24,予約\n2,2026/11/05,予約\n2,2026/11/06,キャンセル\n",
        "診察券番号,回答日,主訴\n1,2026/10/01,頭痛\n1,2026/11/10,頭痛\n",
    ] {
        rosters.add("r.csv", &roster::read(text.as_bytes()).unwrap());
    }
    let clinic = clinic([shaho("2026-11", [patient("2026-10").visit(2)])]).rosters(rosters);
    assert_snapshot!(shown(&clinic, "2026-11-09"), @r"
    #1 visits 2026-10-02..2026-10-08
      booked 2026-11-24
      answered 2026-10-01 updated 2026-10-05
    #2 visits -..-
      booked 2026-11-05
    ");
    assert_snapshot!(shown(&clinic, "2026-11-20"), @r"
    #1 visits 2026-10-02..2026-10-08
      booked 2026-11-24
      answered 2026-11-10 updated 2026-10-05
    #2 visits -..-
      booked 2026-11-05
      answered - updated 2026-11-20
    ");
    clinic.folded("2026-11-20", |folded| {
        assert_eq!(folded.attended_through(), "2026-10-08".parse().ok());
        assert!(!folded.has_inspection_receipts());
    });
}
