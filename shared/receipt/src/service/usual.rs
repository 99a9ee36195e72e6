use super::{Amount, Category, DayCounts, Days, Service, ServiceKind};
use crate::{Burden, lines::MarkedLine, usual::UsualRow};

impl Service {
    /// [`Service::read`] for usual rows.
    #[inline(always)]
    pub(crate) fn read_usual(
        kind: ServiceKind,
        row: MarkedLine<'_>,
        month: u32,
        line: u64,
        counts: &mut DayCounts,
    ) -> Option<(Category, Self)> {
        let mut columns = UsualRow::new(row)?;
        let category = columns.category()?;
        let burden = Burden::parse(&[columns.byte()?])?;
        let code = Some(columns.code_of_nine()?);
        let amount = match columns.text()? {
            b"" => None,
            amount => Some(Amount::parse(amount)?),
        };
        let points = columns.number(7)?.map(i64::from);
        let times = columns.number(3)?.unwrap_or(0) as u16;
        let days = read_days(kind, &columns, month, counts)?;
        let (unit, is_dispensed_outside) = (0, false);
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
