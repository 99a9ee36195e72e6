use axum::http::{Method, StatusCode};
use ledger::{PartOutcome, UploadStatus};

use super::stage::{Answer, Stage, clinic_id, part_ref, waiting};

const CLAIMS: &str = r#"{"inbox":"receipts","file_name":"10月分 山田.UKE","size_bytes":1000,"kind":"inspection"}"#;

#[tokio::test]
async fn a_place_for_a_file_has_a_key_without_the_files_name() {
    let stage = Stage::new().await;
    let answer = stage.post("/v1/uploads", CLAIMS).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let place = answer.json();
    assert_eq!((place["number"].as_u64(), place["expires_at"].as_str()), (Some(1), Some("2026-11-23T01:10:00Z")));
    let key = place["fields"]["key"].as_str().unwrap();
    assert!(key.starts_with("receipts/one/000000000001-") && key.len() == 26 + 32, "{key}");

    let row = stage.ledger.upload_of_key(&clinic_id("one"), &host::key_hash(key)).await.unwrap().unwrap().row;
    assert_eq!((row.number, row.key.as_str(), row.status), (1, key, UploadStatus::Accepted));
    let shown = stage.get("/v1/uploads/1").await.json();
    assert_eq!((&shown["status"], &shown["status_name"]), (&"accepted".into(), &"受付".into()));
    assert_eq!((&shown["file_name"], &shown["kind"]), (&"10月分 山田.UKE".into(), &"inspection".into()));
}

#[tokio::test]
async fn rosters_have_their_own_inbox() {
    let stage = Stage::new().await;
    let place = stage.post("/v1/uploads", r#"{"inbox":"rosters","file_name":"a.csv","size_bytes":1}"#).await.json();
    assert!(place["fields"]["key"].as_str().unwrap().starts_with("rosters/one/"), "{place}");
}

/// A refusal of the fields named in `expected`.
#[track_caller]
pub(super) fn check_fields(answer: &Answer, expected: &str) {
    assert_eq!(answer.problem(), "422 invalid-fields", "{}", answer.text);
    let problem = answer.json();
    let fields: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields.join(" "), expected, "{problem}");
}

#[tokio::test]
async fn every_field_that_is_wrong_is_told_at_once() {
    let stage = Stage::new().await;
    for (body, expected) in [
        ("{}", "inbox file_name size_bytes"),
        (r#"{"inbox":"x","file_name":" ","size_bytes":0,"kind":"y"}"#, "inbox file_name size_bytes kind"),
        (
            r#"{"inbox":"rosters","file_name":"a\nb","size_bytes":104857601,"kind":"submission"}"#,
            "file_name size_bytes kind",
        ),
        (r#"{"inbox":"receipts","file_name":"a","size_bytes":1,"clinic":"two"}"#, "body"),
        (r#"{"inbox":"receipts","file_name":"a","size_bytes":-1}"#, "body"),
        ("[]", "body"),
    ] {
        check_fields(&stage.post("/v1/uploads", body).await, expected);
    }
    assert_eq!(stage.get("/v1/uploads").await.json()["uploads"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_repeat_with_the_same_key_is_the_same_upload() {
    let stage = Stage::new().await;
    let post = async |key: &str, body: &str| {
        stage.ask("one", Method::POST, "/v1/uploads", &[("Idempotency-Key", key)], body).await
    };
    let first = post("k1", CLAIMS).await;
    let again = post("k1", CLAIMS).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(first.text, again.text);

    let other = r#"{"inbox":"receipts","file_name":"b","size_bytes":1}"#;
    assert_eq!(post("k1", other).await.problem(), "422 idempotency-key-reused");
    assert_eq!(post("k2", other).await.json()["number"], 2);
    check_fields(&post("", other).await, "Idempotency-Key");
    // What one clinic calls a request says nothing about another's.
    let elsewhere = stage.ask("two", Method::POST, "/v1/uploads", &[("Idempotency-Key", "k1")], other).await;
    assert_eq!(elsewhere.json()["number"], 1);
}

#[tokio::test]
async fn of_fifty_at_once_with_one_key_one_is_made() {
    let stage = Stage::new().await;
    let posts = (0..50).map(|_| stage.ask("one", Method::POST, "/v1/uploads", &[("Idempotency-Key", "k")], CLAIMS));
    let answers = futures_util::future::join_all(posts).await;
    assert!(answers.iter().all(|it| matches!(it.status.as_u16(), 201 | 409)));
    assert_eq!(stage.get("/v1/uploads").await.json()["uploads"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn uploads_are_paged_the_newest_first() {
    let stage = Stage::new().await;
    for _ in 0..5 {
        assert_eq!(stage.post("/v1/uploads", CLAIMS).await.status, StatusCode::CREATED);
    }
    let mut path = "/v1/uploads?limit=2".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = stage.get(&path).await.json();
        let uploads = page["uploads"].as_array().unwrap().clone();
        pages.push(uploads.iter().map(|it| it["number"].as_u64().unwrap()).collect::<Vec<u64>>());
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/uploads?limit=2&cursor={next}");
    }
    assert_eq!(pages, [vec![5, 4], vec![3, 2], vec![1]]);
}

#[tokio::test]
async fn a_broken_page_is_refused() {
    let stage = Stage::new().await;
    for (path, expected) in [
        ("/v1/uploads?limit=0", "limit"),
        ("/v1/uploads?limit=201", "limit"),
        ("/v1/uploads?limit=x&cursor=%25", "limit cursor"),
        ("/v1/uploads?cursor=YQ", "cursor"),
        ("/v1/uploads?offset=1", "query"),
    ] {
        check_fields(&stage.get(path).await, expected);
    }
}

#[tokio::test]
async fn an_upload_tells_what_became_of_it() {
    let stage = Stage::new().await;
    let first = stage.add_upload("one", "a.UKE", "a", PartOutcome::Added).await;
    let replaced = part_ref("a", "a.UKE", first);
    let number = stage.add_upload("one", "b.UKE", "b", PartOutcome::Replaced(replaced)).await;
    let shown = stage.get(&format!("/v1/uploads/{number}")).await.json();
    let part = &shown["parts"][0];
    assert_eq!((&shown["status"], &shown["status_name"]), (&"refreshing".into(), &"集計".into()));
    assert_eq!(
        (&part["payer"], &part["claim_month"], &part["kind"]),
        (&"shaho".into(), &"2026-11".into(), &"submission".into())
    );
    assert_eq!(part["outcome"]["code"], "replaced");
    assert_eq!(
        (&part["outcome"]["before"]["n_patients"], &part["outcome"]["after"]["points"]),
        (&60.into(), &41_000.into())
    );
    assert_eq!(stage.get("/v1/uploads/99").await.problem(), "404 not-found");
    assert_eq!(stage.get("/v1/uploads/x").await.problem(), "404 not-found");
}

/// Decides about an upload that would take the place of `a`, which is current.
async fn check_decision(decision: &str, current: &[&str], status: &str, outcome: &str) {
    let stage = Stage::new().await;
    stage.add_upload("one", "a.UKE", "a", PartOutcome::Added).await;
    let number = stage.add_upload("one", "b.UKE", "b", waiting("a")).await;
    let path = format!("/v1/uploads/{number}/decision");
    let body = format!(r#"{{"decision":"{decision}"}}"#);
    let decided = stage.post(&path, &body).await.json();
    assert_eq!(
        (&decided["status"], &decided["parts"][0]["outcome"]["code"]),
        (&status.into(), &outcome.into()),
        "{decided}"
    );
    assert_eq!(stage.current().await, current, "{decision}");
    let expected: &[u64] = if decision == "cancel" { &[] } else { &[2] };
    assert_eq!(stage.refreshes(), expected, "{decision}");
    assert_eq!(stage.post(&path, &body).await.problem(), "409 nothing-waits");
}

#[tokio::test]
async fn a_decision_is_published_and_refreshed_once() {
    check_decision("add", &["a", "b"], "refreshing", "added").await;
    check_decision("replace", &["b"], "refreshing", "replaced").await;
    check_decision("cancel", &["a"], "cancelled", "cancelled").await;
}

#[tokio::test]
async fn a_decision_that_cannot_be_taken_says_what_to_do() {
    let stage = Stage::new().await;
    let gone = stage.add_upload("one", "b.UKE", "b", waiting("a")).await;
    let done = stage.add_upload("one", "c.UKE", "c", PartOutcome::Added).await;
    let decide = async |number: u64, body: &str| stage.post(&format!("/v1/uploads/{number}/decision"), body).await;
    let replace = r#"{"decision":"replace"}"#;
    assert_eq!(decide(gone, replace).await.problem(), "409 replacement-gone");
    assert_eq!(decide(done, replace).await.problem(), "409 nothing-waits");
    assert_eq!(decide(99, replace).await.problem(), "404 not-found");
    check_fields(&decide(gone, r#"{"decision":"x"}"#).await, "decision");
    check_fields(&decide(gone, "{}").await, "decision");
    assert_eq!(decide(gone, r#"{"decision":"cancel"}"#).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_upload_taken_back_leaves_what_was_there_before() {
    let stage = Stage::new().await;
    let first = stage.add_upload("one", "a.UKE", "a", PartOutcome::Added).await;
    let second = stage.add_upload("one", "b.UKE", "b", PartOutcome::Replaced(part_ref("a", "a.UKE", first))).await;
    let undo = async |number: u64| stage.post(&format!("/v1/uploads/{number}/undo"), "").await;

    assert_eq!(undo(first).await.problem(), "409 not-current");
    let undone = undo(second).await.json();
    assert_eq!((&undone["status"], &undone["parts"][0]["outcome"]["code"]), (&"cancelled".into(), &"cancelled".into()));
    assert_eq!((stage.current().await, stage.refreshes()), (vec!["a".to_owned()], vec![3]));
    assert_eq!(undo(second).await.problem(), "409 nothing-to-undo");

    assert_eq!(undo(first).await.json()["status"], "cancelled");
    assert_eq!((stage.current().await.len(), stage.refreshes()), (0, vec![4]));
}

#[tokio::test]
async fn an_upload_that_is_still_imported_or_changed_nothing_cannot_be_taken_back() {
    let stage = Stage::new().await;
    let number = stage.add_upload("one", "a.UKE", "a", PartOutcome::Added).await;
    stage.set_status(number, UploadStatus::Importing).await;
    let unchanged = stage.add_upload("one", "b.UKE", "a", PartOutcome::Unchanged).await;
    let undo = async |number: u64| stage.post(&format!("/v1/uploads/{number}/undo"), "").await;
    assert_eq!(undo(number).await.problem(), "409 still-importing");
    assert_eq!(undo(unchanged).await.problem(), "409 nothing-to-undo");
    assert_eq!(undo(99).await.problem(), "404 not-found");
}
