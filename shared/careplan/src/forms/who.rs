use super::shown;
use crate::{Person, UserFacts};

/// The user at the head of a form.
pub(super) struct Who {
    pub(super) name: String,
    pub(super) kana: String,
    pub(super) sex: String,
    pub(super) birth_date: String,
    pub(super) insurer: String,
    pub(super) insured: String,
}

impl Who {
    pub(super) fn of(person: &Person, facts: Option<&UserFacts>) -> Self {
        let text = |read: fn(&UserFacts) -> &str| facts.map_or("", read).to_owned();
        Self {
            name: text(UserFacts::name),
            kana: text(UserFacts::kana),
            sex: shown::code_of("性別", &text(UserFacts::sex)),
            birth_date: shown::day(&text(UserFacts::birth_date)),
            insurer: person.insurer.clone(),
            insured: person.insured.clone(),
        }
    }
}
