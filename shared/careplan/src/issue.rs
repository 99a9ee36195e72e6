mod code;

use std::collections::BTreeMap;

pub use code::IssueCode;
use serde::Serialize;

use crate::Layout;

/// How much an [`Issue`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file, and the unit it belongs to, is not sent.
    Error,
    /// Sent; somebody should look.
    Warning,
}

/// Something about a file or a unit. It never quotes what the file says of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// The first physical line of the record, from 1; `None` for what concerns the whole file.
    pub line: Option<u64>,
    /// The number of the item in the file, from 1.
    pub column: Option<usize>,
    /// The name of the item.
    pub item: Option<&'static str>,
    /// How much it matters.
    pub severity: Severity,
    /// What it is, stable across versions.
    pub code: IssueCode,
    /// What to do, in a Japanese sentence.
    pub message: String,
}

impl Issue {
    /// The issue `code` of a whole file.
    pub fn of_file(code: IssueCode) -> Self {
        Self {
            line: None,
            column: None,
            item: None,
            severity: code.severity(),
            code,
            message: code.advice().to_owned(),
        }
    }

    /// The issue `code` of the record at `line`.
    pub fn of_row(line: u64, code: IssueCode) -> Self {
        Self { line: Some(line), ..Self::of_file(code) }
    }

    /// The issue `code` of the item with `number` (in version 4.1) in the record at `line`.
    pub fn of_item(line: u64, layout: &Layout, number: usize, code: IssueCode) -> Self {
        let column = layout.column_of(number);
        let item = column.map(|it| layout.items[it].name);
        Self { column: column.map(|it| it + 1), item, ..Self::of_row(line, code) }
    }

    /// The issue with `facts` in brackets behind its sentence: counts and names of the standard, never
    /// what the file says of a user.
    #[must_use]
    pub fn with_facts(mut self, facts: &str) -> Self {
        self.message = format!("{}（{facts}）", self.code.advice());
        self
    }
}

/// How many issues of one code a file lists; the rest is counted.
const LISTED_PER_CODE: usize = 100;

/// The issues of a file or a unit while it is checked.
#[derive(Debug, Default)]
pub struct Issues {
    listed: Vec<Issue>,
    counts: BTreeMap<IssueCode, usize>,
}

impl Issues {
    /// Adds an issue.
    pub fn push(&mut self, issue: Issue) {
        let count = self.counts.entry(issue.code).or_default();
        *count += 1;
        if *count <= LISTED_PER_CODE {
            self.listed.push(issue);
        }
    }

    /// Adds an issue whose code was not added before.
    pub fn push_once(&mut self, issue: Issue) {
        if !self.counts.contains_key(&issue.code) {
            self.push(issue);
        }
    }

    /// All of them, in the order of lines and columns, and how many of a code were left out.
    pub fn finish(self) -> Vec<Issue> {
        let mut listed = self.listed;
        listed.sort_by_key(|it| (it.line, it.column));
        for (code, count) in self.counts {
            if count > LISTED_PER_CODE {
                let facts = format!("{}: ほかに{}件", code.as_str(), count - LISTED_PER_CODE);
                let more = Issue::of_file(IssueCode::MoreIssues).with_facts(&facts);
                listed.push(Issue { severity: code.severity(), ..more });
            }
        }
        listed
    }
}
