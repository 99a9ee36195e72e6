use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    Piece, Tag, Template, Values,
    clean::{clean_line, is_hidden},
};
use crate::Channel;

/// A message as one patient gets it.
///
/// 件名 is one line; neither part holds a control character but `\n`, and none that turns the direction of
/// text. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Rendered {
    /// 件名. Only a mail shows it.
    pub subject: String,
    /// 本文, the link to the page in it.
    pub body: String,
    /// Tags whose value lost characters that nobody sees or that broke the line.
    pub cleaned: BTreeSet<Tag>,
}

impl Rendered {
    /// What `channel` shows as 件名; `None` where it has none.
    pub fn subject_on(&self, channel: Channel) -> Option<&str> {
        (channel == Channel::Mail).then_some(&*self.subject)
    }
}

impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rendered").field("cleaned", &self.cleaned).finish_non_exhaustive()
    }
}

/// When a patient lacks a value that the template has no fallback for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("差し込む値がありません: {}", names(tags))]
pub struct MissingValues {
    /// The tags, each once.
    pub tags: Vec<Tag>,
}

fn names(tags: &[Tag]) -> String {
    tags.iter().map(|it| it.name()).collect::<Vec<&str>>().join("、")
}

impl Template {
    /// The message to the patient with `values`. Values are put in once and never read as a template.
    ///
    /// The link to the page is added behind 本文 where no tag put it there.
    ///
    /// # Errors
    ///
    /// [`MissingValues`] with every tag that neither has a value nor a fallback. Nothing is sent then.
    pub fn render(&self, values: &Values) -> Result<Rendered, MissingValues> {
        let tags = self.missing(values);
        if !tags.is_empty() {
            return Err(MissingValues { tags });
        }
        let mut cleaned = BTreeSet::new();
        let subject = write(&self.subject, values, &mut cleaned).trim().to_owned();
        let mut body = write(&self.body, values, &mut cleaned).trim_end().to_owned();
        if !self.uses(Tag::ReplyPage) {
            if !body.is_empty() {
                body.push_str("\n\n");
            }
            body.push_str(&value(Tag::ReplyPage, values, &mut cleaned).unwrap_or_default());
        }
        Ok(Rendered { subject, body, cleaned })
    }

    /// Which of `patients` cannot be written to, by index, and what each lacks: shown before anything is
    /// sent.
    pub fn affected(&self, patients: &[Values]) -> Vec<(usize, MissingValues)> {
        let lacking = patients.iter().map(|it| self.missing(it)).enumerate();
        lacking.filter(|(_, tags)| !tags.is_empty()).map(|(index, tags)| (index, MissingValues { tags })).collect()
    }

    fn missing(&self, values: &Values) -> Vec<Tag> {
        let needs = |wanted: Tag| {
            let mut pieces = self.subject.iter().chain(&self.body);
            pieces.any(|it| matches!(it, Piece::Tag { tag, fallback: None } if *tag == wanted))
        };
        let is_page_added = !self.uses(Tag::ReplyPage);
        let is_needed = |tag: Tag| needs(tag) || (tag == Tag::ReplyPage && is_page_added);
        let is_missing = |tag: &Tag| is_needed(*tag) && value(*tag, values, &mut BTreeSet::new()).is_none();
        Tag::ALL.into_iter().filter(is_missing).collect()
    }
}

fn write(pieces: &[Piece], values: &Values, cleaned: &mut BTreeSet<Tag>) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(literal) => text.push_str(literal),
            Piece::Tag { tag, fallback } => {
                let value = value(*tag, values, cleaned).or_else(|| fallback.clone());
                text.push_str(&value.unwrap_or_default());
            }
        }
    }
    text
}

/// The value of `tag` on one line; noted in `cleaned` where it lost characters. One that is nothing but
/// such characters is none.
fn value(tag: Tag, values: &Values, cleaned: &mut BTreeSet<Tag>) -> Option<String> {
    let raw = values.get(tag)?;
    let value = clean_line(&raw);
    if raw.contains(is_hidden) || raw.trim() != value {
        cleaned.insert(tag);
    }
    (!value.is_empty()).then_some(value)
}
