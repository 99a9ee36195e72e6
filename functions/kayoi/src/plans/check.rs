//! `kayoi plans check`.

#[cfg(test)]
mod tests;

use std::{fs, path::PathBuf};

use careplan::{
    CheckedFile, Direction, FileKind, Issue, OfficeNumber, SendUnit, Serial, Severity, Standard, UnitIssue,
};
use clap::Args;
use serde::Serialize;

use crate::{
    Exit, Output,
    receipts::{CheckFormat, message_of},
};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct CheckArgs {
    /// 点検するファイル（一緒に送るファイルをすべて指定してください）
    #[arg(required = true, value_name = "ファイル", help_heading = "引数")]
    files: Vec<PathBuf>,
    /// 出力の形式
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: CheckFormat,
}

/// What `plans check` says. What is not known is `null`.
#[derive(Debug, Serialize)]
struct Report<'a> {
    files: Vec<FileReport<'a>>,
    units: Vec<UnitReport<'a>>,
    ok: bool,
}

#[derive(Debug, Serialize)]
struct FileReport<'a> {
    /// As given on the command line.
    file: &'a str,
    kind: Option<FileKind>,
    standard: Option<Standard>,
    sender: Option<&'a OfficeNumber>,
    receiver: Option<&'a OfficeNumber>,
    rows: Option<u64>,
    issues: Vec<FileIssue<'a>>,
}

/// An [`Issue`], or what only somebody at a file system meets.
#[derive(Debug, Serialize)]
struct FileIssue<'a> {
    line: Option<u64>,
    column: Option<usize>,
    item: Option<&'a str>,
    severity: Severity,
    code: &'a str,
    message: &'a str,
}

#[derive(Debug, Serialize)]
struct UnitReport<'a> {
    sender: &'a OfficeNumber,
    receiver: &'a OfficeNumber,
    serial: &'a Serial,
    standard: Standard,
    direction: Direction,
    files: Vec<&'a str>,
    ok: bool,
    issues: &'a [UnitIssue],
}

/// A file of the command line.
enum Given {
    /// Where it stands among the checked ones.
    Checked(usize),
    Unreadable {
        file: String,
        message: String,
    },
}

impl CheckArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Self { files, format: CheckFormat::Json } = self;
        let (mut given, mut checked) = (Vec::new(), Vec::new());
        for path in files {
            let file = path.display().to_string();
            given.push(match fs::read(path) {
                Ok(bytes) => {
                    checked.push(careplan::check_file(&file, &bytes));
                    Given::Checked(checked.len() - 1)
                }
                Err(err) => Given::Unreadable { file, message: message_of(&err) },
            });
        }
        let units = careplan::units(&checked);
        let report = Report {
            files: given.iter().map(|it| FileReport::of(it, &checked)).collect(),
            units: units.iter().map(|it| UnitReport::of(it, &checked)).collect(),
            ok: checked.len() == files.len()
                && !checked.iter().any(CheckedFile::has_errors)
                && units.iter().all(SendUnit::ok),
        };
        serde_json::to_writer_pretty(&mut *output.data, &report)?;
        writeln!(output.data)?;
        Ok(if report.ok { Exit::Success } else { Exit::Errors })
    }
}

impl<'a> FileReport<'a> {
    fn of(given: &'a Given, checked: &'a [CheckedFile]) -> Self {
        match given {
            Given::Checked(at) => {
                let checked = &checked[*at];
                let name = checked.name.as_ref();
                Self {
                    file: &checked.file,
                    kind: name.map(|it| it.kind),
                    standard: name.map(|it| it.standard),
                    sender: name.map(|it| &it.sender),
                    receiver: name.map(|it| &it.receiver),
                    rows: checked.rows,
                    issues: checked.issues.iter().map(FileIssue::from).collect(),
                }
            }
            Given::Unreadable { file, message } => {
                let (severity, code) = (Severity::Error, "file-unreadable");
                let issue = FileIssue { line: None, column: None, item: None, severity, code, message };
                Self { file, kind: None, standard: None, sender: None, receiver: None, rows: None, issues: vec![issue] }
            }
        }
    }
}

impl<'a> From<&'a Issue> for FileIssue<'a> {
    fn from(issue: &'a Issue) -> Self {
        Self {
            line: issue.line,
            column: issue.column,
            item: issue.item,
            severity: issue.severity,
            code: issue.code.as_str(),
            message: &issue.message,
        }
    }
}

impl<'a> UnitReport<'a> {
    fn of(unit: &'a SendUnit, checked: &'a [CheckedFile]) -> Self {
        Self {
            sender: &unit.sender,
            receiver: &unit.receiver,
            serial: &unit.serial,
            standard: unit.standard,
            direction: unit.direction,
            files: unit.files.iter().map(|it| checked[*it].file.as_str()).collect(),
            ok: unit.ok(),
            issues: &unit.issues,
        }
    }
}
