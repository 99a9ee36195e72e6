use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::column::Column;
use super::row::Row;

/// One patient's answers of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionnaireRow {
    /// Where the row begins in the file, from 1.
    pub line: u64,
    /// As the patient key writes it.
    pub chart_number: String,
    /// The day of the answer; the newest one's texts decide about groups.
    pub answered: Date,
    /// 主訴, as written, on one line.
    pub chief_complaint: Option<String>,
    /// 既往歴, as written, on one line.
    pub past_history: Option<String>,
}

/// `None` where a reason against the row says why.
pub(super) fn answers(row: &mut Row<'_>) -> Option<QuestionnaireRow> {
    let chart_number = row.chart_number();
    let n_problems = row.problems.len();
    let answered = row.date(Column::AnsweredDate);
    if answered.is_none() && row.problems.len() == n_problems {
        let name = row.name_of(Column::AnsweredDate);
        row.reject("date_missing", name, "が空です。2026/4/1 の形で入力してください。");
    }
    let chief_complaint = row.text(Column::ChiefComplaint);
    let past_history = row.text(Column::PastHistory);
    Some(QuestionnaireRow { line: row.record.line, chart_number, answered: answered?, chief_complaint, past_history })
}
