//! `kayoi plans`: care-plan files.

mod check;
mod diff;
mod reading;
mod reconcile;
mod savings;
mod show;
mod shown;

use clap::Subcommand;

use self::{check::CheckArgs, diff::DiffArgs, reconcile::ReconcileArgs, savings::SavingsArgs, show::ShowArgs};
use crate::{Exit, Output, usage};

#[derive(Debug, Subcommand)]
pub(crate) enum PlansCommand {
    /// ケアプランのファイルを、送る前に点検し、送信の単位と指摘をJSONで標準出力に書きます（エラーがあれば終了コード1）
    #[command(help_template = usage::HELP)]
    Check(CheckArgs),
    /// ファイルを第1・2・3・6・7表の様式のHTML（A4で印刷できます）にします
    #[command(help_template = usage::HELP)]
    Show(ShowArgs),
    /// 計画や利用票の2つの版を比べ、違いを文で表示します
    #[command(help_template = usage::HELP)]
    Diff(DiffArgs),
    /// 予定と実績を突き合わせ、違いと単位数を利用者ごとに表示します
    #[command(help_template = usage::HELP)]
    Reconcile(ReconcileArgs),
    /// データ連携で減る費用と時間の概算を出します（全国の「かんたんシミュレーションツール」と同じ計算）
    #[command(help_template = usage::HELP)]
    Savings(SavingsArgs),
}

impl PlansCommand {
    pub(crate) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        match self {
            Self::Check(args) => args.run(output),
            Self::Show(args) => args.run(output),
            Self::Diff(args) => args.run(output),
            Self::Reconcile(args) => args.run(output),
            Self::Savings(args) => args.run(output),
        }
    }
}
