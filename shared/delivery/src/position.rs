use std::fmt;

use serde::Serialize;

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 件名. Only a mail shows it.
    Subject,
    /// 本文.
    Body,
}

/// Where in a message something stands, counted as an author counts on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// The part.
    pub part: Part,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl Position {
    /// The position of the character that begins at byte `at` of `text`.
    pub(crate) fn at(part: Part, text: &str, at: usize) -> Self {
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        Self { part, line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Subject => write!(f, "件名の{}文字目", self.column),
            Part::Body => write!(f, "本文の{}行{}文字目", self.line, self.column),
        }
    }
}
