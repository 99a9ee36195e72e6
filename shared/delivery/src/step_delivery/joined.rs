use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

/// Since when a patient is in a group: what a refresh remembers of each, because no file tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// The first refresh that found the patient in the group; `None` for those who were there when the memory
    /// of the group began, so that nobody knows.
    pub on: Option<Date>,
    /// The first refresh that no longer found the patient there; `None` for members.
    pub left_on: Option<Date>,
}

/// Days outside a group after which who comes back joins it anew. A file that was wrong for a few weeks makes
/// nobody join.
pub const REJOINS_AFTER_DAYS: i64 = 90;

impl Joined {
    /// What is remembered of a patient whom the refresh of `today` finds in the group. `known` is what was
    /// remembered before. Running the refresh of a day again changes nothing.
    pub fn found(known: Option<Self>, today: Date) -> Self {
        match known {
            None => Self { on: Some(today), left_on: None },
            Some(known) if known.is_over(today) => Self { on: Some(today), left_on: None },
            Some(Self { on, .. }) => Self { on, left_on: None },
        }
    }

    /// Whether it says nothing any more on `today`: who comes back joins anew with it or without it.
    pub fn is_over(self, today: Date) -> bool {
        self.left_on.is_some_and(|it| it.saturating_add(REJOINS_AFTER_DAYS.days()) <= today)
    }

    /// What is remembered of a patient whom the refresh of `today` does not find in the group.
    #[must_use]
    pub fn missed(self, today: Date) -> Self {
        Self { left_on: self.left_on.or(Some(today)), ..self }
    }
}

/// What a refresh remembers of a group, by patient: `None` before the first.
///
/// Takes in the members that the refresh of `today` found, and gives the memory afterwards; the caller writes
/// what differs. Refreshes come in the order of their days.
pub fn remember<'m>(
    known: Option<&BTreeMap<String, Joined>>,
    members: impl IntoIterator<Item = &'m str>,
    today: Date,
) -> BTreeMap<String, Joined> {
    let members = members.into_iter();
    let Some(known) = known else {
        return members.map(|it| (it.to_owned(), Joined { on: None, left_on: None })).collect();
    };
    let mut memory: BTreeMap<String, Joined> =
        known.iter().map(|(patient, joined)| (patient.clone(), joined.missed(today))).collect();
    for member in members {
        memory.insert(member.to_owned(), Joined::found(known.get(member).copied(), today));
    }
    memory
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn on(joined: &BTreeMap<String, Joined>) -> String {
        let shown = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |it| it.to_string());
        joined.iter().map(|(patient, it)| format!("{patient}:{}/{} ", shown(it.on), shown(it.left_on))).collect()
    }

    #[test]
    fn the_first_refresh_that_finds_a_patient_counts() {
        let day = |day| date(2026, 11, day);
        let first = remember(None, ["a", "b"], day(1));
        assert_eq!(on(&first), "a:-/- b:-/- ");
        let second = remember(Some(&first), ["a", "c"], day(2));
        assert_eq!(on(&second), "a:-/- b:-/2026-11-02 c:2026-11-02/- ");
        assert_eq!(remember(Some(&second), ["a", "c"], day(2)), second, "a repeat changes nothing");
        let third = remember(Some(&second), ["b"], day(9));
        assert_eq!(on(&third), "a:-/2026-11-09 b:-/- c:2026-11-02/2026-11-09 ");
    }

    #[test]
    fn who_was_away_for_long_joins_anew_and_who_was_not_does_not() {
        let left = Joined { on: None, left_on: Some(date(2026, 1, 1)) };
        assert_eq!(Joined::found(Some(left), date(2026, 3, 31)).on, None);
        assert_eq!(Joined::found(Some(left), date(2026, 4, 1)).on, Some(date(2026, 4, 1)));
    }
}
