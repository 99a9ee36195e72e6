//! Runs [`chase_transfers`] under Lambda.

use anyhow::Result;
use careplan::exchange::Seal;
use chase_transfers::{ChaseTransfers, Tick, handle};
use files::Files;
use ledger::{Clock, Ledger};
use mail::Mail;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let deps = ChaseTransfers {
        files: Files::in_s3(&aws, host::setting("BUCKET")?),
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?),
        mail: Mail::in_ses(&aws, host::optional_setting("MAIL_FROM")?),
        seal: Seal::of_secret(host::setting("SEAL_SECRET")?.as_bytes()),
        clock: if host::is_clock_fixed()? { Clock::Fixed } else { Clock::System(host::today) },
        now: host::now,
    };
    host::run(async |tick: Tick| handle(&deps, tick).await).await
}
