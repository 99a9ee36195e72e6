//! What receivers answer.

use careplan::exchange::{FactKind, TransferState, verify_log};
use serde_json::{Value, json};

use crate::harness::{
    offices::{Offices, minutes_ago, notice, now, office, seal},
    units::{CARE_MANAGER, DAY_CARE, HOME_HELP, plan_unit},
};

async fn delivered() -> (Offices, String) {
    let world = Offices::in_memory().await;
    let result = world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, "20250425101500", "歩きたい")).await;
    let transfer = result.sends[0].transfer.as_ref().unwrap().to_string();
    (world, transfer)
}

async fn outcome(world: &Offices, of: &str, transfer: &str) -> Option<Value> {
    let json = world.files.get(&format!("results/{of}/acks/{transfer}.json"), 1 << 20).await.unwrap();
    json.map(|it| serde_json::from_slice(&it).unwrap())
}

fn rejected(transfer: &str) -> Value {
    json!({"transfer": transfer, "result": "rejected",
        "reasons": [{"file": "UP1KYO", "line": 1, "column": 3, "message": "利用者が登録されていません"}]})
}

#[tokio::test]
async fn an_answer_is_seen_by_both_sides_however_often_it_comes() {
    let (world, transfer) = delivered().await;
    let answer =
        world.put_answer(HOME_HELP, &transfer, &json!({"transfer": transfer, "result": "imported", "rows": 4})).await;
    world.exchange(&[answer.clone(), answer.clone()]).await;
    world.exchange(&[answer]).await;
    for row in [&world.received(HOME_HELP).await[0], &world.sent(CARE_MANAGER).await[0]] {
        assert_eq!(row.state, TransferState::Imported);
        assert_eq!(row.answer.as_ref().unwrap().rows, Some(4));
    }
    for number in [CARE_MANAGER, HOME_HELP] {
        let log = world.ledger.evidence(&office(number), 0, 100).await.unwrap();
        assert_eq!(verify_log(&log, &seal().key()).unwrap().len(), 2);
    }
    assert_eq!(outcome(&world, HOME_HELP, &transfer).await.unwrap()["is_accepted"], json!(true));
}

#[tokio::test]
async fn what_could_not_be_taken_in_says_why_and_may_be_taken_in_later_but_not_the_other_way() {
    let (world, transfer) = delivered().await;
    let first = world.put_answer(HOME_HELP, &transfer, &rejected(&transfer)).await;
    world.exchange(std::slice::from_ref(&first)).await;
    let row = &world.sent(CARE_MANAGER).await[0];
    assert_eq!(row.state, TransferState::Rejected);
    assert_eq!(row.answer.as_ref().unwrap().reasons[0].message, "利用者が登録されていません");

    let later = world.put_answer(HOME_HELP, &transfer, &json!({"transfer": transfer, "result": "imported"})).await;
    world.exchange(&[later]).await;
    assert_eq!(world.sent(CARE_MANAGER).await[0].state, TransferState::Imported);
    // The first one once more, late.
    world.exchange(&[first]).await;
    assert_eq!(world.sent(CARE_MANAGER).await[0].state, TransferState::Imported);
    assert_eq!(outcome(&world, HOME_HELP, &transfer).await.unwrap()["is_accepted"], json!(false));
}

#[tokio::test]
async fn only_the_receiver_answers_and_only_with_an_answer() {
    let (world, transfer) = delivered().await;
    let before = world.ledger.dump().await.unwrap();
    // Another office's folder of the same name, and the sender's own.
    for of in [DAY_CARE, CARE_MANAGER] {
        let answer = world.put_answer(of, &transfer, &json!({"transfer": transfer, "result": "imported"})).await;
        world.exchange(&[answer]).await;
        assert_eq!(outcome(&world, of, &transfer).await, None);
    }
    let other = "0".repeat(32);
    for answer in [
        json!({"transfer": other, "result": "imported"}),
        json!({"transfer": transfer, "result": "rejected"}),
        json!({"transfer": transfer, "result": "imported", "pad": "x"}),
        json!({"transfer": transfer, "result": "imported", "rows": 1, "reasons": [{"message": "x".repeat(70_000)}]}),
    ] {
        let answer = world.put_answer(HOME_HELP, &transfer, &answer).await;
        world.exchange(&[answer]).await;
        assert_eq!(outcome(&world, HOME_HELP, &transfer).await.unwrap()["is_accepted"], json!(false));
    }
    world.exchange(&[notice(&format!("inbox/{HOME_HELP}/{other}/_ack.json"), None, now())]).await;
    assert_eq!(world.ledger.dump().await.unwrap(), before);
}

#[tokio::test]
async fn the_newest_reasons_of_what_cannot_be_taken_in_are_told_in_whatever_order_they_come() {
    let (world, transfer) = delivered().await;
    let answer = |message: &str| json!({"transfer": transfer, "result": "rejected", "reasons": [{"message": message}]});
    let first = world.put_answer(HOME_HELP, &transfer, &answer("利用者が未登録です")).await;
    let second = world.put_answer(HOME_HELP, &transfer, &answer("保険者が違います")).await;
    world.exchange(&[minutes_ago(first.clone(), 2)]).await;
    world.exchange(&[minutes_ago(second, 1)]).await;
    world.exchange(&[minutes_ago(first, 2)]).await;
    let row = &world.sent(CARE_MANAGER).await[0];
    assert_eq!(row.state, TransferState::Rejected);
    assert_eq!(row.answer.as_ref().unwrap().reasons[0].message, "保険者が違います");
}

#[tokio::test]
async fn a_rejection_that_a_kill_kept_out_of_the_logs_is_in_them_before_the_import_is() {
    let (world, transfer) = delivered().await;
    let row = &world.received(HOME_HELP).await[0];
    let change = |row: &mut ledger::TransferRow| {
        row.state = TransferState::Rejected;
        row.answer = Some(ledger::TransferAnswer { at: now(), rows: None, reasons: Vec::new() });
        Ok(())
    };
    world.ledger.change_transfer(&row.receiver, &row.id, change).await.unwrap();
    let answer = json!({"transfer": transfer, "result": "imported"});
    let answer = world.put_answer(HOME_HELP, &transfer, &answer).await;
    world.exchange(&[answer]).await;
    for number in [CARE_MANAGER, HOME_HELP] {
        let log = world.ledger.evidence(&office(number), 0, 100).await.unwrap();
        let log = verify_log(&log, &seal().key()).unwrap();
        let events: Vec<FactKind> = log.iter().map(|it| it.fact.event).collect();
        assert_eq!(events, [FactKind::Delivered, FactKind::Rejected, FactKind::Imported]);
    }
}
