use anyhow::{Context, Result};
use jiff::civil::Date;

use crate::{
    Ledger,
    keys::Key,
    store::Expect,
};

/// Where "today" comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The host's clock, in Asia/Tokyo.
    System(fn() -> Date),
    /// A row of the table, for demos and tests: production is never given this.
    Fixed,
}

impl Ledger {
    /// Today by `clock`.
    ///
    /// # Errors
    ///
    /// When the clock is fixed and its row is missing or does not answer.
    pub async fn today(&self, clock: Clock) -> Result<Date> {
        match clock {
            Clock::System(today) => Ok(today()),
            Clock::Fixed => {
                let row = self.auth.get::<Date>(Key::clock()).await?;
                Ok(row.context("the fixed clock has no row")?.row)
            }
        }
    }

    /// Sets the fixed clock.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn set_today(&self, today: Date) -> Result<()> {
        self.auth.put(Key::clock(), &today, Expect::Anything).await.map(|_| ())
    }
}
