//! Runs [`settle_messages`] under Lambda.

use delivery::Limits;
use files::Files;
use host::setting;
use ledger::{Clock, Ledger};
use queue::Queue;
use settle_messages::{SettleMessages, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let ledger = Ledger::in_dynamodb(&aws, setting("CORE_TABLE")?, setting("AUTH_TABLE")?);
    let deps = SettleMessages {
        files: Files::in_s3(&aws, setting("BUCKET")?),
        ledger: ledger.with_outbox(&aws, setting("OUTBOX_TABLE")?),
        announce: Queue::in_sqs(&aws, setting("SEND_MESSAGES_QUEUE_URL")?),
        identity_secret: setting("IDENTITY_SECRET")?.into_bytes(),
        limits: Limits::read(&setting("SENDING_LIMITS")?)?,
        clock: if host::is_clock_fixed()? { Clock::Fixed } else { Clock::System(host::today) },
        now: host::now,
    };
    host::run(async |event: aws_lambda_events::sqs::SqsEvent| Ok(handle(&deps, event).await)).await
}
