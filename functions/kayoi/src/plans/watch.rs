//! `kayoi plans watch`: a folder as outbox and inbox, for whoever has no tools for buckets.
//!
//! **Invariant:** everything that must survive a kill lies in the folder or with the service. A bundle is
//! called by its content, and the service delivers a content once, so that a repeat sends nothing twice.

mod answers;
mod inbox;
mod outbox;
mod settling;
#[cfg(test)]
mod tests;
mod told;
mod tried;

use std::{path::PathBuf, thread, time::Duration};

use clap::Args;

use self::{inbox::Inbox, outbox::Outbox, settling::Settling, told::Told};
use super::{fetch::make_folder, office::Office};
use crate::{Exit, Output, upload::ApiArgs};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct WatchArgs {
    /// 送受信に使うフォルダー。outbox の中に置いたフォルダーを送って sent に移し、届いたものを inbox に置きます。
    /// inbox の各フォルダーに imported.txt か rejected.txt（中身は理由）を置くと、回答します
    #[arg(value_name = "フォルダー", help_heading = "引数")]
    dir: PathBuf,
    /// 見に行く間隔（秒）。指定がなければ30秒
    #[arg(long, value_name = "秒", default_value_t = 30, hide_default_value = true)]
    #[arg(value_parser = seconds)]
    every: u64,
    /// 置かれたファイルがこの秒数変わらなければ、送ってよいとみなします。指定がなければ5秒
    #[arg(long, value_name = "秒", default_value_t = 5, hide_default_value = true)]
    #[arg(value_parser = seconds_or_none)]
    settle: u64,
    /// 1度だけ送受信して終わります（できないことがあれば終了コード1）
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    api: ApiArgs,
}

/// The folder, and what is remembered of it while the command runs.
struct Watch {
    office: Office,
    outbox: Outbox,
    inbox: Inbox,
    settling: Settling,
}

/// What a round left undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Left {
    Nothing,
    /// Somebody must change something first.
    ForPeople,
    /// It may work at another time.
    ForLater,
}

impl WatchArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let folders = ["outbox", "sent", "inbox"].map(|it| self.dir.join(it));
        folders.iter().try_for_each(|it| make_folder(it))?;
        let [outbox, sent, inbox] = folders;
        let mut watch = Watch {
            office: Office::new(api),
            outbox: Outbox::new(outbox, sent),
            inbox: Inbox::new(inbox),
            settling: Settling::new(Duration::from_secs(self.settle)),
        };
        let mut told = Told::default();
        if self.once {
            watch.look()?;
            thread::sleep(Duration::from_secs(self.settle));
            let is_done = watch.round(&mut told, output) == Left::Nothing;
            return Ok(if is_done { Exit::Success } else { Exit::Errors });
        }
        let mut n_failed = 0;
        told.tell(output, "", &format!("{} を見ています。やめるには Ctrl-C を押してください。", self.dir.display()));
        loop {
            n_failed = if watch.round(&mut told, output) == Left::ForLater { n_failed + 1 } else { 0 };
            thread::sleep(pause(Duration::from_secs(self.every), n_failed));
        }
    }
}

impl Watch {
    /// Notes what lies there, so that a change can be seen later.
    fn look(&mut self) -> anyhow::Result<()> {
        for folder in self.outbox.folders()? {
            self.settling.is_settled(&folder.path, folder.look);
        }
        for answer in self.inbox.answers()? {
            self.settling.is_settled(&answer.path, answer.look);
        }
        Ok(())
    }

    /// Sends, fetches and answers what there is. What goes wrong is told and left for the next round.
    fn round(&mut self, told: &mut Told, output: &mut Output<'_>) -> Left {
        let Self { office, outbox, inbox, settling } = self;
        let sent = outbox.send(office, settling, told, output);
        let received = inbox.receive(office, told, output);
        let answered = inbox.answer(office, settling, told, output);
        let mut left = Left::Nothing;
        for (what, done) in [("outbox", sent), ("inbox", received), ("回答", answered)] {
            left = left.max(done.unwrap_or_else(|err| told.later(output, what, &err)));
        }
        left
    }
}

/// How long to wait after a round when `n_failed` have failed in a row.
fn pause(every: Duration, n_failed: u32) -> Duration {
    const LONGEST: Duration = Duration::from_secs(300);
    every.saturating_mul(2_u32.saturating_pow(n_failed.min(16))).min(LONGEST.max(every))
}

fn seconds(text: &str) -> Result<u64, String> {
    text.parse()
        .ok()
        .filter(|it| (1..=86_400).contains(it))
        .ok_or_else(|| "1から86400の秒数にしてください。".to_owned())
}

fn seconds_or_none(text: &str) -> Result<u64, String> {
    text.parse().ok().filter(|it| *it <= 3600).ok_or_else(|| "0から3600の秒数にしてください。".to_owned())
}
