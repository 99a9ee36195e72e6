//! How numbers and text of files are shown in a terminal.

use careplan::exchange::TransferKind;
use jiff::Timestamp;
use unicode_width::UnicodeWidthStr as _;

/// With a comma before every three digits.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { String::from("-") } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with a sign before what is above zero too.
pub(super) fn signed(number: String) -> String {
    let is_zero = number.chars().all(|it| matches!(it, '0' | '.'));
    if is_zero || number.starts_with('-') { number } else { format!("+{number}") }
}

/// Text that cannot steer a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { '\u{FFFD}' } else { it }).collect()
}

/// A moment as people in Japan read it.
pub(super) fn moment(at: Timestamp) -> String {
    jiff::tz::offset(9).to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// What people call what a transfer carries.
pub(super) fn kind_name(kind: TransferKind) -> &'static str {
    match kind {
        TransferKind::Plan => "計画書",
        TransferKind::Schedule => "予定",
        TransferKind::Actuals => "実績",
        TransferKind::Delete => "削除",
        TransferKind::Prevention => "予防",
        TransferKind::Assessment => "基本情報",
        TransferKind::Attachments => "添付のみ",
    }
}

/// A line with its cells below those of `rows`, aligned by how wide a terminal shows them.
pub(super) fn aligned(cells: &[String], rows: &[Vec<String>]) -> String {
    let mut line = String::new();
    for (column, cell) in cells.iter().enumerate() {
        let width = rows.iter().filter_map(|it| it.get(column)).map(|it| it.width()).max().unwrap_or_default();
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
    }
    line.truncate(line.trim_end_matches(' ').len());
    line
}
