//! What nobody answers (reliability table, row 58).

use careplan::exchange::{FactKind, TransferId, TransferState, verify_log};
use chase_transfers::{ChaseTransfers, Chased, Tick, handle};
use jiff::civil::{Date, date};
use ledger::{Clock, OfficeRow, TransferChange};
use serde_json::{Value, json};

use crate::harness::{
    offices::{Offices, now, office, seal},
    units::{CARE_MANAGER, DAY_CARE, HOME_HELP, Named, actuals_unit, plan_unit, schedule_unit},
};

/// The day on which everything is sent.
const SENT_ON: Date = date(2026, 11, 18);

async fn world() -> Offices {
    let world = Offices::in_memory().await;
    for (number, address) in [(CARE_MANAGER, "kyotaku"), (HOME_HELP, "houmon"), (DAY_CARE, "day")] {
        let before = world.ledger.office(&office(number)).await.unwrap().unwrap();
        let row = OfficeRow { notify_address: Some(format!("{address}@example.jp")), ..before.row };
        assert!(world.ledger.save_office(&office(number), &row, before.version).await.unwrap());
    }
    world
}

/// The hour comes once, and may fail.
pub(super) async fn try_chase(world: &Offices) -> anyhow::Result<Chased> {
    let deps = ChaseTransfers {
        files: world.files.clone(),
        ledger: world.ledger.clone(),
        mail: world.mail.clone(),
        seal: seal(),
        clock: Clock::Fixed,
        now,
    };
    handle(&deps, Tick { scheduled_time: "<unfilled>".to_owned() }).await
}

/// The hour comes on `today`, twice. Returns who was written to and about what.
async fn hour(world: &Offices, today: Date) -> Vec<String> {
    world.ledger.set_today(today).await.unwrap();
    for _ in 0..2 {
        try_chase(world).await.unwrap();
    }
    world.mail.take().into_iter().map(|it| format!("{} {}", it.to, it.subject)).collect()
}

#[tokio::test]
async fn a_receiver_is_told_reminded_twice_and_then_the_sender_hears_of_it() {
    let world = world().await;
    let result = world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, "20250425101500", "歩きたい")).await;
    let told = world.mail.take();
    assert_eq!(told.len(), 1);
    assert!(!told[0].text.contains("澄江") && told[0].text.contains("試験居宅"), "{told:?}");
    assert_eq!(world.received(HOME_HELP).await[0].state, TransferState::Notified);

    let reminder = ["houmon@example.jp 【かよい】まだ受け取られていない書類があります"];
    assert_eq!(hour(&world, SENT_ON).await, [] as [&str; 0]);
    assert_eq!(hour(&world, date(2026, 11, 19)).await, reminder);
    assert_eq!(hour(&world, date(2026, 11, 20)).await, [] as [&str; 0]);
    assert_eq!(hour(&world, date(2026, 11, 21)).await, reminder);
    let report = ["kyotaku@example.jp 【かよい】相手が受け取っていない書類があります"];
    assert_eq!(hour(&world, date(2026, 11, 23)).await, report);
    assert_eq!(hour(&world, date(2027, 11, 23)).await, [] as [&str; 0]);

    let transfer = result.sends[0].transfer.as_ref().unwrap();
    let key = format!("results/{CARE_MANAGER}/undelivered/{transfer}.json");
    assert!(world.files.head(&key).await.unwrap().is_some());
    let row = &world.sent(CARE_MANAGER).await[0];
    assert!(row.undelivered_at.is_some());
    let log = world.ledger.evidence(&office(CARE_MANAGER), 0, 10).await.unwrap();
    let log = verify_log(&log, &seal().key()).unwrap();
    assert_eq!(log.last().unwrap().fact.event, FactKind::Undelivered);

    // Nothing is lost: a late answer still counts.
    let answer =
        world.put_answer(HOME_HELP, transfer.as_str(), &json!({"transfer": transfer, "result": "imported"})).await;
    world.exchange(&[answer]).await;
    assert_eq!(world.sent(CARE_MANAGER).await[0].state, TransferState::Imported);
}

#[tokio::test]
async fn who_has_answered_is_not_reminded() {
    let world = world().await;
    let result = world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, "20250425101500", "歩きたい")).await;
    let transfer = result.sends[0].transfer.as_ref().unwrap();
    let answer =
        world.put_answer(HOME_HELP, transfer.as_str(), &json!({"transfer": transfer, "result": "imported"})).await;
    world.exchange(&[answer]).await;
    world.mail.take();
    for day in 19..30 {
        assert_eq!(hour(&world, date(2026, 11, day)).await, [] as [&str; 0]);
    }
}

#[tokio::test]
async fn a_log_that_lacks_an_entry_is_completed() {
    let world = world().await;
    world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, "20250425101500", "歩きたい")).await;
    let row = &world.received(HOME_HELP).await[0];
    // A kill between the row and the log.
    let change = |row: &mut ledger::TransferRow| {
        row.state = TransferState::Fetched;
        row.fetched_at = Some(now());
        Ok(())
    };
    world.ledger.change_transfer(&row.receiver, &row.id, change).await.unwrap();
    hour(&world, date(2026, 11, 19)).await;
    for number in [CARE_MANAGER, HOME_HELP] {
        let log = world.ledger.evidence(&office(number), 0, 10).await.unwrap();
        let log = verify_log(&log, &seal().key()).unwrap();
        let events: Vec<FactKind> = log.iter().map(|it| it.fact.event).collect();
        assert_eq!(events, [FactKind::Delivered, FactKind::Fetched]);
    }
}

#[tokio::test]
async fn a_log_that_lacks_an_entry_of_long_after_is_completed_the_next_day() {
    let world = world().await;
    world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, "20250425101500", "歩きたい")).await;
    for day in 19..30 {
        hour(&world, date(2026, 11, day)).await;
    }
    let row = &world.received(HOME_HELP).await[0];
    let change = |row: &mut ledger::TransferRow| {
        row.state = TransferState::Fetched;
        row.fetched_at = Some("2026-12-20T03:00:00Z".parse().unwrap());
        Ok(())
    };
    world.ledger.change_transfer(&row.receiver, &row.id, change).await.unwrap();
    hour(&world, date(2026, 12, 21)).await;
    for number in [CARE_MANAGER, HOME_HELP] {
        let log = world.ledger.evidence(&office(number), 0, 10).await.unwrap();
        let log = verify_log(&log, &seal().key()).unwrap();
        let events: Vec<FactKind> = log.iter().map(|it| it.fact.event).collect();
        assert_eq!(events, [FactKind::Delivered, FactKind::Undelivered, FactKind::Fetched]);
    }
}

/// A unit as it would be for November 2026.
fn november(units: Vec<Named>) -> Vec<Named> {
    let moved = |(name, bytes): Named| {
        let text = |it: &[u8]| it.iter().map(|byte| char::from(*byte)).collect::<String>();
        let bytes = text(&bytes).replace("202505", "202611");
        (name.replace("202505", "202611"), bytes.chars().map(|it| it as u8).collect())
    };
    units.into_iter().map(moved).collect()
}

#[tokio::test]
async fn nobody_is_asked_for_the_actuals_of_a_schedule_that_was_taken_back() {
    let world = world().await;
    let taken_back = world.send(CARE_MANAGER, "b-1", &november(schedule_unit(HOME_HELP, "20261118101600"))).await;
    let withdraw = async |transfer: &TransferId, receiver| {
        let what = TransferChange::Withdrawn;
        let noted = world.ledger.note_on_transfer(&office(receiver), transfer, &what, now(), &seal()).await;
        assert!(noted.unwrap().unwrap().is_ok());
    };
    withdraw(taken_back.sends[0].transfer.as_ref().unwrap(), HOME_HELP).await;
    world.mail.take();
    assert_eq!(hour(&world, date(2026, 12, 3)).await, [] as [&str; 0]);

    // One that still counts is enough to be asked, and actuals that were taken back are as if never sent.
    let stays = world.send(CARE_MANAGER, "b-2", &november(schedule_unit(HOME_HELP, "20261118101700"))).await;
    let again = world.send(CARE_MANAGER, "b-3", &november(schedule_unit(HOME_HELP, "20261118101800"))).await;
    assert!(stays.sends[0].transfer.is_some());
    withdraw(again.sends[0].transfer.as_ref().unwrap(), HOME_HELP).await;
    let actuals = world.send(HOME_HELP, "b-4", &november(actuals_unit(HOME_HELP, "20261204090000"))).await;
    withdraw(actuals.sends[0].transfer.as_ref().unwrap(), CARE_MANAGER).await;
    world.mail.take();
    let sixth = hour(&world, date(2026, 12, 6)).await;
    assert!(sixth.iter().any(|it| it.starts_with("houmon") && it.contains("実績をお送りください")), "{sixth:?}");
}

#[tokio::test]
async fn partners_whose_actuals_have_not_come_are_asked_on_three_days() {
    let world = world().await;
    // Schedules of May 2025 were sent long after: they expect nothing any more.
    world.send(CARE_MANAGER, "b-0", &schedule_unit(HOME_HELP, "20250425101600")).await;
    let files = [schedule_unit(HOME_HELP, "20261118101600"), schedule_unit(DAY_CARE, "20261118101600")].concat();
    let result = world.send(CARE_MANAGER, "b-1", &november(files)).await;
    assert!(result.sends.iter().all(|it| it.transfer.is_some()), "{result:?}");
    world.mail.take();
    for day in 18..=30 {
        hour(&world, date(2026, 11, day)).await;
    }
    assert_eq!(hour(&world, date(2026, 12, 2)).await, [] as [&str; 0]);
    let asked = |who: &[&str]| {
        let mut letters: Vec<String> =
            who.iter().map(|it| format!("{it}@example.jp 【かよい】2026年11月分の実績をお送りください")).collect();
        letters.push(format!("kyotaku@example.jp 【かよい】2026年11月分の実績がまだの事業所が{}件あります", who.len()));
        letters
    };
    assert_eq!(hour(&world, date(2026, 12, 3)).await, asked(&["houmon", "day"]));
    let sent = world.send(HOME_HELP, "b-2", &november(actuals_unit(HOME_HELP, "20261204090000"))).await;
    assert!(sent.sends[0].transfer.is_some(), "{sent:?}");
    world.mail.take();
    let sixth = hour(&world, date(2026, 12, 6)).await;
    assert!(asked(&["day"]).iter().all(|it| sixth.contains(it)), "{sixth:?}");
    assert!(!sixth.iter().any(|it| it.starts_with("houmon") && it.contains("実績")), "{sixth:?}");
    let key = format!("results/{CARE_MANAGER}/actuals/2026-11.json");
    let list: Value = serde_json::from_slice(&world.files.get(&key, 1 << 20).await.unwrap().unwrap()).unwrap();
    let reported: Vec<bool> =
        list["partners"].as_array().unwrap().iter().map(|it| it["is_reported"].as_bool().unwrap()).collect();
    assert_eq!(reported, [true, false]);
}
