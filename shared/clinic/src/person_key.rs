use japan::fold_name;
use receipt::Sex;
use serde::{Deserialize, Serialize};

use crate::facts::PersonFacts;

/// What a person is known by: chart number, kana or name, birth date and sex, folded.
///
/// It stays the same as long as the files say the same of the person, and is what patient ids are
/// given by (through an HMAC, for it holds a name).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonKey(String);

impl PersonKey {
    /// The key as text; it holds a patient's data.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn full(person: &PersonFacts<'_>, folded: &FoldedName) -> Self {
        let name = folded.kana.as_deref().unwrap_or(&folded.name);
        Self(format!("{}|{name}|{}", person.chart_number, Self::birth_and_sex(person)))
    }

    /// By chart number alone, or where there is none by name, birth date and sex: enough to tell
    /// whether two files speak of the same people.
    pub(crate) fn coarse(person: &PersonFacts<'_>) -> Self {
        if person.chart_number.is_empty() {
            Self::full(person, &FoldedName::of(person))
        } else {
            Self(person.chart_number.to_string())
        }
    }

    /// The key of a person who only stands on a roster.
    pub fn of_roster(chart_number: &str) -> Self {
        Self(format!("{chart_number}||"))
    }

    fn birth_and_sex(person: &PersonFacts<'_>) -> String {
        let birth = person.birth_date().map_or_else(String::new, |it| it.to_string());
        format!("{birth}|{}", person.sex().map_or("", |it| if it == Sex::Male { "1" } else { "2" }))
    }
}

/// A name folded for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoldedName {
    pub(crate) name: String,
    /// From RE column 37, or the name itself where it is written in kana alone.
    pub(crate) kana: Option<String>,
}

impl FoldedName {
    pub(crate) fn of(person: &PersonFacts<'_>) -> Self {
        let name = fold_name(&person.name);
        let kana = fold_name(&person.kana);
        let is_kana = |text: &str| !text.is_empty() && text.chars().all(|it| matches!(it, 'ァ'..='ヺ' | '-' | '・'));
        let kana = if kana.is_empty() { name.clone() } else { kana };
        Self { kana: is_kana(&kana).then_some(kana), name }
    }

    /// Compares the kana where both have it, else the names.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.kana, &other.kana) {
            (Some(one), Some(other)) => one == other,
            _ => self.name == other.name,
        }
    }
}
