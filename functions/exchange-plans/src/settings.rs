use anyhow::{Context as _, Result, bail};
use careplan::exchange::{AttachmentKind, Limits};
use jiff::SignedDuration;

/// What an operator may set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What may be sent at once.
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
    /// Reads bytes of a send, destinations of a bundle, seconds that a bundle waits, and the kinds of
    /// attachments with commas between them.
    ///
    /// # Errors
    ///
    /// When they are something else.
    pub fn read(setting: &str) -> Result<Self> {
        let parts: Vec<&str> = setting.split(' ').collect();
        let [send_max_bytes, max_destinations, wait_s, kinds] = parts[..] else {
            bail!("limits are three numbers and a list")
        };
        let kinds =
            kinds.split(',').map(|it| AttachmentKind::named(it).context("an attachment of no kind that travels"));
        let limits = Limits {
            send_max_bytes: send_max_bytes.parse().context("reading bytes")?,
            max_destinations: max_destinations.parse().context("reading destinations")?,
            attachments: kinds.collect::<Result<_>>()?,
            ..Limits::default()
        };
        let wait_s = wait_s.parse().context("reading seconds")?;
        Ok(Self { limits, wait: SignedDuration::from_secs(wait_s), ..Self::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_mistakes_told() {
        let read = Settings::read("1000 5 60 pdf,jpeg").unwrap();
        assert_eq!((read.limits.send_max_bytes, read.limits.max_destinations), (1000, 5));
        assert_eq!(read.limits.attachments, [AttachmentKind::Pdf, AttachmentKind::Jpeg].into());
        assert_eq!(read.wait, SignedDuration::from_mins(1));
        for mistake in ["", "1000 5 60", "x 5 60 pdf", "1000 5 60 exe", "1000 5 60 pdf x"] {
            assert!(Settings::read(mistake).is_err(), "{mistake}");
        }
    }
}
