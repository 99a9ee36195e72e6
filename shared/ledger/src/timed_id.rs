use jiff::Timestamp;

/// An id that sorts by time among its like and that nobody can guess: milliseconds since 1970, padded, and
/// `random`.
pub fn timed_id(at: Timestamp, random: &str) -> String {
    format!("{:015}-{random}", at.as_millisecond().max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_as_their_times_do() {
        let at = |millisecond| timed_id(Timestamp::from_millisecond(millisecond).unwrap(), "f");
        assert!(at(999) < at(1_000) && at(1_000) < at(1_795_000_000_000));
        assert_eq!(at(7), "000000000000007-f");
    }
}
