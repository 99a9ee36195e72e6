use axum::http::StatusCode;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    office_stage::{CARE_MANAGER, HOME_HELP},
    stage::Stage,
    uploads::check_fields,
};

fn policy(place: &Value) -> Value {
    let policy = BASE64_STANDARD.decode(place["fields"]["policy"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&policy).unwrap()
}

#[tokio::test]
async fn each_file_has_a_place_of_its_own_and_no_other_office_has_one_there() {
    let stage = Stage::of_offices().await;
    let name = "UP1KYO_9970100013_43_9970200011_11_20250425101500.CSV";
    let body = json!({"id": "b-1", "files": [{"name": name, "size": 1234}, {"name": "計画 一.pdf", "size": 0}]});
    let answer = stage.post_as(CARE_MANAGER, "/v1/bundles", &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let places = answer.json();
    assert_eq!((&places["bundle"], &places["result"]), (&"b-1".into(), &"/v1/bundles/b-1".into()));
    assert_eq!(places["expires_at"], "2026-11-23T01:10:00Z");

    for (place, key, content_type, max_bytes) in [
        (&places["files"][0], format!("outbox/{CARE_MANAGER}/b-1/{name}"), "application/octet-stream", 1234),
        (&places["files"][1], format!("outbox/{CARE_MANAGER}/b-1/計画 一.pdf"), "application/octet-stream", 1),
        (&places["marker"], format!("outbox/{CARE_MANAGER}/b-1/_send.json"), "application/json", 1024 * 1024),
    ] {
        let conditions = policy(place)["conditions"].as_array().unwrap().clone();
        for condition in
            [json!({"key": key}), json!({"Content-Type": content_type}), json!(["content-length-range", 1, max_bytes])]
        {
            assert!(conditions.contains(&condition), "{condition}: {conditions:?}");
        }
        assert_eq!(policy(place)["expiration"], "2026-11-23T01:10:00Z");
        assert_eq!(place["fields"]["key"], key.as_str());
    }
    assert_eq!(places["files"][0]["name"], name);
    let again = stage.post_as(CARE_MANAGER, "/v1/bundles", &body.to_string()).await;
    assert_eq!((again.status, again.text), (StatusCode::CREATED, answer.text));
}

#[tokio::test]
async fn a_bundle_that_cannot_be_is_refused_by_field() {
    let stage = Stage::of_offices().await;
    let file = |name: &str, size: u64| json!({"name": name, "size": size});
    let many: Vec<Value> = (0..501).map(|it| file(&format!("{it}.pdf"), 1)).collect();
    for (id, files, expected) in [
        (json!("b"), json!([]), "files"),
        (json!("b"), json!(many), "files"),
        (json!("../b"), json!([file("a", 1)]), "id"),
        (
            json!("b"),
            json!([file("../a", 1), file("_send.json", 1), file("", 1)]),
            "files[0].name files[1].name files[2].name",
        ),
        (json!("b"), json!([file("a", 1), file("a", 1)]), "files[1].name"),
        (json!("b"), json!([file("a\u{7}", 1), file("a\\b", 1)]), "files[0].name files[1].name"),
        (json!("b"), json!([file("a", 10 * 1024 * 1024 + 1)]), "files[0].size"),
        (json!("b"), json!([{}]), "files[0].name files[0].size"),
        (json!("b"), json!([{"name": "a", "size": 1, "to": []}]), "body"),
        (json!(null), json!(null), "id files files"),
    ] {
        let body = json!({"id": id, "files": files}).to_string();
        check_fields(&stage.post_as(CARE_MANAGER, "/v1/bundles", &body).await, expected);
    }
    let full = json!({"id": "b", "files": &many[..500]}).to_string();
    assert_eq!(stage.post_as(CARE_MANAGER, "/v1/bundles", &full).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn only_an_office_that_takes_part_has_places() {
    let stage = Stage::new().await;
    let body = r#"{"id":"b","files":[{"name":"a.pdf","size":1}]}"#;
    assert_eq!(stage.post_as(CARE_MANAGER, "/v1/bundles", body).await.problem(), "409 office-unregistered");
}

#[tokio::test]
async fn what_became_of_a_bundle_is_told_as_it_was_written() {
    let stage = Stage::of_offices().await;
    assert_eq!(stage.get_as(CARE_MANAGER, "/v1/bundles/b-1").await.problem(), "404 not-found");
    let result = "{\n  \"bundle\": \"b-1\",\n  \"status\": \"done\"\n}";
    let key = format!("results/{CARE_MANAGER}/b-1.json");
    stage.files.put(&key, result.as_bytes().to_vec(), "application/json").await.unwrap();
    assert_eq!(stage.get_as(CARE_MANAGER, "/v1/bundles/b-1").await.text, result);
    assert_eq!(stage.get_as(HOME_HELP, "/v1/bundles/b-1").await.problem(), "404 not-found");
    assert_eq!(stage.get_as(CARE_MANAGER, "/v1/bundles/a.b").await.problem(), "404 not-found");
}
