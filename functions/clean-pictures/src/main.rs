//! Runs [`clean_pictures`] under Lambda.

use aws_lambda_events::sqs::SqsEvent;
use clean_pictures::{CleanPictures, handle};
use files::Files;
use ledger::Ledger;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let deps = CleanPictures {
        files: Files::in_s3(&aws, host::setting("BUCKET")?),
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?),
    };
    host::run(async |event: SqsEvent| Ok(handle(&deps, event).await)).await
}
