use super::records::Records;
use crate::{Issue, IssueCode, Issues};

/// The items of a service, of an activity, and of what comes less than weekly.
const ROW_KINDS: [&[usize]; 3] = [&[6, 7, 8, 9], &[10, 11, 12], &[13]];

/// Each row of sheet 3 is of one of three kinds (standard 4.1, 別紙, UP3KYO).
pub(super) fn check(records: &Records<'_>, issues: &mut Issues) {
    for row in records.rows() {
        let is_filled = |items: &&&[usize]| items.iter().any(|it| !records.cell(row, *it).is_empty());
        if ROW_KINDS.iter().filter(is_filled).count() != 1 {
            issues.push(Issue::of_row(row.line(), IssueCode::Sheet3RowKind));
        }
    }
}
