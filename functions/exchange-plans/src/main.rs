//! Runs [`exchange_plans`] under Lambda.

use aws_lambda_events::sqs::SqsEvent;
use careplan::exchange::Seal;
use exchange_plans::{ExchangePlans, Settings, handle};
use files::Files;
use ledger::Ledger;
use mail::Mail;
use queue::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let deps = ExchangePlans {
        files: Files::in_s3(&aws, host::setting("BUCKET")?),
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?),
        again: Queue::in_sqs(&aws, host::setting("EXCHANGE_QUEUE_URL")?),
        mail: Mail::in_ses(&aws, host::optional_setting("MAIL_FROM")?),
        seal: Seal::of_secret(host::setting("SEAL_SECRET")?.as_bytes()),
        settings: Settings::read(&host::setting("LIMITS")?)?,
        now: host::now,
    };
    host::run(async |event: SqsEvent| Ok(handle(&deps, event).await)).await
}
