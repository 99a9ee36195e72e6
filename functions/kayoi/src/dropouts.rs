//! `kayoi dropouts`: the lists of a folder of claim files, without any cloud.
//!
//! **Invariant:** the rules are those of the import: this module reads files, and `clinic` decides.

mod csv;
pub(crate) mod current;
pub(crate) mod folder;
pub(crate) mod masters;
pub(crate) mod needs;
pub(crate) mod report;
pub(crate) mod rosters;
#[cfg(test)]
mod tests;
pub(crate) mod text;
pub(crate) mod told;

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use clinic::{Freshness, Groups, Links, Status};
use jiff::civil::Date;

use self::{current::Current, report::Report, told::Told};
use crate::{Exit, Output, receipts::message_of, usage};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct DropoutsArgs {
    /// レセプト（UKE、ZIP）のあるフォルダー。中のフォルダーも、パスのバイト順にすべて読みます
    #[arg(long, value_name = "フォルダー")]
    files: PathBuf,
    /// グループの設定（JSON）
    #[arg(long, value_name = "ファイル")]
    groups: PathBuf,
    /// いつの時点の一覧か（2026-11-23 の形）
    #[arg(long, value_name = "日付", value_parser = usage::date)]
    as_of: Date,
    /// 基本マスター（傷病名・診療行為・医薬品など）のCSVのあるフォルダー
    #[arg(long, value_name = "フォルダー")]
    masters: Option<PathBuf>,
    /// 名簿（患者・予約・問診）のCSVのあるフォルダー
    #[arg(long, value_name = "フォルダー")]
    rosters: Option<PathBuf>,
    /// 出力の形式: text（表）、csv（電話連絡などに使う一覧）、json
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: Format,
    /// CSVの文字コード: utf8（BOM付き）、cp932（Shift_JIS）
    #[arg(long, value_enum, value_name = "文字コード", default_value_t, hide_possible_values = true)]
    encoding: CsvEncoding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Csv,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum CsvEncoding {
    #[default]
    Utf8,
    Cp932,
}

impl DropoutsArgs {
    pub(crate) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let groups =
            fs::read(&self.groups).map_err(|err| anyhow::anyhow!("{}: {}", self.groups.display(), message_of(&err)))?;
        let groups = String::from_utf8(groups).context("グループの設定をUTF-8で保存し直してください")?;
        let groups = Groups::from_json(groups.strip_prefix('\u{FEFF}').unwrap_or(&groups))?;

        let told = &mut Told::new(output.messages);
        let codes = masters::read(self.masters.as_deref(), told)?;
        let rosters = rosters::read(self.rosters.as_deref(), told)?;
        needs::check(&groups, &codes, self.rosters.is_some())?;

        let current = Current::of_folder(&self.files, told)?;
        told.finish()?;

        let files = current.files();
        let claims = files.iter().map(|it| (it.facts.payer, it.facts.claim_month));
        let freshness = Freshness::of(claims, self.as_of);
        let links = Links::default();
        let folded = clinic::fold(&files, &rosters, &links, self.as_of);
        let dropouts = clinic::dropouts(&folded, &groups, &codes, |_| false);
        let report =
            Report { as_of: self.as_of, freshness: &freshness, groups: &groups, folded: &folded, dropouts: &dropouts };
        report.tell_gaps(output.messages)?;
        match self.format {
            Format::Json => report.write_json(output.data)?,
            Format::Text => output.data.write_all(text::table(&report).as_bytes())?,
            Format::Csv => output.data.write_all(&csv::call_list(&report, self.encoding)?)?,
        }
        Ok(Exit::Success)
    }
}

/// The order people work through a list in: who can still be kept comes first.
const STATUSES: [Status; 3] = [Status::AtRisk, Status::DroppedOut, Status::Regular];

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Regular => "正常",
        Status::AtRisk => "離脱予備群",
        Status::DroppedOut => "離脱",
    }
}
