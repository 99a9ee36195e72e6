use axum::http::StatusCode;
use serde_json::json;

use super::{
    office_stage::{CARE_MANAGER, DAY_CARE, HOME_HELP, texts},
    stage::{Answer, Stage},
    uploads::check_fields,
};

async fn stage() -> Stage {
    let stage = Stage::of_offices().await;
    for (number, partner) in [(CARE_MANAGER, HOME_HELP), (HOME_HELP, CARE_MANAGER), (CARE_MANAGER, DAY_CARE)] {
        stage.confirm(number, partner).await;
    }
    stage
}

async fn send(stage: &Stage, from: &str, id: &str, to: &str, text: &str) -> Answer {
    let body = json!({"to": to, "text": text}).to_string();
    stage.put_as(from, &format!("/v1/messages/{id}"), &body).await
}

#[tokio::test]
async fn a_message_is_seen_by_both_offices_and_by_no_third() {
    let stage = stage().await;
    let sent = send(&stage, CARE_MANAGER, "m-1", HOME_HELP, "来月の予定は").await;
    let expected = json!({
        "id": "m-1", "from": CARE_MANAGER, "to": HOME_HELP, "text": "来月の予定は", "at": "2026-11-23T01:00:00Z",
    });
    assert_eq!(sent.json(), expected, "{}", sent.text);
    // The same id of another office is another message.
    assert_eq!(send(&stage, HOME_HELP, "m-1", CARE_MANAGER, "送ります").await.status, StatusCode::OK);

    for (office, with) in [(CARE_MANAGER, HOME_HELP), (HOME_HELP, CARE_MANAGER)] {
        let page = stage.get_as(office, &format!("/v1/messages?with={with}")).await.json();
        assert_eq!(texts(&page["messages"], "text").len(), 2, "{page}");
    }
    for with in [CARE_MANAGER, HOME_HELP] {
        let page = stage.get_as(DAY_CARE, &format!("/v1/messages?with={with}")).await.json();
        assert_eq!(page, json!({"messages": [], "next": null}));
    }
}

#[tokio::test]
async fn a_repeat_is_the_same_message_and_another_one_needs_another_id() {
    let stage = stage().await;
    let first = send(&stage, CARE_MANAGER, "m", HOME_HELP, "一").await;
    assert_eq!(send(&stage, CARE_MANAGER, "m", HOME_HELP, "一").await.text, first.text);
    assert_eq!(send(&stage, CARE_MANAGER, "m", HOME_HELP, "二").await.problem(), "409 id-reused");
    assert_eq!(send(&stage, CARE_MANAGER, "m", DAY_CARE, "一").await.problem(), "409 id-reused");
    let page = stage.get_as(HOME_HELP, &format!("/v1/messages?with={CARE_MANAGER}")).await.json();
    assert_eq!(texts(&page["messages"], "text"), ["一"]);
}

#[tokio::test]
async fn messages_are_paged_the_newest_first() {
    let stage = stage().await;
    for id in ["m-1", "m-2", "m-3", "m-4", "m-5"] {
        assert_eq!(send(&stage, CARE_MANAGER, id, HOME_HELP, "文").await.status, StatusCode::OK);
    }
    let first = format!("/v1/messages?with={CARE_MANAGER}&limit=2");
    let (mut path, mut pages) = (first.clone(), Vec::new());
    while pages.len() < 9 {
        let page = stage.get_as(HOME_HELP, &path).await.json();
        pages.push(texts(&page["messages"], "id").join(" "));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{first}&cursor={next}");
    }
    assert_eq!(pages, ["m-5 m-4", "m-3 m-2", "m-1"]);
    // A place in the talk of two others is no place.
    let cursor = path.rsplit_once('=').unwrap().1;
    let foreign = format!("/v1/messages?with={CARE_MANAGER}&cursor={cursor}");
    check_fields(&stage.get_as(DAY_CARE, &foreign).await, "cursor");
}

#[tokio::test]
async fn a_message_that_cannot_be_sent_says_why() {
    let stage = stage().await;
    for (id, body, expected) in [
        ("m", r#"{"to":"x","text":" "}"#.to_owned(), "to text"),
        ("m", "{}".to_owned(), "to text"),
        ("m", json!({"to": HOME_HELP, "text": "長".repeat(2001)}).to_string(), "text"),
        ("m", json!({"to": CARE_MANAGER, "text": "自分"}).to_string(), "to"),
        ("m", json!({"to": HOME_HELP, "text": "a", "from": DAY_CARE}).to_string(), "body"),
        ("a.b", json!({"to": HOME_HELP, "text": "a"}).to_string(), "id"),
    ] {
        check_fields(&stage.put_as(CARE_MANAGER, &format!("/v1/messages/{id}"), &body).await, expected);
    }
    assert_eq!(send(&stage, DAY_CARE, "m", CARE_MANAGER, "文").await.problem(), "409 partner-unconfirmed");
    for query in ["", "?with=x", "?with=9970200011&limit=0", "?with=9970200011&cursor=YQ"] {
        assert_eq!(stage.get_as(CARE_MANAGER, &format!("/v1/messages{query}")).await.problem(), "422 invalid-fields");
    }
    let unregistered = Stage::new().await;
    unregistered.confirm(CARE_MANAGER, HOME_HELP).await;
    assert_eq!(send(&unregistered, CARE_MANAGER, "m", HOME_HELP, "文").await.problem(), "409 office-unregistered");
}
