use super::{name::is_entrusted, records::Records};
use crate::{FileKind, FileName, IssueCode, Row};

/// A record that the receiver should perhaps not see (standard 4.1 §2.6: no users unrelated to the
/// destination).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stray {
    pub(crate) line: u64,
    /// The item that tells, by its number.
    pub(crate) number: usize,
    pub(crate) code: IssueCode,
}

/// Nothing is told of a file with records that cannot be read, which is not sent anyway, nor between two offices of care management, of which the one makes the plans of the
/// other's users (standard 4.1 §5.2.2).
pub(super) fn strays(records: &Records<'_>, name: &FileName) -> Vec<Stray> {
    if is_entrusted(name) || !records.is_complete {
        return Vec::new();
    }
    let receiver = name.receiver.as_str().as_bytes();
    match name.kind {
        FileKind::Sheet2 => users_without(receiver, 17, records),
        FileKind::Schedule => users_without(receiver, 20, records),
        FileKind::Actuals => {
            let sender = name.sender.as_str().as_bytes();
            let planners = differing(receiver, 6, IssueCode::PlannerUnrelated, records);
            planners.chain(differing(sender, 20, IssueCode::ActualsOfOther, records)).collect()
        }
        _ => Vec::new(),
    }
}

/// Each user none of whose rows has `office` in the item with `number`.
fn users_without(office: &[u8], number: usize, records: &Records<'_>) -> Vec<Stray> {
    let mut strays = Vec::new();
    for rows in records.by_user() {
        let mut offices = rows.iter().map(|it| records.cell(*it, number));
        if offices.clone().any(|it| it == office) {
            continue;
        }
        let names_any = offices.any(|it| !it.is_empty());
        let code = if names_any { IssueCode::UserUnrelated } else { IssueCode::UserWithoutOffice };
        strays.push(Stray { line: rows[0].line(), number, code });
    }
    strays
}

/// Each row with another office in the item with `number`.
fn differing<'a>(
    office: &'a [u8],
    number: usize,
    code: IssueCode,
    records: &'a Records<'a>,
) -> impl Iterator<Item = Stray> + 'a {
    let is_other = move |row: &Row<'a>| {
        let cell = records.cell(*row, number);
        !cell.is_empty() && cell != office
    };
    records.rows().filter(is_other).map(move |row| Stray { line: row.line(), number, code })
}
