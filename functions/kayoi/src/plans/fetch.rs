//! `kayoi plans fetch`: what was received, each transfer as a folder that appears whole.

mod folder;
mod names;
mod receive;
#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;

pub(super) use self::{
    folder::{interrupted, transfer_in},
    receive::{Received, receive},
};
use super::{
    office::{List, Office},
    which,
};
use crate::{Exit, Output, upload::ApiArgs};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct FetchArgs {
    /// 取得する送信のID（はじめの8桁から）。指定がなければ、まだ取得していないものすべて
    #[arg(value_name = "送信ID", help_heading = "引数", value_parser = which::transfer)]
    transfers: Vec<String>,
    /// 書き込む先のフォルダー（指定がなければ今のフォルダー）
    #[arg(long, value_name = "フォルダー", default_value = ".", hide_default_value = true)]
    into: PathBuf,
    #[command(flatten)]
    api: ApiArgs,
}

impl FetchArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let office = Office::new(api);
        make_folder(&self.into)?;
        let mut wanted = Vec::new();
        if self.transfers.is_empty() {
            wanted = interrupted(&self.into)?;
            let received = office.transfers(List::Received, |_| true)?;
            // The oldest first: what a newer one replaces is taken in before it.
            let unfetched = received.into_iter().rev().filter(|it| it.is_unfetched()).map(|it| it.id);
            wanted.extend(unfetched.filter(|it| !wanted.contains(it)).collect::<Vec<_>>());
        } else {
            for given in &self.transfers {
                wanted.push(which::find(&office, List::Received, given)?);
            }
        }
        if wanted.is_empty() {
            writeln!(output.messages, "取得していないものはありません。")?;
        }
        let mut exit = Exit::Success;
        for id in &wanted {
            match receive(&office, &self.into, id) {
                Ok(Received::New(path)) => writeln!(output.data, "{}", path.display())?,
                Ok(Received::Known(path)) => {
                    writeln!(output.messages, "{} はすでにあります。", path.display())?;
                }
                Err(err) => {
                    exit = Exit::Errors;
                    writeln!(output.messages, "エラー: {id}: {err:#}")?;
                }
            }
        }
        Ok(exit)
    }
}

/// Makes the folder `dir`, if it is not there.
pub(super) fn make_folder(dir: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir)
        .with_context(|| format!("フォルダー {} を作れません。場所と権限を確かめてください", dir.display()))
}
