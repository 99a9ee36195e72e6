use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::stage::{Answer, Stage};

const BODY: &str =
    "{医療機関名}です。{患者氏名}様、受診の時期です。\n{返信ページ}\n配信停止はリンク先で手続きできます。";

fn template(subject: &str, body: &str) -> String {
    json!({"name": "受診のご案内", "subject": subject, "body": body, "takes_reply": true}).to_string()
}

async fn with_contact() -> Stage {
    let stage = Stage::new().await;
    stage.set_contact("one").await;
    stage
}

fn codes(template: &Value) -> Vec<String> {
    let lints = template["lints"].as_array().unwrap().iter();
    let shown = |it: &Value| format!("{} {}", it["channel"].as_str().unwrap(), it["code"].as_str().unwrap());
    lints.map(shown).collect()
}

async fn made(stage: &Stage) -> Answer {
    stage.post("/v1/templates", &template("受診のご案内", BODY)).await
}

#[tokio::test]
async fn a_template_is_made_read_changed_and_taken_away() {
    let stage = with_contact().await;
    let made = made(&stage).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/templates/{id}");
    let read = stage.get(&path).await;
    assert_eq!((&read.json(), &read.headers[header::ETAG]), (&made.json(), &"\"1\"".parse().unwrap()));
    assert_eq!(read.json()["tags"], json!(["医療機関名", "患者氏名", "返信ページ"]));

    let change = async |tag: &str| {
        let body = template("診察のご案内", BODY);
        stage.ask("one", Method::PUT, &path, &[("If-Match", tag)], &body).await
    };
    assert_eq!(change("\"7\"").await.problem(), "412 precondition-failed");
    let changed = change("\"1\"").await;
    assert_eq!((changed.status, &changed.json()["version"]), (StatusCode::OK, &2.into()));
    let without = stage.ask("one", Method::PUT, &path, &[], &template("a", BODY)).await;
    assert_eq!(without.problem(), "428 precondition-required");
    let listed = stage.get("/v1/templates").await.json();
    assert_eq!(listed["templates"][0]["subject"], "診察のご案内");

    let deleted = stage.ask("one", Method::DELETE, &path, &[], "").await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    assert_eq!(stage.get(&path).await.problem(), "404 not-found");
    let log = stage.get("/v1/staff-log").await.json();
    let mut acts: Vec<String> = log["acts"].as_array().unwrap().iter().map(|it| it["act"].to_string()).collect();
    acts.sort_unstable();
    let of = |act: &str| json!({act: {"template": id}}).to_string();
    assert_eq!(acts, [of("template_deleted"), of("template_saved"), of("template_saved")]);
}

#[tokio::test]
async fn a_repeat_with_its_key_makes_no_second_template() {
    let stage = with_contact().await;
    for _repeat in 0..2 {
        let body = template("受診のご案内", BODY);
        let made = stage.ask("one", Method::POST, "/v1/templates", &[("Idempotency-Key", "k")], &body).await;
        assert_eq!(made.status, StatusCode::CREATED);
    }
    assert_eq!(stage.get("/v1/templates").await.json()["templates"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_tag_that_does_not_exist_is_refused_with_its_place_and_what_there_is() {
    let stage = with_contact().await;
    for path in ["/v1/templates", "/v1/templates/check"] {
        let body = if path.ends_with("check") {
            json!({"subject": "件名", "body": "1行目\n{患者名}様"}).to_string()
        } else {
            template("件名", "1行目\n{患者名}様")
        };
        let answer = stage.post(path, &body).await;
        assert_eq!(answer.problem(), "422 invalid-template");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("本文の2行1文字目") && detail.contains("{患者氏名}"), "{detail}");
    }
    assert_eq!(stage.get("/v1/templates").await.json()["templates"], json!([]));
}

#[tokio::test]
async fn the_points_of_the_law_and_the_lock_screen_are_checked_on_each_channel() {
    let stage = with_contact().await;
    let check = async |subject: &str, body: &str| {
        let body = json!({"subject": subject, "body": body}).to_string();
        let answer = stage.post("/v1/templates/check", &body).await.json();
        (answer["is_sendable"].as_bool().unwrap(), codes(&answer))
    };
    // With the link, a line of law and a name there is little room in 70 characters.
    assert_eq!(check("受診のご案内", BODY).await, (true, vec!["sms sms-parts".to_owned()]));
    let (is_sendable, found) = check("受診のご案内", "受診の時期です。").await;
    assert!(!is_sendable);
    for code in ["line clinic-name-missing", "sms clinic-name-missing", "mail opt-out-missing"] {
        assert!(found.iter().any(|it| it == code), "{code}: {found:?}");
    }
    let (is_sendable, found) = check("糖尿病の診察のご案内", BODY).await;
    assert_eq!(
        (is_sendable, found),
        (false, vec!["sms sms-parts".to_owned(), "mail sensitive-on-lock-screen".to_owned()])
    );
    let (_, found) = check("受診のご案内", &format!("{BODY}\nhttps://www.clinic.example/")).await;
    assert!(!found.iter().any(|it| it.ends_with("foreign-url")), "{found:?}");
    let (_, found) = check("受診のご案内", &format!("{BODY}\nhttps://www.other.example/")).await;
    assert!(found.contains(&"mail foreign-url".to_owned()), "{found:?}");
}

#[tokio::test]
async fn without_a_contact_no_text_may_be_sent_by_mail_or_sms() {
    let stage = Stage::new().await;
    let checked = made(&stage).await.json();
    assert_eq!(checked["is_sendable"], false);
    assert_eq!(codes(&checked), ["sms contact-missing", "sms sms-parts", "mail contact-missing"]);
}

#[tokio::test]
async fn a_template_without_its_fields_is_refused() {
    let stage = with_contact().await;
    let answer = stage.post("/v1/templates", r#"{"name":" "}"#).await;
    assert_eq!(answer.problem(), "422 invalid-fields");
    let fields: Vec<String> =
        answer.json()["errors"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap().to_owned()).collect();
    assert_eq!(fields, ["name", "subject", "body", "takes_reply"]);
}
