//! Runs [`send_messages`] under Lambda.

use host::{optional_setting, setting};
use ledger::{Clock, Ledger};
use send_messages::{Providers, Secrets, SendMessages, Settings, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    host::start_logging();
    let aws = host::aws_config().await?;
    let ledger = Ledger::in_dynamodb(&aws, setting("CORE_TABLE")?, setting("AUTH_TABLE")?);
    let providers = Providers::over_http(&aws, setting("LINE_API")?, optional_setting("CONFIGURATION_SET")?)?;
    let providers = providers.with_sms(&aws, optional_setting("SMS_ORIGIN")?, optional_setting("SMS_ENDPOINT")?);
    let deps = SendMessages {
        files: files::Files::in_s3(&aws, setting("BUCKET")?),
        ledger: ledger.with_outbox(&aws, setting("OUTBOX_TABLE")?),
        announce: queue::Queue::in_sqs(&aws, setting("SEND_MESSAGES_QUEUE_URL")?),
        providers: providers.with_mail(&aws, optional_setting("MAIL_FROM")?),
        secrets: Secrets::new(setting("IDENTITY_SECRET")?, setting("LINK_SECRET")?, setting("CHANNEL_SECRET")?),
        settings: Settings::read(&setting("SENDING_LIMITS")?, &setting("SENDING_RATES")?, setting("PAGES_URL")?)?,
        clock: if host::is_clock_fixed()? { Clock::Fixed } else { Clock::System(host::today) },
        now: host::now,
    };
    host::run(async |event: aws_lambda_events::sqs::SqsEvent| Ok(handle(&deps, event).await)).await
}
