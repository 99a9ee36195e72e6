use std::fmt;

use careplan::{
    FileName, Issue, OfficeNumber, Severity, check_file,
    exchange::{AttachmentKind, BundleId, Limits, Reason, ReasonCode, SendMarker, sort_by_destination},
    units,
};
use serde::Serialize;

use super::Bundle;
use crate::plans::shown::printable;

/// Why a bundle is not sent. It quotes nothing of what files say of users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::plans) struct Problem {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::plans) file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::plans) line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::plans) column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::plans) item: Option<&'static str>,
    pub(in crate::plans) message: String,
}

impl Problem {
    pub(in crate::plans) fn saying(message: String) -> Self {
        Self { file: None, line: None, column: None, item: None, message }
    }

    fn of_issue(file: Option<&str>, issue: &Issue) -> Self {
        let Issue { line, column, item, message, .. } = issue;
        Self { file: file.map(str::to_owned), line: *line, column: *column, item: *item, message: message.clone() }
    }

    fn of_reason(reason: Reason) -> Self {
        let Reason { file, line, column, message, .. } = reason;
        Self { file, line, column, item: None, message }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", printable(file))?;
            if let Some(line) = self.line {
                write!(f, " {line}行")?;
            }
            if let Some(column) = self.column {
                write!(f, " 項目{column}")?;
            }
            if let Some(item) = self.item {
                write!(f, " {item}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl Bundle {
    /// What is wrong with it, as far as its files tell.
    pub(in crate::plans) fn problems(&self) -> Vec<Problem> {
        if self.files.is_empty() {
            return vec![Problem::saying("送るファイルがありません。フォルダーを確かめてください。".to_owned())];
        }
        let mut problems = self.problems_of_marker();
        let standard = self.files.iter().filter(|it| FileName::parse(&it.name).is_ok());
        let checked: Vec<_> = standard.map(|it| check_file(&it.name, &it.bytes)).collect();
        for file in &checked {
            let errors = file.issues.iter().filter(|it| it.severity == Severity::Error);
            problems.extend(errors.map(|it| Problem::of_issue(Some(&file.file), it)));
        }
        for unit in units(&checked) {
            let errors = unit.issues.iter().filter(|it| it.issue.severity == Severity::Error);
            let first = unit.files.first().and_then(|it| checked.get(*it)).map(|it| it.file.as_str());
            problems.extend(errors.map(|it| Problem::of_issue(it.file.as_deref().or(first), &it.issue)));
        }
        for file in self.files.iter().filter(|it| FileName::parse(&it.name).is_err()) {
            if AttachmentKind::of(&file.name, &file.bytes).is_none() {
                let code = if file.bytes.is_empty() { ReasonCode::FileEmpty } else { ReasonCode::ContentUnknown };
                problems.push(Problem::of_reason(Reason::of(code).about(&file.name)));
            }
        }
        problems
    }

    fn problems_of_marker(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for name in self.to.keys().filter(|it| self.files.iter().all(|file| file.name != **it)) {
            let message = "宛先（--to や to.txt）に書かれたファイルがありません。名前を確かめてください。";
            problems.push(Problem { file: Some(name.clone()), ..Problem::saying(message.to_owned()) });
        }
        // The limits of the service are its own; what it would not even read is told here.
        if let Some(id) = BundleId::parse("check")
            && let Ok(json) = serde_json::to_vec(&self.marker(id.clone()))
            && let Err(err) = SendMarker::read(&json, &id, &Limits::default())
        {
            problems.push(Problem::saying(format!("{err}。")));
        }
        problems
    }

    /// What of it would go to nobody, or to nobody it is meant for, when `sender` sends it.
    pub(in crate::plans) fn lost(&self, sender: &OfficeNumber) -> Vec<Problem> {
        let Some(id) = BundleId::parse("check") else { return Vec::new() };
        let sorted = sort_by_destination(sender, &self.marker(id));
        let lost = sorted.lost.into_iter().flat_map(|file| {
            let name = file.name;
            file.reasons.into_iter().map(move |it| Problem::of_reason(in_our_words(it).about(&name)))
        });
        let mut problems: Vec<Problem> = lost.collect();
        for number in self.notes.keys().filter(|it| !sorted.destinations.contains_key(*it)) {
            let message =
                format!("{number} に送るファイルはありません。連絡（--note や notes.txt）の番号を確かめてください。");
            problems.push(Problem::saying(message));
        }
        problems
    }
}

/// A reason as whoever has a folder and no `_send.json` can follow it.
fn in_our_words(reason: Reason) -> Reason {
    if reason.code != ReasonCode::DestinationUnknown.as_str() {
        return reason;
    }
    let advice =
        "宛先不明です。標準仕様のファイル名でないファイルは、--to か to.txt で宛先の事業所番号を指定してください。";
    Reason::saying(&reason.code, advice)
}
