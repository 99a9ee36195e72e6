use std::{fmt, iter::Sum, ops::Add};

use serde::{Deserialize, Serialize};

/// An amount in thousandths of a yen: a part of a text message costs some ten yen and a fraction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MilliYen(pub u64);

impl MilliYen {
    /// What `n_parts` cost at this price of one.
    #[must_use]
    pub fn times(self, n_parts: u32) -> Self {
        Self(self.0.saturating_mul(u64::from(n_parts)))
    }

    /// Whole yen, a begun yen counted as one.
    pub fn yen(self) -> u64 {
        self.0.div_ceil(1000)
    }
}

impl Add for MilliYen {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sum for MilliYen {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), Add::add)
    }
}

impl fmt::Display for MilliYen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}円", self.yen())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_added_before_they_are_rounded() {
        let price = MilliYen(11_176);
        assert_eq!(price.times(3).to_string(), "34円");
        assert_eq!([price, price.times(2)].into_iter().sum::<MilliYen>(), MilliYen(33_528));
        assert_eq!(MilliYen(0).yen(), 0);
    }
}
