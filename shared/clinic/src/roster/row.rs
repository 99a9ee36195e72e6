use std::borrow::Cow;

use jiff::civil::Date;

use super::chart_number::normalise_chart_number;
use super::column::Column;
use super::dates::{is_no_date, split_date_time};
use super::encoding::Encoding;
use super::guard::without_guard;
use super::header::Header;
use super::read::Note;
use super::split::Record;

/// A chart number longer than this is something else.
const MAX_CHART_NUMBER_CHARS: usize = 50;

/// One row while it is read: gives values by column, and gathers every reason against it.
pub(super) struct Row<'a> {
    pub(super) header: &'a Header,
    pub(super) encoding: Encoding,
    pub(super) record: &'a Record<'a>,
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<Note>,
}

/// One reason against a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) sentence: String,
}

/// A cell that holds something, and the header it stands under.
pub(super) struct Cell<'a> {
    pub(super) header: &'a str,
    pub(super) text: String,
}

impl<'a> Row<'a> {
    /// Adds a reason against the row: `advice` follows the header's name.
    pub(super) fn reject(&mut self, code: &'static str, header: &str, advice: &str) {
        let header: String = header.chars().take(30).collect();
        let problem = Problem { code, sentence: format!("「{header}」{advice}") };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Says what was done with a cell that is kept.
    pub(super) fn note(&mut self, code: &'static str, header: &str, what: &str) {
        let header: String = header.chars().take(30).collect();
        self.notes.push(Note { line: self.record.line, code, message: format!("「{header}」{what}") });
    }

    /// The cells of `column` that are not blank, left to right, trimmed, on one line.
    pub(super) fn cells(&mut self, column: Column) -> Vec<Cell<'a>> {
        let header: &'a Header = self.header;
        let mut cells = Vec::new();
        for (at, name) in header.texts.iter().enumerate() {
            let (Some(bytes), true) = (self.record.cells.get(at), header.columns[at] == Some(column)) else {
                continue;
            };
            let Some(text) = self.encoding.decode(bytes) else {
                self.reject(
                    "unreadable_text",
                    name,
                    "に読めない文字があります。入力し直し、元のファイルと同じ文字コードで保存してください。",
                );
                continue;
            };
            if text.contains(['\0', '\u{FFFD}']) {
                self.reject("unreadable_text", name, "に使えない文字があります。入力し直してください。");
                continue;
            }
            let text = cleaned(&text);
            // A row that was once cut apart for its quotes must not come in by the back door.
            if text.matches('"').count() % 2 == 1 {
                self.reject("unbalanced_quotes", name, "に引用符（\"）が残っています。除いてください。");
                continue;
            }
            if !text.is_empty() {
                cells.push(Cell { header: name, text });
            }
        }
        cells
    }

    /// The first cell of `column` that is not blank.
    pub(super) fn cell(&mut self, column: Column) -> Option<Cell<'a>> {
        self.cells(column).into_iter().next()
    }

    pub(super) fn text(&mut self, column: Column) -> Option<String> {
        self.cell(column).map(|it| it.text)
    }

    /// The chart number as the patient key writes it; empty, with a reason, if there is none.
    pub(super) fn chart_number(&mut self) -> String {
        let n_problems = self.problems.len();
        let Some(Cell { header, text }) = self.cell(Column::ChartNumber) else {
            if self.problems.len() == n_problems {
                let name = self.name_of(Column::ChartNumber);
                self.reject("chart_number_missing", name, "が空です。患者の番号を入力してください。");
            }
            return String::new();
        };
        let number = normalise_chart_number(&text);
        let upper = number.to_ascii_uppercase();
        if upper.contains("E+") && upper.starts_with(|it: char| it.is_ascii_digit()) {
            self.reject(
                "chart_number_rounded",
                header,
                "が表計算ソフトで丸められています（E+の形）。列を文字列にして番号を入力し直してください。",
            );
        } else if !number.chars().any(char::is_numeric) || number.chars().count() > MAX_CHART_NUMBER_CHARS {
            self.reject(
                "chart_number_invalid",
                header,
                "が番号ではありません。患者の番号を入力するか、この行を除いてください。",
            );
        }
        number
    }

    /// The date in `column`; zeros alone are no date.
    pub(super) fn date(&mut self, column: Column) -> Option<Date> {
        self.date_time(column).map(|(date, _)| date)
    }

    /// The date in `column` and what follows it in the same cell.
    pub(super) fn date_time(&mut self, column: Column) -> Option<(Date, String)> {
        let Cell { header, text } = self.cell(column)?;
        if is_no_date(&text) {
            return None;
        }
        let parsed = split_date_time(&text);
        if parsed.is_none() {
            self.reject(
                "date_invalid",
                header,
                "の日付が読めません。2026/4/1 または 令和8年4月1日 の形で入力してください。",
            );
        }
        parsed
    }

    /// The header that `column` has in this file.
    pub(super) fn name_of(&self, column: Column) -> &'a str {
        let header: &'a Header = self.header;
        header.position(column).and_then(|it| header.texts.get(it)).map_or("", String::as_str)
    }
}

/// A cell without what spreadsheets put around it: `="0012"`, the apostrophe of a guarded formula,
/// line breaks and other control characters.
fn cleaned(text: &str) -> String {
    let text = without_guard(text.trim()).trim();
    let text = text.strip_prefix("=\"").and_then(|it| it.strip_suffix('"')).unwrap_or(text);
    let text: Cow<'_, str> = if text.contains(char::is_control) {
        Cow::Owned(text.replace("\r\n", " ").replace(char::is_control, " "))
    } else {
        Cow::Borrowed(text)
    };
    text.trim().to_owned()
}
