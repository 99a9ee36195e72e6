use std::collections::BTreeMap;

use super::{TOTAL_CODE, records::Records, values};
use crate::{IssueCode, Issues, OfficeNumber, Row};

/// The services of one office and type, and the rows of their sum.
#[derive(Default)]
struct Services<'a> {
    rows: Vec<Row<'a>>,
    subtotals: Vec<Row<'a>>,
}

/// Checks subtotals and totals of sheet 7 for each user (standard 4.1, 別紙, UPSIKYU).
pub(super) fn check(records: &Records<'_>, issues: &mut Issues) {
    for rows in records.by_user() {
        let mut services: BTreeMap<(&[u8], &[u8]), Services<'_>> = BTreeMap::new();
        let mut totals = Vec::new();
        let mut is_readable = records.is_complete;
        for row in &rows {
            let (office, code) = (records.cell(*row, 7), records.cell(*row, 9));
            if code == TOTAL_CODE {
                if office == OfficeNumber::OF_TOTALS.as_bytes() {
                    totals.push(*row);
                }
                continue;
            }
            if !values::is_service_code(code) {
                is_readable = false;
                continue;
            }
            let (service_type, rest) = code.split_at(2);
            let services = services.entry((office, service_type)).or_default();
            match rest {
                b"AAAA" => services.subtotals.push(*row),
                b"EEEE" | b"ZZZZ" => {}
                _ => services.rows.push(*row),
            }
        }
        if let [_, second, ..] = totals[..] {
            issues.push(records.issue(second, 9, IssueCode::TotalTwice));
        }
        if !is_readable {
            continue;
        }
        if totals.is_empty() {
            issues.push(records.issue(rows[0], 9, IssueCode::TotalMissing));
        }
        for of_type in services.values() {
            if let ([first, _, ..], []) = (&of_type.rows[..], &of_type.subtotals[..]) {
                issues.push(records.issue(*first, 9, IssueCode::SubtotalMissing));
            }
            check_sums(&of_type.rows, &of_type.subtotals, IssueCode::SubtotalDiffers, records, issues);
        }
        let all: Vec<Row<'_>> = services.into_values().flat_map(|it| it.rows).collect();
        check_sums(&all, &totals, IssueCode::TotalDiffers, records, issues);
    }
}

/// Whether 給付管理単位数 of each of `sums` is that of all `rows`, where all of them are filled.
fn check_sums<'a>(rows: &[Row<'a>], sums: &[Row<'a>], code: IssueCode, records: &Records<'a>, issues: &mut Issues) {
    let units = |row: Row<'a>| values::read_integer(records.cell(row, 18)).map(i128::from);
    let Some(expected) = rows.iter().map(|it| units(*it)).sum::<Option<i128>>() else { return };
    for sum in sums.iter().filter(|_| !rows.is_empty()) {
        if units(*sum).is_some_and(|it| it != expected) {
            issues.push(records.issue(*sum, 18, code));
        }
    }
}
