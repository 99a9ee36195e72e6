use jiff::civil::Date;

use crate::{
    IssueCode, Text,
    columns::Columns,
    coverage::read_number,
    digits::{Number, date_of, number},
    issue::Issues,
    lines::MarkedLine,
    service::Category,
    text::Texts,
    usual::UsualRow,
};

/// 転帰区分 (table 18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// 1: none of the others.
    Continuing,
    /// 2 治ゆ.
    Cured,
    /// 3 死亡.
    Died,
    /// 4 中止・転医.
    Discontinued,
}

impl Outcome {
    fn read(class: &[u8]) -> Self {
        match class {
            b"2" => Self::Cured,
            b"3" => Self::Died,
            b"4" => Self::Discontinued,
            _ => Self::Continuing,
        }
    }
}

/// SY 傷病名.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disease {
    /// Line of the record, counted from 1.
    pub line: u64,
    /// Column 2 傷病名コード, seven digits; 999 is 未コード化. `None` where it cannot be read.
    pub code: Option<u32>,
    /// Column 3 診療開始日.
    pub started: Option<Date>,
    /// Column 4 転帰区分; what cannot be read counts as continuing.
    pub outcome: Outcome,
    /// Column 5 修飾語コード, in order, four digits each.
    pub modifiers: Vec<u16>,
    /// Column 6 傷病名称, of a disease without a code.
    pub name: Text,
    /// Column 7 主傷病.
    pub is_main: bool,
    /// Column 8 補足コメント.
    pub comment: Text,
}

impl Disease {
    /// Whether the disease is only suspected: 修飾語 8002 の疑い.
    pub fn is_suspected(&self) -> bool {
        self.modifiers.contains(&8002)
    }

    pub(crate) fn read(columns: &Columns<'_>, line: u64, texts: &mut Texts, issues: &mut Issues) -> Self {
        let modifiers_text = columns.text(5);
        let n_modifiers = modifiers_text.len().div_ceil(4);
        let chunks = (0..n_modifiers).map(|it| modifiers_text.get(it * 4..(it * 4 + 4).min(modifiers_text.len())));
        let modifiers: Vec<u16> = chunks.filter_map(|it| it?.parse().ok()).collect();
        if modifiers.len() != n_modifiers || !modifiers_text.len().is_multiple_of(4) {
            issues.add(line, IssueCode::CodeUnreadable);
        }
        Self {
            line,
            code: read_code(columns, 2, 7, line, issues),
            started: read_date(columns, 3, line, issues),
            outcome: Outcome::read(columns.get(4)),
            modifiers,
            name: texts.keep(columns.get(6)),
            is_main: columns.get(7) == b"01" || matches!(&*columns.text(7), "1" | "主"),
            comment: texts.keep(columns.get(8)),
        }
    }
}

impl Disease {
    /// [`Disease::read`] for usual rows.
    #[inline(always)]
    pub(crate) fn read_usual(row: MarkedLine<'_>, line: u64, texts: &mut Texts) -> Option<Self> {
        let mut columns = UsualRow::new(row)?;
        let code = columns.number(7)?;
        code?;
        let started = Some(date_of(columns.digits(8)?)?);
        let outcome = Outcome::read(columns.text()?);
        let (modifiers, name) = (read_modifiers(columns.text()?)?, columns.text()?);
        let is_main = match columns.text()? {
            b"" => false,
            b"01" => true,
            _ => return None,
        };
        let comment = columns.last()?;
        let (name, comment) = (texts.keep(name), texts.keep(comment));
        Some(Self { line, code, started, outcome, modifiers, name, is_main, comment })
    }
}

/// Modifiers of four digits each.
fn read_modifiers(text: &[u8]) -> Option<Vec<u16>> {
    let (fours, rest) = text.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    fours.iter().map(|it| number(it, 4).value().map(|it| it as u16)).collect()
}

/// CO コメント.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Line of the record, counted from 1.
    pub line: u64,
    /// Column 2 診療識別, carried forward as for [`crate::Service`].
    pub category: u8,
    /// Column 4 コメントコード, nine digits beginning with 8.
    pub code: Option<u32>,
    /// Column 5 文字データ.
    pub text: Text,
}

impl Comment {
    pub(crate) fn read(columns: &Columns<'_>, category: u8, line: u64, texts: &mut Texts, issues: &mut Issues) -> Self {
        Self { line, category, code: read_code(columns, 4, 9, line, issues), text: texts.keep(columns.get(5)) }
    }
}

impl Comment {
    /// [`Comment::read`] for usual rows, with the category of its own.
    #[inline(always)]
    pub(crate) fn read_usual(row: MarkedLine<'_>, line: u64, texts: &mut Texts) -> Option<(Category, Self)> {
        let mut columns = UsualRow::new(row)?;
        let category = columns.category()?;
        columns.skip()?;
        let code = Some(columns.code_of_nine()?);
        let text = texts.keep(columns.last()?);
        Some((category, Self { line, category: 0, code, text }))
    }
}

/// SJ 症状詳記.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SymptomDetail {
    /// Column 2 症状詳記区分 (table 23); `None` continues the record before.
    pub class: Option<u8>,
    /// Column 3 症状詳記データ.
    pub text: Text,
}

impl SymptomDetail {
    pub(crate) fn read(columns: &Columns<'_>, line: u64, texts: &mut Texts, issues: &mut Issues) -> Self {
        let class = read_number(columns, 2, 2, line, issues).map(|it| it as u8);
        Self { class, text: texts.keep(columns.get(3)) }
    }
}

/// A code of `n_digits`; fewer digits lost their zeros to a spreadsheet.
pub(crate) fn read_code(
    columns: &Columns<'_>,
    column: usize,
    n_digits: usize,
    line: u64,
    issues: &mut Issues,
) -> Option<u32> {
    match number(columns.get(column), n_digits) {
        Number::Value(code) => Some(code as u32),
        Number::Blank | Number::Unreadable => {
            issues.add(line, IssueCode::CodeUnreadable);
            None
        }
    }
}

pub(crate) fn read_date(columns: &Columns<'_>, column: usize, line: u64, issues: &mut Issues) -> Option<Date> {
    if columns.is_empty(column) {
        return None;
    }
    let date = columns.date(column);
    if date.is_none() && !columns.get(column).is_empty() {
        issues.add(line, IssueCode::DateUnreadable);
    }
    date
}
