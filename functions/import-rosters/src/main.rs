//! Runs [`import_rosters`] under Lambda.

use anyhow::Result;
use aws_lambda_events::sqs::SqsEvent;
use files::Files;
use import_rosters::{ImportRosters, handle};
use ledger::{Clock, Ledger};
use queue::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    host::start_logging();

    let aws = host::aws_config().await?;
    let deps = ImportRosters {
        files: Files::in_s3(&aws, host::setting("BUCKET")?),
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?),
        refreshes: Queue::in_sqs(&aws, host::setting("REFRESH_QUEUE_URL")?),
        clock: if host::is_clock_fixed()? { Clock::Fixed } else { Clock::System(host::today) },
        identity_secret: host::setting("IDENTITY_SECRET")?.into_bytes(),
        now: host::now,
    };

    host::run(async |event: SqsEvent| Ok(handle(&deps, event).await)).await
}
