use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::stage::Stage;

const BODY: &str =
    "{医療機関名}です。{患者氏名}様、受診の時期です。\n{返信ページ}\n配信停止はリンク先で手続きできます。";

/// Four patients at risk: one with a number, one with a mail address, one with both, one with neither.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.set_groups("one").await;
    stage.set_contact("one").await;
    stage.add_at_risk("1", Some("09023456701"), None).await;
    stage.add_at_risk("2", None, Some("kensho@example.jp")).await;
    stage.add_at_risk("3", Some("09023456703"), Some("kensho3@example.jp")).await;
    stage.add_at_risk("4", None, None).await;
    stage
}

fn to_list() -> Value {
    json!({
        "to": {"group": "htn", "status": "at_risk"},
        "subject": "受診のご案内",
        "body": BODY,
        "takes_reply": true,
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut body = to_list();
    body[field] = value;
    body
}

#[tokio::test]
async fn a_preview_shows_each_patients_text_channel_and_why() {
    let stage = stage().await;
    let preview = stage.post("/v1/sends/preview", &to_list().to_string()).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text);
    let preview = preview.json();
    let forecast = &preview["forecast"];
    assert_eq!((&forecast["n_patients"], &forecast["n_messages"]), (&4.into(), &3.into()));
    assert_eq!(forecast["by_channel"], json!({"sms": 2, "mail": 1}));
    assert_eq!(forecast["unreachable"][0]["code"], "no-address");
    // Two parts each, of 11 yen.
    assert_eq!((&forecast["n_sms_parts"], &forecast["sms_yen"]), (&4.into(), &44.into()));

    let first = &preview["examples"][0];
    assert_eq!(
        (&first["chart_number"], &first["channel"], &first["subject"]),
        (&"1".into(), &"sms".into(), &Value::Null)
    );
    assert!(first["body"].as_str().unwrap().starts_with("検証医院です。検証 1様、"), "{first}");
    assert_eq!(
        first["because"][0],
        json!({"channel": "line", "code": "no-address", "reason": "この方法の宛先が登録されていません。"})
    );
    assert_eq!(preview["examples"][1]["subject"], "受診のご案内");
    assert_eq!(
        (&preview["left_out"][0]["chart_number"], &preview["left_out"][0]["code"]),
        (&"4".into(), &"no-address".into())
    );
    assert_eq!(preview["is_sendable"], true);

    let one = stage.post("/v1/sends/preview?examples=1", &to_list().to_string()).await.json();
    assert_eq!(one["examples"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_preview_says_who_lacks_what_the_text_needs() {
    let stage = stage().await;
    let body = with("body", json!(format!("{BODY}\n次回は{{次回受診予定日}}です。")));
    let preview = stage.post("/v1/sends/preview", &body.to_string()).await.json();
    assert_eq!((&preview["forecast"]["n_missing"], &preview["forecast"]["n_messages"]), (&3.into(), &0.into()));
    let lacking = &preview["left_out"][0];
    assert_eq!((&lacking["patient"], &lacking["code"]), (&"patient-one-1".into(), &"missing-values".into()));
    assert!(lacking["reason"].as_str().unwrap().contains("次回受診予定日"), "{lacking}");
}

#[tokio::test]
async fn a_preview_of_a_pause_says_so_of_everybody() {
    let stage = stage().await;
    stage.ask("one", Method::PUT, "/v1/message-settings/pause", &[], r#"{"is_paused":true}"#).await;
    let preview = stage.post("/v1/sends/preview", &to_list().to_string()).await.json();
    assert_eq!(preview["forecast"]["unreachable"][0]["code"], "clinic-paused");
    assert_eq!(preview["forecast"]["n_messages"], 0);
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_refused_by_name() {
    let stage = stage().await;
    for (body, expected) in [
        (with("body", json!("{患者名}様")), "422 invalid-template"),
        (with("at", json!("2026-11-23T09:59")), "422 invalid-fields"),
        (with("at", json!("明日")), "422 invalid-fields"),
        (with("to", json!({"group": "none", "status": "at_risk"})), "422 invalid-fields"),
        (with("to", json!({"group": "htn", "status": "regular"})), "422 invalid-fields"),
        (with("to", json!({"group": "htn"})), "422 invalid-fields"),
        (with("to", json!({"patients": []})), "422 invalid-fields"),
        (with("to", json!({"patients": ["patient-two-1"]})), "422 invalid-fields"),
        (with("to", json!({"patients": ["C#two"]})), "422 invalid-fields"),
        (with("owner", json!(1)), "422 invalid-fields"),
    ] {
        assert_eq!(stage.post("/v1/sends/preview", &body.to_string()).await.problem(), expected, "{body}");
    }
    let unknown = with("to", json!({"patients": ["patient-one-1", "patient-two-1"]}));
    let answer = stage.post("/v1/sends/preview", &unknown.to_string()).await.json();
    assert_eq!(answer["errors"][0]["field"], "to.patients[1]");
    let unsendable = stage.post("/v1/sends/preview", &with("body", json!("受診の時期です。")).to_string()).await.json();
    assert_eq!(unsendable["is_sendable"], false);
}

#[tokio::test]
async fn patients_named_one_by_one_are_looked_at_each_once_and_in_their_order() {
    let stage = stage().await;
    let to = json!({"patients": ["patient-one-2", "patient-one-1", "patient-one-2"]});
    let preview = stage.post("/v1/sends/preview", &with("to", to).to_string()).await.json();
    let charts: Vec<&Value> = preview["examples"].as_array().unwrap().iter().map(|it| &it["chart_number"]).collect();
    assert_eq!(charts, ["2", "1"]);
}

#[tokio::test]
async fn a_message_due_in_quiet_hours_is_shown_as_held() {
    let stage = stage().await;
    // The clinic sends from 9:00 to 20:00.
    let preview = stage.post("/v1/sends/preview", &with("at", json!("2026-11-23T20:00")).to_string()).await.json();
    let forecast = &preview["forecast"];
    assert_eq!((&forecast["n_held"], &forecast["held_until"]), (&3.into(), &"2026-11-24T09:00:00".into()));
}
