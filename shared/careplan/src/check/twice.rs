use super::Key;
use crate::{Issue, IssueCode, Issues};

/// Tells of records about the same as one before.
pub(super) fn check(keys: &[Key], issues: &mut Issues) {
    for pair in keys.windows(2) {
        if let [first, second] = pair
            && is_same(first, second)
        {
            issues.push(Issue::of_row(second.line, IssueCode::UserTwice));
        }
    }
}

/// The first of each.
pub(super) fn without(mut keys: Vec<Key>) -> Vec<Key> {
    keys.dedup_by(|later, first| is_same(later, first));
    keys.shrink_to_fit();
    keys
}

fn is_same(one: &Key, other: &Key) -> bool {
    (one.user, one.period) == (other.user, other.period)
}
