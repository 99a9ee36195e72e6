use crate::{Issue, IssueCode};

/// Why a file, or a part of it, is no claim file that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", .code.advice())]
pub struct Refusal {
    /// Where it showed, counted from 1.
    pub line: u64,
    /// What the file is, and in its advice what to export instead.
    pub code: IssueCode,
}

impl Refusal {
    pub(crate) fn new(code: IssueCode) -> Self {
        Self { line: 1, code }
    }

    /// The refusal as an issue, for lists that hold both.
    pub fn issue(self) -> Issue {
        Issue::new(self.line, self.code)
    }
}
