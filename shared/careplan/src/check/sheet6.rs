use super::{
    records::Records,
    values::{read_date, read_month},
};
use crate::{IssueCode, Issues};

/// What makes a service the same as another of its user: day, times, サービスコード, office, 明細判別コード, and
/// which equipment it lends.
const SERVICE: [usize; 8] = [10, 12, 13, 15, 20, 19, 16, 17];

/// Checks the rows of sheet 6, planned or done (standard 4.1, 別紙, UPPLAN and UPJSK).
pub(super) fn check(records: &Records<'_>, issues: &mut Issues) {
    let has_equipment_codes = records.layout.column_of(16).is_some();
    for row in records.rows() {
        let cell = |number| records.cell(row, number);
        if let (Some(month), Some(date)) = (read_month(cell(5)), read_date(cell(10)))
            && date / 100 != month.packed()
        {
            issues.push(records.issue(row, 10, IssueCode::DateOutsideMonth));
        }
        let is_loan = matches!(cell(15), [b'1' | b'6', b'7', ..]);
        if has_equipment_codes && is_loan && cell(16).is_empty() && cell(17).is_empty() {
            issues.push(records.issue(row, 16, IssueCode::EquipmentCodeMissing));
        }
        if !is_loan && !cell(19).is_empty() {
            issues.push(records.issue(row, 19, IssueCode::DetailCodeUnexpected));
        }
    }
    for rows in records.by_user() {
        let mut services: Vec<_> = rows.into_iter().map(|row| (SERVICE.map(|it| records.cell(row, it)), row)).collect();
        services.sort_by_key(|it| it.0);
        for pair in services.windows(2) {
            if let [first, second] = pair
                && first.0 == second.0
            {
                issues.push(records.issue(second.1, 10, IssueCode::ServiceTwice));
            }
        }
    }
}
