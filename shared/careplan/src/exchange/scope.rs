use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::{FileKind, FileName, Sheet, layout};

/// What a file is about: a short hash for each user and plan or month in it, for 実績 each office and
/// service type too. Two files with the same scope say the same of the same people, and the newer counts
/// (standard 4.1 §5.1.1, §5.1.2: 実績 are replaced by office and service type).
///
/// Empty for the files that go with another of their unit.
pub(super) fn scope_of(name: &FileName, bytes: &[u8]) -> BTreeSet<String> {
    // Of each part the first item that is filled.
    let parts: &[&[usize]] = match name.kind {
        // Without a plan date a plan is known by the day it was written.
        FileKind::Sheet1 => &[&[2], &[3], &[14, 4]],
        FileKind::Schedule => &[&[2], &[3], &[5]],
        FileKind::Actuals => &[&[2], &[3], &[5], &[20], &[15]],
        FileKind::PreventionPlan | FileKind::BasicInformation => &[&[2], &[3], &[4]],
        _ => return BTreeSet::new(),
    };
    let Some(layout) = layout(name.kind, name.standard) else { return BTreeSet::new() };
    let sheet = Sheet::read(bytes.to_vec());
    let of_row = |row: crate::Row<'_>| {
        let mut hash = Sha256::new();
        for items in parts {
            let filled =
                |number: &usize| layout.column_of(*number).and_then(|it| row.raw(it)).filter(|it| !it.is_empty());
            let value = items.iter().find_map(filled).unwrap_or_default();
            // A service code begins with its service type.
            let is_code = name.kind == FileKind::Actuals && items.contains(&15);
            hash.update(if is_code { value.get(..2).unwrap_or(value) } else { value });
            hash.update(b",");
        }
        hash.finalize().iter().take(8).map(|it| format!("{it:02x}")).collect()
    };
    sheet.rows().filter(|it| !it.is_blank()).map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, Standard, check::sample};

    fn scope(direction: Direction, kind: FileKind, number: usize, value: &str) -> BTreeSet<String> {
        let mut document = sample::document(direction, kind, Standard::V4);
        document.records = document.records.into_iter().map(|it| it.with(number, value)).collect();
        let (name, _) = sample::unit(direction, Standard::V4)
            .into_iter()
            .map(|(name, bytes)| (FileName::parse(&name).unwrap(), bytes))
            .find(|it| it.0.kind == kind)
            .unwrap();
        scope_of(&name, &document.write(Standard::V4).unwrap())
    }

    #[test]
    fn a_plan_is_the_same_whenever_it_was_written_down() {
        let written_on = |day| scope(Direction::Plan, FileKind::Sheet1, 4, day);
        assert_eq!(written_on("20250420"), written_on("20250501"));
        let planned_on = |day| scope(Direction::Plan, FileKind::Sheet1, 14, day);
        assert!(planned_on("20250420").is_disjoint(&planned_on("20250501")));
    }

    #[test]
    fn what_another_service_of_the_office_did_is_something_else() {
        let of_service = |code| scope(Direction::Actuals, FileKind::Actuals, 15, code);
        assert_eq!(of_service("111111"), of_service("111211"));
        assert!(of_service("111111").is_disjoint(&of_service("151241")));
        let of_office = |number| scope(Direction::Actuals, FileKind::Actuals, 20, number);
        assert!(of_office("9970200011").is_disjoint(&of_office("9970300019")));
    }
}
