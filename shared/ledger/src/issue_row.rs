use receipt::{Issue, Severity};
use serde::{Deserialize, Serialize};

/// An issue of a claim file; it never quotes a patient's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueRow {
    /// Line in the file, counted from 1.
    pub line: u64,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// Stable code.
    pub code: String,
    /// What to do, in Japanese.
    pub message: String,
}

impl From<Issue> for IssueRow {
    fn from(issue: Issue) -> Self {
        let severity = match issue.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        Self {
            line: issue.line,
            severity: severity.to_owned(),
            code: issue.code.as_str().to_owned(),
            message: issue.message,
        }
    }
}
