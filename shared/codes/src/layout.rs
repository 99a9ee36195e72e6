use std::borrow::Cow;

use japan::Month;

use crate::{Kind, SkipCause};

/// The last month of a version that has none yet (`99999999` in the masters).
pub(crate) const OPEN: u32 = 999_912;

/// Where a master keeps what we read, columns counted from 1, 0 for a column it lacks.
///
/// Columns are read by position because every revision appends some: `y_` had 35, 40, then 42.
struct Layout {
    code: usize,
    name: usize,
    first: usize,
    second: usize,
    /// When the row came into force: 変更年月日, and 収載年月日 where that one is blank.
    from: [usize; 2],
    /// 廃止年月日.
    until: usize,
}

fn layout(kind: Kind) -> Layout {
    match kind {
        Kind::Disease => Layout { code: 3, name: 6, first: 16, second: 17, from: [23, 22], until: 24 },
        Kind::Modifier => Layout { code: 3, name: 7, first: 0, second: 0, from: [15, 14], until: 16 },
        Kind::Procedure => Layout { code: 3, name: 5, first: 10, second: 0, from: [87, 0], until: 88 },
        Kind::Drug => Layout { code: 3, name: 5, first: 10, second: 32, from: [30, 0], until: 31 },
        Kind::Device => Layout { code: 3, name: 5, first: 10, second: 0, from: [28, 0], until: 30 },
        Kind::Comment => Layout { code: 23, name: 7, first: 0, second: 0, from: [21, 0], until: 22 },
    }
}

/// A row of a master file. In a difference file blank texts and dates mean "unchanged".
pub(crate) struct Row<'a> {
    pub(crate) code: u32,
    /// Whether it ends the code's validity: 変更区分 1 抹消 or 9 廃止.
    pub(crate) is_end: bool,
    pub(crate) name: &'a str,
    pub(crate) first: &'a str,
    pub(crate) second: &'a str,
    /// Packed `yyyymm`.
    pub(crate) from: Option<u32>,
    /// Packed `yyyymm`, or [`OPEN`].
    pub(crate) until: Option<u32>,
    /// 区分 (columns 85 and 92 of procedures), `None` where blank.
    pub(crate) is_f400: Option<bool>,
}

impl<'a> Row<'a> {
    pub(crate) fn read(kind: Kind, columns: &'a [Cow<'a, str>]) -> Result<Self, SkipCause> {
        if columns.iter().any(|it| it.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(SkipCause::Encoding);
        }
        if kind_of(columns) != Some(kind) {
            return Err(SkipCause::Kind);
        }
        let layout = layout(kind);
        let [changed, listed] = layout.from.map(|it| month(column(columns, it)));
        Ok(Self {
            code: code(kind, column(columns, layout.code)).ok_or(SkipCause::Code)?,
            is_end: matches!(column(columns, 1), "1" | "9"),
            name: column(columns, layout.name),
            first: column(columns, layout.first),
            second: column(columns, layout.second),
            from: changed?.or(listed?).filter(|it| *it != OPEN),
            until: month(column(columns, layout.until))?,
            is_f400: (kind == Kind::Procedure).then(|| section(columns)).flatten(),
        })
    }
}

/// The kind a row says it is, in column 2.
pub(crate) fn kind_of(columns: &[Cow<'_, str>]) -> Option<Kind> {
    Kind::of_letter(column(columns, 2))
}

fn section(columns: &[Cow<'_, str>]) -> Option<bool> {
    let (letter, number) = (column(columns, 85), column(columns, 92));
    (!letter.is_empty() || !number.is_empty()).then_some(letter == "F" && number == "400")
}

fn column<'a>(columns: &'a [Cow<'_, str>], number: usize) -> &'a str {
    number.checked_sub(1).and_then(|index| columns.get(index)).map_or("", |it| it.trim())
}

fn code(kind: Kind, digits: &str) -> Option<u32> {
    let is_code = digits.len() == kind.n_digits() && digits.bytes().all(|it| it.is_ascii_digit());
    is_code.then(|| digits.parse().ok()).flatten()
}

/// The month of a date `yyyymmdd`; `None` when blank or zero.
fn month(date: &str) -> Result<Option<u32>, SkipCause> {
    if date.bytes().all(|it| it == b'0') {
        return Ok(None);
    }
    if date == "99999999" {
        return Ok(Some(OPEN));
    }
    let is_date = date.len() == 8 && date.bytes().all(|it| it.is_ascii_digit());
    let month = if is_date { date[..6].parse().ok().and_then(Month::from_packed) } else { None };
    month.map(|it| Some(it.packed())).ok_or(SkipCause::Date)
}
