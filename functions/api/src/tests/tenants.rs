//! Two clinics never see each other (reliability: T1, T2, row 53).

use axum::{
    body::Body,
    http::{Method, Request},
};
use ledger::PartOutcome;
use serde_json::Value;

use super::stage::{GROUPS, Stage, part_ref, waiting};

/// What only clinic `one` has: in names, files, objects and ids.
const MARKS: [&str; 4] = ["秘密", "secret", "patient-one", "receipts/one"];

/// Clinic `one` with something of every kind; clinic `two` with nothing.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.set_groups("one").await;
    stage.add_member("one", "secret-1", "秘密 一郎", "2026-11-20").await;
    let first = stage.add_upload("one", "秘密.UKE", "secret-a", PartOutcome::Added).await;
    stage
        .add_upload("one", "秘密2.UKE", "secret-b", PartOutcome::Replaced(part_ref("secret-a", "秘密.UKE", first)))
        .await;
    stage.add_upload("one", "秘密3.UKE", "secret-c", waiting("secret-b")).await;
    stage.apply("one", 1).await;
    stage
}

/// Every operation of the document: method and path.
async fn operations(stage: &Stage) -> Vec<(Method, String)> {
    let document = stage.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await.json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|it| it.as_str() != "parameters") {
            operations.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    operations
}

/// The ids that clinic `one` has, in every place of a path.
fn filled(path: &str) -> Vec<String> {
    if !path.contains('{') {
        return vec![format!("{path}{}", query(path))];
    }
    ["1", "2", "3", "htn", "patient-one-secret-1"]
        .iter()
        .map(|id| {
            let path: Vec<&str> = path.split('/').map(|it| if it.starts_with('{') { id } else { it }).collect();
            let path = path.join("/");
            format!("{path}{}", query(&path))
        })
        .collect()
}

fn query(path: &str) -> &'static str {
    if path.starts_with("/v1/groups/") && path.ends_with("/patients") { "?status=regular" } else { "" }
}

/// Bodies that some route takes.
const BODIES: [&str; 3] =
    [r#"{"decision":"add"}"#, GROUPS, r#"{"inbox":"receipts","file_name":"a.UKE","size_bytes":1}"#];

fn is_of_one(row: &str) -> bool {
    row.starts_with("C#one ") || row.starts_with("C#one#")
}

async fn rows_of_one(stage: &Stage) -> Vec<String> {
    let is_of_one = |row: &String| row.starts_with("C#one ") || row.starts_with("C#one#");
    stage.ledger.dump().await.unwrap().into_iter().filter(is_of_one).collect()
}

#[tokio::test]
async fn no_route_shows_or_changes_anything_of_another_clinic() {
    let mut n_asked = 0;
    for (method, path) in operations(&stage().await).await {
        for filled in filled(&path) {
            for body in BODIES {
                check(&method, &path, &filled, body).await;
                n_asked += 1;
            }
        }
    }
    assert!(n_asked > 50, "{n_asked}");
}

/// Clinic `two`, which has nothing, asks with an id of clinic `one`.
async fn check(method: &Method, path: &str, filled: &str, body: &str) {
    let stage = stage().await;
    let before = rows_of_one(&stage).await;
    assert!(before.len() > 8);
    let _asked_before = stage.refresh.take();
    let answer = stage.ask("two", method.clone(), filled, &[("If-Match", "\"0\"")], body).await;

    let shown = format!("{method} {filled} {body}: {} {}", answer.status, answer.text);
    assert!(!MARKS.iter().any(|it| answer.text.contains(it)), "{shown}");
    assert_eq!(rows_of_one(&stage).await, before, "{shown}");
    assert!(stage.refresh.take().iter().all(|it| it.group.as_deref() == Some("two")), "{shown}");
    let status = answer.status.as_u16();
    // A body that the route does not take may be refused before its id is looked at.
    let refused = if path.contains('{') { matches!(status, 401 | 403 | 404 | 400 | 422) } else { status != 500 };
    assert!(refused, "{shown}");
}

#[tokio::test]
async fn the_same_ids_exist_for_their_own_clinic() {
    let stage = stage().await;
    for path in ["/v1/uploads/1", "/v1/uploads/3", "/v1/groups/htn/patients?status=regular"] {
        let answer = stage.get(path).await;
        assert!(answer.status.is_success() && MARKS.iter().any(|it| answer.text.contains(it)), "{}", answer.text);
    }
}

#[tokio::test]
async fn every_route_but_two_asks_for_a_token() {
    let stage = stage().await;
    for (method, path) in operations(&stage).await {
        for path in filled(&path) {
            let request = Request::builder().method(method.clone()).uri(&path).body(Body::empty()).unwrap();
            let answer = stage.send(request).await;
            let is_open = ["/v1/health", "/v1/openapi.json"].contains(&path.as_str());
            assert_eq!(answer.status.as_u16(), if is_open { 200 } else { 401 }, "{method} {path}");
        }
    }
    let document: Value = stage.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await.json();
    assert!(document["paths"].as_object().unwrap().len() >= 9);
}
