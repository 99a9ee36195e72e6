//! `kayoi plans ack`: tells the sender whether a transfer was taken in.

#[cfg(test)]
mod tests;

use careplan::exchange::{Ack, AckReason, AckResult, TransferId};
use clap::Args;

use super::{
    office::{List, Office},
    which,
};
use crate::{Exit, Output, upload::ApiArgs};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct AckArgs {
    /// 回答する送信のID（はじめの8桁から）
    #[arg(value_name = "送信ID", help_heading = "引数", value_parser = which::transfer)]
    transfer: String,
    /// 取込済: 介護ソフトに取り込みました
    #[arg(long)]
    imported: bool,
    /// 取り込んだ件数
    #[arg(long, value_name = "件数")]
    rows: Option<u64>,
    /// 取込不可: 取り込めませんでした（--reason が必要です）
    #[arg(long)]
    rejected: bool,
    /// 取り込めなかった理由（500文字まで。利用者の氏名などは書かないでください）
    #[arg(long, value_name = "文")]
    reason: Option<String>,
    /// 理由のあるファイル
    #[arg(long, value_name = "ファイル")]
    file: Option<String>,
    /// 理由のある行（1から）
    #[arg(long, value_name = "行")]
    line: Option<u64>,
    /// 理由のある項目（1から）
    #[arg(long, value_name = "項目")]
    column: Option<u64>,
    #[command(flatten)]
    api: ApiArgs,
}

impl AckArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        if let Err(mistake) = self.result() {
            writeln!(output.messages, "エラー: {mistake}")?;
            return Ok(Exit::Usage);
        }
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let office = Office::new(api);
        let ack = self.ack(which::find(&office, List::Received, &self.transfer)?)?;
        office.answer(&ack)?;
        writeln!(output.messages, "{}と回答しました。", name_of(ack.result))?;
        Ok(Exit::Success)
    }

    fn ack(&self, transfer: TransferId) -> anyhow::Result<Ack> {
        let result = self.result().map_err(anyhow::Error::msg)?;
        let reason = self.reason.clone().filter(|_| result == AckResult::Rejected);
        answer(transfer, result, self.rows, reason.map(|message| self.about(message)))
    }

    fn about(&self, message: String) -> AckReason {
        AckReason { file: self.file.clone(), line: self.line, column: self.column, message }
    }

    /// What the flags say, or why they say nothing.
    fn result(&self) -> Result<AckResult, &'static str> {
        let has_place = self.file.is_some() || self.line.is_some() || self.column.is_some();
        let has_reason = self.reason.as_ref().is_some_and(|it| !it.trim().is_empty());
        match (self.imported, self.rejected) {
            (true, false) if self.reason.is_some() || has_place => {
                Err("--reason、--file、--line、--column は --rejected と一緒に指定してください。")
            }
            (true, false) => Ok(AckResult::Imported),
            (false, true) if self.rows.is_some() => Err("--rows は --imported と一緒に指定してください。"),
            (false, true) if !has_reason => Err("--rejected には --reason で理由を指定してください。"),
            (false, true) => Ok(AckResult::Rejected),
            _ => Err("--imported か --rejected のどちらか1つを指定してください。"),
        }
    }
}

/// The answer to `transfer`.
///
/// # Errors
///
/// When the service would not take it.
pub(super) fn answer(
    transfer: TransferId,
    result: AckResult,
    rows: Option<u64>,
    reason: Option<AckReason>,
) -> anyhow::Result<Ack> {
    let ack = Ack { transfer: transfer.clone(), result, rows, reasons: reason.into_iter().collect() };
    // Its shape is ours; what may not fit is what a person wrote.
    ack.checked(&transfer)
        .map_err(|_| anyhow::anyhow!("理由は1文字から500文字、ファイル名は255バイトまでにしてください"))
}

/// What people call an answer.
pub(super) fn name_of(result: AckResult) -> &'static str {
    match result {
        AckResult::Imported => "取込済",
        AckResult::Rejected => "取込不可",
    }
}
