//! The command line's own words in Japanese; clap has them in English alone.

use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use jiff::civil::Date;

/// How `--help` is laid out.
pub(crate) const HELP: &str = "{about}\n\n使い方: {usage}\n\n{all-args}";

/// Says what is wrong with the command line.
pub(crate) fn in_japanese(mistake: &clap::Error) -> String {
    let said = |kind| mistake.get(kind).map(shown).unwrap_or_default();
    let (argument, value) = (said(ContextKind::InvalidArg), said(ContextKind::InvalidValue));
    let mut text = String::from("エラー: ");
    text += &match mistake.kind() {
        ErrorKind::MissingRequiredArgument => format!("{argument} を指定してください。"),
        ErrorKind::UnknownArgument => format!("{argument} という指定はありません。"),
        ErrorKind::InvalidSubcommand => {
            format!("「{}」というコマンドはありません。", said(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "コマンドを指定してください。".to_owned()
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} の値を指定してください。"),
        ErrorKind::InvalidValue => {
            format!("{argument} に「{value}」は使えません。{} から選んでください。", said(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(mistake).map(ToString::to_string).unwrap_or_default();
            format!("{argument} に「{value}」は使えません。{reason}")
        }
        ErrorKind::ArgumentConflict => format!("{argument} は1度だけ指定してください。"),
        _ => "指定のしかたが違います。".to_owned(),
    };
    text.push('\n');
    let usage = mistake.get(ContextKind::Usage).map(shown).unwrap_or_default();
    if let Some(usage) = usage.strip_prefix("Usage: ") {
        let _ = writeln!(text, "使い方: {usage}");
    }
    text += "詳しくは --help で表示します。\n";
    text
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(values) => values.join("、"),
        _ => value.to_string(),
    }
}

/// Reads a date argument.
pub(crate) fn date(text: &str) -> Result<Date, String> {
    let is_plain = text.len() == 10;
    text.parse().ok().filter(|_| is_plain).ok_or_else(|| "2026-11-23 の形の日付にしてください。".to_owned())
}

/// Reads a month argument.
pub(crate) fn month(text: &str) -> Result<japan::Month, String> {
    text.parse().map_err(|_| "2026-10 の形の年月にしてください。".to_owned())
}

/// Reads a number of patients.
pub(crate) fn patients(text: &str) -> Result<u32, String> {
    number(text, 1_000_000)
}

/// Reads a number of months.
pub(crate) fn months(text: &str) -> Result<u32, String> {
    number(text, 120)
}

/// Reads a number that may be zero, so that the command says what a zero means.
pub(crate) fn count(text: &str) -> Result<u32, String> {
    const MAX: u32 = 1_000_000;
    text.parse().ok().filter(|it| *it <= MAX).ok_or_else(|| format!("0から{MAX}の数にしてください。"))
}

fn number(text: &str, max: u32) -> Result<u32, String> {
    text.parse().ok().filter(|it| (1..=max).contains(it)).ok_or_else(|| format!("1から{max}の数にしてください。"))
}
