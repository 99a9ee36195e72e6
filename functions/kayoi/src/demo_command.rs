//! `kayoi demo`: the invented clinic as files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use japan::Month;
use jiff::civil::Date;

use crate::{
    Exit, Output,
    demo::{DemoFile, DemoSize, demo, groups_json},
    usage,
};

#[derive(Debug, Subcommand)]
pub(crate) enum DemoCommand {
    /// 架空の診療所のレセプト・名簿・グループをフォルダーに書きます
    #[command(help_template = usage::HELP)]
    Write(WriteArgs),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct WriteArgs {
    /// 書き出すフォルダー（なければ作ります）
    #[arg(value_name = "フォルダー", help_heading = "引数")]
    dir: PathBuf,
    /// 同じ数字なら同じデータになります
    #[arg(long, value_name = "数", default_value_t = 1)]
    seed: u64,
    /// 最後の診療年月（指定がなければ先月）
    #[arg(long, value_name = "年月", value_parser = usage::month)]
    until: Option<Month>,
    /// 患者の人数
    #[arg(long, value_name = "人数", default_value_t = DemoSize::default().n_patients)]
    #[arg(value_parser = usage::patients)]
    patients: u32,
    /// 何か月分か
    #[arg(long, value_name = "月数", default_value_t = DemoSize::default().n_months, value_parser = usage::months)]
    months: u32,
}

impl DemoCommand {
    pub(crate) fn run(&self, today: Date, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Self::Write(args) = self;
        let until = args.until.unwrap_or(Month::of(today).plus(-1));
        let size = DemoSize { n_patients: args.patients, n_months: args.months };
        let demo = demo(args.seed, until, size);
        let groups = DemoFile { name: "groups.json".to_owned(), bytes: groups_json().into() };

        write_folder(&args.dir.join("receipts"), &demo.receipts)?;
        write_folder(&args.dir.join("rosters"), &demo.rosters)?;
        write_file(&args.dir, &groups)?;
        let n_receipts = demo.receipts.len();
        let n_rosters = demo.rosters.len();
        writeln!(
            output.messages,
            "{} に、架空の患者{}人・{until}までの{}か月分のレセプト{n_receipts}ファイル、名簿{n_rosters}ファイル、groups.json を書きました。",
            args.dir.display(),
            args.patients,
            args.months,
        )?;
        Ok(Exit::Success)
    }
}

/// Writes `files` into the folder `dir`, which may hold an older copy of them, but nothing else: lists
/// are made of everything in a folder.
fn write_folder(dir: &Path, files: &[DemoFile]) -> anyhow::Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("フォルダー {} を作れません", dir.display()))?;
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        if files.iter().all(|it| name != *it.name) {
            bail!("{} に別のファイルがあります。空のフォルダーを指定してください。", dir.display());
        }
    }
    files.iter().try_for_each(|it| write_file(dir, it))
}

fn write_file(dir: &Path, file: &DemoFile) -> anyhow::Result<()> {
    let path = dir.join(&file.name);
    fs::write(&path, &file.bytes).with_context(|| format!("{} に書けません", path.display()))
}

#[cfg(test)]
mod tests {
    use crate::{Exit, test_run::kayoi};

    #[test]
    fn the_clinic_is_written_again_but_never_among_other_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("clinic");
        let path = path.to_str().unwrap();
        let write = |until: &str| kayoi(&["demo", "write", path, "--until", until, "--patients", "5", "--months", "2"]);
        for _again in 0..2 {
            assert_eq!(write("2026-10").exit, Exit::Success);
        }
        let ran = write("2026-11");
        assert_eq!(ran.exit, Exit::Errors);
        assert!(ran.messages.contains("空のフォルダーを指定してください"), "{}", ran.messages);

        let lists = ["dropouts", "--files", path, "--groups", &format!("{path}/groups.json"), "--as-of", "2026-11-01"];
        assert_eq!(kayoi(&lists).exit, Exit::Success);
    }
}
