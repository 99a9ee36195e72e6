use std::{ffi::OsString, io};

use clap::{Parser, Subcommand, error::ErrorKind};
use jiff::civil::Date;

use crate::{
    Exit, Output, deliveries::DeliveriesCommand, demo_command::DemoCommand, dropouts::DropoutsArgs,
    plans::PlansCommand, receipts::ReceiptsCommand, up::UpArgs, upload::UploadArgs, usage,
};

// Comments on commands and arguments are what `--help` shows.

/// かよい（Kayoi）: レセプトから患者の通院を読み、離脱しそうな患者の一覧を作ります
#[derive(Debug, Parser)]
#[command(name = "kayoi", version, help_template = usage::HELP, subcommand_help_heading = "コマンド")]
#[command(subcommand_value_name = "コマンド", disable_help_subcommand = true, disable_help_flag = true)]
#[command(disable_version_flag = true, next_help_heading = "オプション")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// 使い方を表示します
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// 版を表示します
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// レセプト電算データ（UKE）を扱います
    #[command(subcommand, help_template = usage::HELP, subcommand_help_heading = "コマンド")]
    #[command(subcommand_value_name = "コマンド")]
    Receipts(ReceiptsCommand),
    /// フォルダーのレセプトから、グループごとの離脱者の一覧を作ります
    #[command(help_template = usage::HELP)]
    Dropouts(DropoutsArgs),
    /// ステップ配信を扱います
    #[command(subcommand, help_template = usage::HELP, subcommand_help_heading = "コマンド")]
    #[command(subcommand_value_name = "コマンド")]
    Deliveries(DeliveriesCommand),
    /// ケアプランのファイルを扱います
    #[command(subcommand, help_template = usage::HELP, subcommand_help_heading = "コマンド")]
    #[command(subcommand_value_name = "コマンド")]
    Plans(PlansCommand),
    /// 架空の診療所のデータを作ります
    #[command(subcommand, help_template = usage::HELP, subcommand_help_heading = "コマンド")]
    #[command(subcommand_value_name = "コマンド")]
    Demo(DemoCommand),
    /// このパソコンの中で全体を動かし、架空の診療所を入れます
    #[command(help_template = usage::HELP)]
    Up(UpArgs),
    /// レセプトをAPIへ送り、一覧ができるまで待ちます（失敗や確認待ちがあれば終了コード1）
    #[command(help_template = usage::HELP)]
    Upload(UploadArgs),
}

/// Runs the command that `arguments`, the name of the program first, ask for on `today`.
///
/// What goes wrong is told on [`Output::messages`].
///
/// # Errors
///
/// When nobody can be told: standard error cannot be written.
pub fn run(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    today: Date,
    mut output: Output<'_>,
) -> io::Result<Exit> {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(asked) if matches!(asked.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            write!(output.data, "{asked}").and_then(|()| output.data.flush())?;
            return Ok(Exit::Success);
        }
        Err(mistake) => {
            write!(output.messages, "{}", usage::in_japanese(&mistake))?;
            return Ok(Exit::Usage);
        }
    };
    let done = match &cli.command {
        Command::Receipts(command) => command.run(&mut output),
        Command::Dropouts(args) => args.run(&mut output),
        Command::Deliveries(command) => command.run(&mut output),
        Command::Plans(command) => command.run(&mut output),
        Command::Demo(command) => command.run(today, &mut output),
        Command::Up(args) => args.run(today, &mut output),
        Command::Upload(args) => args.run(&mut output),
    };
    let done = done.and_then(|exit| Ok(output.data.flush().map(|()| exit)?));
    match done {
        Ok(exit) => Ok(exit),
        // Whoever reads the data has seen enough.
        Err(err) if is_broken_pipe(&err) => Ok(Exit::Success),
        Err(err) => {
            writeln!(output.messages, "エラー: {err:#}")?;
            Ok(Exit::Errors)
        }
    }
}

fn is_broken_pipe(err: &anyhow::Error) -> bool {
    err.chain().filter_map(|it| it.downcast_ref::<io::Error>()).any(|it| it.kind() == io::ErrorKind::BrokenPipe)
}
