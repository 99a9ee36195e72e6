use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use receipt::Sex;

use crate::roster::{self, AppointmentRow, AppointmentState, PatientRow, RosterFile, Rows};

/// What the fold needs of a clinic's rosters, by normalised chart number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rosters {
    /// People of the patient CSV. For those with receipts the receipts say who they are.
    pub people: BTreeMap<String, RosterPerson>,
    /// Days of appointments marked 来院.
    pub attended: BTreeMap<String, Vec<Date>>,
    /// The newest questionnaire.
    pub answers: BTreeMap<String, Answer>,
    /// Days of all questionnaires.
    pub answered: BTreeMap<String, BTreeSet<Date>>,
    /// Days that are booked, gone by or not, and neither attended nor cancelled.
    pub booked: BTreeMap<String, BTreeSet<Date>>,
    /// 最終更新日 of the patient CSV, each that a file named.
    pub profile_updated: BTreeMap<String, BTreeSet<Date>>,
}

/// A person of the patient CSV.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RosterPerson {
    /// 氏名, as written.
    pub name: String,
    /// フリガナ, as written.
    pub kana: String,
    /// 生年月日.
    pub birth_date: Option<Date>,
    /// 性別.
    pub sex: Option<Sex>,
}

/// A questionnaire (問診) as answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The day of the answer: the newest counts.
    pub answered: Date,
    /// 主訴.
    pub chief_complaint: Option<String>,
    /// 既往歴.
    pub past_history: Option<String>,
    /// The file it stands in, as people call it.
    pub file: String,
    /// Line in that file, counted from 1.
    pub line: u32,
}

impl Rosters {
    /// Takes in what a roster file says; `file` is what people call it. Files come in the order of
    /// their uploads: of two that speak of the same, the later counts.
    pub fn add(&mut self, file: &str, roster: &RosterFile) {
        match &roster.rows {
            Rows::Patients(rows) => {
                for row in rows {
                    self.people.entry(row.chart_number.clone()).or_default().update(row);
                    if let Some(day) = row.last_change {
                        self.profile_updated.entry(row.chart_number.clone()).or_default().insert(day);
                    }
                }
            }
            Rows::Appointments(rows) => rows.iter().for_each(|it| self.add_appointment(it)),
            Rows::Questionnaire(rows) => {
                for row in rows {
                    let answer = Answer {
                        answered: row.answered,
                        chief_complaint: row.chief_complaint.clone(),
                        past_history: row.past_history.clone(),
                        file: file.to_owned(),
                        line: u32::try_from(row.line).unwrap_or(u32::MAX),
                    };
                    self.answer(&row.chart_number, answer);
                    self.answered.entry(row.chart_number.clone()).or_default().insert(row.answered);
                }
            }
        }
    }

    fn add_appointment(&mut self, row: &AppointmentRow) {
        let is_attended = |it: &Self| it.attended.get(&row.chart_number).is_some_and(|it| it.contains(&row.date));
        match row.state {
            AppointmentState::Attended if !is_attended(self) => {
                self.attended.entry(row.chart_number.clone()).or_default().push(row.date);
            }
            AppointmentState::Booked if !is_attended(self) => {
                self.booked.entry(row.chart_number.clone()).or_default().insert(row.date);
                return;
            }
            _ => {}
        }
        if let Some(booked) = self.booked.get_mut(&row.chart_number) {
            booked.remove(&row.date);
        }
    }

    /// Takes in an answer, unless a newer one is there.
    pub fn answer(&mut self, chart_number: &str, answer: Answer) {
        match self.answers.get_mut(chart_number) {
            Some(known) if known.answered > answer.answered => {}
            Some(known) => *known = answer,
            None => {
                self.answers.insert(chart_number.to_owned(), answer);
            }
        }
    }
}

impl RosterPerson {
    /// Takes over what `row` says; a blank cell changes nothing.
    fn update(&mut self, row: &PatientRow) {
        let sex = row.sex.map(|it| match it {
            roster::Sex::Male => Sex::Male,
            roster::Sex::Female => Sex::Female,
        });
        self.name = row.name.clone().unwrap_or(std::mem::take(&mut self.name));
        self.kana = row.kana.clone().unwrap_or(std::mem::take(&mut self.kana));
        self.birth_date = row.birth_date.or(self.birth_date);
        self.sex = sex.or(self.sex);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(files: &[&str]) -> Rosters {
        let mut rosters = Rosters::default();
        for file in files {
            rosters.add("a.csv", &roster::read(file.as_bytes()).unwrap());
        }
        rosters
    }

    #[test]
    fn a_blank_cell_of_a_later_patient_file_changes_nothing() {
        let first = "診察券番号,氏名,フリガナ,生年月日,性別\n001,検証一郎,ケンシヨウ,1970-04-01,男\n";
        let later = "診察券番号,氏名,フリガナ,生年月日,性別\n1,検証太郎,,,\n";
        let rosters = added(&[first, later]);
        let person = &rosters.people["1"];
        assert_eq!((&*person.name, &*person.kana), ("検証太郎", "ケンシヨウ"));
        assert_eq!((person.birth_date, person.sex), ("1970-04-01".parse().ok(), Some(Sex::Male)));
    }

    #[test]
    fn only_attended_appointments_count_and_each_day_once() {
        let rosters = added(&[
            "診察券番号,予約日,来院状況\n1,2026/4/1,来院\n1,2026/4/8,キャンセル\n",
            "診察券番号,予約日,来院状況\n1,2026/4/1,来院\n",
        ]);
        assert_eq!(rosters.attended["1"], ["2026-04-01".parse().unwrap()]);
    }

    #[test]
    fn what_is_booked_moves_with_the_appointment() {
        let rosters = added(&[
            "診察券番号,予約日,来院状況\n1,2026/4/1,予約\n1,2026/4/8,予約\n2,2026/4/9,予約\n",
            "診察券番号,予約日,来院状況\n1,2026/4/1,来院\n1,2026/4/8,キャンセル\n1,2026/4/10,予約\n",
        ]);
        let booked = |chart: &str| rosters.booked[chart].iter().map(ToString::to_string).collect::<Vec<String>>();
        assert_eq!((booked("1"), booked("2")), (vec!["2026-04-10".to_owned()], vec!["2026-04-09".to_owned()]));
    }

    #[test]
    fn the_newest_answer_counts_and_of_one_day_the_later() {
        let rosters = added(&["診察券番号,回答日,主訴\n1,2026/4/8,頭痛\n1,2026/4/1,発熱\n1,2026/4/8,めまい\n"]);
        let answer = &rosters.answers["1"];
        assert_eq!((answer.chief_complaint.as_deref(), answer.line), (Some("めまい"), 4));
    }
}
