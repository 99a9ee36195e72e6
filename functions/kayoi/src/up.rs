//! `kayoi up`: the local stack, with the functions of this workspace and an invented clinic in it.
//!
//! **Invariant:** everything runs on loopback and ends with this process.

mod clinic;
mod masters;
mod offices;
mod report;
mod stack;
mod workspace;

use std::{path::PathBuf, thread, time::Instant};

use anyhow::{Context as _, ensure};
use clap::Args;
use japan::Month;
use jiff::civil::Date;

use self::{clinic::DemoClinic, stack::Stack, workspace::Workspace};
use crate::{
    Exit, Output,
    demo::{DemoSize, demo},
    upload::{Api, Settled, Uploads, Wanted},
    usage,
};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct UpArgs {
    /// 最適化した関数で動かします（作るのに数分かかります）
    #[arg(long)]
    release: bool,
    /// 今日とする日（2026-11-23 の形）。指定がなければ本当の今日です
    #[arg(long, value_name = "日付", value_parser = usage::date)]
    as_of: Option<Date>,
    /// 架空の患者の人数
    #[arg(long, value_name = "人数", default_value_t = DemoSize::default().n_patients)]
    #[arg(value_parser = usage::patients)]
    patients: u32,
    /// 架空の診療所の、先月までの何か月分か
    #[arg(long, value_name = "月数", default_value_t = DemoSize::default().n_months, value_parser = usage::months)]
    months: u32,
    /// 架空の診療所を入れません
    #[arg(long)]
    no_demo: bool,
    /// 基本マスター（傷病名・診療行為・医薬品など）のCSVのあるフォルダー。指定すると名称が表示されます
    #[arg(long, value_name = "フォルダー")]
    masters: Option<PathBuf>,
    /// 入れ終わったら終わります
    #[arg(long)]
    exit: bool,
    /// 記録などを置くフォルダー（指定がなければ target/kayoi-up）
    #[arg(long, value_name = "フォルダー")]
    state: Option<PathBuf>,
    /// 待ち受けるポート（指定がなければ空いているもの）
    #[arg(long, value_name = "番号")]
    port: Option<u16>,
}

/// The seed of the demo clinic.
const SEED: u64 = 1;

impl UpArgs {
    pub(crate) fn run(&self, today: Date, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let workspace = Workspace::find(self.state.clone())?;
        let stack = Stack::start(&workspace, self, output)?;
        let told = self.fill(&stack, &workspace, today, output);
        if told.is_err() {
            report::log_of(&stack, output)?;
        }
        told?;
        if !self.exit {
            writeln!(output.messages, "\nCtrl-C で終わります。")?;
            output.data.flush()?;
            loop {
                thread::park();
            }
        }
        Ok(Exit::Success)
    }

    /// Puts the demo clinic and two care offices in and tells how to reach them.
    fn fill(&self, stack: &Stack, workspace: &Workspace, today: Date, output: &mut Output<'_>) -> anyhow::Result<()> {
        let today = self.as_of.unwrap_or(today);
        if let Some(masters) = &self.masters {
            writeln!(output.messages, "基本マスターを入れます。")?;
            masters::put(stack, masters)?;
        } else {
            masters::put_excerpt(stack)?;
        }
        let clinic = DemoClinic::set_up(stack, self.as_of, !self.no_demo)?;
        if self.no_demo {
            return Ok(report::addresses(stack, &clinic, output)?);
        }

        let size = DemoSize { n_patients: self.patients, n_months: self.months };
        let files = demo(SEED, Month::of(today).plus(-1), size).receipts;
        let n_bytes: usize = files.iter().map(|it| it.bytes.len()).sum();
        let n_files = files.len();
        writeln!(output.messages, "架空の診療所のレセプト{n_files}ファイル（{}KB）を送ります。", n_bytes / 1000)?;

        let mut changes = local::Changes::of_table(stack.endpoint(), stack.output("CoreTable")?)?;
        let since = Instant::now();
        let api = Api::new(&stack.api_address()?, &clinic.token);
        let mut uploads = Uploads::new(api, n_files, output.shows_progress);
        let wanted = files.into_iter().map(|it| Wanted { file: it.name, bytes: it.bytes });
        let sent = wanted.map(|it| uploads.send(it, None)).collect();
        let settled = uploads.wait(sent);
        let counts = clinic::current_counts(uploads.api())?;
        let took = since.elapsed();
        drop(uploads);

        for it in settled.iter().filter(|it| !it.is_done()) {
            writeln!(output.messages, "{it}")?;
        }
        ensure!(settled.iter().all(Settled::is_done), "取り込まれなかったファイルがあります");
        let changed = changes.take().context("書き込みを数えられません")?;
        report::addresses(stack, &clinic, output)?;
        report::counts(&counts, output)?;
        report::figures(n_files, took, &changed, output)?;
        offices::set_up(stack, workspace, Month::of(today), output)
    }
}
