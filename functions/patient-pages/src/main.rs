//! Runs [`patient_pages`] under Lambda.

use files::Files;
use ledger::{Clock, Ledger};
use patient_pages::{PatientPages, Settings, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let pages = PatientPages {
        ledger: Ledger::in_dynamodb(&aws, host::setting("CORE_TABLE")?, host::setting("AUTH_TABLE")?),
        files: Files::in_s3(&aws, host::setting("BUCKET")?),
        clock: if host::is_clock_fixed()? { Clock::Fixed } else { Clock::System(host::today) },
        now: host::now,
        random_id: host::random_id,
        random_token: host::random_token,
        link_secret: host::setting("LINK_SECRET")?.into_bytes(),
        identity_secret: host::setting("IDENTITY_SECRET")?.into_bytes(),
        pages_url: host::setting("PAGES_URL")?,
        settings: Settings::default(),
    };
    host::serve(router(pages)).await
}
