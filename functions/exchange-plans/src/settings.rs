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
    /// Reads them from the function's environment through `setting`.
    ///
    /// # Errors
    ///
    /// Which one is missing or no number.
    pub fn read(setting: fn(&str) -> Result<String>) -> Result<Self> {
        let number = |name| {
            let text = setting(name)?;
            text.parse::<u32>().with_context(|| format!("the setting {name} is no number"))
        };
        let default = Self::default();
        Ok(Self {
            limits: Limits {
                send_max_bytes: u64::from(number("SEND_MAX_BYTES")?),
                max_destinations: number("MAX_DESTINATIONS")? as usize,
                ..default.limits
            },
            wait: SignedDuration::from_secs(i64::from(number("BUNDLE_WAIT_SECONDS")?)),
            ..default
        })
    }
}
