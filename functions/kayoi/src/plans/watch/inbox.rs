use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use careplan::exchange::{Ack, AckReason, AckResult, TransferId};

use super::{
    Left, Settling, Told,
    answers::{Said, said},
    outbox::listed,
    settling::Look,
};
use crate::{
    Output,
    plans::{
        ack,
        fetch::{Received, interrupted, receive, transfer_in},
        office::{List, Office},
        steps::step,
    },
    upload::Refused,
};

/// Folders that were received, and the answers that people put into them.
pub(super) struct Inbox {
    dir: PathBuf,
    n_rounds: u32,
}

/// A folder with an answer that was not sent yet.
pub(super) struct AnswerFile {
    pub(super) path: PathBuf,
    pub(super) look: Look,
    transfer: TransferId,
    result: AckResult,
}

/// Every so many rounds the whole list is read: something 未 may lie behind a page of what is not.
const WHOLE_LIST_EVERY: u32 = 20;

impl Inbox {
    pub(super) fn new(dir: PathBuf) -> Self {
        Self { dir, n_rounds: 0 }
    }

    /// Fetches what was not fetched, and what an earlier run left half done.
    pub(super) fn receive(
        &mut self,
        office: &Office,
        told: &mut Told,
        output: &mut Output<'_>,
    ) -> anyhow::Result<Left> {
        let reads_all = self.n_rounds.is_multiple_of(WHOLE_LIST_EVERY);
        let received = office.transfers(List::Received, |page| reads_all || page.iter().any(|it| it.is_unfetched()))?;
        self.n_rounds += 1;
        told.forget("inbox");
        let mut wanted = interrupted(&self.dir)?;
        for transfer in received.into_iter().rev().filter(|it| it.is_unfetched()) {
            if !wanted.contains(&transfer.id) {
                wanted.push(transfer.id);
            }
        }
        let mut left = Left::Nothing;
        for id in &wanted {
            match receive(office, &self.dir, id) {
                Ok(Received::New(path)) => {
                    told.tell(output, id.as_str(), &format!("受け取りました: {}", path.display()))
                }
                Ok(Received::Known(_)) => {}
                Err(err) => left = left.max(told.later(output, id.as_str(), &err)),
            }
        }
        Ok(left)
    }

    /// The answers that lie in the folders.
    pub(super) fn answers(&self) -> anyhow::Result<Vec<AnswerFile>> {
        let mut answers = Vec::new();
        for folder in listed(&self.dir)? {
            for result in [AckResult::Imported, AckResult::Rejected] {
                let path = folder.join(format!("{}.txt", stem(result)));
                if path.is_file()
                    && let Some(transfer) = transfer_in(&folder)
                {
                    answers.push(AnswerFile { look: Look::at(std::slice::from_ref(&path)), path, transfer, result });
                }
            }
        }
        Ok(answers)
    }

    /// Sends the answers that have settled, each once.
    pub(super) fn answer(
        &self,
        office: &Office,
        settling: &mut Settling,
        told: &mut Told,
        output: &mut Output<'_>,
    ) -> anyhow::Result<Left> {
        let mut left = Left::Nothing;
        for file in self.answers()? {
            if !settling.is_settled(&file.path, file.look.clone()) {
                continue;
            }
            let what = file.path.display().to_string();
            let ack = match read(&file) {
                Ok(ack) => ack,
                Err(err) => {
                    told.tell(output, &what, &format!("回答できません: {what}: {err:#}"));
                    left = left.max(Left::ForPeople);
                    continue;
                }
            };
            match answer(office, &file, &ack) {
                Ok(message) => told.tell(output, &what, &message),
                Err(err) => left = left.max(told.later(output, &what, &err)),
            }
        }
        Ok(left)
    }
}

/// The answer that a file says.
fn read(file: &AnswerFile) -> anyhow::Result<Ack> {
    let beside = |result| file.path.with_file_name(format!("{}.txt", stem(result))).exists();
    ensure!(
        !(beside(AckResult::Imported) && beside(AckResult::Rejected)),
        "imported.txt と rejected.txt の両方があります。どちらかを除いてください"
    );
    let Said { rows, reason } = said(file.result, &fs::read(&file.path).context("回答を読めません")?)?;
    let reason = reason.map(|message| AckReason { file: None, line: None, column: None, message });
    ack::answer(file.transfer.clone(), file.result, rows, reason)
}

/// Sends one answer and notes in the file's name that it was.
fn answer(office: &Office, file: &AnswerFile, ack: &Ack) -> anyhow::Result<String> {
    let name = ack::name_of(file.result);
    step();
    match office.answer(ack) {
        Ok(()) => {
            step();
            rename(&file.path, file.result, "sent")?;
            Ok(format!("{name}と回答しました: {}", file.transfer))
        }
        // Taken back, answered otherwise or not to be answered by this office: asking again changes nothing.
        Err(err) if matches!(Refused::status_of(&err), Some(400 | 404 | 409 | 410 | 413 | 422)) => {
            rename(&file.path, file.result, "refused")?;
            Ok(format!("{name}の回答は受け付けられませんでした: {}: {err:#}", file.transfer))
        }
        Err(err) => Err(err),
    }
}

fn stem(result: AckResult) -> &'static str {
    match result {
        AckResult::Imported => "imported",
        AckResult::Rejected => "rejected",
    }
}

fn rename(path: &Path, result: AckResult, what: &str) -> anyhow::Result<()> {
    let renamed = path.with_file_name(format!("{}.{what}.txt", stem(result)));
    fs::rename(path, &renamed).with_context(|| format!("{} に名前を変えられません", renamed.display()))
}
