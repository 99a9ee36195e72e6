mod known_heads;
mod usual;

use japan::Month;

pub(crate) use self::known_heads::KnownHeads;
use crate::{
    Burden, IssueCode,
    columns::Columns,
    coverage::read_number,
    digits::{Number, number},
    issue::Issues,
    record::RecordType,
    rows::read_code,
};

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

impl ServiceKind {
    /// The kind whose record is `record`.
    #[inline(always)]
    pub(crate) fn of(record: RecordType) -> Option<Self> {
        match &record {
            b"SI" => Some(Self::Procedure),
            b"IY" => Some(Self::Drug),
            b"TO" => Some(Self::Device),
            _ => None,
        }
    }

    /// How many columns the layout gives its record.
    pub(crate) fn n_columns(self) -> usize {
        self.first_day_column() + 30
    }

    /// The column of the first of the month.
    fn first_day_column(self) -> usize {
        if self == Self::Device { 18 } else { 14 }
    }
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

/// On which days of a month something was counted. How much, [`crate::Receipt::day_counts`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// Bit 0 is the first of the month.
    mask: u32,
    /// Index of the first day's count in [`DayCounts`].
    first: u32,
}

impl Days {
    /// The days with a count, bit 0 for the first of the month.
    pub fn mask(self) -> u32 {
        self.mask
    }
}

/// The counts of a receipt's days: of each row those of the days in its mask, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DayCounts(Vec<u16>);

impl DayCounts {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The days of a row, 1 to 31, with their counts.
    pub(crate) fn of(&self, days: Days) -> impl Iterator<Item = (i8, u16)> + '_ {
        let counts = self.0.get(days.first as usize..).unwrap_or_default().iter().copied();
        each_day(days.mask).map(|it| it as i8 + 1).zip(counts)
    }

    fn keep(&mut self, mask: u32, counts: &[u16; 31]) -> Days {
        let first = self.0.len() as u32;
        self.0.extend(each_day(mask).map(|it| counts[it]));
        Days { mask, first }
    }
}

/// The days of `month`, bit 0 for the first; all 31 where it is not known.
pub(crate) fn days_of(month: Option<Month>) -> u32 {
    u32::MAX >> (32 - month.map_or(31, |it| it.last_day().day()))
}

/// The days of a mask, counted from 0.
pub(crate) fn each_day(mut mask: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let day = mask.trailing_zeros();
        mask &= mask.checked_sub(1)?;
        Some(day as usize)
    })
}

/// The days, counted from 0, whose columns hold something; `first_column` is that of the first.
pub(crate) fn filled_days(columns: &Columns<'_>, first_column: usize) -> impl Iterator<Item = usize> + use<> {
    each_day(columns.filled_from(first_column) as u32 & (u32::MAX >> 1))
}

/// Column 2 of rows that belong to a 算定単位.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Category {
    /// Blank: the row goes on with the unit before it.
    Carried,
    /// 診療識別, which begins a unit; `None` where it cannot be read.
    Own(Option<u8>),
}

impl Category {
    pub(crate) fn read(columns: &Columns<'_>) -> Self {
        match number(columns.get(2), 3) {
            Number::Blank if columns.is_empty(2) => Self::Carried,
            read => Self::Own(read.value().and_then(|it| u8::try_from(it).ok())),
        }
    }
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
    /// On which days it was counted: columns 14 to 44, of TO 18 to 48.
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

    /// Reads a row in a month with `month` days, its category and unit left to whoever carries them forward.
    pub(crate) fn read(
        kind: ServiceKind,
        columns: &Columns<'_>,
        month: u32,
        line: u64,
        counts: &mut DayCounts,
        issues: &mut Issues,
    ) -> Self {
        let burden = Burden::parse(columns.get(3));
        if burden.is_none() {
            issues.add(line, IssueCode::BurdenUnreadable);
        }
        let amount = columns.get(5);
        let parsed_amount = Amount::parse(amount);
        if parsed_amount.is_none() && !amount.is_empty() {
            issues.add(line, IssueCode::NumberUnreadable);
        }
        Self {
            line,
            kind,
            category: 0,
            burden: burden.unwrap_or_default(),
            code: read_code(columns, 4, 9, line, issues),
            amount: parsed_amount,
            points: read_number(columns, 6, 7, line, issues),
            times: read_number(columns, 7, 3, line, issues).unwrap_or(0) as u16,
            days: read_days(columns, kind.first_day_column(), month, line, counts, issues),
            unit: 0,
            is_dispensed_outside: false,
        }
    }
}

/// Reads the columns of days from `first_column` on. The days that `month` lacks are reported and left out.
fn read_days(
    columns: &Columns<'_>,
    first_column: usize,
    month: u32,
    line: u64,
    counts: &mut DayCounts,
    issues: &mut Issues,
) -> Days {
    let (mut mask, mut read) = (0, [0; 31]);
    for day in filled_days(columns, first_column) {
        let count = read_number(columns, first_column + day, 3, line, issues).unwrap_or(0) as u16;
        read[day] = count;
        mask |= u32::from(count > 0) << day;
    }
    if mask & !month != 0 {
        issues.add(line, IssueCode::DayOutsideMonth);
    }
    counts.keep(mask & month, &read)
}
