//! The twelve timings: from facts to trigger dates.

use serde_json::{Value, json};

use super::{test_patient::*, *};

/// The triggers of `timing`: the date, and the day behind it where that is another.
#[track_caller]
fn check(timing: Value, facts: &PatientFacts, expected: &str) {
    let include = timing["kind"] == "joined_group" && timing["group"] == "old";
    let delivery = delivery(json!({"timing": timing, "include_existing": include}));
    let shown = delivery.timing.triggers(facts, day("2026-11-01"), include).map(|it| match it.basis == it.date {
        true => it.date.to_string(),
        false => format!("{} of {}", it.date, it.basis),
    });
    assert_eq!(shown.collect::<Vec<String>>().join(", "), expected);
}

fn facts() -> PatientFacts {
    let member = |group: &str, joined_on: Option<&str>| Membership {
        group: group.to_owned(),
        joined_on: joined_on.map(day),
        at_risk_on: day("2026-12-20"),
    };
    let disease = |code, started: &str| DiseaseStart { code, started: day(started) };
    let drug = |code, days: &[&str], supply_days| DrugDays { code, days: days_of(days), supply_days };
    PatientFacts {
        first_visit: Some(day("2025-04-01")),
        last_visits: Some(days_of(&["2026-10-02", "2026-10-20"])),
        diseases: vec![disease(8_833_421, "2020-01-10"), disease(2_500_015, "2026-09-01"), disease(1, "2026-10-30")],
        procedures: vec![
            ProcedureDays { code: PROCEDURE, days: days_of(&["2026-10-02", "2026-10-20"]) },
            ProcedureDays { code: 1, days: days_of(&["2026-10-30"]) },
        ],
        drugs: vec![
            drug(620_098_801, &["2026-10-20"], 28),
            drug(621_974_701, &["2026-10-20"], 30),
            drug(1, &["2026-10-30"], 9),
        ],
        appointments: vec![day("2026-10-25"), day("2026-11-17"), day("2026-12-15")],
        answered_on: Some(day("2026-10-05")),
        profile_updated_on: Some(day("2026-10-06")),
        replied_on: None,
        memberships: vec![member("old", None), member("new", Some("2026-11-05")), member("early", Some("2026-10-05"))],
    }
}

#[test]
fn each_timing_reads_its_own_facts() {
    let facts = facts();
    let kinds: Vec<&str> = TimingKind::ALL.iter().map(|it| it.as_str()).collect();
    assert_eq!(kinds.len(), 12);
    check(json!({"kind": "answered_questionnaire"}), &facts, "2026-10-05");
    check(json!({"kind": "profile_updated"}), &facts, "2026-10-06");
    check(json!({"kind": "disease_started", "codes": ["8833421"]}), &facts, "2020-01-10");
    check(json!({"kind": "disease_started", "codes": ["8833421", "2500015"]}), &facts, "2026-09-01");
    check(json!({"kind": "procedure_done", "codes": ["113707110"]}), &facts, "2026-10-20");
    check(json!({"kind": "drug_prescribed", "codes": ["620098801"]}), &facts, "2026-10-20");
    check(json!({"kind": "drug_runs_out", "codes": ["620098801"]}), &facts, "2026-11-17 of 2026-10-20");
    check(json!({"kind": "next_visit"}), &facts, "2026-10-25, 2026-11-17, 2026-12-15");
    check(json!({"kind": "first_visit"}), &facts, "2025-04-01");
    check(json!({"kind": "manual"}), &facts, "");
    check(json!({"kind": "scheduled_at", "at": "2026-12-01T10:00"}), &facts, "2026-12-01");
    check(json!({"kind": "became_at_risk", "group": "new"}), &facts, "2026-12-20 of 2026-10-20");
}

#[test]
fn of_several_drugs_of_one_day_the_last_to_run_out_counts() {
    let codes = json!({"kind": "drug_runs_out", "codes": ["620098801", "621974701"]});
    check(codes, &facts(), "2026-11-19 of 2026-10-20");
}

#[test]
fn members_from_before_join_only_where_the_delivery_asks_for_them() {
    let joined = |group: &str| json!({"kind": "joined_group", "group": group});
    check(joined("new"), &facts(), "2026-11-05");
    check(joined("early"), &facts(), "");
    check(joined("nobody"), &facts(), "");
    // The check includes existing members of this group alone: they join on the day it starts.
    check(joined("old"), &facts(), "2026-11-01");
}

#[test]
fn a_patient_without_facts_sets_nothing_off() {
    let nothing = PatientFacts::default();
    for kind in ["answered_questionnaire", "profile_updated", "next_visit", "first_visit", "manual"] {
        check(json!({"kind": kind}), &nothing, "");
    }
    for (kind, code) in
        [("disease_started", "8833421"), ("procedure_done", "113707110"), ("drug_runs_out", "620098801")]
    {
        check(json!({"kind": kind, "codes": [code]}), &nothing, "");
    }
}

#[test]
fn what_staff_typed_stands_for_the_next_appointments() {
    let typed = |text: Option<&str>| {
        let mut facts = facts();
        facts.take_typed_next_visit(text.map(day), day("2026-11-10"));
        facts.appointments.iter().map(ToString::to_string).collect::<Vec<String>>().join(", ")
    };
    assert_eq!(typed(None), "2026-10-25, 2026-11-17, 2026-12-15");
    assert_eq!(typed(Some("2026-11-09")), "2026-10-25, 2026-11-17, 2026-12-15");
    assert_eq!(typed(Some("2026-11-24")), "2026-10-25, 2026-11-24");
}

#[test]
fn only_timings_that_need_them_ask_for_inspection_receipts() {
    let phase_2 = ClinicSources { phase: 2, has_inspection_receipts: false };
    let check = |timing: Value, sources: &ClinicSources, expected: &[StartRefusal]| {
        assert_eq!(start_refusals(&delivery(json!({"timing": timing})), sources), expected);
    };
    let drug = |kind: &str| json!({"kind": kind, "codes": ["620098801"]});
    check(drug("drug_prescribed"), &phase_2, &[StartRefusal::NoInspectionReceipts]);
    check(drug("drug_runs_out"), &phase_2, &[StartRefusal::NoInspectionReceipts]);
    check(drug("drug_runs_out"), &ClinicSources { has_inspection_receipts: true, ..phase_2 }, &[]);
    check(json!({"kind": "first_visit"}), &phase_2, &[]);
    check(json!({"kind": "first_visit"}), &ClinicSources { phase: 1, ..phase_2 }, &[StartRefusal::Phase]);
    assert!(StartRefusal::Phase.to_string().contains("フェーズ2"));
}

#[test]
fn facts_are_asked_for_only_by_code() {
    let wanted = WantedCodes::of([
        &delivery(json!({"timing": {"kind": "drug_runs_out", "codes": ["620098801"]}})),
        &delivery(after_procedure(json!({}))),
    ]);
    assert!(wanted.diseases.is_none() && !wanted.procedures.is_none());
    assert!(wanted.drugs.wants(620_098_801) && !wanted.drugs.wants(PROCEDURE) && WantedCodes::ALL.drugs.wants(1));
    assert!(!format!("{:?}", facts()).contains("2026"), "days of treatment belong into no log");
}
