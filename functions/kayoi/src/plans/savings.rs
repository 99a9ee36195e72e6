//! `kayoi plans savings`: what the exchange saves, estimated as the national tool does.

mod json;
#[cfg(test)]
mod tests;
mod text;

use careplan::{SavingsInput, savings};
use clap::{Args, ValueEnum};

use crate::{Exit, Output, usage};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct SavingsArgs {
    /// 提供票の作成・共有をする職員の人数（1事業所当たり）
    #[arg(long, value_name = "人数", value_parser = usage::count)]
    staff: u32,
    /// 事業所の数（事業所番号が複数あるときは、その数）
    #[arg(long, value_name = "数", value_parser = usage::count)]
    offices: u32,
    /// 取引事業所（提供票を共有する相手）の数
    #[arg(long, value_name = "数", value_parser = usage::count)]
    partners: u32,
    /// 取引事業所のうち、データ連携を使っているか、使う見込みの事業所の数
    #[arg(long, value_name = "数", value_parser = usage::count)]
    partners_online: u32,
    /// 利用者の人数（--offices の事業所の全体）
    #[arg(long, value_name = "人数", value_parser = usage::count)]
    users: u32,
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

impl SavingsArgs {
    pub(crate) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let input = SavingsInput {
            staff: self.staff,
            offices: self.offices,
            partners: self.partners,
            partners_online: self.partners_online,
            users: self.users,
        };
        let savings = match savings(input) {
            Ok(savings) => savings,
            Err(mistake) => {
                writeln!(output.messages, "エラー: {mistake}")?;
                return Ok(Exit::Usage);
            }
        };
        match self.format {
            Format::Text => output.data.write_all(text::table(input, &savings).as_bytes())?,
            Format::Json => json::write(&savings, output.data)?,
        }
        Ok(Exit::Success)
    }
}
