use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How many answers to a question are borne, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TryLimits {
    /// Tries before a pause.
    pub free: u32,
    /// Tries before a pause are counted together when they lie within it.
    pub window: SignedDuration,
    /// The first pause; each one after it is four times as long.
    pub first_pause: SignedDuration,
    /// No pause is longer.
    pub longest_pause: SignedDuration,
    /// How long tries are remembered after the last.
    pub kept_for: SignedDuration,
}

/// Answers to a question so far, as far as they count against the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tries {
    n_taken: u32,
    /// When the first of these was taken.
    began_at: Option<Timestamp>,
    n_pauses: u32,
    closed_until: Option<Timestamp>,
}

impl Tries {
    /// With one more taken at `now`, before anybody looks whether it is right; `None` while a pause lasts.
    pub fn take(&self, now: Timestamp, limits: &TryLimits) -> Option<Self> {
        if self.closed_until.is_some_and(|it| now < it) {
            return None;
        }
        let is_within = |it: Timestamp| now.duration_since(it) < limits.window;
        let (n_taken, began_at) = match self.began_at.filter(|it| is_within(*it)) {
            Some(began_at) => (self.n_taken + 1, began_at),
            None => (1, now),
        };
        if n_taken < limits.free {
            return Some(Self { n_taken, began_at: Some(began_at), n_pauses: self.n_pauses, closed_until: None });
        }
        let longer = 4_i32.saturating_pow(self.n_pauses.min(15));
        let pause = limits.first_pause.checked_mul(longer).unwrap_or(limits.longest_pause).min(limits.longest_pause);
        let closed_until = now.checked_add(pause).unwrap_or(Timestamp::MAX);
        Some(Self { n_taken: 0, began_at: None, n_pauses: self.n_pauses + 1, closed_until: Some(closed_until) })
    }

    /// With one given back, as it was right. A pause that it began ends.
    pub fn give_back(&self) -> Self {
        match self.closed_until {
            Some(_) => Self { n_pauses: self.n_pauses.saturating_sub(1), closed_until: None, ..*self },
            None => Self { n_taken: self.n_taken.saturating_sub(1), ..*self },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: TryLimits = TryLimits {
        free: 5,
        window: SignedDuration::from_hours(24),
        first_pause: SignedDuration::from_hours(1),
        longest_pause: SignedDuration::from_hours(24),
        kept_for: SignedDuration::from_hours(24),
    };

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + minute * 60).unwrap()
    }

    /// How many of the tries at these minutes are let through.
    fn n_let_through(minutes: impl IntoIterator<Item = i64>) -> usize {
        let mut tries = Tries::default();
        let mut n_through = 0;
        for minute in minutes {
            if let Some(after) = tries.take(at(minute), &LIMITS) {
                tries = after;
                n_through += 1;
            }
        }
        n_through
    }

    #[test]
    fn after_five_tries_there_is_a_pause() {
        assert_eq!(n_let_through(0..60), 5);
        assert_eq!(n_let_through([0, 0, 0, 0, 0, 0, 59, 60]), 6);
    }

    #[test]
    fn each_pause_is_longer_so_that_guessing_is_not_worth_it() {
        // Once a minute for 90 days: pauses of 1, 4 and 16 hours, then one a day.
        assert_eq!(n_let_through(0..90 * 24 * 60), 5 * 92);
    }

    #[test]
    fn tries_far_apart_do_not_add_up() {
        let days = (0..40).map(|it| it * 7 * 60);
        assert_eq!(n_let_through(days), 40);
    }

    #[test]
    fn the_right_answer_takes_nothing() {
        let mut tries = Tries::default();
        for minute in 0..100 {
            tries = tries.take(at(minute), &LIMITS).expect("every try was given back").give_back();
        }
        // Also where it was the last before a pause.
        let four = (0..4).fold(Tries::default(), |it, minute| it.take(at(minute), &LIMITS).unwrap());
        let fifth = four.take(at(4), &LIMITS).unwrap();
        assert_eq!(fifth.take(at(5), &LIMITS), None);
        assert!(fifth.give_back().take(at(5), &LIMITS).is_some());
    }
}
