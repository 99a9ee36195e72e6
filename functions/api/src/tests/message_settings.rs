use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::stage::{Answer, Stage};

fn settings() -> Value {
    json!({
        "order": ["mail", "sms"],
        "hours": {"quiet": {"from": "19:00:00", "until": "08:30:00"}, "closed_weekdays": ["sunday"]},
        "patient_cap": {"max": 2, "days": 7},
        "day_cap": 300,
        "contact": "東京都千代田区1-1 検証医院 03-1234-5678",
        "reply_to": "clinic@example.jp",
        "sites": ["www.clinic.example"],
        "second_approver_above": 50,
    })
}

async fn put(stage: &Stage, tag: &str, body: &Value) -> Answer {
    stage.ask("one", Method::PUT, "/v1/message-settings", &[("If-Match", tag)], &body.to_string()).await
}

#[tokio::test]
async fn settings_are_written_over_the_version_that_was_read_with_who_did_it() {
    let stage = Stage::new().await;
    let default = stage.get("/v1/message-settings").await;
    assert_eq!(default.headers[header::ETAG], "\"0\"");
    assert_eq!(
        (&default.json()["order"], &default.json()["is_paused"]),
        (&json!(["line", "sms", "mail"]), &false.into())
    );

    let set = put(&stage, "\"0\"", &settings()).await;
    assert_eq!((set.status, &set.headers[header::ETAG]), (StatusCode::OK, &"\"1\"".parse().unwrap()), "{}", set.text);
    for (field, value) in settings().as_object().unwrap().iter().filter(|it| it.0 != "hours") {
        assert_eq!(set.json()[field], *value, "{field}");
    }
    assert_eq!(stage.get("/v1/message-settings").await.json(), set.json());
    assert_eq!(put(&stage, "\"0\"", &settings()).await.problem(), "412 precondition-failed");
    let without = stage.ask("one", Method::PUT, "/v1/message-settings", &[], &settings().to_string()).await;
    assert_eq!(without.problem(), "428 precondition-required");

    let log = stage.get("/v1/staff-log").await.json();
    assert_eq!(log["acts"].as_array().unwrap().len(), 1, "{log}");
    let by = json!({"name": "検証", "is_person": true});
    assert_eq!((&log["acts"][0]["act"], &log["acts"][0]["by"]), (&"settings_saved".into(), &by));
}

#[tokio::test]
async fn settings_with_which_nothing_could_be_sent_are_refused_by_name() {
    let stage = Stage::new().await;
    for (field, value) in [
        ("order", json!([])),
        ("order", json!(["mail", "mail"])),
        ("hours", json!({"quiet": {"from": "09:00:00", "until": "09:00:00"}})),
        ("contact", json!(" ")),
        ("contact", json!("長".repeat(501))),
        ("reply_to", json!("clinic")),
        ("sites", json!(["https://www.clinic.example/"])),
    ] {
        let mut body = settings();
        body[field] = value;
        let answer = put(&stage, "\"0\"", &body).await;
        assert_eq!(answer.problem(), "422 invalid-fields", "{body}");
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
    for (field, value) in
        [("order", json!(["fax"])), ("patient_cap", json!({"max": 0, "days": 1})), ("owner", json!(1))]
    {
        let mut body = settings();
        body[field] = value;
        assert_eq!(put(&stage, "\"0\"", &body).await.problem(), "422 invalid-fields", "{body}");
    }
}

#[tokio::test]
async fn the_kill_switch_asks_for_no_version_and_keeps_everything_else() {
    let stage = Stage::new().await;
    assert_eq!(put(&stage, "\"0\"", &settings()).await.status, StatusCode::OK);
    let pause = async |is_paused: bool| {
        let body = json!({"is_paused": is_paused, "note": "誤送信のおそれ"}).to_string();
        stage.ask("one", Method::PUT, "/v1/message-settings/pause", &[], &body).await
    };
    for _repeat in 0..2 {
        assert_eq!(pause(true).await.json(), json!({"is_paused": true, "is_all_paused": false}));
    }
    let found = stage.get("/v1/message-settings").await.json();
    assert_eq!((&found["is_paused"], &found["day_cap"]), (&true.into(), &300.into()));
    // Changing the rest does not let sending go on.
    assert_eq!(put(&stage, "\"2\"", &settings()).await.json()["is_paused"], true);
    assert_eq!(pause(false).await.json()["is_paused"], false);

    let log = stage.get("/v1/staff-log").await.json();
    let shown = |it: &Value| format!("{} {}", it["act"].as_str().unwrap(), it["note"].as_str().unwrap());
    // All at one moment here, so in no order.
    let mut acts: Vec<String> = log["acts"].as_array().unwrap().iter().map(shown).collect();
    acts.sort_unstable();
    assert_eq!(acts, ["paused 誤送信のおそれ", "resumed 誤送信のおそれ", "settings_saved ", "settings_saved "]);
}

#[tokio::test]
async fn that_the_operator_stopped_all_is_shown() {
    let stage = Stage::new().await;
    stage.ledger.pause_all(true).await.unwrap();
    assert_eq!(stage.get("/v1/message-settings").await.json()["is_all_paused"], true);
}

#[tokio::test]
async fn the_log_is_paged_the_newest_first() {
    let stage = Stage::new().await;
    for version in 0..3 {
        assert_eq!(put(&stage, &format!("\"{version}\""), &settings()).await.status, StatusCode::OK);
    }
    let first = stage.get("/v1/staff-log?limit=2").await.json();
    let next = stage.get(&format!("/v1/staff-log?limit=2&cursor={}", first["next"].as_str().unwrap())).await.json();
    assert_eq!((first["acts"].as_array().unwrap().len(), next["acts"].as_array().unwrap().len()), (2, 1));
    assert_eq!(next["next"], Value::Null);
    assert_eq!(stage.get("/v1/staff-log?cursor=44GC").await.problem(), "422 invalid-fields");
}
