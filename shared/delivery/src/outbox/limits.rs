use jiff::{SignedDuration, Timestamp};

/// The spans of the protocol. Every one is a setting: stories on the local stack take seconds where
/// production takes hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How long a worker may hold a row; longer than a function may run by a minute (`sending.md` §4.2, 8).
    pub lease: SignedDuration,
    /// How long an announced row may wait for a worker before it is announced again.
    pub announce_again: SignedDuration,
    /// How long an unclear mail or SMS waits for an event before people are asked.
    pub hold: SignedDuration,
    /// How long after the first call LINE's retry key is relied on; LINE forgets it an hour later.
    pub retry_key: SignedDuration,
    /// When a row that waits for people is looked at again.
    pub review_again: SignedDuration,
    /// The first wait after a failed call; each further one is twice as long.
    pub backoff_first: SignedDuration,
    /// The longest wait after a failed call.
    pub backoff_max: SignedDuration,
    /// So many definite refusals are a failure of the channel.
    pub refusals_max: u32,
}

/// When a setting holds no limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limits are eight whole numbers with spaces between")]
pub struct LimitsError;

/// The figures of `sending.md`, for functions that run up to two minutes.
impl Default for Limits {
    fn default() -> Self {
        Self {
            lease: SignedDuration::from_mins(4),
            announce_again: SignedDuration::from_mins(2),
            hold: SignedDuration::from_mins(60),
            retry_key: SignedDuration::from_hours(23),
            review_again: SignedDuration::from_hours(24),
            backoff_first: SignedDuration::from_secs(10),
            backoff_max: SignedDuration::from_mins(15),
            // Some four hours: an outage of three is sat out.
            refusals_max: 22,
        }
    }
}

impl Limits {
    /// Reads what the setting of an operator says: the seconds of `lease`, `announce_again`, `hold`,
    /// `retry_key`, `review_again`, `backoff_first` and `backoff_max`, and `refusals_max`, with spaces between.
    ///
    /// # Errors
    ///
    /// [`LimitsError`] when it is something else.
    pub fn read(setting: &str) -> Result<Self, LimitsError> {
        let numbers: Vec<u32> =
            setting.split(' ').map(|it| it.parse().map_err(|_| LimitsError)).collect::<Result<_, _>>()?;
        let [lease, announce_again, hold, retry_key, review_again, backoff_first, backoff_max, refusals_max] =
            numbers[..]
        else {
            return Err(LimitsError);
        };
        let seconds = |it: u32| SignedDuration::from_secs(it.into());
        Ok(Self {
            lease: seconds(lease),
            announce_again: seconds(announce_again),
            hold: seconds(hold),
            retry_key: seconds(retry_key),
            review_again: seconds(review_again),
            backoff_first: seconds(backoff_first),
            backoff_max: seconds(backoff_max),
            refusals_max,
        })
    }

    /// How long to wait after the `n_failures`th failed call, counted from 1. Without chance: the same
    /// row waits the same time wherever it is computed, and rows are spread by when they were called.
    pub fn backoff(&self, n_failures: u32) -> SignedDuration {
        let factor = 1_i32.checked_shl(n_failures.saturating_sub(1)).filter(|it| *it > 0).unwrap_or(i32::MAX);
        self.backoff_first.checked_mul(factor).unwrap_or(self.backoff_max).min(self.backoff_max)
    }
}

/// `span` after `now`; the end of time where there is no such moment.
pub(super) fn after(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_mistakes_told() {
        assert_eq!(Limits::read("240 120 3600 82800 86400 10 900 22"), Ok(Limits::default()));
        for mistake in ["", "240 120 3600 82800 86400 10 900", "240 120 3600 82800 86400 10 900 -1", "a b c d e f g h"]
        {
            assert_eq!(Limits::read(mistake), Err(LimitsError), "{mistake}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let limits = Limits::default();
        let seconds = |n| limits.backoff(n).as_secs();
        assert_eq!(
            [0, 1, 2, 3, 7, 8, 31, 32, 33, u32::MAX].map(seconds),
            [10, 10, 20, 40, 640, 900, 900, 900, 900, 900]
        );
        let all: i64 = (1..limits.refusals_max).map(seconds).sum();
        assert!(all > 3 * 3_600, "an outage of three hours is sat out: {all} s");
    }
}
