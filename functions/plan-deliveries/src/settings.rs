use std::fmt;

use anyhow::{Context as _, Result, bail};
use jiff::SignedDuration;

/// Patients that one message plans: a page of a clinic.
const PAGE: usize = 20_000;

/// What the operator set.
#[derive(Clone)]
pub struct Settings {
    /// Over how long messages that name no time of their own are spread.
    pub spread: SignedDuration,
    /// How long the link in a message opens its page.
    pub link_life: SignedDuration,
    /// Patients that one message plans.
    pub page: usize,
    /// What links are made under.
    pub link_secret: Vec<u8>,
}

impl fmt::Debug for Settings {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("spread", &self.spread).field("page", &self.page).finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads `<seconds of spread> <days a link opens>`.
    ///
    /// # Errors
    ///
    /// When it is something else.
    pub fn parse(text: &str, link_secret: String) -> Result<Self> {
        let [spread, days] = text.split_whitespace().collect::<Vec<&str>>()[..] else {
            bail!("PLANNING is to be seconds and days");
        };
        let spread = SignedDuration::from_secs(spread.parse::<u32>().context("the seconds of PLANNING")?.into());
        let hours = i64::from(days.parse::<u32>().context("the days of PLANNING")?) * 24;
        let link_life = SignedDuration::from_hours(hours);
        Ok(Self { spread, link_life, page: PAGE, link_secret: link_secret.into_bytes() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_seconds_and_days() {
        let parse = |text| Settings::parse(text, "secret".to_owned());
        let settings = parse("3600 60").unwrap();
        assert_eq!((settings.spread.as_hours(), settings.link_life.as_hours()), (1, 1440));
        assert!(!format!("{settings:?}").contains("secret"));
        for text in ["", "3600", "3600 60 1", "an hour", "-1 60"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
