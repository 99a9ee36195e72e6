//! `kayoi receipts`: claim files by themselves.

mod check;
mod checked;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{Exit, Output, usage};
pub(crate) use check::message_of;

#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptsCommand {
    /// UKEを点検し、件数・点数・指摘をJSONで標準出力に書きます（指摘にエラーがあれば終了コード1）
    #[command(help_template = usage::HELP)]
    Check(CheckArgs),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct CheckArgs {
    /// 点検するファイル（UKE、またはUKEを入れたZIP）
    #[arg(required = true, value_name = "ファイル", help_heading = "引数")]
    files: Vec<PathBuf>,
    /// 出力の形式
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: CheckFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum CheckFormat {
    #[default]
    Json,
}

impl ReceiptsCommand {
    pub(crate) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Self::Check(CheckArgs { files, format: CheckFormat::Json }) = self;
        check::run(files, output)
    }
}
