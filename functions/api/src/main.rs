//! Wires the API to its tables, its bucket and its queue.

use api::{Api, Masters, router};
use careplan::exchange::Seal;
use files::Files;
use ledger::{Clock, Ledger};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let api = Api {
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?)
            .with_outbox(&aws, host::setting("OUTBOX_TABLE")?),
        files: Files::in_s3(&aws, host::setting("BUCKET")?),
        refresh: queue::Queue::in_sqs(&aws, host::setting("REFRESH_QUEUE_URL")?),
        sms_part_price: delivery::MilliYen(host::setting("SMS_PART_MILLI_YEN")?.parse()?),
        clock: Clock::of_setting(&host::setting("CLOCK")?, host::optional_setting("STAGE")?.as_deref(), host::today)?,
        now: host::now,
        random_id: host::random_id,
        identity_secret: host::setting("IDENTITY_SECRET")?.into_bytes(),
        pages: host::setting("PAGES_URL")?,
        masters: Masters::default(),
        seal: Seal::of_secret(host::setting("SEAL_SECRET")?.as_bytes()),
        storage_role: host::setting("STORAGE_ROLE")?,
    };
    host::serve(router(api)).await
}
