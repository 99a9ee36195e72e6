//! Wires the API to its tables, its bucket and its queue.

use api::{Api, Masters, router};
use files::Files;
use ledger::{Clock, Ledger};
use queue::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let stage = host::optional_setting("STAGE")?;
    let api = Api {
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?),
        files: Files::in_s3(&aws, host::setting("BUCKET")?),
        refresh: Queue::in_sqs(&aws, host::setting("REFRESH_QUEUE_URL")?),
        clock: Clock::of_setting(&host::setting("CLOCK")?, stage.as_deref(), host::today)?,
        now: host::now,
        random_id: host::random_id,
        identity_secret: host::setting("IDENTITY_SECRET")?.into_bytes(),
        masters: Masters::default(),
        seal: careplan::exchange::Seal::of_secret(host::setting("SEAL_SECRET")?.as_bytes()),
    };
    host::serve(router(api)).await
}
