use std::collections::BTreeMap;

use japan::Month;
use receipt::{ClinicCode, Declared, Issue, IssueCode, Kind, Part, Payer, PayerTotals, Refusal, Severity};
use serde::Serialize;

/// What `receipts check` says of one IR. What is not known is `null`.
#[derive(Debug, Serialize)]
pub(super) struct Checked {
    /// As given on the command line; of an archive's entry `a.zip!inner.UKE`.
    pub(super) file: String,
    /// Counted from 1 in the file.
    part: u32,
    kind: Option<Kind>,
    payer: Option<Payer>,
    claim_month: Option<Month>,
    clinic: Option<ClinicCode>,
    /// RE records.
    receipts: Option<u64>,
    patients: Option<usize>,
    /// By the definition of GO.
    points: Option<i64>,
    declared: Option<Declared>,
    payer_totals: Option<PayerTotals>,
    records: Option<BTreeMap<String, u64>>,
    issues: Vec<CheckedIssue>,
}

/// An [`Issue`], or what only somebody at a file system meets.
#[derive(Debug, Serialize)]
struct CheckedIssue {
    line: u64,
    severity: Severity,
    code: &'static str,
    message: String,
}

impl From<Issue> for CheckedIssue {
    fn from(issue: Issue) -> Self {
        Self { line: issue.line, severity: issue.severity, code: issue.code.as_str(), message: issue.message }
    }
}

impl Checked {
    pub(super) fn read(file: &str, part: Part, n_patients: usize) -> Self {
        Self {
            file: file.to_owned(),
            part: part.number,
            kind: Some(part.kind),
            payer: part.header.payer,
            claim_month: part.header.claim_month,
            clinic: part.header.clinic_code,
            receipts: Some(part.n_receipts),
            patients: Some(n_patients),
            points: Some(part.points),
            declared: part.declared,
            payer_totals: Some(part.payer_totals),
            records: Some(part.records),
            issues: part.issues.into_iter().map(CheckedIssue::from).collect(),
        }
    }

    pub(super) fn refused(file: &str, part: u32, refusal: Refusal) -> Self {
        let issue = refusal.issue().into();
        if refusal.code == IssueCode::EmptyFile {
            return Self { issues: vec![issue], ..Self::read(file, Part { number: part, ..Part::default() }, 0) };
        }
        Self::without_facts(file, part, issue)
    }

    pub(super) fn unreadable(file: &str, part: u32, message: String) -> Self {
        let issue = CheckedIssue { line: 1, severity: Severity::Error, code: "file-unreadable", message };
        Self::without_facts(file, part, issue)
    }

    fn without_facts(file: &str, part: u32, issue: CheckedIssue) -> Self {
        Self {
            file: file.to_owned(),
            part,
            kind: None,
            payer: None,
            claim_month: None,
            clinic: None,
            receipts: None,
            patients: None,
            points: None,
            declared: None,
            payer_totals: None,
            records: None,
            issues: vec![issue],
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        self.issues.iter().any(|it| it.severity == Severity::Error)
    }
}
