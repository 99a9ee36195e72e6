use japan::fold_name;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::column::Column;
use super::dates::parse_time;
use super::row::Row;

/// A booking and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentRow {
    /// Where the row begins in the file, from 1.
    pub line: u64,
    /// As the patient key writes it.
    pub chart_number: String,
    /// The day of attendance where the patient came and the file names it, else the day booked.
    pub date: Date,
    /// `hh:mm`, of a span its beginning.
    pub time: Option<String>,
    /// What became of it as far as the file says.
    pub state: AppointmentState,
}

/// What became of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentState {
    /// 予約
    Booked,
    /// 来院
    Attended,
    /// キャンセル, told beforehand.
    Cancelled,
    /// 無断キャンセル, 未来院
    NoShow,
}

/// `None` where a reason against the row says why.
pub(super) fn appointment(row: &mut Row<'_>) -> Option<AppointmentRow> {
    let chart_number = row.chart_number();
    let stated = state(row);
    let booked = row.date_time(Column::BookedDate);
    let attended = row.date_time(Column::AttendedDate);
    let state = match stated {
        Some(state) => state,
        None if attended.is_some() => AppointmentState::Attended,
        None => AppointmentState::Booked,
    };
    let chosen = match state {
        AppointmentState::Attended => attended.or(booked),
        _ => booked.or(attended),
    };
    let Some((date, time_in_cell)) = chosen else {
        if row.problems.is_empty() {
            let column = if row.header.has(Column::BookedDate) { Column::BookedDate } else { Column::AttendedDate };
            row.reject("date_missing", row.name_of(column), "が空です。2026/4/1 の形で入力してください。");
        }
        return None;
    };
    let time = time(row, &time_in_cell);
    Some(AppointmentRow { line: row.record.line, chart_number, date, time, state })
}

fn time(row: &mut Row<'_>, in_date_cell: &str) -> Option<String> {
    let (header, text) = match row.cell(Column::Time) {
        Some(cell) => (cell.header, cell.text),
        None if in_date_cell.is_empty() => return None,
        None if row.header.has(Column::BookedDate) => (row.name_of(Column::BookedDate), in_date_cell.to_owned()),
        None => (row.name_of(Column::AttendedDate), in_date_cell.to_owned()),
    };
    let time = parse_time(&text);
    if time.is_none() {
        row.reject("time_invalid", header, "の時刻が読めません。9:30 の形で入力してください。");
    }
    time
}

fn state(row: &mut Row<'_>) -> Option<AppointmentState> {
    let cell = row.cell(Column::State)?;
    let state = match fold_name(&cell.text).as_str() {
        "予約" | "予約済" | "予約済ミ" | "予約中" | "予約確定" | "確定" | "来院前" | "受付前" | "来院予定" => {
            AppointmentState::Booked
        }
        "来院" | "来院済" | "来院済ミ" | "受付" | "受付済" | "受付済ミ" | "診察中" | "診察済" | "診察済ミ"
        | "診察終了" | "会計待チ" | "会計済" | "会計済ミ" | "会計終了" | "受診" | "受診済" | "受診済ミ" | "完了"
        | "終了" => AppointmentState::Attended,
        "キャンセル"
        | "キャンセル済"
        | "キャンセル済ミ"
        | "事前キャンセル"
        | "当日キャンセル"
        | "取消"
        | "取リ消シ"
        | "取消済"
        | "取消済ミ"
        | "予約取消"
        | "予約キャンセル"
        | "中止" => AppointmentState::Cancelled,
        "無断キャンセル" | "無断" | "未来院" | "不来院" | "来院ナシ" | "ノ-ショ-" | "noshow" => {
            AppointmentState::NoShow
        }
        _ => {
            row.reject(
                "state_invalid",
                cell.header,
                "が読めません。予約、来院、キャンセル、無断キャンセル のどれかを入力してください。",
            );
            return None;
        }
    };
    Some(state)
}
