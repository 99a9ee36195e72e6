use std::borrow::Cow;

use codes::{Codes, Kind};
use japan::{Month, fold};
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::{
    Condition, Folded, Patient, Source,
    condition::{AnswerCondition, Code, DiseaseCondition, DrugCondition, ProcedureCondition},
    visits::days_until,
};

/// Whether a condition holds. What cannot be known stays unknown through `not`, and makes no member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not.
    False,
    /// The files cannot tell.
    Unknown,
}

impl Truth {
    /// `all` of nothing is true.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// `any` of nothing is false.
    pub(crate) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// One reason why a patient is in a group, with the row that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because<'a> {
    /// The key of the condition: `disease`, `age`, ….
    pub condition: &'static str,
    /// The code that matched, or 種別 of the receipt; `None` where the condition has no code.
    pub code: Option<String>,
    /// What it is called.
    pub name: Cow<'a, str>,
    /// The file whose line shows it.
    pub file: Option<&'a str>,
    /// Line in that file, counted from 1.
    pub line: Option<u32>,
    /// 診療開始日 of a disease, the newest day of a procedure or a drug, the birth date, the day of an
    /// answer.
    pub date: Option<Date>,
}

/// Evaluates one condition on patient after patient, and remembers which codes it asks for.
pub(crate) struct Evaluator<'f, 'a> {
    folded: &'f Folded<'a>,
    codes: &'a Codes,
    /// By address of the leaf and code: looking a code up in the masters once is enough.
    matched: FxHashMap<(usize, u32), bool>,
}

/// A row of a receipt that matched, and where it stands.
struct Match {
    code: u32,
    source: Source,
    line_offset: u32,
    date: Option<Date>,
}

impl<'f, 'a> Evaluator<'f, 'a> {
    pub(crate) fn new(folded: &'f Folded<'a>, codes: &'a Codes) -> Self {
        Self { folded, codes, matched: FxHashMap::default() }
    }

    /// Whether `condition` holds for `patient`; what makes it true is added to `because`.
    pub(crate) fn evaluate(
        &mut self,
        condition: &Condition,
        patient: &Patient<'a>,
        because: &mut Vec<Because<'a>>,
    ) -> Truth {
        let before = because.len();
        let truth = self.evaluate_into(condition, patient, because);
        if truth != Truth::True {
            because.truncate(before);
        }
        truth
    }

    fn evaluate_into(&mut self, condition: &Condition, patient: &Patient<'a>, because: &mut Vec<Because<'a>>) -> Truth {
        match condition {
            Condition::All(conditions) => conditions.iter().fold(Truth::True, |truth, it| match truth {
                Truth::False => Truth::False,
                _ => truth.and(self.evaluate(it, patient, because)),
            }),
            Condition::Any(conditions) => {
                conditions.iter().fold(Truth::False, |truth, it| truth.or(self.evaluate(it, patient, because)))
            }
            Condition::Not(condition) => self.evaluate(condition, patient, &mut Vec::new()).not(),
            Condition::Disease(disease) => self.disease(disease, patient, because),
            Condition::Procedure(procedure) => self.procedure(procedure, patient, because),
            Condition::Drug(drug) => self.drug(drug, patient, because),
            Condition::Insurance(insurances) => {
                let found = patient.insurance.filter(|it| insurances.contains(it));
                because.extend(found.map(|it| self.on_newest_receipt("insurance", it.name().into(), None, patient)));
                Truth::of(found.is_some())
            }
            Condition::Age(age) => {
                let years = patient.age_on(self.folded.as_of).filter(|it| {
                    age.min.is_none_or(|min| *it >= i16::from(min)) && age.max.is_none_or(|max| *it <= i16::from(max))
                });
                because
                    .extend(years.map(|it| {
                        self.on_newest_receipt("age", format!("{it}歳").into(), patient.birth_date, patient)
                    }));
                Truth::of(years.is_some())
            }
            Condition::Sex(sex) => {
                let holds = patient.sex == Some(*sex);
                if holds {
                    let name = if *sex == receipt::Sex::Male { "男性" } else { "女性" };
                    because.push(self.on_newest_receipt("sex", name.into(), None, patient));
                }
                Truth::of(holds)
            }
            Condition::ChiefComplaint(words) => self.answer("chief_complaint", words, patient, because),
            Condition::PastHistory(words) => self.answer("past_history", words, patient, because),
        }
    }

    fn first_month(&self, within_months: u16) -> Month {
        Month::of(self.folded.as_of).plus(1 - i32::from(within_months))
    }

    /// The patient's sources in a window, the newest first; their months are not after `as_of`.
    fn within<'p>(
        &self,
        patient: &'p Patient<'a>,
        within_months: u16,
    ) -> impl Iterator<Item = Source> + use<'p, 'f, 'a> {
        let first = self.first_month(within_months).packed();
        let folded = self.folded;
        patient.sources.iter().copied().take_while(move |it| folded.receipt(*it).packed_month() >= first)
    }

    fn is_asked(&mut self, leaf: usize, code: u32, look_up: impl FnOnce(&Codes, Month) -> bool) -> bool {
        let month = Month::of(self.folded.as_of);
        let codes = self.codes;
        *self.matched.entry((leaf, code)).or_insert_with(|| look_up(codes, month))
    }

    /// Per code: in its newest month inside the window, some row is neither suspected nor ended.
    fn disease(&mut self, asked: &DiseaseCondition, patient: &Patient<'a>, because: &mut Vec<Because<'a>>) -> Truth {
        let leaf = std::ptr::from_ref(asked).addr();
        let mut newest: Vec<(u32, u32, Option<Match>)> = Vec::new();
        for source in self.within(patient, asked.within_months).filter(|it| it.counts) {
            let month = self.folded.receipt(source).packed_month();
            for row in self.folded.diseases(source) {
                let is_asked = self.is_asked(leaf, row.code, |codes, at| {
                    asked.codes.contains(&Code(row.code))
                        || !asked.icd10.is_empty()
                            && codes.disease(row.code, at).is_some_and(|it| {
                                it.icd10().any(|icd10| asked.icd10.iter().any(|it| is_below(icd10, it)))
                            })
                });
                if !is_asked {
                    continue;
                }
                let index = newest.iter().position(|it| it.0 == row.code).unwrap_or_else(|| {
                    newest.push((row.code, month, None));
                    newest.len() - 1
                });
                let (_, newest_month, found) = &mut newest[index];
                if *newest_month == month && found.is_none() && row.is_present() {
                    let (code, line_offset, date) = (row.code, row.line_offset, row.started());
                    *found = Some(Match { code, source, line_offset, date });
                }
            }
        }
        let mut truth = Truth::False;
        for found in newest.into_iter().filter_map(|it| it.2) {
            truth = Truth::True;
            because.push(self.on_row("disease", Kind::Disease, found));
        }
        truth
    }

    fn procedure(
        &mut self,
        asked: &ProcedureCondition,
        patient: &Patient<'a>,
        because: &mut Vec<Because<'a>>,
    ) -> Truth {
        let mut found: Vec<Match> = Vec::new();
        for source in self.within(patient, asked.within_months).filter(|it| it.counts) {
            for row in self.folded.procedures(source) {
                if asked.codes.contains(&Code(row.code)) {
                    self.keep_newest(&mut found, source, row.code, row.line_offset, row.days);
                }
            }
        }
        let truth = Truth::of(!found.is_empty());
        because.extend(found.into_iter().map(|it| self.on_row("procedure", Kind::Procedure, it)));
        truth
    }

    /// Unknown where nothing was found and some month's drugs are not in the files.
    fn drug(&mut self, asked: &DrugCondition, patient: &Patient<'a>, because: &mut Vec<Because<'a>>) -> Truth {
        let leaf = std::ptr::from_ref(asked).addr();
        let mut found: Vec<Match> = Vec::new();
        for source in self.within(patient, asked.within_months).filter(|it| it.drugs) {
            for row in self.folded.drugs(source) {
                let is_asked = self.is_asked(leaf, row.code, |codes, at| {
                    asked.codes.contains(&Code(row.code))
                        || !asked.price_list.is_empty()
                            && codes
                                .drug(row.code, at)
                                .is_some_and(|drug| asked.price_list.iter().any(|it| is_below(drug.price_list, it)))
                });
                if is_asked {
                    self.keep_newest(&mut found, source, row.code, row.line_offset, row.days);
                }
            }
        }
        if found.is_empty() {
            let last = Month::of(self.folded.as_of);
            let is_unknown = self.folded.medication.is_unknown(self.first_month(asked.within_months), last);
            return if is_unknown { Truth::Unknown } else { Truth::False };
        }
        because.extend(found.into_iter().map(|it| self.on_row("drug", Kind::Drug, it)));
        Truth::True
    }

    /// The newest questionnaire, if it was answered by `as_of`, contains some of the words.
    fn answer(
        &self,
        condition: &'static str,
        asked: &AnswerCondition,
        patient: &Patient<'a>,
        because: &mut Vec<Because<'a>>,
    ) -> Truth {
        let answers = patient.charts.iter().filter_map(|it| self.folded.rosters.answers.get(*it));
        let by_now = answers.filter(|it| it.answered <= self.folded.as_of);
        let Some(answer) = by_now.max_by_key(|it| it.answered) else { return Truth::False };
        let is_complaint = condition == "chief_complaint";
        let text = if is_complaint { &answer.chief_complaint } else { &answer.past_history };
        let text = fold(text.as_deref().unwrap_or_default());
        let Some(word) = asked.contains.iter().find(|it| text.contains(&fold(it))) else { return Truth::False };
        because.push(Because {
            condition,
            code: None,
            name: word.clone().into(),
            file: Some(&answer.file),
            line: Some(answer.line),
            date: Some(answer.answered),
        });
        Truth::True
    }

    /// Keeps of each code the row of the newest month with the newest day, of several the first.
    fn keep_newest(&self, found: &mut Vec<Match>, source: Source, code: u32, line_offset: u32, days: u32) {
        let receipt = self.folded.receipt(source);
        let days = days_until(days, receipt.packed_month(), self.folded.as_of);
        let date = days.checked_ilog2().and_then(|it| receipt.month().day(it as i8 + 1));
        let row = Match { code, source, line_offset, date };
        match found.iter_mut().find(|it| it.code == code) {
            None => found.push(row),
            Some(kept) if self.folded.receipt(kept.source).packed_month() == receipt.packed_month() => {
                if row.date > kept.date {
                    *kept = row;
                }
            }
            Some(_) => {}
        }
    }

    fn on_row(&self, condition: &'static str, kind: Kind, found: Match) -> Because<'a> {
        let receipt = self.folded.receipt(found.source);
        let codes: &'a Codes = self.codes;
        Because {
            condition,
            code: Some(kind.written(found.code)),
            name: codes.name_or_code(kind, found.code, receipt.month()),
            file: Some(self.folded.file(found.source).file),
            line: Some(receipt.line.saturating_add(found.line_offset)),
            date: found.date,
        }
    }

    fn on_newest_receipt(
        &self,
        condition: &'static str,
        name: Cow<'a, str>,
        date: Option<Date>,
        patient: &Patient<'a>,
    ) -> Because<'a> {
        let source = patient.sources.iter().copied().find(|it| it.counts);
        let code = source.filter(|_| condition == "insurance").and_then(|it| self.folded.receipt_type(it));
        Because {
            condition,
            code: code.map(|it| it.to_string()),
            name,
            file: source.map(|it| self.folded.file(it).file),
            line: source.map(|it| self.folded.receipt(it).line),
            date,
        }
    }
}

/// Whether `code` begins with `prefix`, in either case of letters.
fn is_below(code: &str, prefix: &str) -> bool {
    code.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix))
}
