use std::time::Duration;

use anyhow::{Result, ensure};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};

use crate::settings::optional_setting;

/// Tries of one call, the first included. What still fails then is the event source's to repeat.
const MAX_ATTEMPTS: u32 = 4;

/// How to reach AWS: region and credentials as Lambda gives them, the emulator where
/// `AWS_ENDPOINT_URL` names it, and limits on waiting.
///
/// # Errors
///
/// When the setting `STAGE` is `local` and no `AWS_ENDPOINT_URL` is given: such a function would
/// call the real AWS.
pub async fn aws_config() -> Result<SdkConfig> {
    check_endpoint(optional_setting("STAGE")?.as_deref(), optional_setting("AWS_ENDPOINT_URL")?.as_deref())?;
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(Duration::from_secs(15))
        .operation_attempt_timeout(Duration::from_secs(30))
        .build();
    Ok(aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS))
        .load()
        .await)
}

fn check_endpoint(stage: Option<&str>, endpoint: Option<&str>) -> Result<()> {
    ensure!(stage != Some("local") || endpoint.is_some(), "STAGE is local, but AWS_ENDPOINT_URL is missing");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_function_never_calls_the_real_aws() {
        assert!(check_endpoint(Some("local"), None).is_err());
        assert!(check_endpoint(Some("local"), Some("http://127.0.0.1:4566")).is_ok());
        assert!(check_endpoint(Some("production"), None).is_ok());
    }
}
