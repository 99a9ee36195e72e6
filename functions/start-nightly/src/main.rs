//! Runs [`start_nightly`] under Lambda.

use anyhow::Result;
use ledger::{Clock, Ledger};
use queue::Queue;
use start_nightly::{StartNightly, Tick, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    host::start_logging();

    let aws = host::aws_config().await?;
    let deps = StartNightly {
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?),
        refreshes: Queue::in_sqs(&aws, host::setting("REFRESH_QUEUE_URL")?),
        clock: if host::is_clock_fixed()? { Clock::Fixed } else { Clock::System(host::today) },
    };

    host::run(async |tick: Tick| handle(&deps, tick).await).await
}
