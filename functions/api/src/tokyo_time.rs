use anyhow::Result;
use jiff::{
    civil::DateTime,
    tz::{self, Offset},
};

use crate::Api;

const TOKYO: Offset = tz::offset(9);

impl Api {
    /// The business day with the time of day in Tokyo: where the clock stands still for a demo, days are its own
    /// and hours are real.
    pub(crate) async fn tokyo_now(&self) -> Result<DateTime> {
        Ok(self.today().await?.to_datetime(TOKYO.to_datetime((self.now)()).time()))
    }
}
