use std::{fs, path::Path};

use anyhow::Context as _;
use careplan::exchange::BundleResult;
use serde::{Deserialize, Serialize};

use crate::plans::send::{FolderFile, Problem, sha256};

/// What became of a folder, beside its files.
pub(super) const RESULT: &str = "_result.json";

/// The result of sending a folder, or why nothing of it was sent.
pub(super) type Attempt = Result<BundleResult, Vec<Problem>>;

/// `_result.json`: what became of the content of a folder.
#[derive(Debug, Serialize)]
struct Tried<'a> {
    content: &'a str,
    is_delivered: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a BundleResult>,
}

/// What of `_result.json` is looked at again.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct LastTry {
    content: String,
    is_delivered: bool,
}

/// What to do with a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Send,
    /// It was delivered, and a kill kept it here.
    Move,
    /// It failed, and nothing has changed since.
    Leave,
}

/// What to do with the folder `dir` and its `content`.
pub(super) fn next_in(dir: &Path, content: &str) -> Next {
    // A result that cannot be read is none: what was delivered is not delivered again.
    let last = fs::read(dir.join(RESULT)).ok().and_then(|it| serde_json::from_slice(&it).ok());
    next(last.as_ref(), content)
}

fn next(last: Option<&LastTry>, content: &str) -> Next {
    match last {
        Some(last) if last.content == content && last.is_delivered => Next::Move,
        Some(last) if last.content == content => Next::Leave,
        _ => Next::Send,
    }
}

/// What tells the content of a folder from any other.
pub(super) fn content_of(files: &[FolderFile]) -> String {
    let lines: String = files.iter().map(|it| format!("{} {}\n", sha256(&it.bytes), it.name)).collect();
    sha256(lines.as_bytes())
}

/// Notes in the folder `dir` what became of its `content`.
pub(super) fn write(dir: &Path, content: &str, is_delivered: bool, attempt: &Attempt) -> anyhow::Result<()> {
    let problems = attempt.as_ref().err().cloned().unwrap_or_default();
    let json = serde_json::to_vec_pretty(&Tried { content, is_delivered, problems, result: attempt.as_ref().ok() })?;
    let (part, whole) = (dir.join("._result.json.part"), dir.join(RESULT));
    let written = fs::write(&part, json).and_then(|()| fs::rename(&part, &whole));
    written.with_context(|| format!("{} に書けません", whole.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_failed_waits_for_a_change_and_one_that_was_delivered_moves() {
        let last = |content: &str, is_delivered| LastTry { content: content.to_owned(), is_delivered };
        assert_eq!(next(None, "a"), Next::Send);
        assert_eq!(next(Some(&last("a", false)), "a"), Next::Leave);
        assert_eq!(next(Some(&last("a", false)), "b"), Next::Send);
        assert_eq!(next(Some(&last("a", true)), "a"), Next::Move);
        assert_eq!(next(Some(&last("a", true)), "b"), Next::Send);
    }

    #[test]
    fn a_name_takes_part_in_the_content() {
        let file = |name: &str, text: &str| FolderFile { name: name.to_owned(), bytes: text.into() };
        let contents = [content_of(&[file("a", "1")]), content_of(&[file("b", "1")]), content_of(&[file("a", "2")])];
        assert!(contents[0] != contents[1] && contents[0] != contents[2]);
    }
}
