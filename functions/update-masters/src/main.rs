//! Runs [`update_masters`] under Lambda.

use anyhow::Result;
use aws_lambda_events::sqs::SqsEvent;
use files::Files;
use update_masters::{UpdateMasters, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    host::start_logging();

    let aws = host::aws_config().await?;
    let deps = UpdateMasters { files: Files::in_s3(&aws, host::setting("BUCKET")?) };

    host::run(async |event: SqsEvent| Ok(handle(&deps, event).await)).await
}
