//! What receivers answer.

use careplan::exchange::{TransferState, verify_log};
use serde_json::{Value, json};

use crate::harness::{
    offices::{Offices, notice, now, office, seal},
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
