use std::fmt::Write as _;

use delivery::Channel;

use super::{
    records::{Record, RecordState},
    report::Report,
};
use crate::dropouts::text::{printable, write_rows};

const HEADER: [&str; 7] = ["日付", "診察券番号", "きっかけの日", "回", "状態", "方法", "理由"];

/// The plan as tables to be read in a terminal, one for each delivery.
pub(super) fn table(report: &Report<'_>) -> String {
    let mut text = String::new();
    let through = report
        .data_through
        .map_or_else(|| "レセプトがありません".to_owned(), |it| format!("レセプトは {it} の診療分まで"));
    let _ = writeln!(text, "{} から {} まで　{through}", report.from, report.to);
    for (index, running) in report.deliveries.iter().enumerate() {
        let records: Vec<&Record> = report.records.iter().filter(|it| it.delivery == index).collect();
        let n = |state| records.iter().filter(|it| it.state == state).count();
        let delivery = &running.delivery;
        let _ = writeln!(
            text,
            "\n■ {}　「{}」の{}　送信 {}件　保留 {}件　送らない {}件",
            printable(&delivery.name),
            delivery.timing.kind().name(),
            delivery.offset.name(),
            n(RecordState::Due),
            n(RecordState::Held),
            n(RecordState::Suppressed),
        );
        let rows: Vec<[String; 7]> = records.iter().map(|it| row(it)).collect();
        if !rows.is_empty() {
            write_rows(&mut text, &HEADER, &rows);
        }
    }
    let forecast = report.forecast;
    let channels: Vec<String> =
        forecast.by_channel.iter().map(|(channel, n)| format!("{} {n}件", channel_name(*channel))).collect();
    let channels = if channels.is_empty() { "なし".to_owned() } else { channels.join("、") };
    let _ = writeln!(
        text,
        "\n送信の見込み: {channels}　届けられない {}件　SMS {}通分　{}円",
        forecast.unreachable, forecast.sms_parts, forecast.yen
    );
    text
}

fn row(record: &Record) -> [String; 7] {
    [
        record.date.to_string(),
        printable(record.chart_number.as_deref().unwrap_or("なし")),
        record.trigger_date.to_string(),
        (record.repetition + 1).to_string(),
        state_name(record.state).to_owned(),
        record.channel.map_or("", channel_name).to_owned(),
        record.reason.sentence().to_owned(),
    ]
}

fn state_name(state: RecordState) -> &'static str {
    match state {
        RecordState::Due => "送信",
        RecordState::Held => "保留",
        RecordState::Suppressed => "送らない",
    }
}

fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Line => "LINE",
        Channel::Sms => "SMS",
        Channel::Mail => "メール",
    }
}
