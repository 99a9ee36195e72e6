use super::{records::Records, values::read_number};
use crate::{IssueCode, Issues, Row};

/// A row of sheet 2 with the numbers that order it, as far as they are filled.
#[derive(Clone, Copy)]
struct Numbered<'a> {
    plan_date: &'a [u8],
    /// 課題NO, 援助目標NO, 援助内容NO.
    numbers: [Option<u8>; 3],
    row: Row<'a>,
}

/// Checks the hierarchy of sheet 2 (standard 4.1, 別紙, UP2KYO): no two rows with the same three numbers,
/// which some receivers cannot take in, and one text for each number.
pub(super) fn check(records: &Records<'_>, issues: &mut Issues) {
    for rows in records.by_user() {
        let mut rows: Vec<Numbered<'_>> = rows
            .into_iter()
            .map(|row| Numbered {
                plan_date: records.cell(row, 5),
                numbers: [6, 8, 13].map(|it| read_number(records.cell(row, it))),
                row,
            })
            .collect();
        rows.sort_by_key(|it| (it.plan_date, it.numbers));
        check_twice(&rows, records, issues);
        for need in rows.chunk_by(|one, other| is_same(one, other, 1)).filter(|it| it[0].numbers[0].is_some()) {
            let has_text = check_text(need, 7, records, issues);
            if !has_text && records.is_complete {
                issues.push(records.issue(need[0].row, 7, IssueCode::Sheet2TextMissing));
            }
            for goal in need.chunk_by(|one, other| is_same(one, other, 2)).filter(|it| it[0].numbers[1].is_some()) {
                check_text(goal, 9, records, issues);
            }
        }
    }
}

/// Whether two rows are of one plan and alike in the first `n_levels` numbers.
fn is_same(one: &Numbered<'_>, other: &Numbered<'_>, n_levels: usize) -> bool {
    one.plan_date == other.plan_date && one.numbers[..n_levels] == other.numbers[..n_levels]
}

fn check_twice(rows: &[Numbered<'_>], records: &Records<'_>, issues: &mut Issues) {
    for pair in rows.windows(2) {
        if let [first, second] = pair
            && is_same(first, second, 3)
            && first.numbers.iter().all(Option::is_some)
        {
            issues.push(records.issue(second.row, 13, IssueCode::Sheet2Twice));
        }
    }
}

/// Tells of texts of the item with `number` that differ from the first one. Returns whether there is any.
fn check_text(rows: &[Numbered<'_>], number: usize, records: &Records<'_>, issues: &mut Issues) -> bool {
    let mut first = None;
    for row in rows {
        let text = records.cell(row.row, number);
        if !text.is_empty() && *first.get_or_insert(text) != text {
            issues.push(records.issue(row.row, number, IssueCode::Sheet2TextDiffers));
        }
    }
    first.is_some()
}
