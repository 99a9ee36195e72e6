use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::MessageId;

/// How many calls a second a provider takes; a text message counts as many as it has parts.
///
/// What is used up is kept in shards, so that many workers do not wait for one row. A shard gives out *turns*,
/// moments: those that have come may be called at once, at most a second's worth together, and the others when
/// theirs comes, without asking again. So nobody is told to wait twice, however long the line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(pub NonZeroU32);

/// How far a shard's turns are given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// When the next turn comes, in microseconds since 1970.
    pub next_us: i64,
}

const SECOND_US: i64 = 1_000_000;

impl Rate {
    /// What one row bears: blocks of 50 are taken four times a second.
    const PER_SHARD: u32 = 200;

    /// Shards of this rate, 1 to 64.
    pub fn n_shards(self) -> u32 {
        (self.0.get() / Self::PER_SHARD).clamp(1, 64)
    }

    /// The shard that a block beginning with `message` asks. Any would do: the same one again is nobody's need.
    pub fn shard_of(self, message: &MessageId) -> u32 {
        let sum = message.as_str().bytes().fold(0_u32, |sum, it| sum.wrapping_mul(31).wrapping_add(u32::from(it)));
        sum % self.n_shards()
    }

    /// The turns of a block of calls that count `weights`, in their order, where a shard stands at `pace`; and
    /// where it stands then.
    pub fn turns(self, pace: Option<Pace>, weights: &[u32], now: Timestamp) -> (Vec<Timestamp>, Pace) {
        // What nobody took is lost, but for a second's worth.
        let earliest_us = now.as_microsecond() - SECOND_US;
        let mut next_us = pace.map_or(earliest_us, |it| it.next_us.max(earliest_us));
        let mut turns = Vec::with_capacity(weights.len());
        for weight in weights {
            turns.push(Timestamp::from_microsecond(next_us).unwrap_or(Timestamp::MAX));
            next_us = next_us.saturating_add(self.span_us(*weight));
        }
        (turns, Pace { next_us })
    }

    /// How long calls of this weight take of a shard.
    fn span_us(self, weight: u32) -> i64 {
        let of_all = i64::from(weight) * SECOND_US * i64::from(self.n_shards());
        of_all / i64::from(self.0.get())
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn rate(per_second: u32) -> Rate {
        Rate(NonZeroU32::new(per_second).unwrap())
    }

    /// When each of `n` calls asked for at once has its turn, in milliseconds from now.
    fn waits_ms(rate: Rate, pace: Option<Pace>, weights: &[u32]) -> Vec<i64> {
        let now = Timestamp::UNIX_EPOCH;
        let (turns, _) = rate.turns(pace, weights, now);
        turns.into_iter().map(|it| it.duration_since(now).as_millis() as i64).collect()
    }

    #[test]
    fn a_seconds_worth_goes_at_once_and_the_rest_in_line() {
        assert_eq!(waits_ms(rate(2), None, &[1; 5]), [-1000, -500, 0, 500, 1000]);
        assert_eq!(waits_ms(rate(1), None, &[3, 1, 1]), [-1000, 2000, 3000]);
        // A line of a minute: whoever comes now is last.
        let pace = Some(Pace { next_us: 60 * SECOND_US });
        assert_eq!(waits_ms(rate(10), pace, &[1, 1]), [60_000, 60_100]);
        // Nobody called for a day: no day's worth is due.
        let pace = Some(Pace { next_us: -86_400 * SECOND_US });
        assert_eq!(waits_ms(rate(2), pace, &[1; 4]), [-1000, -500, 0, 500]);
    }

    #[test]
    fn a_fast_provider_has_shards() {
        assert_eq!([1, 200, 399, 400, 2000, 1_000_000].map(|it| rate(it).n_shards()), [1, 1, 1, 2, 10, 64]);
    }

    proptest! {
        #[test]
        fn no_second_has_more_turns_than_the_rate_and_one_more_second_of_those_saved(
            per_second in 1..30_u32, asked in prop::collection::vec((0..3_000_i64, 0..20_usize), 1..30),
        ) {
            let rate = rate(per_second);
            let (mut now, mut pace) = (Timestamp::UNIX_EPOCH, None);
            let mut called_ms = Vec::new();
            for (later_ms, n) in asked {
                now += SignedDuration::from_millis(later_ms);
                let (turns, next) = rate.turns(pace, &vec![1; n], now);
                pace = Some(next);
                called_ms.extend(turns.into_iter().map(|it| it.max(now).as_millisecond()));
            }
            called_ms.sort_unstable();
            for first in &called_ms {
                let n_in_second = called_ms.iter().filter(|it| (*first..first + 1000).contains(it)).count();
                prop_assert!(n_in_second <= 2 * per_second as usize + 1, "{n_in_second} of {per_second}");
            }
        }
    }
}
