use std::cmp::Ordering;
use std::fmt;

/// Orders the events of **one** key: the greater one happened later. Says nothing across keys.
///
/// S3 gives hex of varying length, to be compared after padding the shorter on the left with
/// zeros. It is padded here to 32 digits, so that texts of [`Display`](fmt::Display) compare
/// likewise, as a condition on a table row needs it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sequencer(String);

impl Sequencer {
    /// Reads the hex of an S3 event.
    pub fn new(hex: &str) -> Self {
        let digits = hex.trim_start_matches('0').to_ascii_uppercase();
        Self(format!("{digits:0>32}"))
    }
}

impl Ord for Sequencer {
    fn cmp(&self, other: &Self) -> Ordering {
        // Length first, for the day S3 gives more than 32 digits.
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for Sequencer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Sequencer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorter_hex_is_padded_on_the_left() {
        let order = |a: &str, b: &str| Sequencer::new(a).cmp(&Sequencer::new(b));
        assert_eq!(order("0055AED6DCD90281E5", "55AED6DCD90281E5"), Ordering::Equal);
        assert_eq!(order("9", "10"), Ordering::Less);
        assert_eq!(order("00000660F3B855F63D", "00000660F3B855F63E"), Ordering::Less);
        assert_eq!(order("aF", "AE"), Ordering::Greater);
        assert_eq!(order("0", ""), Ordering::Equal);
    }

    #[test]
    fn texts_compare_as_sequencers_do() {
        assert!(Sequencer::new("9").to_string() < Sequencer::new("10").to_string());
    }
}
