//! `kayoi deliveries plan`: who would get which message, from a folder of claim files alone, without any cloud.
//!
//! **Invariant:** the rules are those of the functions: this module reads files and lets days go by; `clinic`
//! and `delivery` decide.

mod contacts;
mod forecast;
mod records;
mod report;
mod settings;
mod simulation;
#[cfg(test)]
mod tests;
mod text;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use clinic::{Groups, Rosters};
use delivery::{ClinicSources, RunningDelivery, start_refusals};
use jiff::civil::Date;

use self::{contacts::People, forecast::Forecast, report::Report, settings::Settings, simulation::Simulation};
use crate::{
    Exit, Output,
    dropouts::{current::Current, masters, needs, rosters, told::Told},
    usage,
};

// Comments on commands and arguments are what `--help` shows.

#[derive(Debug, Subcommand)]
pub(crate) enum DeliveriesCommand {
    /// フォルダーのレセプトから、ステップ配信で誰に何がいつ送られるかを示します（送信はしません）
    #[command(help_template = usage::HELP)]
    Plan(PlanArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// レセプト（UKE、ZIP）のあるフォルダー。中のフォルダーも、パスのバイト順にすべて読みます
    #[arg(long, value_name = "フォルダー")]
    files: PathBuf,
    /// グループ、配信、料金の設定（JSON）
    #[arg(long, value_name = "ファイル")]
    settings: PathBuf,
    /// 最初の日（2026-12-01 の形）
    #[arg(long, value_name = "日付", value_parser = usage::date)]
    from: Date,
    /// 最後の日（2026-12-31 の形）
    #[arg(long, value_name = "日付", value_parser = usage::date)]
    to: Date,
    /// 名簿（患者・予約・問診）のCSVのあるフォルダー
    #[arg(long, value_name = "フォルダー")]
    rosters: Option<PathBuf>,
    /// 基本マスター（傷病名・診療行為・医薬品など）のCSVのあるフォルダー
    #[arg(long, value_name = "フォルダー")]
    masters: Option<PathBuf>,
    /// 配信同意の記録がない患者も、同意しているものとして計算します
    #[arg(long)]
    assume_consent: bool,
    /// 出力の形式: text（表）、json
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

/// Days of the longest simulation.
const MAX_DAYS: i32 = 400;

impl DeliveriesCommand {
    pub(crate) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        match self {
            Self::Plan(args) => args.run(output),
        }
    }
}

impl PlanArgs {
    fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let n_days = (self.to - self.from).get_days();
        anyhow::ensure!(n_days >= 0, "--to は --from と同じ日か、後の日にしてください。");
        anyhow::ensure!(n_days < MAX_DAYS, "--from から --to までは{MAX_DAYS}日以内にしてください。");
        let settings = Settings::read(&self.settings)?;

        let told = &mut Told::new(output.messages);
        let codes = masters::read(self.masters.as_deref(), told)?;
        let roster_files = rosters::read_files(self.rosters.as_deref(), told)?;
        needs::check(&settings.groups, &codes, self.rosters.is_some())?;
        let current = Current::of_folder(&self.files, told)?;
        told.finish()?;

        let mut rosters = Rosters::default();
        for (name, file) in &roster_files {
            rosters.add(name, file);
        }
        let people = People::of(&roster_files, self.assume_consent);
        let files = current.files();
        let deliveries = self.started(&settings, &files, output)?;
        let mut simulation = Simulation {
            files: &files,
            rosters: &rosters,
            groups: &settings.groups,
            codes: &codes,
            people: &people,
            clinic_name: current.clinic_name(),
            deliveries: &deliveries,
            rules: &settings.rules,
        };
        let records = simulation.run(self.from, self.to);
        let forecast = Forecast::of(&records, &settings.prices);
        let report = Report::new(self.from, self.to, &files, &deliveries, &records, &forecast);
        match self.format {
            Format::Json => report.write_json(output.data)?,
            Format::Text => output.data.write_all(text::table(&report).as_bytes())?,
        }
        Ok(Exit::Success)
    }

    /// The deliveries that start; of the others it is told why not.
    fn started(
        &self,
        settings: &Settings,
        files: &[clinic::CurrentFile<'_>],
        output: &mut Output<'_>,
    ) -> anyhow::Result<Vec<RunningDelivery>> {
        let has_inspection_receipts = files.iter().any(|it| it.kind == clinic::SlotKind::Inspection);
        let mut started = Vec::new();
        for delivery in &settings.deliveries {
            // The contract is not in a folder.
            let refusals = start_refusals(delivery, &ClinicSources { phase: 3, has_inspection_receipts });
            if refusals.is_empty() {
                // What was due before the first day was sent before it.
                let start = delivery.start.map_or(self.from, |it| it.max(self.from));
                let author = String::new();
                let delivery = delivery.clone();
                started.push(RunningDelivery { delivery, start, revision: 1, author, is_stopped: false });
            }
            for refusal in refusals {
                let code = refusal.as_str();
                writeln!(output.messages, "配信「{}」は開始しません: [{code}] {refusal}", delivery.id)?;
            }
        }
        Ok(started)
    }
}

/// The groups of the settings, checked.
fn checked(groups: Vec<clinic::Group>) -> anyhow::Result<Groups> {
    let groups = Groups { groups };
    groups.check()?;
    Ok(groups)
}
