use anyhow::{Context, Result, bail};
use jiff::civil::Date;

use crate::{Ledger, keys::Key, store::Expect};

/// Where "today" comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The host's clock, in Asia/Tokyo.
    System(fn() -> Date),
    /// A row of the table, for demos and tests: production is never given this.
    Fixed,
}

impl Clock {
    /// The clock that the setting `CLOCK` names, `system` with `today` or `fixed`, in the stage
    /// `stage`.
    ///
    /// # Errors
    ///
    /// When it names another, or `fixed` outside the stage `local`.
    pub fn of_setting(clock: &str, stage: Option<&str>, today: fn() -> Date) -> Result<Self> {
        match (clock, stage) {
            ("system", _) => Ok(Self::System(today)),
            ("fixed", Some("local")) => Ok(Self::Fixed),
            ("fixed", _) => bail!("the setting CLOCK may be fixed only where STAGE is local"),
            _ => bail!("the setting CLOCK is neither system nor fixed"),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_still_on_the_local_stack_alone() {
        let today = || Date::constant(2026, 11, 23);
        assert!(matches!(Clock::of_setting("system", Some("production"), today), Ok(Clock::System(_))));
        assert!(matches!(Clock::of_setting("fixed", Some("local"), today), Ok(Clock::Fixed)));
        for (clock, stage) in [("fixed", Some("production")), ("fixed", None), ("", Some("local"))] {
            assert!(Clock::of_setting(clock, stage, today).is_err(), "{clock} {stage:?}");
        }
    }
}
