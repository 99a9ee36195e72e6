//! Two clinics never see each other (reliability: T1, T2, row 53).

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request},
};
use ledger::PartOutcome;
use serde_json::Value;

use super::stage::{GROUPS, Stage, part_ref, waiting};

/// What only clinic `one` has: in names, files, objects and ids.
const MARKS: [&str; 6] = ["秘密", "ヒミツ", "09012345678", "secret", "patient-one", "receipts/one"];

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
    stage.add_patients("one", "秘密").await;
    stage.add_phone("one", "45", "09012345678").await;
    // The object of the upload that is current has to be there, whatever it holds.
    let object = stage.files.list("months/one/", None, 1).await.unwrap().files.remove(0).key;
    assert!(stage.files.copy(&object, "months/one/secret-b").await.unwrap());
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
    ["1", "2", "3", "htn", "patient-one-123"]
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

async fn rows_of_one(stage: &Stage) -> Vec<String> {
    let is_of_one = |row: &String| row.starts_with("C#one ") || row.starts_with("C#one#");
    stage.ledger.dump().await.unwrap().into_iter().filter(is_of_one).collect()
}

#[tokio::test]
async fn no_route_shows_or_changes_anything_of_another_clinic() {
    let mut n_asked = 0;
    for (method, path) in operations(&stage().await).await {
        for filled in filled(&path) {
            let mut statuses = BTreeSet::new();
            for body in BODIES {
                statuses.insert(check(&method, &filled, body).await);
                n_asked += 1;
            }
            // A body that the route does not take may be refused before its id is looked at, but some
            // body reaches the id.
            let is_hidden = statuses.contains(&404) && statuses.is_subset(&BTreeSet::from([404, 400, 415, 422]));
            assert!(is_hidden || !path.contains('{'), "{method} {filled}: {statuses:?}");
        }
    }
    assert!(n_asked > 50, "{n_asked}");
}

/// Clinic `two`, which has nothing, asks with an id of clinic `one`.
async fn check(method: &Method, filled: &str, body: &str) -> u16 {
    let stage = stage().await;
    let before = rows_of_one(&stage).await;
    assert!(before.len() > 8);
    let _asked_before = stage.refresh.take();
    let answer = stage.ask("two", method.clone(), filled, &[("If-Match", "\"0\"")], body).await;

    let shown = format!("{method} {filled} {body}: {} {}", answer.status, answer.text);
    assert!(!MARKS.iter().any(|it| answer.text.contains(it)), "{shown}");
    assert_eq!(rows_of_one(&stage).await, before, "{shown}");
    assert!(stage.refresh.take().iter().all(|it| it.group.as_deref() == Some("two")), "{shown}");
    assert_ne!(answer.status.as_u16(), 500, "{shown}");
    answer.status.as_u16()
}

#[tokio::test]
async fn the_same_ids_exist_for_their_own_clinic() {
    let stage = stage().await;
    for path in
        ["/v1/uploads/1", "/v1/uploads/3", "/v1/groups/htn/patients?status=regular", "/v1/patients/patient-one-123"]
    {
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
    assert!(document["paths"].as_object().unwrap().len() >= 16);
}
