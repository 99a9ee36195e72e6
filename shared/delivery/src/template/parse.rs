use std::borrow::Cow;

use super::{
    Piece, Tag, Template,
    clean::{clean, is_bidi},
};
use crate::{Part, Position};

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct TemplateError {
    /// Where it begins.
    pub at: Position,
    /// What it is.
    pub problem: TemplateProblem,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateProblem {
    /// No tag has this name. It quotes what the author wrote, shortened.
    #[error("{{{0}}}という差し込みはありません。使えるのは{allowed}です", allowed = allowed())]
    UnknownTag(String),
    /// A `{` that no `}` on its line closes.
    #[error("{{が閉じられていません。同じ行で}}で閉じてください。文字として書くときは{{{{と書きます")]
    Unclosed,
    /// A `}` that closes nothing.
    #[error("対応する{{のない}}があります。文字として書くときは}}}}と書きます")]
    StrayClose,
    /// A link in 件名.
    #[error("URLの差し込みは件名に使えません。本文に書いてください")]
    LinkInSubject,
    /// A line break in 件名, which could begin a header of its own.
    #[error("件名に改行は使えません")]
    SubjectBreak,
    /// A character that turns the direction of text.
    #[error("文字の向きを変える見えない文字があります。前後の文字ごと消して、書き直してください")]
    Direction,
    /// 件名 or 本文 is longer than its limit.
    #[error("長すぎます。件名は{}文字、本文は{}文字までです", Template::SUBJECT_MAX_CHARS, Template::BODY_MAX_CHARS)]
    TooLong,
}

impl TemplateProblem {
    /// The stable text of the code.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownTag(_) => "tag-unknown",
            Self::Unclosed => "tag-unclosed",
            Self::StrayClose => "brace-stray",
            Self::LinkInSubject => "link-in-subject",
            Self::SubjectBreak => "subject-break",
            Self::Direction => "direction-character",
            Self::TooLong => "template-too-long",
        }
    }
}

fn allowed() -> String {
    Tag::ALL.map(|it| format!("{{{}}}", it.name())).join("、")
}

/// The pieces of one part of a template.
pub(super) fn pieces(part: Part, source: &str) -> Result<Vec<Piece>, TemplateError> {
    let failed = |at: usize, problem| Err(TemplateError { at: Position::at(part, source, at), problem });
    if let Some((at, problem)) = refused_character(part, source) {
        return failed(at, problem);
    }
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(found) = source[at..].find(['{', '}']) {
        text.push_str(&clean(&source[at..at + found]));
        at += found;
        let rest = &source[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push_str(&rest[..1]);
            at += 2;
            continue;
        }
        if rest.starts_with('}') {
            return failed(at, TemplateProblem::StrayClose);
        }
        let Some(inside) = inside_braces(rest) else { return failed(at, TemplateProblem::Unclosed) };
        match tag_piece(part, inside) {
            Ok(piece) => {
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(piece);
            }
            Err(problem) => return failed(at, problem),
        }
        at += inside.len() + 2;
    }
    text.push_str(&clean(&source[at..]));
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

fn refused_character(part: Part, source: &str) -> Option<(usize, TemplateProblem)> {
    let max_chars = match part {
        Part::Subject => Template::SUBJECT_MAX_CHARS,
        Part::Body => Template::BODY_MAX_CHARS,
    };
    if let Some((at, _)) = source.char_indices().nth(max_chars) {
        return Some((at, TemplateProblem::TooLong));
    }
    if let Some(at) = source.find(is_bidi) {
        return Some((at, TemplateProblem::Direction));
    }
    let at = source.char_indices().find(|(_, it)| clean(it.encode_utf8(&mut [0; 4])) == "\n")?.0;
    (part == Part::Subject).then_some((at, TemplateProblem::SubjectBreak))
}

/// What stands between the `{` that `rest` begins with and its `}`.
fn inside_braces(rest: &str) -> Option<&str> {
    let inside = &rest[1..];
    let end = inside.find(['{', '}', '\n', '\r'])?;
    inside[end..].starts_with('}').then(|| &inside[..end])
}

fn tag_piece(part: Part, inside: &str) -> Result<Piece, TemplateProblem> {
    let (name, fallback) = match inside.split_once(['|', '｜']) {
        Some((name, fallback)) => (name, Some(fallback)),
        None => (inside, None),
    };
    let unknown = || TemplateProblem::UnknownTag(name.chars().take(20).collect());
    let tag = Tag::named(name).ok_or_else(unknown)?;
    if part == Part::Subject && tag.is_link() {
        return Err(TemplateProblem::LinkInSubject);
    }
    Ok(Piece::Tag { tag, fallback: fallback.map(clean).map(Cow::into_owned) })
}
