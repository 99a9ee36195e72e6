use std::fmt::Write as _;

use clinic::Listed;
use jiff::civil::Date;
use unicode_width::UnicodeWidthStr as _;

use super::{
    STATUSES,
    report::{Report, payer_name, reasons},
    status_name,
};

const HEADER: [&str; 6] = ["診察券番号", "氏名", "最終来院日", "開始日", "終了日", "理由"];

/// The lists as tables to be read in a terminal, one for each group and status.
pub(crate) fn table(report: &Report<'_>) -> String {
    let mut text = String::new();
    let payers = report.freshness.by_payer.iter().map(|(payer, date)| format!("{} {date}", payer_name(*payer)));
    let payers: Vec<String> = payers.collect();
    match report.freshness.data_through {
        Some(date) => {
            let _ = writeln!(text, "{} 時点　レセプトは {date} の診療分まで（{}）", report.as_of, payers.join("、"));
        }
        None => {
            let _ = writeln!(text, "{} 時点　レセプトがありません", report.as_of);
        }
    }
    for (index, (group, count)) in report.groups.groups.iter().zip(&report.dropouts.groups).enumerate() {
        let _ = writeln!(
            text,
            "\n■ {}　対象 {}人（離脱予備群 {}人、離脱 {}人、正常 {}人）　対象外 {}人",
            group.name, count.members, count.at_risk, count.dropped_out, count.regular, count.excluded
        );
        for status in STATUSES {
            let rows: Vec<[String; 6]> = report.members(index, status).map(|it| row(&it)).collect();
            if !rows.is_empty() {
                let _ = writeln!(text, "\n  {} {}人", status_name(status), rows.len());
                write_rows(&mut text, &HEADER, &rows);
            }
        }
    }
    text
}

fn row(listed: &Listed<'_>) -> [String; 6] {
    let date = |it: Date| it.to_string();
    [
        printable(listed.chart_number.unwrap_or("なし")),
        printable(listed.name),
        date(listed.last_visit),
        date(listed.since),
        listed.until.map_or_else(String::new, date),
        printable(&reasons(listed.because)),
    ]
}

/// Text that cannot steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{FFFD}' } else { it }).collect()
}

/// Writes rows below their header, columns aligned by how wide a terminal shows them.
pub(crate) fn write_rows<const N: usize>(text: &mut String, header: &[&str; N], rows: &[[String; N]]) {
    let header = header.map(str::to_owned);
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter().chain([&header]).map(|it| it[column].width()).max().unwrap_or_default()
    });
    for row in std::iter::once(&header).chain(rows) {
        text.push_str("  ");
        for (cell, width) in row.iter().zip(widths) {
            text.push_str("  ");
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', width - cell.width()));
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
}
