//! `kayoi plans reconcile`: 予定 against 実績.

mod files;
mod json;
#[cfg(test)]
mod tests;
mod text;

use std::{collections::BTreeSet, path::PathBuf};

use anyhow::bail;
use careplan::{FileKind, PlannedAndDone, reconcile};
use clap::{Args, ValueEnum};
use japan::Month;

use self::files::{PlanFile, Wanted};
use crate::{Exit, Output};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct ReconcileArgs {
    /// 予定のファイル（UPPLAN）か、それと利用者補足情報（UPHOSOKU、氏名と限度額）のあるフォルダー
    #[arg(value_name = "予定", help_heading = "引数", display_order = 1)]
    plan: PathBuf,
    /// 実績のファイル（UPJSK）か、それのあるフォルダー
    #[arg(value_name = "実績", help_heading = "引数", display_order = 2)]
    actuals: PathBuf,
    /// 出力の形式: text（読むためのもの）、json
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

const PLAN: Wanted =
    Wanted { main: FileKind::Schedule, others: &[FileKind::Supplement, FileKind::ScheduleDeletion], what: "予定" };
const ACTUALS: Wanted = Wanted { main: FileKind::Actuals, others: &[FileKind::ActualsDeletion], what: "実績" };

impl ReconcileArgs {
    pub(crate) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let mut tables = PlannedAndDone::default();
        for (path, wanted) in [(&self.plan, PLAN), (&self.actuals, ACTUALS)] {
            for file in files::read(path, wanted, output.messages)? {
                take(&mut tables, &file)?;
            }
        }
        let (planned, reported) = (tables.planned_months(), tables.reported_months());
        if planned.is_disjoint(&reported) {
            writeln!(
                output.messages,
                "予定の対象年月（{}）と実績の対象年月（{}）が違います。同じ月のファイルか確かめてください。",
                listed(&planned),
                listed(&reported)
            )?;
        }
        let reconciliation = reconcile(&tables);
        match self.format {
            Format::Text => output.data.write_all(text::shown(&reconciliation).as_bytes())?,
            Format::Json => json::write(&reconciliation, output.data)?,
        }
        Ok(Exit::Success)
    }
}

fn take(tables: &mut PlannedAndDone, file: &PlanFile) -> anyhow::Result<()> {
    let Err(unread) = tables.take(&file.name, &file.document) else { return Ok(()) };
    let first = unread.first().map(ToString::to_string).unwrap_or_default();
    let more = if unread.len() > 1 { format!("（ほかに{}行）", unread.len() - 1) } else { String::new() };
    bail!("{}: {first}{more}。{}", file.path, files::SEE_CHECK)
}

fn listed(months: &BTreeSet<Month>) -> String {
    if months.is_empty() {
        return "なし".to_owned();
    }
    months.iter().map(Month::to_string).collect::<Vec<_>>().join("、")
}
