use anyhow::Result;
use clinic::{Links, PersonKey};
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId, Versioned,
    keys::Key,
    store::{Expect, Write},
};

/// Who is who, as staff decided.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LinksRow {
    /// Merges and splits.
    pub links: Links,
    /// Ids that go with these decisions. A patient with one of the keys has its id, whatever the
    /// identities say; of several keys the first given counts.
    #[serde(default)]
    pub given: Vec<(PersonKey, PatientId)>,
}

impl LinksRow {
    /// The id that staff's decisions give to a patient with `keys`, if they do.
    pub fn given_id(&self, keys: &[PersonKey]) -> Option<&PatientId> {
        self.given.iter().find(|it| keys.contains(&it.0)).map(|it| &it.1)
    }

    /// Makes the people with `kept_keys` and those with `other_keys` one patient with the id `kept`.
    pub fn merge(&mut self, kept: &PatientId, kept_keys: &[PersonKey], other_keys: &[PersonKey]) {
        let is_of_either = |key: &PersonKey| kept_keys.contains(key) || other_keys.contains(key);
        self.links.split.retain(|it| !is_of_either(it));
        self.given.retain(|it| !is_of_either(&it.0));
        self.given.extend(kept_keys.iter().chain(other_keys).map(|it| (it.clone(), kept.clone())));
        if let (Some(one), Some(other)) = (kept_keys.first(), other_keys.first()) {
            let pair = (one.clone(), other.clone());
            if !self.links.merged.contains(&pair) {
                self.links.merged.push(pair);
            }
        }
    }

    /// Takes back every merge among people with `keys`, who get back the ids they had. Returns
    /// whether there was one.
    pub fn unmerge(&mut self, keys: &[PersonKey]) -> bool {
        let n_before = self.links.merged.len();
        self.links.merged.retain(|(one, other)| !(keys.contains(one) && keys.contains(other)));
        let is_taken_back = self.links.merged.len() < n_before;
        if is_taken_back {
            self.given.retain(|it| !keys.contains(&it.0));
        }
        is_taken_back
    }

    /// Makes the person with `key` a patient of their own, with the id `id`.
    pub fn split(&mut self, key: &PersonKey, id: &PatientId) {
        self.links.merged.retain(|(one, other)| one != key && other != key);
        if !self.links.split.contains(key) {
            self.links.split.push(key.clone());
        }
        self.given.retain(|it| it.0 != *key);
        self.given.push((key.clone(), id.clone()));
    }

    /// Forgets whatever was decided about people with `keys`. Returns whether there was anything.
    pub fn forget(&mut self, keys: &[PersonKey]) -> bool {
        let before = self.clone();
        self.links.merged.retain(|(one, other)| !keys.contains(one) && !keys.contains(other));
        self.links.split.retain(|it| !keys.contains(it));
        self.given.retain(|it| !keys.contains(&it.0));
        *self != before
    }
}

impl Ledger {
    /// What staff decided about who is who.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn links(&self, clinic: &ClinicId) -> Result<Versioned<LinksRow>> {
        let found = self.core.get(Key::links(clinic)).await?;
        Ok(found.unwrap_or(Versioned { row: LinksRow::default(), version: 0 }))
    }

    /// Sets who is who and makes a new generation in one transaction. Returns the generation, or
    /// `None`, having changed nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn set_links(
        &self,
        clinic: &ClinicId,
        links: &LinksRow,
        before: &Versioned<LinksRow>,
    ) -> Result<Option<u64>> {
        self.change(clinic, vec![links_write(clinic, links, before)?]).await
    }
}

pub(crate) fn links_write(clinic: &ClinicId, links: &LinksRow, before: &Versioned<LinksRow>) -> Result<Write> {
    let expect = if before.version == 0 { Expect::Absent } else { Expect::Version(before.version) };
    Write::put(Key::links(clinic), links, expect)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> PersonKey {
        serde_json::from_value(text.into()).unwrap()
    }

    fn id(text: &str) -> PatientId {
        PatientId::parse(text).unwrap()
    }

    #[test]
    fn a_merge_that_is_taken_back_leaves_nothing() {
        let mut links = LinksRow::default();
        links.merge(&id("a"), &[key("1"), key("2")], &[key("3")]);
        assert_eq!(links.given_id(&[key("3")]), Some(&id("a")));
        assert!(links.unmerge(&[key("1"), key("2"), key("3")]));
        assert_eq!(links, LinksRow::default());
        assert!(!links.unmerge(&[key("1"), key("2"), key("3")]));
    }

    #[test]
    fn a_split_ends_a_merge_and_a_merge_ends_a_split() {
        let mut links = LinksRow::default();
        links.merge(&id("a"), &[key("1")], &[key("2")]);
        links.split(&key("2"), &id("b"));
        assert_eq!((links.links.merged.len(), links.given_id(&[key("2")])), (0, Some(&id("b"))));
        links.merge(&id("a"), &[key("1")], &[key("2")]);
        assert_eq!((links.links.split.len(), links.given_id(&[key("2")])), (0, Some(&id("a"))));
    }

    #[test]
    fn who_is_erased_is_forgotten() {
        let mut links = LinksRow::default();
        links.merge(&id("a"), &[key("1")], &[key("2")]);
        assert!(links.forget(&[key("1"), key("2")]));
        assert_eq!(links, LinksRow::default());
    }
}
