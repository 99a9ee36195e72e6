use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use receipt::Sex;
use serde::{Deserialize, Serialize};

use crate::{
    Answer, RosterPerson, Rosters,
    roster::{self, AppointmentRow, AppointmentState, PatientRow, QuestionnaireRow},
};

/// Everything the roster files of a clinic say of one chart number, but for contacts.
///
/// Files are taken in by the number of their upload: whatever the order they arrive in, and however
/// often, the record is the same.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RosterRecord {
    /// Normalised.
    pub chart_number: String,
    /// Whether a patient file names it: appointments alone make no patient.
    pub is_patient: bool,
    name: Option<Said<String>>,
    kana: Option<Said<String>>,
    birth_date: Option<Said<Date>>,
    sex: Option<Said<Sex>>,
    appointments: BTreeMap<Date, Said<Appointment>>,
    answer: Option<Said<AnswerRecord>>,
    // Records that were kept before these were are read without them.
    #[serde(default)]
    answered: BTreeSet<Date>,
    #[serde(default)]
    profile_updated: BTreeSet<Date>,
}

/// What a file said, and the number of its upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Said<T> {
    value: T,
    upload: u64,
}

/// An appointment on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// What became of it.
    pub state: AppointmentState,
    /// `hh:mm`, where known.
    pub time: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AnswerRecord {
    answered: Date,
    chief_complaint: Option<String>,
    past_history: Option<String>,
    file: String,
    line: u32,
}

/// How many appointments a record keeps, the newest: years of weekly visits.
const MAX_APPOINTMENTS: usize = 400;

/// How many days of answers and of updates a record keeps, the newest: timings look at the last.
const MAX_DAYS: usize = 60;

impl RosterRecord {
    /// The record of a chart number of which nothing is known yet.
    pub fn new(chart_number: &str) -> Self {
        Self { chart_number: chart_number.to_owned(), ..Self::default() }
    }

    /// Takes in a row of a patient file. A blank cell changes nothing.
    pub fn take_patient(&mut self, row: &PatientRow, upload: u64) {
        self.is_patient = true;
        say(&mut self.name, row.name.clone(), upload);
        say(&mut self.kana, row.kana.clone(), upload);
        say(&mut self.birth_date, row.birth_date, upload);
        let sex = row.sex.map(|it| match it {
            roster::Sex::Male => Sex::Male,
            roster::Sex::Female => Sex::Female,
        });
        say(&mut self.sex, sex, upload);
        keep_newest(&mut self.profile_updated, row.last_change);
    }

    /// Takes in a row of an appointment file: what the newest file says of a day counts.
    pub fn take_appointment(&mut self, row: &AppointmentRow, upload: u64) {
        let mut known = self.appointments.remove(&row.date);
        // Two rows of one day in one file: who came, came, whatever else was cancelled that day.
        let is_attended = known.as_ref().is_some_and(|it| it.value.state == AppointmentState::Attended);
        if !(is_attended && known.as_ref().is_some_and(|it| it.upload == upload)) {
            say(&mut known, Some(Appointment { state: row.state, time: row.time.clone() }), upload);
        }
        self.appointments.extend(known.map(|it| (row.date, it)));
        while self.appointments.len() > MAX_APPOINTMENTS {
            self.appointments.pop_first();
        }
    }

    /// Takes in a row of a questionnaire file: the newest answer counts, of one day the newest file's.
    pub fn take_answer(&mut self, row: &QuestionnaireRow, upload: u64, file: &str) {
        keep_newest(&mut self.answered, Some(row.answered));
        let is_older = self.answer.as_ref().is_some_and(|it| (it.value.answered, it.upload) > (row.answered, upload));
        if !is_older {
            let value = AnswerRecord {
                answered: row.answered,
                chief_complaint: row.chief_complaint.clone(),
                past_history: row.past_history.clone(),
                file: file.to_owned(),
                line: u32::try_from(row.line).unwrap_or(u32::MAX),
            };
            self.answer = Some(Said { value, upload });
        }
    }

    fn days(&self, state: AppointmentState) -> impl Iterator<Item = Date> + '_ {
        self.appointments.iter().filter(move |(_, it)| it.value.state == state).map(|(date, _)| *date)
    }

    /// The next appointment that is booked, not before `today`.
    pub fn next_booked(&self, today: Date) -> Option<(Date, &Appointment)> {
        let ahead = self.appointments.range(today..).map(|(date, it)| (*date, &it.value));
        ahead.into_iter().find(|(_, it)| it.state == AppointmentState::Booked)
    }
}

fn keep_newest(days: &mut BTreeSet<Date>, day: Option<Date>) {
    days.extend(day);
    while days.len() > MAX_DAYS {
        days.pop_first();
    }
}

/// A newer file's word counts, and of one file the later row's.
fn say<T>(said: &mut Option<Said<T>>, value: Option<T>, upload: u64) {
    if let Some(value) = value
        && said.as_ref().is_none_or(|it| it.upload <= upload)
    {
        *said = Some(Said { value, upload });
    }
}

impl Rosters {
    /// What the fold needs of `records`.
    pub fn of_records<'r>(records: impl IntoIterator<Item = &'r RosterRecord>) -> Self {
        let mut rosters = Self::default();
        for record in records {
            let chart_number = &record.chart_number;
            if record.is_patient {
                rosters.people.insert(chart_number.clone(), RosterPerson::of(record));
            }
            let attended: Vec<Date> = record.days(AppointmentState::Attended).collect();
            if !attended.is_empty() {
                rosters.attended.insert(chart_number.clone(), attended);
            }
            let days = [
                (&mut rosters.booked, record.days(AppointmentState::Booked).collect()),
                (&mut rosters.answered, record.answered.clone()),
                (&mut rosters.profile_updated, record.profile_updated.clone()),
            ];
            for (kept, days) in days {
                if !days.is_empty() {
                    kept.insert(chart_number.clone(), days);
                }
            }
            if let Some(Said { value, .. }) = &record.answer {
                let answer = Answer {
                    answered: value.answered,
                    chief_complaint: value.chief_complaint.clone(),
                    past_history: value.past_history.clone(),
                    file: value.file.clone(),
                    line: value.line,
                };
                rosters.answer(chart_number, answer);
            }
        }
        rosters
    }
}

impl RosterPerson {
    fn of(record: &RosterRecord) -> Self {
        let text = |it: &Option<Said<String>>| it.as_ref().map_or_else(String::new, |it| it.value.clone());
        Self {
            name: text(&record.name),
            kana: text(&record.kana),
            birth_date: record.birth_date.as_ref().map(|it| it.value),
            sex: record.sex.as_ref().map(|it| it.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::roster::{Rows, read};

    /// Takes in files by upload number and shows what is known of chart number 1.
    fn shown(files: &[(u64, &str)]) -> String {
        let mut record = RosterRecord::new("1");
        for (upload, text) in files {
            match read(text.as_bytes()).unwrap().rows {
                Rows::Patients(rows) => rows.iter().for_each(|it| record.take_patient(it, *upload)),
                Rows::Appointments(rows) => rows.iter().for_each(|it| record.take_appointment(it, *upload)),
                Rows::Questionnaire(rows) => rows.iter().for_each(|it| record.take_answer(it, *upload, "q.csv")),
            }
        }
        let rosters = Rosters::of_records([&record]);
        let next = record.next_booked(date(2026, 11, 10)).map(|it| it.0.to_string());
        format!(
            "{:?} {:?} {:?} next {}",
            rosters.people.get("1").map(|it| it.name.as_str()),
            rosters.attended.get("1").map(|it| it.iter().map(ToString::to_string).collect::<Vec<String>>()),
            rosters.answers.get("1").and_then(|it| it.chief_complaint.as_deref()),
            next.unwrap_or_else(|| "-".to_owned()),
        )
    }

    const PATIENTS: &str = "診察券番号,氏名,生年月日\n001,検証 一郎,1970/4/1\n";
    const RENAMED: &str = "診察券番号,氏名,生年月日\n1,検証 二郎,\n";
    const BOOKED: &str = "診察券番号,予約日,来院状況\n1,2026/11/09,予約\n1,2026/11/20,予約\n";
    const CAME: &str = "診察券番号,予約日,来院状況\n1,2026/11/09,来院\n1,2026/11/20,キャンセル\n1,2026/12/01,予約\n";
    const ANSWER: &str = "診察券番号,回答日,主訴\n1,2026/10/01,頭痛\n";
    const LATER: &str = "診察券番号,回答日,主訴\n1,2026/11/01,めまい\n";

    #[test]
    fn what_the_newest_upload_says_counts_in_any_order_and_any_number_of_times() {
        let expected = r#"Some("検証 二郎") Some(["2026-11-09"]) Some("めまい") next 2026-12-01"#;
        let files = [(1, PATIENTS), (2, BOOKED), (3, ANSWER), (4, RENAMED), (5, CAME), (6, LATER)];
        assert_eq!(shown(&files), expected);
        let mut reversed = files;
        reversed.reverse();
        assert_eq!(shown(&reversed), expected);
        assert_eq!(shown(&[files, reversed].concat()), expected);
    }

    #[test]
    fn records_and_files_say_the_same_to_step_deliveries() {
        let files = [PATIENTS, BOOKED, ANSWER, RENAMED, CAME, LATER];
        let (mut record, mut rosters) = (RosterRecord::new("1"), Rosters::default());
        for (upload, text) in (1..).zip(files) {
            let file = read(text.as_bytes()).unwrap();
            rosters.add("a.csv", &file);
            match file.rows {
                Rows::Patients(rows) => rows.iter().for_each(|it| record.take_patient(it, upload)),
                Rows::Appointments(rows) => rows.iter().for_each(|it| record.take_appointment(it, upload)),
                Rows::Questionnaire(rows) => rows.iter().for_each(|it| record.take_answer(it, upload, "q.csv")),
            }
        }
        let kept = Rosters::of_records([&record]);
        assert_eq!((&kept.booked, &kept.answered), (&rosters.booked, &rosters.answered));
        assert_eq!(kept.booked["1"].len(), 1);
        assert_eq!(kept.answered["1"].len(), 2);
        // A record that was kept before these days were.
        let mut old = serde_json::to_value(&record).unwrap();
        for key in ["answered", "profile_updated"] {
            old.as_object_mut().unwrap().remove(key);
        }
        assert_eq!(serde_json::from_value::<RosterRecord>(old).unwrap().answered.len(), 0);
    }

    #[test]
    fn appointments_alone_make_no_patient() {
        assert_eq!(shown(&[(1, BOOKED)]), r#"None None None next 2026-11-20"#);
    }
}
