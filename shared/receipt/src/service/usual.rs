use super::{
    Category, DayCounts, Days, Service, ServiceKind,
    known_heads::{Head, KnownHeads},
};
use crate::{lines::MarkedLine, usual::UsualRow};

impl Service {
    /// [`Service::read`] for usual rows.
    #[inline(always)]
    pub(crate) fn read_usual(
        kind: ServiceKind,
        row: MarkedLine<'_>,
        month: u32,
        line: u64,
        heads: &mut KnownHeads,
        counts: &mut DayCounts,
    ) -> Option<(Category, Self)> {
        let mut columns = UsualRow::new(row)?;
        let Head { category, burden, code, amount, points, times } = heads.read(&mut columns)?;
        let n_counts = counts.0.len();
        let Some(days) = read_days(kind, &columns, month, counts) else {
            counts.0.truncate(n_counts);
            return None;
        };
        let (code, unit, is_dispensed_outside) = (Some(code), 0, false);
        let service =
            Self { line, kind, category: 0, burden, code, amount, points, times, days, unit, is_dispensed_outside };
        Some((category, service))
    }
}

/// Reads the days behind column 7. What stands in columns before the days belongs to a comment.
#[inline(always)]
fn read_days(kind: ServiceKind, columns: &UsualRow<'_>, month: u32, counts: &mut DayCounts) -> Option<Days> {
    let (first_day, first) = (kind.first_day_column(), counts.0.len() as u32);
    let mut mask = 0;
    let mut filled = columns.filled_from(8)?;
    while let Some((column, start, len)) = filled.next() {
        let Some(day) = column.checked_sub(first_day) else { continue };
        let count = columns.number_at(start, len, 3)? as u16;
        if day >= 31 {
            return None;
        }
        if count > 0 {
            counts.0.push(count);
            mask |= 1 << day;
        }
    }
    let is_usual = filled.n_columns() <= kind.n_columns() && mask & !month == 0;
    is_usual.then_some(Days { mask, first })
}
