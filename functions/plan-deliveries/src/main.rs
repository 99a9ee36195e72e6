//! Runs [`plan_deliveries`] under Lambda.

use ledger::{Clock, Ledger};
use plan_deliveries::{PlanDeliveries, Settings, handle};
use queue::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let ledger = Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?);
    let deps = PlanDeliveries {
        files: files::Files::in_s3(&aws, host::setting("BUCKET")?),
        ledger: ledger.with_outbox(&aws, host::setting("OUTBOX_TABLE")?),
        plans: Queue::in_sqs(&aws, host::setting("PLAN_DELIVERIES_QUEUE_URL")?),
        sends: Queue::in_sqs(&aws, host::setting("SEND_MESSAGES_QUEUE_URL")?),
        refreshes: Queue::in_sqs(&aws, host::setting("REFRESH_QUEUE_URL")?),
        identity_secret: host::setting("IDENTITY_SECRET")?.into_bytes(),
        pages_url: host::setting("PAGES_URL")?,
        settings: Settings::parse(&host::setting("PLANNING")?, host::setting("LINK_SECRET")?)?,
        clock: if host::is_clock_fixed()? { Clock::Fixed } else { Clock::System(host::today) },
        now: host::now,
    };
    host::run(async |event| Ok(handle(&deps, event).await)).await
}
