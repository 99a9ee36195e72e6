use serde::Serialize;

use super::{ContactField, Contacts, RosterFile, RosterKind, Rows, merge_contacts};

/// How many rows a preview shows.
const MAX_SAMPLE_ROWS: usize = 20;

/// What importing a file would do. Computing it writes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// What the file is about.
    pub kind: RosterKind,
    /// Rows of chart numbers not known yet. Of a patients file they become patients; of the others
    /// they wait for their patient.
    pub n_new: usize,
    /// Known patients some of whose contacts would be others; of appointments and questionnaires,
    /// all rows of known patients.
    pub n_changed: usize,
    /// Known patients about whom nothing would change.
    pub n_unchanged: usize,
    /// Rows that would be left out, with a reason each.
    pub n_rejected: usize,
    /// Rows left out because another row of the file has the same chart number.
    pub n_duplicates: usize,
    /// The first rows that would do something, in the order of the file.
    pub sample: Vec<PreviewRow>,
}

/// What importing one row would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewRow {
    /// Where the row begins in the file, from 1.
    pub line: u64,
    /// As the patient key writes it.
    pub chart_number: String,
    /// What would happen.
    pub effect: Effect,
    /// The fields that would be others; empty but for known patients of a patients file.
    pub fields: Vec<ContactField>,
}

/// What importing a row would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// See [`Preview::n_new`].
    New,
    /// See [`Preview::n_changed`].
    Changed,
    /// See [`Preview::n_unchanged`].
    Unchanged,
}

/// What importing `file` as the upload `upload_number` would do, where `existing` gives the
/// contacts of a chart number that is already known.
pub fn preview(file: &RosterFile, upload_number: u64, existing: &dyn Fn(&str) -> Option<Contacts>) -> Preview {
    let mut preview = Preview {
        kind: file.kind(),
        n_new: 0,
        n_changed: 0,
        n_unchanged: 0,
        n_rejected: file.rejected.len(),
        n_duplicates: file.notes.iter().filter(|it| it.code == super::read::DUPLICATE_PATIENT).count(),
        sample: Vec::new(),
    };
    match &file.rows {
        Rows::Patients(rows) => {
            for row in rows {
                let fields = existing(&row.chart_number).map(|it| merge_contacts(&it, row, upload_number).changed);
                preview.add(row.line, &row.chart_number, fields);
            }
        }
        Rows::Appointments(rows) => {
            for row in rows {
                preview.add_event(row.line, &row.chart_number, existing(&row.chart_number).is_some());
            }
        }
        Rows::Questionnaire(rows) => {
            for row in rows {
                preview.add_event(row.line, &row.chart_number, existing(&row.chart_number).is_some());
            }
        }
    }
    preview
}

impl Preview {
    fn add(&mut self, line: u64, chart_number: &str, fields: Option<Vec<ContactField>>) {
        let effect = match &fields {
            None => Effect::New,
            Some(fields) if fields.is_empty() => Effect::Unchanged,
            Some(_) => Effect::Changed,
        };
        self.count(line, chart_number, effect, fields.unwrap_or_default());
    }

    fn add_event(&mut self, line: u64, chart_number: &str, is_known: bool) {
        let effect = if is_known { Effect::Changed } else { Effect::New };
        self.count(line, chart_number, effect, Vec::new());
    }

    fn count(&mut self, line: u64, chart_number: &str, effect: Effect, fields: Vec<ContactField>) {
        match effect {
            Effect::New => self.n_new += 1,
            Effect::Changed => self.n_changed += 1,
            Effect::Unchanged => self.n_unchanged += 1,
        }
        if effect != Effect::Unchanged && self.sample.len() < MAX_SAMPLE_ROWS {
            self.sample.push(PreviewRow { line, chart_number: chart_number.to_owned(), effect, fields });
        }
    }
}
