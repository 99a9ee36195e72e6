//! `kayoi plans`: care-plan files.

mod ack;
mod check;
mod diff;
mod evidence;
mod fetch;
mod inbox;
mod office;
mod reading;
mod reconcile;
mod savings;
mod send;
mod show;
mod shown;
#[cfg(test)]
mod stand_in;
mod steps;
mod watch;
mod which;
mod withdraw;

use clap::Subcommand;

use self::{
    ack::AckArgs,
    check::CheckArgs,
    diff::DiffArgs,
    evidence::EvidenceArgs,
    fetch::FetchArgs,
    inbox::{InboxArgs, SentArgs},
    reconcile::ReconcileArgs,
    savings::SavingsArgs,
    send::SendArgs,
    show::ShowArgs,
    watch::WatchArgs,
    withdraw::WithdrawArgs,
};
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
    /// フォルダーのファイルを、名前の示す宛先へ送り、結果を待ちます（送れないものがあれば終了コード1）
    #[command(help_template = usage::HELP)]
    Send(SendArgs),
    /// 受信の一覧を、まだ取得していないものから表示します
    #[command(help_template = usage::HELP)]
    Inbox(InboxArgs),
    /// 送信の一覧を、相手の取得と回答の状態と一緒に表示します
    #[command(help_template = usage::HELP)]
    Sent(SentArgs),
    /// 受信したものを取得し、1件ごとのフォルダーに書きます（SHA-256を照らします）
    #[command(help_template = usage::HELP)]
    Fetch(FetchArgs),
    /// 取り込めたかどうかを、送信元に回答します
    #[command(help_template = usage::HELP)]
    Ack(AckArgs),
    /// 相手が取得する前の送信を取り消します。取得した後なら、削除ファイル（DLT…）を作れます
    #[command(help_template = usage::HELP)]
    Withdraw(WithdrawArgs),
    /// フォルダーを見ていて、置かれたものを送り、届いたものを置きます
    #[command(help_template = usage::HELP)]
    Watch(WatchArgs),
    /// 送受信の記録1か月分を、改ざんされていないと確かめられるZIPにまとめます
    #[command(help_template = usage::HELP)]
    Evidence(EvidenceArgs),
}

impl PlansCommand {
    pub(crate) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        match self {
            Self::Check(args) => args.run(output),
            Self::Show(args) => args.run(output),
            Self::Diff(args) => args.run(output),
            Self::Reconcile(args) => args.run(output),
            Self::Savings(args) => args.run(output),
            Self::Send(args) => args.run(output),
            Self::Inbox(args) => args.run(output),
            Self::Sent(args) => args.run(output),
            Self::Fetch(args) => args.run(output),
            Self::Ack(args) => args.run(output),
            Self::Withdraw(args) => args.run(output),
            Self::Watch(args) => args.run(output),
            Self::Evidence(args) => args.run(output),
        }
    }
}
