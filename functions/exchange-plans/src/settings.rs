use anyhow::{Context as _, Result, bail};
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
    /// Reads three numbers: bytes of a send, destinations of a bundle, seconds that a bundle waits.
    ///
    /// # Errors
    ///
    /// When they are not three numbers.
    pub fn read(setting: &str) -> Result<Self> {
        let numbers: Vec<u32> =
            setting.split(' ').map(str::parse).collect::<Result<_, _>>().context("reading limits")?;
        let [send_max_bytes, max_destinations, wait_s] = numbers[..] else { bail!("limits are three numbers") };
        let limits = Limits {
            send_max_bytes: u64::from(send_max_bytes),
            max_destinations: max_destinations as usize,
            ..Limits::default()
        };
        Ok(Self { limits, wait: SignedDuration::from_secs(i64::from(wait_s)), ..Self::default() })
    }
}
