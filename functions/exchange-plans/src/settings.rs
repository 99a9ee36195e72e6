use anyhow::{Context as _, Result};
use careplan::exchange::Limits;
use jiff::SignedDuration;

/// What an operator may set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How much may be sent at once.
    pub limits: Limits,
    /// How long a bundle waits for files that it lists, from when it was closed.
    pub wait: SignedDuration,
    /// How long until it is looked at again, in seconds: 1 to 900.
    pub look_again_after_s: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self { limits: Limits::default(), wait: SignedDuration::from_mins(15), look_again_after_s: 10 }
    }
}

impl Settings {
    /// Reads what the template gives: SEND_MAX_BYTES, MAX_DESTINATIONS and BUNDLE_WAIT_SECONDS.
    ///
    /// # Errors
    ///
    /// Which one is no number.
    pub fn read([send_max_bytes, max_destinations, wait_seconds]: [String; 3]) -> Result<Self> {
        let limits = Limits {
            send_max_bytes: send_max_bytes.parse().context("SEND_MAX_BYTES is no number")?,
            max_destinations: max_destinations.parse().context("MAX_DESTINATIONS is no number")?,
            ..Limits::default()
        };
        let wait_s = wait_seconds.parse().context("BUNDLE_WAIT_SECONDS is no number")?;
        Ok(Self { limits, wait: SignedDuration::from_secs(wait_s), ..Self::default() })
    }
}
