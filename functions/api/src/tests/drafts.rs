use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use careplan::exchange::{BundleId, Limits, SendMarker};
use serde_json::{Value, json};

use super::{
    office_stage::{CARE_MANAGER, HOME_HELP, texts},
    stage::Stage,
    uploads::check_fields,
};

fn file(name: &str) -> Value {
    json!({"name": name, "size": 8, "sha256": "0a".repeat(32), "to": [HOME_HELP]})
}

fn draft() -> Value {
    json!({"machine": "受付", "message": "よろしく", "files": [file("地図.pdf")], "notes": {HOME_HELP: "至急"}})
}

#[tokio::test]
async fn a_draft_is_seen_by_every_machine_of_the_office() {
    let stage = Stage::of_offices().await;
    let mut expected = draft();
    expected["id"] = "b-1".into();
    expected["saved_at"] = "2026-11-23T01:00:00Z".into();
    let saved = stage.put_as(CARE_MANAGER, "/v1/drafts/b-1", &draft().to_string()).await;
    assert_eq!(saved.json(), expected, "{}", saved.text);

    stage.add_office_token("kyt_other_machine", CARE_MANAGER).await;
    let request = Request::get("/v1/drafts").header(header::AUTHORIZATION, "Bearer kyt_other_machine");
    let seen = stage.send(request.body(Body::empty()).unwrap()).await.json();
    assert_eq!(seen, json!({"drafts": [expected]}));
    assert_eq!(stage.get_as(HOME_HELP, "/v1/drafts").await.json(), json!({"drafts": []}));

    let mut later = draft();
    later["machine"] = "相談室".into();
    stage.put_as(CARE_MANAGER, "/v1/drafts/b-1", &later.to_string()).await;
    stage.put_as(CARE_MANAGER, "/v1/drafts/b-2", r#"{"machine":"受付"}"#).await;
    let drafts = stage.get_as(CARE_MANAGER, "/v1/drafts").await.json();
    assert_eq!(texts(&drafts["drafts"], "machine"), ["相談室", "受付"]);

    for _repeat in 0..2 {
        let deleted = stage.ask(CARE_MANAGER, Method::DELETE, "/v1/drafts/b-1", &[], "").await;
        assert_eq!((deleted.status, deleted.text.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    let drafts = stage.get_as(CARE_MANAGER, "/v1/drafts").await.json();
    assert_eq!(texts(&drafts["drafts"], "id"), ["b-2"]);
}

#[tokio::test]
async fn a_draft_that_cannot_be_is_refused_by_field() {
    let stage = Stage::of_offices().await;
    let with = |field: &str, value: Value| {
        let mut draft = draft();
        draft[field] = value;
        draft
    };
    let broken = |field: &str, value: Value| {
        let mut file = file("a.pdf");
        file[field] = value;
        with("files", json!([file]))
    };
    let many: Vec<Value> = (0..501).map(|it| file(&format!("{it}.pdf"))).collect();
    let long_names: Vec<Value> = (0..500).map(|it| file(&format!("{it}{}", "a".repeat(250)))).collect();
    let wide = |mut file: Value| {
        file["to"] = json!(vec![HOME_HELP; 50]);
        file
    };
    for (body, expected) in [
        (json!({}), "machine"),
        (with("machine", " ".into()), "machine"),
        (with("machine", "長".repeat(101).into()), "machine"),
        (with("message", "長".repeat(2001).into()), "message"),
        (with("notes", json!({"x": "a", HOME_HELP: "長".repeat(2001)})), "notes[9970200011] notes[x]"),
        (with("files", json!(many)), "files"),
        (with("files", long_names.into_iter().map(wide).collect()), "files"),
        (with("files", json!([file("a"), file("a")])), "files[1].name"),
        (broken("name", "../a".into()), "files[0].name"),
        (broken("size", (10 * 1024 * 1024 + 1).into()), "files[0].size"),
        (broken("sha256", "0A".into()), "files[0].sha256"),
        (broken("to", json!(["x"])), "files[0].to"),
        (broken("to", json!(vec![HOME_HELP; 51])), "files[0].to"),
        (with("files", json!([{}])), "files[0].name files[0].size files[0].sha256"),
        (with("confirm", json!({})), "body"),
    ] {
        check_fields(&stage.put_as(CARE_MANAGER, "/v1/drafts/b-1", &body.to_string()).await, expected);
    }
    check_fields(&stage.put_as(CARE_MANAGER, "/v1/drafts/a.b", &draft().to_string()).await, "id");
}

#[tokio::test]
async fn a_draft_that_is_sent_closes_its_bundle() {
    let stage = Stage::of_offices().await;
    stage.put_as(CARE_MANAGER, "/v1/drafts/b-1", &draft().to_string()).await;
    let key = format!("outbox/{CARE_MANAGER}/b-1/_send.json");
    assert_eq!(stage.files.head(&key).await.unwrap(), None);
    let other = stage.post_as(HOME_HELP, "/v1/drafts/b-1/send", "").await;
    assert_eq!(other.problem(), "404 not-found");

    let sent = stage.post_as(CARE_MANAGER, "/v1/drafts/b-1/send", "").await;
    assert_eq!(sent.json(), json!({"bundle": "b-1", "result": "/v1/bundles/b-1"}), "{}", sent.text);
    let marker = stage.files.get(&key, 1 << 20).await.unwrap().unwrap();
    let marker = SendMarker::read(&marker, &BundleId::parse("b-1").unwrap(), &Limits::default()).unwrap();
    assert_eq!((marker.message.as_str(), marker.files[0].name.as_str()), ("よろしく", "地図.pdf"));
    assert_eq!(marker.notes.into_values().collect::<Vec<_>>(), ["至急"]);
    assert_eq!(stage.get_as(CARE_MANAGER, "/v1/drafts").await.json(), json!({"drafts": []}));
    assert_eq!(stage.post_as(CARE_MANAGER, "/v1/drafts/b-1/send", "").await.problem(), "404 not-found");
}

#[tokio::test]
async fn a_draft_without_files_or_of_an_office_that_takes_no_part_is_kept() {
    let stage = Stage::of_offices().await;
    stage.put_as(CARE_MANAGER, "/v1/drafts/b-1", r#"{"machine":"受付"}"#).await;
    check_fields(&stage.post_as(CARE_MANAGER, "/v1/drafts/b-1/send", "").await, "files");
    let unregistered = Stage::new().await;
    unregistered.put_as(CARE_MANAGER, "/v1/drafts/b-1", &draft().to_string()).await;
    let refused = unregistered.post_as(CARE_MANAGER, "/v1/drafts/b-1/send", "").await;
    assert_eq!(refused.problem(), "409 office-unregistered");
    for stage in [stage, unregistered] {
        let drafts = stage.get_as(CARE_MANAGER, "/v1/drafts").await.json();
        assert_eq!(texts(&drafts["drafts"], "id"), ["b-1"]);
        assert_eq!(stage.files.list("outbox/", None, 1).await.unwrap().files.len(), 0);
    }
}
