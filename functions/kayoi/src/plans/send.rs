//! `kayoi plans send`: a folder goes to the offices that the names of its files say.

mod bundle;
mod check;
mod deliver;
mod folder;
#[cfg(test)]
mod tests;
mod told;

use std::path::PathBuf;

use careplan::{OfficeNumber, exchange::BundleId};
use clap::{Args, ValueEnum};

pub(super) use self::{
    bundle::{Bundle, sha256},
    check::Problem,
    deliver::{Delivery, is_delivered},
    folder::{FolderFile, files_of, not_utf8, sorted_out},
    told::text as told,
};
use super::office::Office;
use crate::{Exit, Output, upload::ApiArgs};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct SendArgs {
    /// 送るファイルのあるフォルダー（message.txt があれば、その文がメッセージになります）
    #[arg(value_name = "フォルダー", help_heading = "引数")]
    dir: PathBuf,
    #[command(flatten)]
    api: ApiArgs,
    #[command(flatten)]
    wishes: Wishes,
    /// バンドルの名前（英数字と _ - で64文字まで）。指定がなければ内容から決まり、同じ内容なら同じ名前です
    #[arg(long, value_name = "名前", value_parser = bundle_id)]
    bundle: Option<BundleId>,
    /// 出力の形式: text、json（結果のJSONのまま）
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: ListFormat,
}

/// How a list or a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ListFormat {
    #[default]
    Text,
    Json,
}

/// What goes with the files: given on the command line, or in files of the folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(super) struct Wishes {
    /// すべての宛先へのメッセージ
    #[arg(long, value_name = "文")]
    pub(super) message: Option<String>,
    /// 1つの宛先への連絡（9970200011=至急）。何度でも指定できます
    #[arg(long = "note", value_name = "番号=文", value_parser = office_and_text)]
    pub(super) notes: Vec<(OfficeNumber, String)>,
    /// 名前で宛先の決まらないファイルの宛先（地図.pdf=9970200011,9970300019）。何度でも指定できます
    #[arg(long, value_name = "ファイル=番号", value_parser = file_and_offices)]
    pub(super) to: Vec<(String, Offices)>,
    /// はじめて送る宛先の番号と名称（9970200011=試験訪問介護）。何度でも指定できます
    #[arg(long, value_name = "番号=名称", value_parser = office_and_text)]
    pub(super) confirm: Vec<(OfficeNumber, String)>,
}

/// Offices of one file. A type of its own: to clap a list would be a repeated argument.
pub(super) type Offices = std::sync::Arc<[OfficeNumber]>;

impl SendArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let office = Office::new(api);
        let (files, wishes) = folder::read(&self.dir, self.wishes.clone())?;
        let bundle = Bundle::of(files, wishes);
        let mut problems = bundle.problems();
        if problems.is_empty() {
            problems = bundle.lost(&office.number()?);
        }
        if !problems.is_empty() {
            for problem in &problems {
                writeln!(output.messages, "{problem}")?;
            }
            writeln!(output.messages, "エラー: 直すところが{}か所あるため、何も送っていません。", problems.len())?;
            return Ok(Exit::Errors);
        }
        let delivery = Delivery { office: &office, patience: deliver::PATIENCE };
        let result = delivery.send(&bundle, self.bundle.as_ref())?;
        match self.format {
            ListFormat::Text => output.data.write_all(told(&office, &result).as_bytes())?,
            ListFormat::Json => {
                serde_json::to_writer_pretty(&mut *output.data, &result)?;
                writeln!(output.data)?;
            }
        }
        Ok(if is_delivered(&result) { Exit::Success } else { Exit::Errors })
    }
}

fn bundle_id(text: &str) -> Result<BundleId, String> {
    BundleId::parse(text).ok_or_else(|| "英数字と _ - の、64文字までの名前にしてください。".to_owned())
}

fn office(text: &str) -> Result<OfficeNumber, String> {
    OfficeNumber::try_from(text.trim().to_owned()).map_err(|err| format!("{err}。"))
}

pub(super) fn office_and_text(text: &str) -> Result<(OfficeNumber, String), String> {
    let (number, text) = text.split_once('=').ok_or("9970200011=… の形で指定してください。")?;
    Ok((office(number)?, text.trim().to_owned()))
}

pub(super) fn file_and_offices(text: &str) -> Result<(String, Offices), String> {
    let (file, numbers) = text.rsplit_once('=').ok_or("地図.pdf=9970200011 の形で指定してください。")?;
    Ok((file.trim().to_owned(), numbers.split(',').map(office).collect::<Result<_, _>>()?))
}
