//! Runs [`sweep_messages`] under Lambda.

use anyhow::Result;
use delivery::Limits;
use ledger::Ledger;
use queue::Queue;
use sweep_messages::{SweepMessages, Tick, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let ledger = Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?);
    let deps = SweepMessages {
        ledger: ledger.with_outbox(&aws, host::setting("OUTBOX_TABLE")?),
        announce: Queue::in_sqs(&aws, host::setting("SEND_MESSAGES_QUEUE_URL")?),
        limits: Limits::read(&host::setting("SENDING_LIMITS")?)?,
        now: host::now,
    };
    host::run(async |tick: Tick| handle(&deps, tick).await).await
}
