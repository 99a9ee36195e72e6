//! `kayoi plans withdraw`: takes a transfer back, or makes the files that do where it is too late.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, ensure};
use careplan::{
    FileName,
    exchange::{TransferId, TransferState},
};
use clap::Args;

use super::{
    fetch::make_folder,
    office::{List, Office},
    which,
};
use crate::{
    Exit, Output,
    upload::{ApiArgs, Refused},
};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct WithdrawArgs {
    /// 取り消す送信のID（はじめの8桁から）
    #[arg(value_name = "送信ID", help_heading = "引数", value_parser = which::transfer)]
    transfer: String,
    /// 相手がもう取得していたときに、削除ファイル（DLT…）を書くフォルダー
    #[arg(long, value_name = "フォルダー")]
    deletion: Option<PathBuf>,
    #[command(flatten)]
    api: ApiArgs,
}

impl WithdrawArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let office = Office::new(api);
        let id = which::find(&office, List::Sent, &self.transfer)?;
        match office.withdraw(&id) {
            Ok(()) => {
                writeln!(output.messages, "取り消しました。")?;
                Ok(Exit::Success)
            }
            Err(err) if Refused::status_of(&err) == Some(409) && is_fetched(&office, &id)? => {
                writeln!(output.messages, "相手が取得した後なので、取り消せません。")?;
                self.make_deletion(&office, &id, output)
            }
            Err(err) => Err(err),
        }
    }

    fn make_deletion(&self, office: &Office, id: &TransferId, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Some(dir) = &self.deletion else {
            writeln!(
                output.messages,
                "--deletion フォルダー を付けて実行すると、相手の介護ソフトから消すための削除ファイル（DLT…）を作ります。"
            )?;
            return Ok(Exit::Errors);
        };
        let files = office.deletion(id)?;
        if files.is_empty() {
            writeln!(output.messages, "この種別には削除ファイルがありません。相手に連絡してください。")?;
            return Ok(Exit::Errors);
        }
        make_folder(dir)?;
        for (name, bytes) in files {
            let is_deletion = FileName::parse(&name).is_ok_and(|it| it.kind.is_deletion() && it.to_string() == name);
            ensure!(is_deletion, "APIの答えが削除ファイルではありません");
            let path = dir.join(name);
            fs::write(&path, bytes).with_context(|| format!("{} に書けません", path.display()))?;
            writeln!(output.data, "{}", path.display())?;
        }
        writeln!(output.messages, "kayoi plans send {} で送ってください。", dir.display())?;
        Ok(Exit::Success)
    }
}

fn is_fetched(office: &Office, id: &TransferId) -> anyhow::Result<bool> {
    let state = office.transfer(id)?.state;
    Ok(matches!(state, TransferState::Fetched | TransferState::Rejected | TransferState::Imported))
}
