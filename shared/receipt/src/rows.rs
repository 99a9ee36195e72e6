use japan::Month;
use jiff::civil::Date;

use crate::{
    Burden, IssueCode,
    columns::{Columns, Number, number},
    coverage::read_number,
    issue::Issues,
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
    pub name: Option<Box<str>>,
    /// Column 7 主傷病.
    pub is_main: bool,
    /// Column 8 補足コメント.
    pub comment: Option<Box<str>>,
}

impl Disease {
    /// Whether the disease is only suspected: 修飾語 8002 の疑い.
    pub fn is_suspected(&self) -> bool {
        self.modifiers.contains(&8002)
    }

    pub(crate) fn read(columns: &Columns<'_>, line: u64, issues: &mut Issues) -> Self {
        let modifiers_text = columns.str(5);
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
            outcome: match columns.get(4) {
                b"2" => Outcome::Cured,
                b"3" => Outcome::Died,
                b"4" => Outcome::Discontinued,
                _ => Outcome::Continuing,
            },
            modifiers,
            name: columns.text(6),
            is_main: columns.get(7) == b"01" || matches!(columns.str(7), "1" | "主"),
            comment: columns.text(8),
        }
    }
}

/// Which record a [`Service`] was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceKind {
    /// SI 診療行為.
    Procedure,
    /// IY 医薬品.
    Drug,
    /// TO 特定器材.
    Device,
}

/// An amount with up to five decimals, in hundred-thousandths: `5.5` is 550,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub u64);

impl Amount {
    fn parse(text: &[u8]) -> Option<Self> {
        let point = text.iter().position(|it| *it == b'.');
        let (whole, decimals) = point.map_or((text, &b""[..]), |it| (&text[..it], &text[it + 1..]));
        if whole.len() + decimals.len() == 0 || whole.len() > 9 || decimals.len() > 5 {
            return None;
        }
        let mut value = 0;
        for byte in whole.iter().chain(decimals).chain(std::iter::repeat_n(&b'0', 5 - decimals.len())) {
            if !byte.is_ascii_digit() {
                return None;
            }
            value = value * 10 + u64::from(byte - b'0');
        }
        Some(Self(value))
    }
}

/// What was counted on each day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// Bit 0 is the first of the month.
    mask: u32,
    counts: [u16; 31],
}

impl Days {
    /// The count of day `day` (1 to 31): times for procedures; for drugs often days of supply.
    pub fn count(&self, day: i8) -> u16 {
        self.counts.get(day as usize - 1).copied().unwrap_or(0)
    }

    /// The days with a count, bit 0 for the first of the month.
    pub fn mask(&self) -> u32 {
        self.mask
    }

    fn read(columns: &Columns<'_>, first_column: usize, line: u64, issues: &mut Issues) -> Self {
        let mut days = Self::default();
        for day in filled_days(columns, first_column) {
            let count = read_number(columns, first_column + day, 3, line, issues).unwrap_or(0) as u16;
            days.counts[day] = count;
            days.mask |= u32::from(count > 0) << day;
        }
        days
    }

    /// Reports the days that `month`, given as [`days_of`], lacks and takes them out.
    fn within(mut self, month: u32, line: u64, issues: &mut Issues) -> Self {
        if self.mask & !month != 0 {
            issues.add(line, IssueCode::DayOutsideMonth);
            self.mask &= month;
            self.counts[month.trailing_ones() as usize..].fill(0);
        }
        self
    }
}

/// The days of `month`, bit 0 for the first; all 31 where it is not known.
pub(crate) fn days_of(month: Option<Month>) -> u32 {
    u32::MAX >> (32 - month.map_or(31, |it| it.last_day().day()))
}

/// The days, counted from 0, whose columns hold something; `first_column` is that of the first.
pub(crate) fn filled_days(columns: &Columns<'_>, first_column: usize) -> impl Iterator<Item = usize> + use<> {
    let mut filled = columns.filled_from(first_column) as u32 & (u32::MAX >> 1);
    std::iter::from_fn(move || {
        let day = filled.trailing_zeros();
        filled &= filled.checked_sub(1)?;
        Some(day as usize)
    })
}

/// SI 診療行為, IY 医薬品 or TO 特定器材: one row of what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Line of the record, counted from 1.
    pub line: u64,
    /// Which record it was.
    pub kind: ServiceKind,
    /// Column 2 診療識別 (table 20), carried forward from the first row of its group; 0 if none stood yet.
    pub category: u8,
    /// Column 3 負担区分; no payer where it cannot be read.
    pub burden: Burden,
    /// Column 4, nine digits. `None` where it cannot be read.
    pub code: Option<u32>,
    /// Column 5: 数量データ of SI, 使用量 of IY and TO.
    pub amount: Option<Amount>,
    /// Column 6 点数: only on the last row of a 算定単位.
    pub points: Option<i64>,
    /// Column 7 回数, the same on every row of a unit.
    pub times: u16,
    /// What was counted on each day: columns 14 to 44, of TO 18 to 48.
    pub days: Days,
    /// Which 算定単位 of the receipt it belongs to, counted from 0.
    pub unit: u32,
    /// A drug that a pharmacy outside dispenses: its unit closes with 0 points under 診療識別 14, 21, 22
    /// or 23, as 点検用 files write it.
    pub is_dispensed_outside: bool,
}

impl Service {
    /// The points claimed by this row: 点数 × 回数, 0 where the unit goes on.
    pub fn total_points(&self) -> i64 {
        self.points.unwrap_or(0) * i64::from(self.times)
    }

    pub(crate) fn read(kind: ServiceKind, columns: &Columns<'_>, month: u32, line: u64, issues: &mut Issues) -> Self {
        let burden = Burden::parse(columns.get(3));
        if burden.is_none() {
            issues.add(line, IssueCode::BurdenUnreadable);
        }
        let amount = columns.get(5);
        let parsed_amount = Amount::parse(amount);
        if parsed_amount.is_none() && !amount.is_empty() {
            issues.add(line, IssueCode::NumberUnreadable);
        }
        let first_day_column = if kind == ServiceKind::Device { 18 } else { 14 };
        Self {
            line,
            kind,
            category: 0,
            burden: burden.unwrap_or_default(),
            code: read_code(columns, 4, 9, line, issues),
            amount: parsed_amount,
            points: read_number(columns, 6, 7, line, issues),
            times: read_number(columns, 7, 3, line, issues).unwrap_or(0) as u16,
            days: Days::read(columns, first_day_column, line, issues).within(month, line, issues),
            unit: 0,
            is_dispensed_outside: false,
        }
    }
}

/// CO コメント.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Line of the record, counted from 1.
    pub line: u64,
    /// Column 2 診療識別, carried forward as for [`Service`].
    pub category: u8,
    /// Column 4 コメントコード, nine digits beginning with 8.
    pub code: Option<u32>,
    /// Column 5 文字データ.
    pub text: Option<Box<str>>,
}

impl Comment {
    pub(crate) fn read(columns: &Columns<'_>, line: u64, issues: &mut Issues) -> Self {
        Self { line, category: 0, code: read_code(columns, 4, 9, line, issues), text: columns.text(5) }
    }
}

/// SJ 症状詳記.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymptomDetail {
    /// Column 2 症状詳記区分 (table 23); `None` continues the record before.
    pub class: Option<u8>,
    /// Column 3 症状詳記データ.
    pub text: Option<Box<str>>,
}

impl SymptomDetail {
    pub(crate) fn read(columns: &Columns<'_>, line: u64, issues: &mut Issues) -> Self {
        Self { class: read_number(columns, 2, 2, line, issues).map(|it| it as u8), text: columns.text(3) }
    }
}

/// A code of `n_digits`; fewer digits lost their zeros to a spreadsheet.
fn read_code(columns: &Columns<'_>, column: usize, n_digits: usize, line: u64, issues: &mut Issues) -> Option<u32> {
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
