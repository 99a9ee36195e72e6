use std::collections::BTreeMap;

use jiff::civil::Date;
use receipt::Sex;

/// What the fold needs of a clinic's rosters, by normalised chart number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rosters {
    /// People of the patient CSV. For those with receipts the receipts say who they are.
    pub people: BTreeMap<String, RosterPerson>,
    /// Days of appointments marked 来院.
    pub attended: BTreeMap<String, Vec<Date>>,
    /// The newest questionnaire.
    pub answers: BTreeMap<String, Answer>,
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
