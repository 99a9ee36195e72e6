//! What lets a message go, and what stops it: approvals, exits, the clinic's switch and phase.

use delivery::{Decider, Decision, MessageId, PlanRow, PlanState, Status};
use insta::assert_snapshot;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde_json::{Value, json};

use super::stage::{
    approve_all, at_night, change, decide, deliveries, in_the_morning, n_made, night, night_by, plan_again, shown,
    small, start,
};
use crate::harness::world::World;

/// A message four weeks after the visit of 1 September, to who said yes to mail.
fn after_visit(more: Value) -> Value {
    let mut delivery = json!([{"id": "d", "name": "試験", "timing": {"kind": "procedure_done", "codes": ["112007410"]},
        "offset": {"weeks": 4}, "target": "everyone", "subject": "お知らせ", "body": "{医療機関名}です。"}]);
    delivery[0].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    delivery
}

/// The day it is due.
const DUE: Date = date(2026, 9, 29);
/// A week before, when it is first shown.
const SHOWN: Date = date(2026, 9, 22);

async fn world(more: Value) -> World {
    let world = small(date(2026, 9, 21), "1,検証　1番,one@example.jp,同意\n2,検証　2番,two@example.jp,\n").await;
    start(&world, &deliveries(&after_visit(more)), date(2026, 9, 1)).await;
    night(&world, date(2026, 9, 21)).await;
    assert_eq!(shown(&world).await, "");
    world
}

async fn nights(world: &World, from: Date, to: Date) {
    let mut today = from;
    while today <= to {
        night(world, today).await;
        today = today.saturating_add(1.day());
    }
}

fn day_after(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

/// The outbox rows of the messages that were made, by how far they are.
async fn outbox(world: &World) -> Vec<Status> {
    let mut statuses = Vec::new();
    for patient in world.ledger.patients(&world.clinic).await.unwrap() {
        for message in world.ledger.thread(&world.clinic, &patient.id).await.unwrap().messages {
            statuses.push(world.ledger.outbox(&message.id).await.unwrap().unwrap().row.status);
        }
    }
    statuses
}

#[tokio::test]
async fn a_message_is_shown_a_week_before_and_goes_on_its_day_once_it_is_approved() {
    let world = world(json!({})).await;
    night(&world, SHOWN).await;
    assert_snapshot!(shown(&world).await, @r"
    d #1 for 2026-09-01#0 due 2026-09-29 planned waiting-for-approval
    d #2 for 2026-09-01#0 due 2026-09-29 suppressed no-consent
    ");
    assert_eq!(approve_all(&world, SHOWN).await, 1);
    plan_again(&world, SHOWN).await;
    nights(&world, day_after(SHOWN, 1), day_after(DUE, -1)).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 approved waiting-for-day"));
    assert_eq!(n_made(&world).await, 0);
    night(&world, DUE).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 made made"));
    assert_eq!((n_made(&world).await, outbox(&world).await), (1, vec![Status::Pending]));
}

#[tokio::test]
async fn what_nobody_approves_expires_with_its_grace_and_what_the_admin_let_go_needs_nobody() {
    let world = self::world(json!({})).await;
    nights(&world, DUE, day_after(DUE, 4)).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 expired not-approved"));
    assert_eq!(n_made(&world).await, 0);
    let world = self::world(json!({"approval": "automatic"})).await;
    night(&world, DUE).await;
    assert_eq!(n_made(&world).await, 1);
}

#[tokio::test]
async fn the_text_has_the_link_of_its_own_message_and_waits_for_the_hours() {
    let world = self::world(json!({"approval": "automatic", "reply": true})).await;
    night(&world, DUE).await;
    let patients = world.ledger.patients(&world.clinic).await.unwrap();
    let mut messages = Vec::new();
    for patient in &patients {
        messages.extend(world.ledger.thread(&world.clinic, &patient.id).await.unwrap().messages);
    }
    let message = messages.pop().unwrap();
    let (text, link) = message.body.split_once("\n\n").unwrap();
    assert_eq!((text, message.subject.as_str(), message.takes_reply), ("検証クリニックです。", "お知らせ", true));
    let token = link.strip_prefix("https://p.kayoi.example/m/").unwrap();
    let token = delivery::LinkToken::parse(token).unwrap();
    let found = world.ledger.link(&token, at_night()).await.unwrap().unwrap();
    assert_eq!((found.message, found.patient), (message.id.clone(), message.patient));
    let row = world.ledger.outbox(&message.id).await.unwrap().unwrap().row;
    // Ten in the morning, from ten past two, on the clock that stands still.
    assert_eq!(row.send_after.duration_since(at_night()).as_mins(), 7 * 60 + 50);
    assert_eq!(world.sends.take().len(), 0, "the sweeper announces what goes later");
}

#[tokio::test]
async fn what_may_go_at_once_is_announced() {
    let world = self::world(json!({"approval": "automatic"})).await;
    night_by(&world, &world.planner_at(in_the_morning), DUE).await;
    let sent: Vec<Value> = world.sends.take().iter().map(|it| serde_json::from_str(&it.body).unwrap()).collect();
    assert_eq!((sent.len(), &sent[0]["type"]), (1, &json!("SendV1")));
    let id = MessageId::parse(sent[0]["id"].as_str().unwrap()).unwrap();
    assert_eq!(world.ledger.outbox(&id).await.unwrap().unwrap().row.status, Status::Pending);
}

/// 送信中止 of the row of patient 1.
async fn cancel(world: &World, on: Date) {
    let by = Decider { user: "approver", comment: Some("電話で話した"), expires: None };
    let is_of_one = |it: &PlanRow| it.reason.as_str() != "no-consent";
    assert_eq!(decide(world, is_of_one, |row, running, _| Decision::cancel(row, running, by, on).unwrap()).await, 1);
}

#[tokio::test]
async fn a_person_who_cancels_is_heard_until_the_message_is_sent() {
    let world = self::world(json!({"approval": "automatic"})).await;
    night(&world, SHOWN).await;
    cancel(&world, SHOWN).await;
    nights(&world, day_after(SHOWN, 1), day_after(DUE, 5)).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 cancelled cancelled"));
    assert_eq!(n_made(&world).await, 0);

    // In the morning, when it is made and waits for ten o'clock.
    let world = self::world(json!({"approval": "automatic"})).await;
    night(&world, DUE).await;
    cancel(&world, DUE).await;
    plan_again(&world, DUE).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 cancelled cancelled"));
    assert_eq!(outbox(&world).await, [Status::Cancelled]);
    nights(&world, day_after(DUE, 1), day_after(DUE, 5)).await;
    assert_eq!((n_made(&world).await, outbox(&world).await), (1, vec![Status::Cancelled]));
}

#[tokio::test]
async fn who_books_after_the_message_was_made_and_before_it_goes_is_not_written_to() {
    let world = self::world(json!({"approval": "automatic", "exit": ["booked"]})).await;
    night(&world, DUE).await;
    assert_eq!(outbox(&world).await, [Status::Pending]);
    let booked = world.drop_roster("booked.csv", "診察券番号,予約日,来院状況\n1,2026/10/20,予約\n".as_bytes()).await;
    world.rosters_imported(&[booked]).await;
    world.refresh().await;
    world.planned_by(&world.planner_at(at_night)).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 suppressed booked"));
    assert_eq!(outbox(&world).await, [Status::Cancelled]);
    // The cap of the day has room again.
    let row = world.ledger.correspondences(&world.clinic).await.unwrap().remove(0).row;
    assert_eq!(row.sent_on, []);
}

#[tokio::test]
async fn a_stopped_delivery_a_paused_clinic_and_a_clinic_of_phase_1_make_nothing() {
    let world = self::world(json!({"approval": "automatic"})).await;
    night(&world, SHOWN).await;
    change(&world, "d", |it| it.is_stopped = true).await;
    nights(&world, DUE, DUE).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 suppressed delivery-stopped"));
    change(&world, "d", |it| it.is_stopped = false).await;
    let mut settings = world.ledger.message_settings(&world.clinic).await.unwrap();
    settings.row.is_paused = true;
    assert!(world.ledger.save_message_settings(&world.clinic, &settings.row, settings.version).await.unwrap());
    plan_again(&world, DUE).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 held clinic-paused"));
    settings.row.is_paused = false;
    assert!(world.ledger.save_message_settings(&world.clinic, &settings.row, settings.version + 1).await.unwrap());
    world.ledger.set_phase(&world.clinic, 1).await.unwrap();
    plan_again(&world, DUE).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 suppressed delivery-stopped"));
    assert_eq!(n_made(&world).await, 0);
    world.ledger.set_phase(&world.clinic, 2).await.unwrap();
    plan_again(&world, day_after(DUE, 1)).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 made made"));
}

#[tokio::test]
async fn a_recall_is_held_while_claims_do_not_reach_its_day_and_one_approval_of_the_list_releases_it() {
    let world = self::world(json!({"exit": ["visited"], "offset": {"days": 60}})).await;
    // The claims reach until the end of September.
    let due = date(2026, 10, 31);
    night(&world, day_after(due, -7)).await;
    assert_eq!(approve_all(&world, day_after(due, -7)).await, 1);
    nights(&world, due, day_after(due, 10)).await;
    let held = "#1 for 2026-09-01#0 due 2026-10-31 held visit-unknown";
    assert!(shown(&world).await.contains(held), "{}", shown(&world).await);
    let today = day_after(due, 10);
    let is_held = |it: &PlanRow| it.state == PlanState::Held;
    let by = Decider { user: "approver", comment: None, expires: None };
    let n = decide(&world, is_held, |row, running, rules| Decision::approve(row, running, by, rules, today).unwrap());
    assert_eq!(n.await, 1);
    plan_again(&world, today).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-10-31 made made"));

    // Nobody looks, and no claims come: after 45 days it is over.
    let world = self::world(json!({"exit": ["visited"], "offset": {"days": 60}, "approval": "automatic"})).await;
    nights(&world, due, due).await;
    assert!(shown(&world).await.contains(held));
    night(&world, day_after(due, 46)).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-10-31 expired held-too-long"));
    assert_eq!(n_made(&world).await, 0);
}

#[tokio::test]
async fn a_text_that_lacks_a_value_waits_for_it_within_its_grace() {
    let world = self::world(json!({"approval": "automatic", "body": "{次回受診予定日}にお待ちしています。"})).await;
    night(&world, DUE).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 suppressed missing-value"));
    assert_eq!(n_made(&world).await, 0);
    let one = world.ledger.patients(&world.clinic).await.unwrap();
    let one = one.iter().find(|it| it.chart_number.as_deref() == Some("1")).unwrap();
    let mut reach = world.ledger.reach_of(&world.clinic, &one.id).await.unwrap();
    reach.row.next_visit = Some(date(2026, 10, 15));
    assert!(world.ledger.save_reach(&world.clinic, &reach.row, reach.version).await.unwrap());
    night(&world, day_after(DUE, 1)).await;
    assert!(shown(&world).await.contains("#1 for 2026-09-01#0 due 2026-09-29 made made"));
    let thread = world.ledger.thread(&world.clinic, &one.id).await.unwrap();
    assert!(thread.messages[0].body.starts_with("2026年10月15日（木）にお待ちしています。"));
}
