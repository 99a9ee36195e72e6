//! `kayoi plans evidence`: a month of the office's log as one ZIP that anybody can verify without us.

mod archive;
mod index;
mod log;
#[cfg(test)]
mod tests;
mod verify;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use japan::Month;

use self::log::Log;
use super::office::Office;
use crate::{Exit, Output, upload::ApiArgs, usage};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct EvidenceArgs {
    /// まとめる年月（2026-11）
    #[arg(long, value_name = "年月", value_parser = usage::month)]
    month: Option<Month>,
    /// 書き込むZIPファイル（指定がなければ今のフォルダーの kayoi-evidence-2026-11.zip）
    #[arg(long, value_name = "ファイル")]
    output: Option<PathBuf>,
    /// このZIPファイルが改ざんされていないか確かめます（ネットワークを使いません）
    #[arg(long, value_name = "ファイル")]
    verify: Option<PathBuf>,
    /// 確かめるための公開鍵（指定がなければZIPの中の公開鍵）
    #[arg(long, value_name = "鍵")]
    key: Option<String>,
    #[command(flatten)]
    api: ApiArgs,
}

impl EvidenceArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        match (self.month, &self.verify) {
            (Some(month), None) => self.fetch(month, output),
            (None, Some(file)) => verify::run(file, self.key.as_deref(), output),
            _ => {
                writeln!(output.messages, "エラー: --month か --verify のどちらか1つを指定してください。")?;
                Ok(Exit::Usage)
            }
        }
    }

    fn fetch(&self, month: Month, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let log = whole_log(&Office::new(api))?.of_month(month)?;
        let path = self.output.clone().unwrap_or_else(|| PathBuf::from(format!("kayoi-evidence-{month}.zip")));
        write(&path, &archive::zip(&log)?)?;
        writeln!(output.data, "{}", path.display())?;
        let n_entries = log.entries()?.of_month.len();
        writeln!(output.messages, "{month} の記録{n_entries}件をまとめました。署名とつながりを確かめてあります。")?;
        Ok(Exit::Success)
    }
}

/// The office's log to its end: an entry may be added days after what it tells.
fn whole_log(office: &Office) -> anyhow::Result<Log> {
    let (mut entries, mut key) = (Vec::new(), None);
    loop {
        let page = office.evidence(entries.len() as u64)?;
        ensure!(!page.has_more || !page.entries.is_empty(), "APIの答えに記録がありません");
        entries.extend(page.entries);
        key = key.or(Some(page.key));
        if !page.has_more {
            let key = key.context("APIの答えに公開鍵がありません")?;
            return Ok(Log { month: None, key, entries });
        }
    }
}

/// Writes a file that appears whole.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut name = path.file_name().context("書き込むファイルの名前がありません")?.to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.with_context(|| format!("{} に書けません。場所と権限を確かめてください", path.display()))
}
