//! What settings mean, and which mean nothing.

use serde_json::{Value, json};

use super::{test_patient::*, *};

#[track_caller]
fn refused(settings: Value, expected: &str) {
    let mut all = json!({"id": "d", "name": "試験", "target": "everyone", "timing": {"kind": "first_visit"}});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let refused = StepDelivery::new(&serde_json::from_value(all).unwrap()).unwrap_err().to_string();
    assert!(refused.contains(expected), "{refused}");
}

#[test]
fn what_can_never_be_sent_or_meant_is_refused_in_japanese() {
    refused(json!({"id": "予約"}), "配信のID「予約」は使えません");
    refused(json!({"name": " "}), "名前は1文字から60文字");
    refused(json!({"offset": {"days": -1}}), "next_visit と drug_runs_out だけです");
    refused(json!({"offset": {"months": 200}}), "約10年以内");
    refused(json!({"grace_days": 31}), "30日以内");
    refused(json!({"include_existing": true}), "joined_group でだけ");
    refused(json!({"timing": {"kind": "next_visit"}, "exit": ["booked"]}), "誰にも送られません");
    refused(json!({"timing": {"kind": "procedure_done"}}), "procedure_done には codes が必要です");
    refused(json!({"timing": {"kind": "first_visit", "codes": ["113707110"]}}), "first_visit に codes は使えません");
    refused(json!({"timing": {"kind": "procedure_done", "codes": ["8833421"]}}), "codesは9桁の数字");
    refused(json!({"timing": {"kind": "disease_started", "codes": ["113707110"]}}), "codesは7桁の数字");
    refused(json!({"timing": {"kind": "became_at_risk"}}), "became_at_risk には group が必要です");
    refused(json!({"timing": {"kind": "scheduled_at", "at": "2026-12-01"}}), "2026-12-01T10:00 の形");
    refused(json!({"interval": {"every": {"days": 7}}}), "max（送る回数）も指定");
    refused(json!({"interval": {"every": {"days": 0}, "max": 3}}), "1日以上");
    refused(json!({"interval": {"every": {"days": 7}, "max": 0}}), "1から520");
    refused(json!({"interval": {"per": "ever", "max": 3}}), "どれかにしてください");
    refused(json!({"body": "{患者指名}"}), "本文");
}

#[test]
fn unknown_keys_are_errors_at_every_depth() {
    let base = json!({"id": "d", "name": "試験", "target": "everyone", "timing": {"kind": "first_visit"}});
    for (path, key) in [("", "ofset"), ("/timing", "code")] {
        let mut settings = base.clone();
        settings.pointer_mut(path).unwrap()[key] = json!(1);
        let refused = serde_json::from_value::<DeliverySettings>(settings).unwrap_err().to_string();
        assert!(refused.contains(&format!("unknown field `{key}`")), "{refused}");
    }
    assert!(serde_json::from_value::<IntervalSettings>(json!({"each": {"days": 1}})).is_err());
    assert!(serde_json::from_value::<TimingKind>(json!("birthday")).is_err());
}

#[test]
fn settings_survive_being_kept() {
    let settings = json!({
        "id": "d", "name": "試験", "target": "g", "timing": {"kind": "became_at_risk", "group": "g"},
        "offset": {"weeks": 1}, "interval": {"every": {"months": 1}, "max": 3}, "exit": ["visited", "booked"],
        "start": "2026-12-01", "grace_days": 3, "include_existing": false, "approval": "person", "reply": true,
        "subject": "お知らせ", "body": "{医療機関名}です。",
    });
    let kept: DeliverySettings = serde_json::from_value(settings.clone()).unwrap();
    assert_eq!(serde_json::to_value(&kept).unwrap(), settings);
    let delivery = StepDelivery::new(&kept).unwrap();
    assert_eq!(delivery.interval, Interval::Every { every: japan::Span::Months(1), max: 3 });
    assert_eq!(delivery.interval.n_messages(), 3);
    assert_eq!(delivery.target, Target::Group("g".to_owned()));
}

#[test]
fn only_a_booked_send_names_its_time() {
    let at = |timing: Value| delivery(json!({"timing": timing})).time().map(|it| it.to_string());
    assert_eq!(at(json!({"kind": "scheduled_at", "at": "2026-12-01T09:30"})).as_deref(), Some("09:30:00"));
    assert_eq!(at(json!({"kind": "first_visit"})), None);
}

#[test]
fn rows_can_be_kept_and_read_again() {
    let patient = TestPatient::new(after_procedure(json!({})), done(PROCEDURE, &["2026-11-04"]));
    let mut rows = patient.rows(day("2026-11-04"));
    for reason in PlanReason::all() {
        rows[0].reason = reason;
        let kept = serde_json::to_string(&rows[0]).unwrap();
        assert_eq!(serde_json::from_str::<PlanRow>(&kept).unwrap(), rows[0]);
    }
}
