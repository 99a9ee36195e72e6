use std::collections::HashMap;

use super::appointments::appointment;
use super::patients::patient;
use super::questionnaire::answers;
use super::row::Row;
use super::split::Fault;
use super::table::Table;
use super::{AppointmentRow, Encoding, PatientRow, QuestionnaireRow, RosterError, RosterKind};

/// The code of the note on a row that another row of the same patient stands in for.
pub(super) const DUPLICATE_PATIENT: &str = "duplicate_patient";

/// A roster file as read: every good row, and the reasons against each of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterFile {
    /// How the file is written; what goes back to its sender is written the same way.
    pub encoding: Encoding,
    /// In the order of the file. Of patients, at most one row a chart number.
    pub rows: Rows,
    /// In the order of the file.
    pub rejected: Vec<Rejected>,
    /// Headers, as written, of columns that were not used.
    pub unknown_columns: Vec<String>,
    /// What was repaired or left out without losing a row, in the order of the file.
    pub notes: Vec<Note>,
}

/// The good rows of a file, all of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// See [`RosterKind::Patients`].
    Patients(Vec<PatientRow>),
    /// See [`RosterKind::Appointments`].
    Appointments(Vec<AppointmentRow>),
    /// See [`RosterKind::Questionnaire`].
    Questionnaire(Vec<QuestionnaireRow>),
}

/// A row that changes nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Where the row begins in the file, from 1.
    pub line: u64,
    /// Of the first reason, stable.
    pub code: &'static str,
    /// All reasons, in Japanese, a sentence or two each: the column and what to do.
    pub reason: String,
}

/// Something worth knowing about a row that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Where the row begins in the file, from 1.
    pub line: u64,
    /// Stable.
    pub code: &'static str,
    /// In Japanese.
    pub message: String,
}

impl RosterFile {
    /// What the file is about.
    pub fn kind(&self) -> RosterKind {
        match self.rows {
            Rows::Patients(_) => RosterKind::Patients,
            Rows::Appointments(_) => RosterKind::Appointments,
            Rows::Questionnaire(_) => RosterKind::Questionnaire,
        }
    }
}

impl Rows {
    /// How many rows were good.
    pub fn len(&self) -> usize {
        match self {
            Self::Patients(rows) => rows.len(),
            Self::Appointments(rows) => rows.len(),
            Self::Questionnaire(rows) => rows.len(),
        }
    }

    /// Whether no row was good.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads a roster file: CSV or tab-separated, UTF-8 or CP932, its header within the first ten
/// lines.
///
/// A bad row does not fail the file; it becomes a [`Rejected`].
///
/// # Errors
///
/// [`RosterError`] when it cannot be told what the file is, or where its rows end.
pub fn read(bytes: &[u8]) -> Result<RosterFile, RosterError> {
    let mut table = Table::open(bytes)?;
    let mut reading = Reading { rejected: Vec::new(), notes: Vec::new() };
    let rows = match table.header.kind {
        RosterKind::Patients => {
            let rows = reading.rows(&mut table, |row| Some(patient(row)))?;
            Rows::Patients(reading.one_a_patient(rows))
        }
        RosterKind::Appointments => Rows::Appointments(reading.rows(&mut table, appointment)?),
        RosterKind::Questionnaire => Rows::Questionnaire(reading.rows(&mut table, answers)?),
    };
    let Reading { rejected, mut notes } = reading;
    notes.sort_by_key(|it| it.line);
    Ok(RosterFile { encoding: table.encoding, rows, rejected, unknown_columns: table.header.unknown_columns(), notes })
}

struct Reading {
    rejected: Vec<Rejected>,
    notes: Vec<Note>,
}

impl Reading {
    fn rows<T>(
        &mut self,
        table: &mut Table<'_>,
        read_row: fn(&mut Row<'_>) -> Option<T>,
    ) -> Result<Vec<T>, RosterError> {
        let mut rows = Vec::new();
        while let Some(record) = table.next_record()? {
            if let Some(fault) = record.fault {
                let (code, reason) = against(fault);
                self.rejected.push(Rejected { line: record.line, code, reason: reason.to_owned() });
                continue;
            }
            let (problems, notes) = (Vec::new(), Vec::new());
            let mut row = Row { header: &table.header, encoding: table.encoding, record: &record, problems, notes };
            let value = read_row(&mut row);
            match (value, row.problems.first()) {
                (_, Some(first)) => {
                    let code = first.code;
                    let reason = row.problems.iter().map(|it| it.sentence.as_str()).collect();
                    self.rejected.push(Rejected { line: record.line, code, reason });
                }
                (Some(value), None) => {
                    rows.push(value);
                    self.notes.append(&mut row.notes);
                }
                (None, None) => {}
            }
        }
        Ok(rows)
    }

    /// Of several rows of one chart number the one changed last stays, else the later one.
    fn one_a_patient(&mut self, rows: Vec<PatientRow>) -> Vec<PatientRow> {
        let mut winners: HashMap<String, (Option<jiff::civil::Date>, u64)> = HashMap::with_capacity(rows.len());
        for row in &rows {
            let rank = (row.last_change, row.line);
            let best = winners.entry(row.chart_number.clone()).or_insert(rank);
            *best = (*best).max(rank);
        }
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            match winners.get(&row.chart_number) {
                Some((_, line)) if *line != row.line => {
                    let message = format!("同じ患者の行が{line}行目にもあり、そちらを使いました。");
                    self.notes.push(Note { line: row.line, code: DUPLICATE_PATIENT, message });
                }
                _ => kept.push(row),
            }
        }
        kept
    }
}

fn against(fault: Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::UnbalancedQuotes => {
            ("unbalanced_quotes", "引用符（\"）の対応が取れません。値の中の引用符を除くか、2つ重ねて入力してください。")
        }
        Fault::AfterUnbalancedQuotes => (
            "after_unbalanced_quotes",
            "前の行の引用符（\"）が閉じていないため、列の足りないこの行は読めません。前の行を直し、列をそろえてください。",
        ),
        Fault::CellTooLong => (
            "cell_too_long",
            "1つの値が10,000文字を超えています。引用符（\"）が閉じているか確かめ、値を短くしてください。",
        ),
        Fault::TooManyColumns => ("too_many_columns", "列が200を超えています。見出しにない列を除いてください。"),
        Fault::PastTheHeader => (
            "past_the_header",
            "見出しより右に値があります。値の中のコンマで列がずれていないか確かめ、値を引用符（\"）で囲んでください。",
        ),
    }
}
