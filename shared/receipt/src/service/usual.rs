//! The rows of services as nearly all of them are written: read in one go over their bytes, without a look at
//! columns that nobody asks for.

use super::{Amount, Category, DayCounts, Days, Service, ServiceKind};
use crate::{
    Burden,
    digits::number_of_eight,
    lines::MarkedLine,
    marks::{BLOCK, first_bits},
};

/// Reads a row whose bytes are ASCII in a month with `month` days; `None` where there may be anything to report
/// or the row is not written as usual. [`Service::read`] then reads it with all that it reports, and reads
/// what this function reads to the same values (`usual_tests`).
#[inline(always)]
pub(crate) fn read_usual(
    kind: ServiceKind,
    row: MarkedLine<'_>,
    month: u32,
    line: u64,
    counts: &mut DayCounts,
) -> Option<(Category, Service)> {
    // The commas behind columns 1 to 7 stand among the first 64 bytes.
    let mut commas = row.commas(0) & first_bits(row.len());
    let mut next_comma = || {
        let at = commas.trailing_zeros() as usize;
        commas &= commas.wrapping_sub(1);
        at
    };
    let ends: [usize; 7] = std::array::from_fn(|_| next_comma());
    let [kind_end, category_end, burden_end, code_end, amount_end, points_end, times_end] = ends;
    if times_end == BLOCK {
        return None;
    }
    let category = match category_end - kind_end - 1 {
        0 => Category::Carried,
        2 => Category::Own(Some(number(row, kind_end + 1, category_end)? as u8)),
        _ => return None,
    };
    let burden = Burden::parse(row.bytes().get(category_end + 1..burden_end)?)?;
    if code_end - burden_end != 1 + 9 {
        return None;
    }
    let code = number(row, burden_end + 1, code_end - 1)? * 10 + number(row, code_end - 1, code_end)?;
    let amount = match amount_end - code_end - 1 {
        0 => None,
        _ => Some(Amount::parse(row.bytes().get(code_end + 1..amount_end)?)?),
    };
    let points = match points_end - amount_end - 1 {
        0 => None,
        1..=7 => Some(i64::from(number(row, amount_end + 1, points_end)?)),
        _ => return None,
    };
    let times = match times_end - points_end - 1 {
        0 => 0,
        1..=3 => number(row, points_end + 1, times_end)? as u16,
        _ => return None,
    };
    let days = read_days(kind, row, times_end + 1, month, counts)?;
    let service = Service {
        line,
        kind,
        category: 0,
        burden,
        code: Some(code),
        amount,
        points,
        times,
        days,
        unit: 0,
        is_dispensed_outside: false,
    };
    Some((category, service))
}

/// The number written from `start` to `end`.
#[inline(always)]
fn number(row: MarkedLine<'_>, start: usize, end: usize) -> Option<u32> {
    number_of_eight(row.eight(start)?, end - start)
}

/// Reads the days from column 8 on, which begins at `start`. What stands in columns before the days is a
/// comment's.
#[inline(always)]
fn read_days(
    kind: ServiceKind,
    row: MarkedLine<'_>,
    start: usize,
    month: u32,
    counts: &mut DayCounts,
) -> Option<Days> {
    let len = row.len() - start;
    if len > BLOCK {
        return None;
    }
    let (first_day, n_columns) = (kind.first_day_column(), kind.n_columns());
    let within = first_bits(len);
    let commas = row.commas(start) & within;
    let filled = !commas & within;
    let mut starts = filled & !(filled << 1);
    let (mut column, mut end) = (8, 0);
    let days = Days { mask: 0, first: counts.0.len() as u32 };
    let mut mask = 0;
    while starts != 0 {
        let from = starts.trailing_zeros() as usize;
        starts &= starts - 1;
        // Everything since the last column is commas.
        column += from - end;
        end = ((commas >> from).trailing_zeros() as usize + from).min(len);
        let Some(day) = column.checked_sub(first_day) else { continue };
        if day >= 31 || end - from > 3 {
            return None;
        }
        let count = number(row, start + from, start + end)? as u16;
        if count == 0 {
            continue;
        }
        counts.0.push(count);
        mask |= 1 << day;
    }
    let is_usual = column + len - end <= n_columns && mask & !month == 0;
    is_usual.then_some(Days { mask, ..days })
}
