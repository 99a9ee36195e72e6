use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::{FileKind, FileName, Sheet, layout};

/// What a file is about: a short hash for each user and plan or month in it. Two files with the same
/// scope say the same of the same people, and the newer counts (standard 4.1 §5.1).
///
/// Empty for the files that go with another of their unit.
pub(super) fn scope_of(name: &FileName, bytes: &[u8]) -> BTreeSet<String> {
    let keys: &[usize] = match name.kind {
        FileKind::Sheet1 => &[2, 3, 14, 4],
        FileKind::Schedule | FileKind::Actuals => &[2, 3, 5],
        FileKind::PreventionPlan | FileKind::BasicInformation => &[2, 3, 4],
        _ => return BTreeSet::new(),
    };
    let Some(layout) = layout(name.kind, name.standard) else { return BTreeSet::new() };
    let sheet = Sheet::read(bytes.to_vec());
    let of_row = |row: crate::Row<'_>| {
        let mut hash = Sha256::new();
        for number in keys {
            let value = layout.column_of(*number).and_then(|it| row.raw(it)).unwrap_or_default();
            hash.update(value);
            hash.update(b",");
        }
        hash.finalize().iter().take(8).map(|it| format!("{it:02x}")).collect()
    };
    sheet.rows().filter(|it| !it.is_blank()).map(of_row).collect()
}
