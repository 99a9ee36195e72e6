mod clean;
mod parse;
mod render;
mod tag;
mod values;

#[cfg(test)]
mod tests;

pub use parse::{TemplateError, TemplateProblem};
pub use render::{MissingValues, Rendered};
use serde::{Deserialize, Serialize};
pub use tag::Tag;
pub use values::Values;

use crate::Part;

/// A message as its author wrote it, checked: 件名 and 本文 with tags such as `{患者氏名}` or, with what to
/// write where the patient has no such value, `{患者氏名|お客様}`. `{{` and `}}` are braces.
///
/// The parser is our own and not `minijinja`: authors get five names and nothing else, so there is nothing
/// to limit, and they are told in Japanese, with line and column, before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    subject: Vec<Piece>,
    body: Vec<Piece>,
}

/// A template as it is kept and edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateText {
    /// 件名, one line.
    pub subject: String,
    /// 本文.
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Tag { tag: Tag, fallback: Option<String> },
}

impl Template {
    /// Characters of the longest 件名, tags as written.
    pub const SUBJECT_MAX_CHARS: usize = 200;
    /// Characters of the longest 本文, tags as written: what LINE takes as one text, less room for values.
    pub const BODY_MAX_CHARS: usize = 4500;

    /// Reads what an author wrote.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] with the first problem of 件名, then of 本文.
    pub fn parse(text: &TemplateText) -> Result<Self, TemplateError> {
        let subject = parse::pieces(Part::Subject, &text.subject)?;
        let body = parse::pieces(Part::Body, &text.body)?;
        Ok(Self { subject, body })
    }

    /// The tags it uses, each once, in the order of [`Tag::ALL`].
    pub fn tags(&self) -> Vec<Tag> {
        Tag::ALL.into_iter().filter(|tag| self.uses(*tag)).collect()
    }

    fn uses(&self, wanted: Tag) -> bool {
        let mut pieces = self.subject.iter().chain(&self.body);
        pieces.any(|it| matches!(it, Piece::Tag { tag, .. } if *tag == wanted))
    }
}
