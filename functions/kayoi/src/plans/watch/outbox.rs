use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use careplan::exchange::BundleResult;
use serde::{Deserialize, Serialize};

use super::{Left, Settling, Told, is_final, settling::Look};
use crate::{
    Output,
    plans::{
        office::Office,
        send::{Bundle, Delivery, FolderFile, Problem, Wishes, files_of, is_delivered, sha256, sorted_out, told},
        steps::step,
    },
};

/// Folders that are sent, and where they go then.
pub(super) struct Outbox {
    dir: PathBuf,
    sent: PathBuf,
}

/// A folder of the outbox.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) look: Look,
}

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
enum Next {
    Send,
    /// It was delivered, and a kill kept it here.
    Move,
    /// It failed, and nothing has changed since.
    Leave,
}

/// A result is looked for so long before other folders have their turn.
const PATIENCE: Duration = Duration::from_secs(120);

const RESULT: &str = "_result.json";

fn next(last: Option<&LastTry>, content: &str) -> Next {
    match last {
        Some(last) if last.content == content && last.is_delivered => Next::Move,
        Some(last) if last.content == content => Next::Leave,
        _ => Next::Send,
    }
}

/// What tells the content of a folder from any other.
fn content_of(files: &[FolderFile]) -> String {
    let lines: String = files.iter().map(|it| format!("{} {}\n", sha256(&it.bytes), it.name)).collect();
    sha256(lines.as_bytes())
}

impl Outbox {
    pub(super) fn new(dir: PathBuf, sent: PathBuf) -> Self {
        Self { dir, sent }
    }

    /// The folders, in the order of their names.
    pub(super) fn folders(&self) -> anyhow::Result<Vec<Folder>> {
        let mut folders = Vec::new();
        for path in listed(&self.dir)? {
            if path.is_dir() && !is_hidden(&path) {
                folders.push(Folder { look: look(&path)?, path });
            }
        }
        Ok(folders)
    }

    /// Sends every folder that has settled.
    pub(super) fn send(
        &self,
        office: &Office,
        settling: &mut Settling,
        told: &mut Told,
        output: &mut Output<'_>,
    ) -> anyhow::Result<Left> {
        let mut left = Left::Nothing;
        for folder in self.folders()? {
            if !settling.is_settled(&folder.path, folder.look.clone()) {
                continue;
            }
            let what = name_of(&folder.path);
            let done = self.send_folder(office, &folder, told, output);
            left = left.max(done.unwrap_or_else(|err| told.later(output, &what, &err)));
        }
        Ok(left)
    }

    fn send_folder(
        &self,
        office: &Office,
        folder: &Folder,
        told: &mut Told,
        output: &mut Output<'_>,
    ) -> anyhow::Result<Left> {
        let what = name_of(&folder.path);
        let files = match files_of(&folder.path) {
            Ok(files) if files.is_empty() => return Ok(Left::Nothing),
            Ok(files) => files,
            Err(err) => {
                told.tell(output, &what, &format!("送れないものがあります: {err:#}"));
                return Ok(Left::ForPeople);
            }
        };
        let content = content_of(&files);
        let last = fs::read(folder.path.join(RESULT)).ok().and_then(|it| serde_json::from_slice(&it).ok());
        match next(last.as_ref(), &content) {
            Next::Leave => return Ok(Left::ForPeople),
            Next::Move => {}
            Next::Send => {
                let tried = self.try_to_send(office, files)?;
                let is_delivered = tried.as_ref().is_ok_and(is_delivered);
                step();
                write_result(&folder.path, &content, is_delivered, &tried)?;
                step();
                if !is_delivered {
                    told.tell(output, &what, &failure(office, &folder.path, &tried));
                    return Ok(Left::ForPeople);
                }
            }
        }
        // Something was put in while the rest was sent: that goes next.
        if look(&folder.path)? != folder.look {
            return Ok(Left::Nothing);
        }
        let moved = self.move_to_sent(&folder.path)?;
        step();
        told.forget(&what);
        told.tell(output, "sent", &format!("送りました: {}", moved.display()));
        Ok(Left::Nothing)
    }

    /// The result of sending `files`, or why they were not sent at all.
    fn try_to_send(
        &self,
        office: &Office,
        files: Vec<FolderFile>,
    ) -> anyhow::Result<Result<BundleResult, Vec<Problem>>> {
        let (files, wishes) = match sorted_out(files, Wishes::default()) {
            Ok(sorted) => sorted,
            Err(err) => return Ok(Err(vec![Problem::saying(format!("{err:#}"))])),
        };
        let bundle = Bundle::of(files, wishes);
        let mut problems = bundle.problems();
        if problems.is_empty() {
            problems = bundle.lost(&office.number()?);
        }
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        match (Delivery { office, patience: PATIENCE }).send(&bundle, None) {
            Ok(result) => Ok(Ok(result)),
            Err(err) if is_final(&err) => Ok(Err(vec![Problem::saying(format!("{err:#}"))])),
            Err(err) => Err(err),
        }
    }

    fn move_to_sent(&self, path: &Path) -> anyhow::Result<PathBuf> {
        let name = format!("{}_{}", host::today(), name_of(path));
        let free = (1..).map(|it| if it == 1 { name.clone() } else { format!("{name}_{it}") });
        let free = free.map(|it| self.sent.join(it)).find(|it| !it.exists()).context("no name is free")?;
        step();
        fs::rename(path, &free).with_context(|| format!("{} に移せません", free.display()))?;
        Ok(free)
    }
}

/// What is told of a folder that stays.
fn failure(office: &Office, path: &Path, tried: &Result<BundleResult, Vec<Problem>>) -> String {
    let why = match tried {
        Ok(result) => told(office, result),
        Err(problems) => problems.iter().map(|it| format!("  {it}\n")).collect(),
    };
    format!("送れないものがあります: {}（{RESULT} を見て直すと、もう一度送ります）\n{why}", path.display())
}

fn write_result(
    path: &Path,
    content: &str,
    is_delivered: bool,
    tried: &Result<BundleResult, Vec<Problem>>,
) -> anyhow::Result<()> {
    let problems = tried.as_ref().err().cloned().unwrap_or_default();
    let json = serde_json::to_vec_pretty(&Tried { content, is_delivered, problems, result: tried.as_ref().ok() })?;
    let (part, whole) = (path.join("._result.json.part"), path.join(RESULT));
    let written = fs::write(&part, json).and_then(|()| fs::rename(&part, &whole));
    written.with_context(|| format!("{} に書けません", whole.display()))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_hidden(path: &Path) -> bool {
    name_of(path).starts_with('.')
}

/// How the files of a folder look but for our own result.
fn look(dir: &Path) -> anyhow::Result<Look> {
    let mut paths = listed(dir)?;
    paths.retain(|it| !is_hidden(it) && !it.ends_with(RESULT));
    Look::at(&paths).with_context(|| format!("{} を読めません", dir.display()))
}

/// What lies in a folder, in the order of the names.
pub(super) fn listed(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(dir).and_then(|it| it.map(|it| it.map(|it| it.path())).collect::<io::Result<Vec<_>>>());
    let mut paths = paths.with_context(|| format!("フォルダー {} を読めません", dir.display()))?;
    paths.sort();
    Ok(paths)
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
