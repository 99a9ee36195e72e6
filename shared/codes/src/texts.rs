use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// Every text of a look-up once, one after the other; a text is known by its place.
///
/// **Invariant:** `ends` ascends, lies on character boundaries, and its last is the blob's length.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Texts {
    blob: String,
    /// Where each text ends in `blob`, in bytes; it begins where the one before ends.
    ends: Vec<u32>,
}

impl Texts {
    /// The text at place `id`, empty when there is none.
    pub(crate) fn get(&self, id: u32) -> &str {
        let id = id as usize;
        let start = id.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |it| *it as usize);
        self.ends.get(id).and_then(|end| self.blob.get(start..*end as usize)).unwrap_or("")
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the invariant holds, for texts that came from outside.
    pub(crate) fn is_sound(&self) -> bool {
        self.ends.is_sorted()
            && self.ends.iter().all(|it| self.blob.is_char_boundary(*it as usize))
            && self.ends.last().map_or(0, |it| *it as usize) == self.blob.len()
    }
}

/// Collects texts, each once.
#[derive(Default)]
pub(crate) struct TextsBuilder<'a> {
    texts: Texts,
    known: HashMap<&'a str, u32>,
}

impl<'a> TextsBuilder<'a> {
    /// The place of `text`, which is added when it is new.
    pub(crate) fn place(&mut self, text: &'a str) -> u32 {
        if let Some(id) = self.known.get(text) {
            return *id;
        }
        // Past 4 GB of names, which no master nears, a text stays empty.
        let text = if u32::try_from(self.texts.blob.len() + text.len()).is_ok() { text } else { "" };
        let id = self.texts.ends.len() as u32;
        self.texts.blob.push_str(text);
        self.texts.ends.push(self.texts.blob.len() as u32);
        self.known.insert(text, id);
        id
    }

    pub(crate) fn finish(self) -> Texts {
        self.texts
    }
}
