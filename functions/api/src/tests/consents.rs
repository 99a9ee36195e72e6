use axum::http::{Method, StatusCode};
use delivery::Channel;
use jiff::civil::date;
use ledger::{AddressKey, AddressRow, LastSent};
use serde_json::{Value, json};

use super::{
    message_stage::message_id,
    stage::{Answer, Stage, TODAY, clinic_id, patient_id},
};

const PATIENT: &str = "/v1/patients/patient-one-45";

/// 花子 with a mobile number.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.add_patients("one", "検証").await;
    stage.add_phone("one", "45", "09023456701").await;
    stage
}

async fn consent(stage: &Stage, channel: &str, given_on: &str) -> Answer {
    let body = json!({"channel": channel, "given_on": given_on, "source": "paper", "record": "同意書 12"});
    stage.post(&format!("{PATIENT}/consents"), &body.to_string()).await
}

async fn opt_out(stage: &Stage, body: &Value) -> Answer {
    stage.post(&format!("{PATIENT}/opt-out"), &body.to_string()).await
}

async fn lift(stage: &Stage, body: &Value) -> Answer {
    stage.post(&format!("{PATIENT}/suppressions/lift"), &body.to_string()).await
}

/// What keeps messages away on `channel`.
fn refusals(consents: &Value, channel: &str) -> Vec<String> {
    let channels = consents["channels"].as_array().unwrap();
    let found = channels.iter().find(|it| it["channel"] == channel).unwrap();
    found["refusals"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
}

async fn suppressions(stage: &Stage) -> Vec<String> {
    let page = stage.get("/v1/suppressions").await.json();
    let shown = |it: &Value| {
        let text = |field: &str| it[field].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {}", text("name"), text("channel"), text("code"), it["can_lift"])
    };
    page["suppressions"].as_array().unwrap().iter().map(shown).collect()
}

#[tokio::test]
async fn a_consent_on_paper_opens_its_channel_and_is_kept_as_proof() {
    let stage = stage().await;
    let before = stage.get(&format!("{PATIENT}/consents")).await.json();
    assert_eq!(refusals(&before, "sms"), ["no-consent"]);
    assert_eq!((&before["channels"][1]["has_address"], &before["said"]), (&true.into(), &json!([])));

    let after = consent(&stage, "sms", "2026-11-20").await;
    assert_eq!(after.status, StatusCode::CREATED, "{}", after.text);
    let after = after.json();
    assert_eq!(refusals(&after, "sms"), [""; 0]);
    assert_eq!(refusals(&after, "mail"), ["no-consent"]);
    let said = &after["said"][0];
    assert_eq!((&said["said"], &said["record"]), (&"agreed".into(), &"同意書 12".into()));
    let log = stage.get("/v1/staff-log").await.json();
    assert_eq!(log["acts"][0]["act"], json!({"consent_recorded": {"patient": "patient-one-45", "channel": "sms"}}));
    assert_eq!(log["acts"][0]["by"]["name"], "検証");
}

#[tokio::test]
async fn a_refusal_is_taken_back_by_a_consent_of_a_later_day_alone() {
    let stage = stage().await;
    consent(&stage, "sms", "2026-11-20").await;
    let stopped = opt_out(&stage, &json!({"channel": "sms", "note": "電話で"})).await;
    assert_eq!(stopped.status, StatusCode::CREATED, "{}", stopped.text);
    assert_eq!(refusals(&stopped.json(), "sms"), ["opted-out"]);
    assert_eq!(suppressions(&stage).await, ["検証　花子 sms opted-out false"]);

    // Today is the 23rd.
    for given_on in ["2026-11-20", "2026-11-23"] {
        let refused = consent(&stage, "sms", given_on).await;
        assert_eq!(refused.problem(), "409 opted-out-since", "{given_on}");
    }
    assert_eq!(
        lift(&stage, &json!({"code": "opted-out", "channel": "sms", "note": "?"})).await.problem(),
        "409 own-refusal"
    );
    assert_eq!(suppressions(&stage).await, ["検証　花子 sms opted-out false"]);

    // As if it had been told three days ago.
    let mut reach = stage.ledger.reach_of(&clinic_id("one"), &patient_id("one", "45")).await.unwrap();
    reach.row.channels_opted_out_on = [(Channel::Sms, date(2026, 11, 20))].into();
    assert!(stage.ledger.save_reach(&clinic_id("one"), &reach.row, reach.version).await.unwrap());
    assert_eq!(consent(&stage, "sms", "2026-11-20").await.problem(), "409 opted-out-since");
    let opened = consent(&stage, "sms", "2026-11-21").await.json();
    assert_eq!(refusals(&opened, "sms"), [""; 0]);
    assert_eq!(suppressions(&stage).await, [""; 0]);
    assert_eq!(opened["said"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_refusal_of_everything_closes_every_channel() {
    let stage = stage().await;
    consent(&stage, "sms", "2026-11-20").await;
    let stopped = opt_out(&stage, &json!({})).await.json();
    for channel in ["line", "sms", "mail"] {
        assert!(refusals(&stopped, channel).contains(&"opted-out-of-all".to_owned()), "{channel}");
    }
    assert_eq!(suppressions(&stage).await, ["検証　花子 - opted-out-of-all false"]);
}

#[tokio::test]
async fn what_is_no_consent_is_refused_by_name() {
    let stage = stage().await;
    for (field, value) in [
        ("channel", json!("fax")),
        ("given_on", json!("2026-11-24")),
        ("given_on", json!("昨日")),
        ("source", json!("page")),
        ("record", json!(" ")),
    ] {
        let mut body = json!({"channel": "sms", "given_on": "2026-11-20", "source": "paper", "record": "12"});
        body[field] = value;
        let answer = stage.post(&format!("{PATIENT}/consents"), &body.to_string()).await;
        assert_eq!(answer.problem(), "422 invalid-fields", "{body}");
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
    assert_eq!(stage.post("/v1/patients/none/consents", "{}").await.problem(), "404 not-found");
}

#[tokio::test]
async fn a_repeat_with_its_key_keeps_one_record() {
    let stage = stage().await;
    let body = json!({"channel": "sms", "given_on": "2026-11-20", "source": "spoken", "record": "受付で"}).to_string();
    for _repeat in 0..2 {
        let path = format!("{PATIENT}/consents");
        let answer = stage.ask("one", Method::POST, &path, &[("Idempotency-Key", "k")], &body).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
    assert_eq!(stage.get(&format!("{PATIENT}/consents")).await.json()["said"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn staff_lift_a_complaint_once_they_have_asked() {
    let stage = stage().await;
    let complaint = json!({"code": "complained", "note": "電話で確認"});
    assert_eq!(lift(&stage, &complaint).await.problem(), "409 not-suppressed");
    let mut reach = stage.ledger.reach_of(&clinic_id("one"), &patient_id("one", "45")).await.unwrap();
    reach.row.has_complained = true;
    assert!(stage.ledger.save_reach(&clinic_id("one"), &reach.row, reach.version).await.unwrap());
    assert_eq!(suppressions(&stage).await, ["検証　花子 - complained true"]);

    assert_eq!(lift(&stage, &json!({"code": "complained"})).await.problem(), "422 invalid-fields");
    let lifted = lift(&stage, &complaint).await;
    assert_eq!(lifted.status, StatusCode::OK, "{}", lifted.text);
    assert_eq!(suppressions(&stage).await, [""; 0]);
    let log = stage.get("/v1/staff-log").await.json();
    let expected = json!({"patient": "patient-one-45", "refusal": "complained", "channel": null});
    assert_eq!(log["acts"][0]["act"]["suppression_lifted"], expected);
    assert_eq!(log["acts"][0]["note"], "電話で確認");
}

#[tokio::test]
async fn staff_lift_what_became_of_an_address_but_not_what_its_owner_refused() {
    let stage = stage().await;
    let key = AddressKey::new(b"secret", &clinic_id("one"), Channel::Sms, "+819023456701");
    let last_sent = LastSent { on: TODAY, patient: patient_id("one", "45"), message: message_id('a') };
    let row = AddressRow {
        bounced_on: Some(date(2026, 11, 1)),
        wrong_person_on: Some(date(2026, 11, 2)),
        opted_out_on: Some(date(2026, 11, 3)),
        last_sent: Some(last_sent),
        ..AddressRow::new(key)
    };
    assert!(stage.ledger.save_address(&clinic_id("one"), &row, 0).await.unwrap());
    let of = |it: &str| format!("検証　花子 sms {it}");
    let all = ["opted-out false", "wrong-person true", "bounced true"].map(of);
    assert_eq!(suppressions(&stage).await, all);

    let body = |code: &str| json!({"code": code, "channel": "sms", "note": "電話で確認"});
    assert_eq!(lift(&stage, &json!({"code": "bounced", "note": "?"})).await.problem(), "422 invalid-fields");
    for code in ["bounced", "wrong-person"] {
        assert_eq!(lift(&stage, &body(code)).await.status, StatusCode::OK, "{code}");
        assert_eq!(lift(&stage, &body(code)).await.problem(), "409 not-suppressed", "{code}");
    }
    for code in ["opted-out", "blocked", "died", "no-consent"] {
        assert_eq!(lift(&stage, &body(code)).await.problem(), "409 own-refusal", "{code}");
    }
    assert_eq!(suppressions(&stage).await, [of("opted-out false")]);
}

#[tokio::test]
async fn suppressions_are_paged() {
    let stage = stage().await;
    opt_out(&stage, &json!({"channel": "sms"})).await;
    opt_out(&stage, &json!({"channel": "mail"})).await;
    let first = stage.get("/v1/suppressions?limit=1").await.json();
    let next = stage.get(&format!("/v1/suppressions?limit=1&cursor={}", first["next"].as_str().unwrap())).await.json();
    let codes = |it: &Value| (it["suppressions"][0]["channel"].clone(), it["suppressions"].as_array().unwrap().len());
    assert_eq!((codes(&first), codes(&next)), ((json!("sms"), 1), (json!("mail"), 1)));
    assert_eq!(next["next"], Value::Null);
}
