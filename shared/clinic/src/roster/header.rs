use std::collections::HashMap;

use japan::fold_name;
use serde::{Deserialize, Serialize};

use super::column::{Column, NAMES};

/// What a roster file is about, told by its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterKind {
    /// Patients and how to reach them (患者基本情報).
    Patients,
    /// Bookings and attendances (予約).
    Appointments,
    /// Answers to the clinic's questionnaire (問診).
    Questionnaire,
}

/// Words in brackets that make a column another person's or another place's.
const OF_OTHERS: &[&str] =
    &["緊急", "家族", "保護者", "勤務", "職場", "会社", "代理", "紹介", "旧", "保険", "担当", "世帯主", "連帯"];

/// The columns of a file by what they hold.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) kind: RosterKind,
    pub(super) texts: Vec<String>,
    /// As many as `texts`; `None` where a column is not used.
    pub(super) columns: Vec<Option<Column>>,
    /// How many columns there are up to the last that has a name and is not our own reason column.
    pub(super) n_named: usize,
    /// Where our own reason column is, when a file of rejected rows comes back.
    pub(super) reasons_at: Option<usize>,
}

/// What a row looks like as a header.
pub(super) enum Guess {
    Header(Header),
    /// At least two columns are known, the chart number is not among them.
    WithoutChartNumber,
    WithoutKind,
    NoHeader,
}

/// The aliases, folded once a file.
pub(super) struct Aliases(HashMap<String, Column>);

impl Aliases {
    pub(super) fn new() -> Self {
        let entries = NAMES.iter().flat_map(|(column, names)| names.iter().map(|it| (key(it), *column)));
        Self(entries.collect())
    }

    /// Takes a row for a header, if its cells are names of columns.
    pub(super) fn guess(&self, texts: Vec<String>) -> Guess {
        let found: Vec<Option<Column>> = texts.iter().map(|it| self.column(it)).collect();
        let has = |column: Column| found.contains(&Some(column));
        let n_known = found.iter().flatten().count();
        if !has(Column::ChartNumber) {
            return if n_known >= 2 { Guess::WithoutChartNumber } else { Guess::NoHeader };
        }
        let kind = if has(Column::AnsweredDate) {
            RosterKind::Questionnaire
        } else if has(Column::BookedDate) || has(Column::AttendedDate) {
            RosterKind::Appointments
        } else if found.iter().flatten().any(|it| *it != Column::ChartNumber && it.serves(RosterKind::Patients)) {
            RosterKind::Patients
        } else {
            return Guess::WithoutKind;
        };
        let reasons_at = found.iter().position(|it| *it == Some(Column::Reason));
        let is_named = |at: usize| !texts[at].is_empty() && Some(at) != reasons_at;
        let n_named = (0..texts.len()).rev().find(|it| is_named(*it)).map_or(0, |it| it + 1);
        let mut columns: Vec<Option<Column>> = Vec::with_capacity(found.len());
        for column in found {
            let used = column.filter(|it| it.serves(kind) && (it.may_repeat() || !columns.contains(&column)));
            columns.push(used);
        }
        Guess::Header(Header { kind, texts, columns, n_named, reasons_at })
    }

    fn column(&self, text: &str) -> Option<Column> {
        let (outside, inside) = without_brackets(text);
        if OF_OTHERS.iter().any(|it| inside.contains(it)) {
            return None;
        }
        let unnumbered = key(&outside);
        let unnumbered = unnumbered.trim_end_matches(|it: char| it.is_ascii_digit());
        self.0
            .get(&key(text))
            .or_else(|| self.0.get(&key(&outside)))
            .or_else(|| self.0.get(unnumbered).filter(|it| it.may_repeat()))
            .copied()
    }
}

impl Header {
    /// How many columns are of use.
    pub(super) fn n_used(&self) -> usize {
        self.columns.iter().flatten().count()
    }

    /// Where the first column is that holds `column`.
    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|it| *it == Some(column))
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.position(column).is_some()
    }

    /// The headers of the columns that are not used, as written.
    pub(super) fn unknown_columns(&self) -> Vec<String> {
        let unused = self.columns.iter().zip(&self.texts).enumerate();
        unused
            .filter(|(at, (column, text))| column.is_none() && !text.is_empty() && Some(*at) != self.reasons_at)
            .map(|(_, (_, text))| text.chars().take(50).collect())
            .collect()
    }
}

/// A header folded for matching: what is neither letter nor digit does not count.
fn key(text: &str) -> String {
    let mut key = fold_name(text);
    key.retain(|it| it.is_alphanumeric() || it == '〒');
    key
}

/// What stands outside and what stands inside the brackets of a header.
fn without_brackets(text: &str) -> (String, String) {
    let (mut outside, mut inside) = (String::new(), String::new());
    let mut depth = 0_u32;
    for character in text.chars() {
        match character {
            '(' | '（' | '[' | '［' | '【' | '〔' | '<' | '＜' | '「' => depth += 1,
            ')' | '）' | ']' | '］' | '】' | '〕' | '>' | '＞' | '」' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(character),
            _ => inside.push(character),
        }
    }
    (outside, inside)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn shown(header: &str) -> String {
        match Aliases::new().guess(header.split(',').map(str::to_owned).collect()) {
            Guess::WithoutChartNumber => "no chart number".to_owned(),
            Guess::WithoutKind => "no kind".to_owned(),
            Guess::NoHeader => "no header".to_owned(),
            Guess::Header(header) => {
                let columns = header.columns.iter().map(|it| it.map_or("-".to_owned(), |it| format!("{it:?}")));
                format!("{:?}: {}", header.kind, columns.collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn every_alias_belongs_to_one_column() {
        let n_names: usize = NAMES.iter().map(|(_, names)| names.len()).sum();
        let keys: std::collections::HashSet<_> =
            NAMES.iter().flat_map(|(_, names)| names.iter().map(|it| key(it))).collect();
        // `email` and `e-mail`, `診察券No` in any case, fold to one.
        assert!(n_names - keys.len() <= 3, "{n_names} names, {} keys", keys.len());
        for (column, names) in NAMES {
            for name in *names {
                assert_eq!(Aliases::new().column(name), Some(*column), "{name}");
            }
        }
    }

    #[test]
    fn headers_are_known_in_any_width_and_decoration() {
        assert_snapshot!(shown("患者ＩＤ,氏名（漢字）,氏名（カナ）,生年月日【西暦】,性別(1:男 2:女),ＴＥＬ１,TEL2,ｹｰﾀｲ,e-mail,〒,住所１,住所２,※備考"), @"Patients: ChartNumber Name Kana BirthDate Sex Phone Phone Mobile Mail PostalCode Address Address -");
        assert_snapshot!(shown("診察券番号,姓,名,ｾｲ,ﾒｲ,携帯電話,メッセージ同意,同意日,更新日時"), @"Patients: ChartNumber FamilyName GivenName FamilyKana GivenKana Mobile Consent ConsentDate LastChange");
    }

    #[test]
    fn the_phone_of_somebody_else_is_not_the_patients() {
        assert_snapshot!(shown("診察券番号,氏名,電話番号（緊急連絡先）,電話番号（勤務先）,緊急連絡先"), @"Patients: ChartNumber Name - - -");
    }

    #[test]
    fn the_kind_is_told_by_the_columns() {
        assert_snapshot!(shown("カルテ番号,氏名,電話番号,予約日時,ステータス"), @"Appointments: ChartNumber - - BookedDate State");
        assert_snapshot!(shown("カルテ番号,受診日"), @"Appointments: ChartNumber AttendedDate");
        assert_snapshot!(shown("カルテ番号,氏名,予約日,問診回答日,主訴,持病"), @"Questionnaire: ChartNumber - - AnsweredDate ChiefComplaint PastHistory");
        assert_snapshot!(shown("カルテ番号,主訴"), @"no kind");
        assert_snapshot!(shown("氏名,電話番号"), @"no chart number");
        assert_snapshot!(shown("患者一覧,,"), @"no header");
    }
}
