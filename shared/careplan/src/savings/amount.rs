/// An exact amount, in yen or in hours: a fraction of whole numbers, rounded only where it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    numerator: i128,
    /// Above zero.
    denominator: i128,
}

impl Amount {
    /// `numerator / denominator`; the latter is above zero.
    pub(super) fn new(numerator: i128, denominator: i128) -> Self {
        debug_assert!(denominator > 0, "a denominator is above zero");
        Self { numerator, denominator }
    }

    /// Without what would make a whole, as the older national sheet shows differences.
    pub fn truncated(self) -> i64 {
        (self.numerator / self.denominator) as i64
    }

    /// To a whole number, halves away from zero, as spreadsheets round.
    pub fn rounded(self) -> i64 {
        let half = self.denominator * self.numerator.signum();
        ((2 * self.numerator + half) / (2 * self.denominator)) as i64
    }

    /// In tenths, halves away from zero.
    pub fn rounded_to_tenths(self) -> i64 {
        Self { numerator: self.numerator * 10, ..self }.rounded()
    }

    /// Of amounts with one denominator.
    pub(super) fn plus(self, other: Self) -> Self {
        debug_assert_eq!(self.denominator, other.denominator, "amounts of one kind");
        Self { numerator: self.numerator + other.numerator, ..self }
    }

    /// Of amounts with one denominator.
    pub(super) fn minus(self, other: Self) -> Self {
        self.plus(Self { numerator: -other.numerator, ..other })
    }
}

/// What something comes to before the exchange and with it, a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Without the exchange.
    pub before: Amount,
    /// With it.
    pub after: Amount,
}

impl Change {
    /// What is saved: above zero where it falls.
    pub fn saving(self) -> Amount {
        self.before.minus(self.after)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { before: self.before.plus(other.before), after: self.after.plus(other.after) }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self { before: self.before.minus(other.before), after: self.after.minus(other.after) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero_and_parts_are_cut_towards_it() {
        let check = |numerator, denominator, rounded, truncated| {
            let amount = Amount::new(numerator, denominator);
            assert_eq!((amount.rounded(), amount.truncated()), (rounded, truncated), "{numerator}/{denominator}");
        };
        check(0, 7, 0, 0);
        check(5, 2, 3, 2);
        check(-5, 2, -3, -2);
        check(249, 100, 2, 2);
        check(-249, 100, -2, -2);
        check(-299, 100, -3, -2);
        assert_eq!(Amount::new(1414, 100).rounded_to_tenths(), 141);
        assert_eq!(Amount::new(1415, 100).rounded_to_tenths(), 142);
    }
}
