use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;

use super::{
    Left, Settling, Told,
    settling::Look,
    tried::{self, Attempt, Next, RESULT, content_of, next_in},
};
use crate::{
    Output,
    plans::{
        office::Office,
        send::{Bundle, Delivery, FolderFile, Problem, Wishes, files_of, is_delivered, sorted_out, told},
        steps::step,
    },
    upload::Refused,
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

/// A result is looked for so long before other folders have their turn.
const PATIENCE: Duration = Duration::from_secs(120);

impl Outbox {
    pub(super) fn new(dir: PathBuf, sent: PathBuf) -> Self {
        Self { dir, sent }
    }

    /// The folders, in the order of their names.
    pub(super) fn folders(&self) -> anyhow::Result<Vec<Folder>> {
        let mut folders = Vec::new();
        for path in listed(&self.dir)? {
            if path.is_dir() && !is_hidden(&path) {
                folders.push(Folder { look: look(&path), path });
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
        match next_in(&folder.path, &content) {
            Next::Leave => {
                told.remind(output, &what, &format!("送れないままです: {what}（{RESULT} を見て直してください）"));
                return Ok(Left::ForPeople);
            }
            Next::Move => {}
            Next::Send => {
                let attempt = try_to_send(office, files)?;
                let is_delivered = attempt.as_ref().is_ok_and(is_delivered);
                step();
                tried::write(&folder.path, &content, is_delivered, &attempt)?;
                step();
                if !is_delivered {
                    told.tell(output, &what, &failure(office, &folder.path, &attempt));
                    return Ok(Left::ForPeople);
                }
            }
        }
        // Something was put in while the rest was sent: that goes next.
        if look(&folder.path) != folder.look {
            return Ok(Left::ForPeople);
        }
        let moved = self.move_to_sent(&folder.path)?;
        step();
        told.forget(&what);
        told.tell(output, "sent", &format!("送りました: {}", moved.display()));
        Ok(Left::Nothing)
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

/// The result of sending `files`, or why they were not sent at all.
fn try_to_send(office: &Office, files: Vec<FolderFile>) -> anyhow::Result<Attempt> {
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
        // What it says of the content it says again; anything else may pass.
        Err(err) if matches!(Refused::status_of(&err), Some(400 | 413 | 422)) => {
            Ok(Err(vec![Problem::saying(format!("{err:#}"))]))
        }
        Err(err) => Err(err),
    }
}

/// What is told of a folder that stays.
fn failure(office: &Office, path: &Path, attempt: &Attempt) -> String {
    let why = match attempt {
        Ok(result) => told(office, result),
        Err(problems) => problems.iter().map(|it| format!("  {it}\n")).collect(),
    };
    format!("送れないものがあります: {}（{RESULT} を見て直すと、もう一度送ります）\n{why}", path.display())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_hidden(path: &Path) -> bool {
    name_of(path).starts_with('.')
}

/// How the files of a folder look but for our own result. Why one cannot be read is told when it is sent.
fn look(dir: &Path) -> Look {
    let mut paths = listed(dir).unwrap_or_default();
    paths.retain(|it| !is_hidden(it) && !it.ends_with(RESULT));
    Look::at(&paths)
}

/// What lies in a folder, in the order of the names.
pub(super) fn listed(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(dir).and_then(|it| it.map(|it| it.map(|it| it.path())).collect::<io::Result<Vec<_>>>());
    let mut paths = paths.with_context(|| format!("フォルダー {} を読めません", dir.display()))?;
    paths.sort();
    Ok(paths)
}
