use axum::http::StatusCode;
use delivery::{Channel, Event, Hold, Limits, MessageId, NewMessage, OutboxRow, ReasonCode, Status, TriggerKey, step};
use jiff::{Timestamp, ToSpan as _};
use ledger::{MessageRow, NoticeKind, NoticeRow, PictureRef, PictureState, ReplyRow, Versioned, WithStep, timed_id};
use serde_json::{Value, json};

use super::{
    message_stage::message_id,
    stage::{Stage, clinic_id, now, patient_id},
};

const THREAD: &str = "/v1/patients/patient-one-45/thread";

fn at(minute: i64) -> Timestamp {
    now() + minute.minutes()
}

/// 花子 was sent a message by mail.
async fn stage() -> Stage {
    let stage = Stage::new().await;
    stage.add_patients("one", "検証").await;
    add_message(&stage).await;
    stage
}

/// A message to 花子 by mail.
pub(super) async fn add_message(stage: &Stage) {
    let row = OutboxRow::pending(
        NewMessage {
            id: message_id('m'),
            clinic: "one".to_owned(),
            body: patient_id("one", "45").to_string(),
            channel: Channel::Mail,
            fallback: 0,
            send_after: now(),
            send_before: now() + 24.hours(),
            hold: Hold::Review,
        },
        &Limits::default(),
    );
    let text = MessageRow {
        id: message_id('m'),
        patient: patient_id("one", "45"),
        delivery: "delivery".to_owned(),
        subject: "受診のご案内".to_owned(),
        body: "受診の時期です。\nhttps://p.kayoi.example/m/secret-token".to_owned(),
        takes_reply: true,
        attachments: Vec::new(),
        trigger: TriggerKey::Ever,
        repetition: 0,
        fallback: 0,
        sent_to: None,
        made_at: now(),
        opens_until: now() + 24.hours(),
        read_at: None,
    };
    assert!(stage.ledger.put_message(&row, &text).await.unwrap());
}

pub(super) async fn reply(stage: &Stage, minute: i64, text: &str, pictures: &[(&str, PictureState)]) {
    let id = timed_id(at(minute), "r");
    let pictures = pictures.iter().map(|(id, state)| PictureRef { id: (*id).to_owned(), state: *state }).collect();
    let row = ReplyRow {
        id: id.clone(),
        patient: patient_id("one", "45"),
        message: message_id('m'),
        text: text.to_owned(),
        pictures,
        written_at: at(minute),
        seen_at: None,
    };
    let notice = notice(minute, NoticeKind::Replied { reply: id });
    assert!(stage.ledger.add_reply(&clinic_id("one"), &row, &notice).await.unwrap());
}

fn notice(minute: i64, what: NoticeKind) -> NoticeRow {
    NoticeRow {
        id: timed_id(at(minute), "n"),
        patient: patient_id("one", "45"),
        message: message_id('m'),
        what,
        at: at(minute),
        seen_at: None,
    }
}

async fn unread(stage: &Stage) -> Vec<String> {
    let page = stage.get("/v1/threads?unread=true").await.json();
    let shown = |it: &Value| format!("{} {}", it["name"].as_str().unwrap(), it["n_unread"]);
    page["threads"].as_array().unwrap().iter().map(shown).collect()
}

#[tokio::test]
async fn a_thread_shows_what_was_written_both_ways_and_pictures_that_are_clean() {
    let stage = stage().await;
    let states = [("p1", PictureState::Clean), ("p2", PictureState::Waiting), ("p3", PictureState::Refused)];
    reply(&stage, 5, "伺います", &states).await;
    let thread = stage.get(THREAD).await;
    assert_eq!(thread.status, StatusCode::OK, "{}", thread.text);
    let thread = thread.json();
    let message = &thread["messages"][0];
    assert_eq!((&message["state"], &message["channel"]), (&"pending".into(), &"mail".into()));
    assert_eq!(message["body"], "受診の時期です。\n（患者のページ）");
    let reply = &thread["replies"][0];
    assert_eq!((&reply["text"], &reply["is_unread"]), (&"伺います".into(), &true.into()));
    let shown = |it: &Value| (it["state"].as_str().unwrap().to_owned(), it["url"].as_str().map(ToOwned::to_owned));
    let pictures: Vec<(String, Option<String>)> = reply["pictures"].as_array().unwrap().iter().map(shown).collect();
    assert_eq!(pictures[1..], [("waiting".to_owned(), None), ("refused".to_owned(), None)]);
    assert!(pictures[0].1.as_ref().unwrap().ends_with("pictures%2Fone%2Fp1"), "{pictures:?}");
}

#[tokio::test]
async fn what_is_unread_is_listed_until_it_is_seen_and_no_longer() {
    let stage = stage().await;
    assert_eq!(unread(&stage).await, [""; 0]);
    reply(&stage, 1, "一", &[]).await;
    reply(&stage, 2, "二", &[]).await;
    assert_eq!(unread(&stage).await, ["検証　花子 2"]);

    let see = async |minute: i64| {
        let body = json!({"up_to": at(minute).to_string()}).to_string();
        stage.post(&format!("{THREAD}/seen"), &body).await.json()["n_seen"].as_u64().unwrap()
    };
    assert_eq!((see(1).await, see(1).await), (1, 0));
    assert_eq!(unread(&stage).await, ["検証　花子 1"]);
    let replies = stage.get(THREAD).await.json()["replies"].clone();
    assert_eq!((&replies[0]["is_unread"], &replies[1]["is_unread"]), (&false.into(), &true.into()));
    assert_eq!(see(9).await, 1);
    assert_eq!(unread(&stage).await, [""; 0]);
    let all = stage.get("/v1/threads").await.json();
    assert_eq!(all["threads"][0]["notices"].as_array().unwrap().len(), 2);
    let first = stage.get("/v1/threads?limit=1").await.json();
    let next = stage.get(&format!("/v1/threads?limit=1&cursor={}", first["next"].as_str().unwrap())).await.json();
    assert_eq!(
        (&first["threads"][0]["notices"][0]["at"], &next["threads"][0]["notices"][0]["at"]),
        (&at(2).to_string().into(), &at(1).to_string().into())
    );
    assert_eq!(stage.post(&format!("{THREAD}/seen"), r#"{"up_to":"今"}"#).await.problem(), "422 invalid-fields");
}

/// The message was called and its answer was lost.
pub(super) async fn put_in_review(stage: &Stage) {
    let found = stage.ledger.outbox(&message_id('m')).await.unwrap().unwrap();
    let mut row = found.row;
    row.status = Status::Unknown;
    row.tainted = true;
    row.first_call_at = Some(now());
    row.last_error = ReasonCode::parse("mail.timeout");
    // What the sweeper finds once the time to wait for an event is over.
    let later = now() + 2.hours();
    row.due = Some(later);
    let swept = step(&row, &Event::Sweep, later, &Limits::default()).unwrap();
    assert!(swept.row.review_since.is_some());
    assert!(stage.ledger.save_step(found.version, &swept, &WithStep::default()).await.unwrap());
}

async fn decide(stage: &Stage, decision: &str) -> super::stage::Answer {
    let path = format!("/v1/reviews/{}/decision", message_id('m'));
    stage.post(&path, &json!({"decision": decision, "note": "患者に電話した"}).to_string()).await
}

#[tokio::test]
async fn a_message_in_review_is_listed_and_counts_as_sent_once_staff_say_so() {
    let stage = stage().await;
    assert_eq!(decide(&stage, "resend").await.problem(), "404 not-found");
    put_in_review(&stage).await;
    let reviews = stage.get("/v1/reviews").await.json();
    let review = &reviews["reviews"][0];
    assert_eq!(
        (&review["name"], &review["channel"], &review["code"]),
        (&"検証　花子".into(), &"mail".into(), &"mail.timeout".into())
    );

    assert_eq!(decide(&stage, "forget").await.problem(), "422 invalid-fields");
    let decided = decide(&stage, "consider_sent").await;
    assert_eq!((decided.status, &decided.json()["state"]), (StatusCode::OK, &"sent".into()), "{}", decided.text);
    assert_eq!(stage.get("/v1/reviews").await.json()["reviews"], json!([]));
    assert_eq!(decide(&stage, "consider_sent").await.problem(), "404 not-found");
    let act = stage.get("/v1/staff-log").await.json()["acts"][0].clone();
    assert_eq!(act["act"], json!({"considered_sent": {"message": message_id('m').to_string()}}));
    assert_eq!((&act["by"]["name"], &act["note"]), (&"検証".into(), &"患者に電話した".into()));
}

#[tokio::test]
async fn a_message_that_is_sent_again_waits_for_its_turn_and_says_who_decided() {
    let stage = stage().await;
    put_in_review(&stage).await;
    assert_eq!(decide(&stage, "resend").await.json()["state"], "pending");
    assert_eq!(stage.get("/v1/reviews").await.json()["reviews"], json!([]));
    let Versioned { row, .. } = stage.ledger.outbox(&message_id('m')).await.unwrap().unwrap();
    assert_eq!((row.status, row.n_resends, row.tainted), (Status::Pending, 1, false));
    // The sweeper finds it.
    let due = stage.ledger.due_messages(now() + 1.hours(), 9).await.unwrap();
    assert_eq!(due.iter().map(|it| &it.row.id).collect::<Vec<&MessageId>>(), [&message_id('m')]);
    let log = stage.get("/v1/staff-log").await.json();
    assert!(log["acts"][0]["act"].get("resent").is_some(), "{log}");
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_decides() {
    let stage = stage().await;
    put_in_review(&stage).await;
    let both = futures_util::future::join(decide(&stage, "resend"), decide(&stage, "consider_sent")).await;
    let n_done = [&both.0, &both.1].into_iter().filter(|it| it.status.is_success()).count();
    assert_eq!(n_done, 1, "{} {}", both.0.text, both.1.text);
    assert_eq!(stage.ledger.reviews(&clinic_id("one")).await.unwrap(), []);
    assert_eq!(stage.get("/v1/staff-log").await.json()["acts"].as_array().unwrap().len(), 1);
}
