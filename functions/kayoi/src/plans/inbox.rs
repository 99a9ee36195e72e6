//! `kayoi plans inbox` and `sent`: what was received and what was sent, and how far each is.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use careplan::exchange::TransferState;
use clap::Args;

use super::{
    office::{List, Office, Transfer},
    send::ListFormat,
    shown::{aligned, kind_name, moment, printable},
};
use crate::{Exit, Output, upload::ApiArgs};

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct InboxArgs {
    /// 回答（取込済・取込不可）を済ませたものと、取り消されたものも表示します
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    api: ApiArgs,
    /// 出力の形式: text（表）、json
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: ListFormat,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "オプション")]
pub(crate) struct SentArgs {
    #[command(flatten)]
    api: ApiArgs,
    /// 出力の形式: text（表）、json
    #[arg(long, value_enum, value_name = "形式", default_value_t, hide_possible_values = true)]
    format: ListFormat,
}

impl InboxArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let received = Office::new(api).transfers(List::Received, |_| true)?;
        write(&inbox(received, self.all), List::Received, self.format, output)
    }
}

impl SentArgs {
    pub(super) fn run(&self, output: &mut Output<'_>) -> anyhow::Result<Exit> {
        let Some(api) = self.api.connect(output)? else { return Ok(Exit::Usage) };
        let sent = Office::new(api).transfers(List::Sent, |_| true)?;
        write(&sent, List::Sent, self.format, output)
    }
}

/// What a receiver looks at, in the order it is worked through: 未 first, then what was not answered.
fn inbox(received: Vec<Transfer>, all: bool) -> Vec<Transfer> {
    let mut listed: Vec<Transfer> = received.into_iter().filter(|it| all || it.is_unanswered()).collect();
    listed.sort_by_key(|it| (!it.is_unfetched(), !it.is_unanswered()));
    listed
}

fn write(transfers: &[Transfer], list: List, format: ListFormat, output: &mut Output<'_>) -> anyhow::Result<Exit> {
    match format {
        ListFormat::Text => output.data.write_all(table(transfers, list).as_bytes())?,
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut *output.data, transfers)?;
            writeln!(output.data)?;
        }
    }
    Ok(Exit::Success)
}

/// A line for each transfer, and below it what its sender or receiver says.
fn table(transfers: &[Transfer], list: List) -> String {
    if transfers.is_empty() {
        return "ありません。\n".to_owned();
    }
    let header = match list {
        List::Received => ["取得", "状態", "受信日時", "送信元", "種別", "ファイル連番", "数", "送信ID"],
        List::Sent => ["取得", "状態", "送信日時", "送信先", "種別", "ファイル連番", "数", "送信ID"],
    };
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(transfers.iter().map(|it| row(it, list)));
    let mut text = String::new();
    let mut remarks = transfers.iter().map(|it| remarks(it, list));
    for (at, row) in rows.iter().enumerate() {
        let _ = writeln!(text, "{}", aligned(row, &rows));
        if at > 0 {
            for remark in remarks.next().unwrap_or_default() {
                let _ = writeln!(text, "    {remark}");
            }
        }
    }
    text
}

fn row(transfer: &Transfer, list: List) -> Vec<String> {
    let (at, other) = match list {
        List::Received => (transfer.delivered_at.unwrap_or(transfer.accepted_at), &transfer.sender),
        List::Sent => (transfer.accepted_at, &transfer.receiver),
    };
    // Taken back before it was fetched, it never will be.
    let is_fetched = transfer.state >= TransferState::Fetched && transfer.state != TransferState::Withdrawn;
    vec![
        if is_fetched { "済" } else { "未" }.to_owned(),
        transfer.state.label().to_owned(),
        moment(at),
        other.to_string(),
        kind_name(transfer.kind).to_owned(),
        transfer.serial.as_ref().map_or("-", |it| it.as_str()).to_owned(),
        transfer.files.len().to_string(),
        transfer.id.to_string(),
    ]
}

fn remarks(transfer: &Transfer, list: List) -> Vec<String> {
    let mut remarks = Vec::new();
    for (label, text) in [("メッセージ", &transfer.message), ("連絡", &transfer.note)] {
        if !text.is_empty() {
            let lines: Vec<String> = text.lines().map(printable).collect();
            remarks.push(format!("{label}: {}", lines.join(" / ")));
        }
    }
    match &transfer.state_note {
        Some(note) if !note.is_empty() => remarks.push(printable(note)),
        _ if transfer.may_have_been_read && list == List::Sent => remarks.push("読まれた可能性があります。".to_owned()),
        _ => {}
    }
    if transfer.is_late {
        remarks.push("これより新しいものが先に届いています。".to_owned());
    } else if let Some(newer) = &transfer.superseded_by {
        remarks.push(format!("新しいもの（{newer}）があります。"));
    }
    if let Some(answer) = &transfer.answer {
        let rows = answer.rows.map(|it| format!(" {it}件")).unwrap_or_default();
        remarks.push(format!("回答 {}{rows}", moment(answer.at)));
        for reason in &answer.reasons {
            let file = reason.file.as_deref().map(|it| format!("{} ", printable(it))).unwrap_or_default();
            let line = reason.line.map(|it| format!("{it}行 ")).unwrap_or_default();
            let column = reason.column.map(|it| format!("項目{it} ")).unwrap_or_default();
            remarks.push(format!("  {file}{line}{column}{}", printable(&reason.message)));
        }
    }
    remarks
}
