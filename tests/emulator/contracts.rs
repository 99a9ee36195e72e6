//! What the adapters promise, on the bucket, tables and queues of the template.

use files::Files;
use ledger::Ledger;
use mail::Mail;
use queue::Queue;
use serde_json::{Value, json};

use super::Deployed;

#[tokio::test]
async fn adapters_keep_their_contracts_on_the_emulator() {
    let Some(stack) = Deployed::start("contracts") else { return };
    let aws = stack.aws().await;
    files::contract::check(&Files::in_s3(&aws, stack.output("DataBucket"))).await;
    // Nothing takes messages out of these two.
    queue::contract::check(&Queue::in_sqs(&aws, stack.output("ImportReceiptsDeadUrl"))).await;
    queue::contract::check_fifo(&Queue::in_sqs(&aws, stack.output("RefreshClinicDeadUrl"))).await;
    let ledger = Ledger::in_dynamodb(&aws, stack.output("CoreTable"), stack.output("AuthTable"));
    let ledger = ledger.with_outbox(&aws, stack.output("OutboxTable"));
    ledger::contract::check(&ledger).await;
    mail::contract::check(&Mail::in_ses(&aws, Some("kayoi@example.jp".to_owned()))).await;
    arrived_as_written(stack.emulator.endpoint());
}

/// What the messages of the mail's contract read like to a mail program.
fn arrived_as_written(endpoint: &str) {
    let mut answer = ureq::get(format!("{endpoint}/_ministack/ses/messages")).call().unwrap();
    let mailbox: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
    let of_patient = |it: &&Value| it["To"] == json!(["patient@example.jp"]);
    let accounts = mailbox["messages"].as_object().unwrap();
    let all = accounts.values().flat_map(|it| it.as_array().unwrap());
    let messages: Vec<&Value> = all.filter(of_patient).collect();
    assert_eq!(messages.len(), 2, "{mailbox}");
    for message in messages {
        let written = mail::contract::message();
        assert_eq!(message["Source"], "kayoi@example.jp");
        assert_eq!(message["Subject"], written.subject.as_str());
        assert_eq!(message["BodyText"].as_str().unwrap().replace("\r\n", "\n"), written.text);
    }
}
