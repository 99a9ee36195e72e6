//! What the adapters promise, on the bucket, tables and queues of the template.

use files::Files;
use ledger::Ledger;
use mail::Mail;
use queue::Queue;

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
    ledger::contract::check(&ledger).await;
    mail::contract::check(&Mail::in_ses(&aws, Some("kayoi@example.jp".to_owned()))).await;
}
