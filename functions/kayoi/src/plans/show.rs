//! `kayoi plans show`: the files as forms.

mod browser;
#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::Args;

use super::reading;
use crate::{Exit, Output};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct ShowArgs {
    /// 表示するファイル（CSV）か、それのあるフォルダー。いくつでも、利用者ごとにまとめて表示します
    #[arg(required = true, value_name = "ファイル", help_heading = "引数")]
    files: Vec<PathBuf>,
    /// HTMLを書くファイル（指定がなければ標準出力）
    #[arg(long, value_name = "ファイル")]
    output: Option<PathBuf>,
    /// ブラウザーで開きます（--output がなければ、本人だけが読める一時ファイルに書いて場所を示します。見終わったら削除してください）
    #[arg(long)]
    open: bool,
}

impl ShowArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let reading = reading::read(&self.files, output.messages)?;
        if reading.documents.is_empty() {
            bail!("表示できるファイルがありません。");
        }
        let page = careplan::render_document(&reading.documents);
        let mut exit = if reading.n_failed == 0 { Exit::Success } else { Exit::Errors };
        let written = match &self.output {
            Some(path) => {
                fs::write(path, &page).with_context(|| cannot_write(path))?;
                path.clone()
            }
            None if self.open => {
                let dir = std::env::temp_dir();
                browser::write_private(&dir, page.as_bytes()).with_context(|| cannot_write(&dir))?
            }
            None => {
                output.data.write_all(page.as_bytes())?;
                return Ok(exit);
            }
        };
        writeln!(output.messages, "{} に書きました。", written.display())?;
        if self.open && !browser::open(&written) {
            writeln!(output.messages, "ブラウザーを開けませんでした。このファイルをブラウザーで開いてください。")?;
            exit = Exit::Errors;
        }
        Ok(exit)
    }
}

fn cannot_write(path: &Path) -> String {
    format!("{} に書けません。場所と権限を確かめてください", path.display())
}
