use std::{num::NonZeroU32, time::Duration};

use anyhow::{Context as _, Result, bail};
use delivery::{Channel, Limits, Rate};
use jiff::SignedDuration;

/// What an operator may set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The spans of the protocol.
    pub limits: Limits,
    /// What LINE takes of one clinic.
    pub line_rate: Rate,
    /// What the SMS account takes, in parts.
    pub sms_rate: Rate,
    /// What the mail account takes.
    pub mail_rate: Rate,
    /// How long a message whose turn is near is kept in hand rather than given back.
    pub in_hand: SignedDuration,
    /// When a message that is held is looked at again, at the latest.
    pub look_again: SignedDuration,
    /// How long after a settling that could not be written it is tried again, each time twice as long.
    pub settle_again: Duration,
    /// The address of the patients' pages, as `https://p.kayoi.example`.
    pub pages: String,
}

impl Settings {
    /// Reads the spans of the protocol as [`Limits::read`] does, and in `rates` calls a second of LINE, parts a
    /// second of SMS, calls a second of mail, and the seconds that a message is kept in hand and after which one
    /// that is held is looked at again. `pages` is the address of the patients' pages.
    ///
    /// # Errors
    ///
    /// When they are something else.
    pub fn read(limits: &str, rates: &str, pages: impl Into<String>) -> Result<Self> {
        let limits = Limits::read(limits).context("reading limits")?;
        let numbers: Vec<&str> = rates.split(' ').collect();
        let [line, sms, mail, in_hand, look_again] = numbers[..] else { bail!("rates are five numbers") };
        let rate = |it: &str| Ok::<_, anyhow::Error>(Rate(it.parse::<NonZeroU32>().context("reading a rate")?));
        let span = |it: &str| {
            let seconds: u32 = it.parse().context("reading seconds")?;
            Ok::<_, anyhow::Error>(SignedDuration::from_secs(seconds.into()))
        };
        Ok(Self {
            limits,
            line_rate: rate(line)?,
            sms_rate: rate(sms)?,
            mail_rate: rate(mail)?,
            in_hand: span(in_hand)?,
            look_again: span(look_again)?,
            settle_again: Duration::from_millis(200),
            pages: pages.into(),
        })
    }

    pub(crate) fn rate(&self, channel: Channel) -> Rate {
        match channel {
            Channel::Line => self.line_rate,
            Channel::Sms => self.sms_rate,
            Channel::Mail => self.mail_rate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_mistakes_told() {
        let limits = "240 120 3600 82800 86400 10 900 22";
        let read = Settings::read(limits, "2000 20 14 5 900", "https://p.example").unwrap();
        assert_eq!(read.limits, Limits::default());
        assert_eq!(read.rate(Channel::Sms).0.get(), 20);
        assert_eq!((read.in_hand.as_secs(), read.look_again.as_secs()), (5, 900));
        for mistake in ["", "2000 20 14 5", "2000 0 14 5 900", "2000 20 14 -5 900", "2000 20 14 5 900 1"] {
            assert!(Settings::read(limits, mistake, "").is_err(), "{mistake}");
        }
        assert!(Settings::read("", "2000 20 14 5 900", "").is_err());
    }
}
