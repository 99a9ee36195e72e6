//! Two clinics never see each other (reliability: T1, T2, row 53), nor do two care offices what is not
//! theirs, and a token of one kind opens nothing of the other.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request},
};
use jiff::SignedDuration;
use ledger::PartOutcome;
use serde_json::{Value, json};

use super::{
    office_stage::{ACTUALS, CARE_MANAGER, DAY_CARE, HOME_HELP, MAP},
    stage::{GROUPS, Stage, now, part_ref, waiting},
    threads,
};

/// What only clinic `one` has: in names, files, objects and ids.
const MARKS: [&str; 7] = ["秘密", "ヒミツ", "09012345678", "secret-", "patient-one", "receipts/one", "template-one"];

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
    stage.add_template("one", "template-one").await;
    threads::add_message(&stage).await;
    threads::reply(&stage, 1, "秘密の返信", &[]).await;
    threads::put_in_review(&stage).await;
    stage
}

/// Whose token an operation is for, by its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Clinics,
    Offices,
    Both,
}

/// Every operation of the document: method, path and whose token it is for.
async fn operations(stage: &Stage) -> Vec<(Method, String, Kind)> {
    let document = stage.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await.json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|it| it.0 != "parameters") {
            let kind = match operation["tags"][0].as_str().unwrap() {
                "system" => Kind::Open,
                "storage" => Kind::Both,
                "offices" | "plans" => Kind::Offices,
                _ => Kind::Clinics,
            };
            operations.push((method.to_uppercase().parse().unwrap(), path.clone(), kind));
        }
    }
    operations
}

/// The ids that clinic `one` has, in every place of a path.
fn filled(path: &str) -> Vec<String> {
    if !path.contains('{') {
        return vec![format!("{path}{}", query(path))];
    }
    ["1", "2", "3", "htn", "patient-one-123", "patient-one-45", "template-one", "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm"]
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
const BODIES: [&str; 7] = [
    r#"{"decision":"add"}"#,
    GROUPS,
    r#"{"inbox":"receipts","file_name":"a.UKE","size_bytes":1}"#,
    r#"{"name":"x","subject":"x","body":"x","takes_reply":true}"#,
    r#"{"channel":"sms","given_on":"2026-11-20","source":"paper","record":"x"}"#,
    r#"{"code":"complained","note":"x"}"#,
    r#"{"up_to":"2026-11-23T01:00:00Z"}"#,
];

async fn rows_of_one(stage: &Stage) -> Vec<String> {
    let is_of_one = |row: &String| row.starts_with("C#one ") || row.starts_with("C#one#");
    stage.ledger.dump().await.unwrap().into_iter().filter(is_of_one).collect()
}

#[tokio::test]
async fn no_route_shows_or_changes_anything_of_another_clinic() {
    let mut n_asked = 0;
    for (method, path, kind) in operations(&stage().await).await {
        for filled in filled(&path).into_iter().filter(|_| kind != Kind::Offices) {
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
    for path in [
        "/v1/uploads/1",
        "/v1/uploads/3",
        "/v1/groups/htn/patients?status=regular",
        "/v1/patients/patient-one-123",
        "/v1/templates/template-one",
        "/v1/staff-log",
        "/v1/threads",
        "/v1/reviews",
        "/v1/patients/patient-one-45/thread",
    ] {
        let answer = stage.get(path).await;
        assert!(answer.status.is_success() && MARKS.iter().any(|it| answer.text.contains(it)), "{}", answer.text);
    }
}

#[tokio::test]
async fn every_route_but_two_asks_for_a_token() {
    let stage = stage().await;
    for (method, path, kind) in operations(&stage).await {
        for path in filled(&path) {
            let request = Request::builder().method(method.clone()).uri(&path).body(Body::empty()).unwrap();
            let answer = stage.send(request).await;
            assert_eq!(answer.status.as_u16(), if kind == Kind::Open { 200 } else { 401 }, "{method} {path}");
        }
    }
    let document: Value = stage.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await.json();
    assert!(document["paths"].as_object().unwrap().len() >= 30);
}

#[tokio::test]
async fn a_token_of_one_kind_opens_no_route_of_the_other() {
    let stage = stage().await;
    let (mut n_clinics, mut n_offices) = (0, 0);
    for (method, path, kind) in operations(&stage).await {
        let (other, n_asked) = match kind {
            Kind::Open | Kind::Both => continue,
            Kind::Clinics => (CARE_MANAGER, &mut n_clinics),
            Kind::Offices => ("one", &mut n_offices),
        };
        *n_asked += 1;
        let rows = stage.ledger.dump().await.unwrap();
        for path in filled(&path) {
            let answer = stage.ask(other, method.clone(), &path, &[("If-Match", "\"0\"")], "{}").await;
            assert_eq!(answer.problem(), "403 forbidden", "{method} {path}");
        }
        assert_eq!(stage.ledger.dump().await.unwrap(), rows, "{method} {path}");
    }
    assert!(n_clinics >= 20 && n_offices >= 20, "{n_clinics} {n_offices}");
}

#[tokio::test]
async fn a_storage_session_reaches_the_prefixes_of_its_token_alone() {
    let stage = stage().await;
    let unregistered = stage.ask(CARE_MANAGER, Method::POST, "/v1/storage-session", &[], "").await;
    assert_eq!(unregistered.problem(), "409 office-unregistered");
    let registration = r#"{"name":"試験居宅","service_types":["43"],"accept_terms":true}"#;
    assert!(stage.put_as(CARE_MANAGER, "/v1/office", registration).await.status.is_success());
    for (tenant, put, get) in [
        ("one", ["receipts/one/*", "rosters/one/*"], &["roster-results/one/*"][..]),
        (
            CARE_MANAGER,
            ["outbox/9970100013/*", "inbox/9970100013/*/_ack.json"],
            &["inbox/9970100013/*", "results/9970100013/*"],
        ),
    ] {
        let answer = stage.ask(tenant, Method::POST, "/v1/storage-session", &[], "").await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
        let session = answer.json();
        assert_eq!((&session["put"], &session["get"]), (&json!(put), &json!(get)));
        // What the memory back end gives out is what it was asked to allow.
        assert_eq!(session["session_token"], format!("{} {}", put.join(" "), get.join(" ")));
        assert_eq!(session["expires_at"], (now() + SignedDuration::from_hours(1)).to_string());
    }
}

/// What only 居宅介護支援 and 訪問介護 have: in names, texts and files.
const MARKS_OF_OFFICES: [&str; 4] = ["秘密", "UPJSK", "outbox/9970100013", "inbox/"];

/// 居宅介護支援 with something of every kind, and a transfer each way; 通所介護 takes part and has nothing.
async fn stage_of_offices() -> (Stage, Vec<String>) {
    let stage = Stage::of_offices().await;
    for (number, partner) in [(CARE_MANAGER, HOME_HELP), (HOME_HELP, CARE_MANAGER)] {
        stage.confirm(number, partner).await;
    }
    let paths = [stage.deliver(&ACTUALS).await, stage.deliver(&MAP).await];
    let message = json!({"to": HOME_HELP, "text": "秘密の用件"}).to_string();
    let draft = json!({"machine": "秘密", "message": "秘密の下書き"}).to_string();
    for (path, body) in [("/v1/messages/secret", &message), ("/v1/drafts/secret", &draft)] {
        assert!(stage.put_as(CARE_MANAGER, path, body).await.status.is_success());
    }
    let key = format!("results/{CARE_MANAGER}/secret.json");
    stage.files.put(&key, "{\"message\":\"秘密\"}".into(), "application/json").await.unwrap();
    let ids = paths.iter().map(|it| it.rsplit_once('/').unwrap().1.to_owned());
    (stage, ids.chain(["secret".to_owned(), "9970400017".to_owned()]).collect())
}

/// Bodies that some route of offices takes.
const BODIES_OF_OFFICES: [&str; 5] = [
    r#"{"result":"imported"}"#,
    r#"{"machine":"x"}"#,
    r#"{"to":"9970100013","text":"x"}"#,
    r#"{"id":"secret","files":[{"name":"a.pdf","size":1}]}"#,
    r#"{"name":"試験居宅","service_types":[]}"#,
];

/// What a caller makes under an id it chooses is its own, and what it forgets is none.
fn is_chosen(method: &Method, path: &str) -> bool {
    let is_chosen = |prefix: &str| path.starts_with(prefix) && !path.ends_with("/send");
    [Method::PUT, Method::DELETE].contains(method) && (is_chosen("/v1/drafts/") || is_chosen("/v1/messages/"))
}

#[tokio::test]
async fn no_route_shows_or_changes_anything_of_other_offices() {
    let (stage, ids) = stage_of_offices().await;
    let mut n_hidden = 0;
    for (method, path, _) in operations(&stage).await.into_iter().filter(|it| it.2 == Kind::Offices) {
        let query = match path.as_str() {
            "/v1/messages" => "?with=9970100013",
            "/v1/transfers" => "?list=received",
            _ => "",
        };
        let is_hidden = path.contains('{') && !is_chosen(&method, &path);
        for id in &ids[..if path.contains('{') { ids.len() } else { 1 }] {
            let asked = path.replace("{id}", id).replace("{number}", id) + query;
            for body in BODIES_OF_OFFICES {
                let status = check_of_offices(&method, &asked, body).await;
                assert!(!is_hidden || status == 404, "{method} {asked} {body}: {status}");
                n_hidden += usize::from(is_hidden);
            }
        }
    }
    assert!(n_hidden > 150, "{n_hidden}");
}

/// 通所介護, which has nothing, asks with an id of the other two.
async fn check_of_offices(method: &Method, asked: &str, body: &str) -> u16 {
    let (stage, _) = stage_of_offices().await;
    let before = seen_by_others(&stage).await;
    let answer = stage.ask(DAY_CARE, method.clone(), asked, &[], body).await;

    let shown = format!("{method} {asked} {body}: {} {}", answer.status, answer.text);
    assert!(!MARKS_OF_OFFICES.iter().any(|it| answer.text.contains(it)), "{shown}");
    assert_eq!(seen_by_others(&stage).await, before, "{shown}");
    assert_ne!(answer.status.as_u16(), 500, "{shown}");
    answer.status.as_u16()
}

/// The rows and files of all offices but 通所介護.
async fn seen_by_others(stage: &Stage) -> Vec<String> {
    let mut seen = stage.ledger.dump().await.unwrap();
    seen.extend(stage.files.list("", None, 1000).await.unwrap().files.into_iter().map(|it| it.key));
    seen.retain(|it| !it.starts_with(&format!("O#{DAY_CARE}")) && !it.starts_with(&format!("outbox/{DAY_CARE}/")));
    seen
}

#[tokio::test]
async fn the_same_ids_exist_for_the_two_offices_they_are_of() {
    let (stage, ids) = stage_of_offices().await;
    for office in [CARE_MANAGER, HOME_HELP] {
        for id in &ids[..2] {
            assert!(stage.get_as(office, &format!("/v1/transfers/{id}")).await.status.is_success());
        }
        let messages = stage.get_as(office, &format!("/v1/messages?with={CARE_MANAGER}&limit=1")).await;
        let is_its_partner = office == HOME_HELP;
        assert_eq!(messages.text.contains("秘密の用件"), is_its_partner, "{}", messages.text);
    }
    assert!(stage.get_as(CARE_MANAGER, "/v1/bundles/secret").await.text.contains("秘密"));
}
