use std::collections::{BTreeMap, VecDeque};

/// What of two lists belongs together.
pub(super) struct Pairing<'a, T> {
    /// The old and the new one, in the order of the new list.
    pub(super) pairs: Vec<(&'a T, &'a T)>,
    /// In the old list alone.
    pub(super) removed: Vec<&'a T>,
    /// In the new list alone.
    pub(super) added: Vec<&'a T>,
    /// Whether the pairs come in another order in the old list.
    pub(super) is_reordered: bool,
}

/// By what two of them are taken for the same; `None` where one has nothing to tell it by.
pub(super) type Key<T> = fn(&T) -> Option<String>;

/// Pairs those with the same first key, among what is left those with the same second, and so on; of
/// several with the same key the first with the first.
pub(super) fn pair<'a, T>(old: &'a [T], new: &'a [T], keys: &[Key<T>]) -> Pairing<'a, T> {
    let mut partners: Vec<Option<usize>> = vec![None; new.len()];
    let mut is_taken = vec![false; old.len()];
    for key in keys {
        let mut waiting: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (at, it) in old.iter().enumerate().filter(|(at, _)| !is_taken[*at]) {
            if let Some(key) = key(it) {
                waiting.entry(key).or_default().push_back(at);
            }
        }
        for (it, partner) in new.iter().zip(&mut partners).filter(|it| it.1.is_none()) {
            *partner = key(it).and_then(|key| waiting.get_mut(&key)?.pop_front());
            if let Some(at) = *partner {
                is_taken[at] = true;
            }
        }
    }
    let places: Vec<usize> = partners.iter().flatten().copied().collect();
    let paired = |has_partner| new.iter().zip(&partners).filter(move |it| it.1.is_some() == has_partner);
    Pairing {
        pairs: paired(true).filter_map(|(it, at)| Some((&old[(*at)?], it))).collect(),
        removed: old.iter().zip(&is_taken).filter(|it| !it.1).map(|it| it.0).collect(),
        added: paired(false).map(|it| it.0).collect(),
        is_reordered: !places.is_sorted(),
    }
}

impl<T> Pairing<'_, T> {
    /// Whether both lists have the same things in the same order.
    pub(super) fn is_steady(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty() && !self.is_reordered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inserted_one_does_not_shift_the_others() {
        let (old, new) = (["1 歩く", "2 入浴"], ["1 食事", "2 歩く", "3 入浴"]);
        let text: Key<&str> = |it| Some(it[2..].to_owned());
        let number: Key<&str> = |it| Some(it[..1].to_owned());
        let pairing = pair(&old, &new, &[text, number]);
        assert_eq!(pairing.pairs, [(&"1 歩く", &"2 歩く"), (&"2 入浴", &"3 入浴")]);
        assert_eq!(pairing.added, [&"1 食事"]);
        assert!(pairing.removed.is_empty() && !pairing.is_reordered);
    }

    #[test]
    fn another_order_is_seen() {
        let whole: Key<&str> = |it| Some((*it).to_owned());
        assert!(pair(&["a", "b", "c"], &["c", "a", "b"], &[whole]).is_reordered);
        assert!(pair(&["a", "a", "b"], &["a", "a", "b"], &[whole]).is_steady());
    }
}
