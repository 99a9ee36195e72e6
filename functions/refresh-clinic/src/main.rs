//! Runs [`refresh_clinic`] under Lambda.

use anyhow::Result;
use aws_lambda_events::sqs::SqsEvent;
use files::Files;
use ledger::Ledger;
use queue::Queue;
use refresh_clinic::{RefreshClinic, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    host::start_logging();

    let aws = host::aws_config().await?;
    let deps = RefreshClinic {
        files: Files::in_s3(&aws, host::setting("BUCKET")?),
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?),
        imports: Queue::in_sqs(&aws, host::setting("IMPORT_RECEIPTS_QUEUE_URL")?),
        plans: Queue::in_sqs(&aws, host::setting("PLAN_DELIVERIES_QUEUE_URL")?),
        bucket: host::setting("BUCKET")?,
        identity_secret: host::setting("IDENTITY_SECRET")?.into_bytes(),
        random_id: host::random_id,
    };

    host::run(async |event: SqsEvent| Ok(handle(&deps, event).await)).await
}
