use std::collections::BTreeMap;

use crate::{Document, FileKind, Record};

/// Which of the files' records belong to one plan or one table.
#[derive(Debug, Default)]
pub(super) struct Sources<'a> {
    parts: BTreeMap<(FileKind, String), Part<'a>>,
    n_taken: usize,
}

/// What is always sent whole.
#[derive(Debug)]
struct Part<'a> {
    /// In which file it stands.
    at: usize,
    /// With how many records were taken before.
    records: Vec<(usize, &'a Record)>,
}

impl<'a> Sources<'a> {
    /// The records of `kind`, in the order of the files.
    pub(super) fn of(&self, kind: FileKind) -> Vec<&'a Record> {
        let parts = self.parts.iter().filter(|it| it.0.0 == kind);
        let mut records: Vec<(usize, &Record)> = parts.flat_map(|it| &it.1.records).copied().collect();
        records.sort_by_key(|it| it.0);
        records.into_iter().map(|it| it.1).collect()
    }

    /// Takes a record of the file at `at`. What an earlier file said in its place is dropped: a unit is
    /// always sent whole (standard 4.1 §5.1.1.1), actuals whole for an office and a type (§5.1.2.1).
    fn take(&mut self, at: usize, kind: FileKind, record: &'a Record) {
        let part = self.parts.entry((kind, place_of(kind, record))).or_insert(Part { at, records: Vec::new() });
        if part.at != at {
            *part = Part { at, records: Vec::new() };
        }
        part.records.push((self.n_taken, record));
        self.n_taken += 1;
    }
}

/// What a later file replaces.
fn place_of(kind: FileKind, record: &Record) -> String {
    match kind {
        FileKind::Actuals => {
            let service_type: String = record.text(15).chars().take(2).collect();
            format!("{}{service_type}", record.text(20))
        }
        _ => String::new(),
    }
}

/// The records of `documents` by `key_of`, the keys in the order in which records of the `main` kinds
/// have them. Records of other kinds are taken where a main one has their key.
pub(super) fn grouped<'a, K: Clone + Ord>(
    documents: &'a [Document],
    main: &[FileKind],
    key_of: impl Fn(FileKind, &Record) -> Option<K>,
) -> Vec<(K, Sources<'a>)> {
    let mut groups: Vec<(K, Sources<'a>)> = Vec::new();
    let mut places: BTreeMap<K, usize> = BTreeMap::new();
    for document in documents.iter().filter(|it| main.contains(&it.kind)) {
        for key in document.records.iter().filter_map(|it| key_of(document.kind, it)) {
            places.entry(key.clone()).or_insert_with(|| {
                groups.push((key, Sources::default()));
                groups.len() - 1
            });
        }
    }
    for (at, document) in documents.iter().enumerate() {
        for record in &document.records {
            let place = key_of(document.kind, record).and_then(|it| places.get(&it));
            if let Some(place) = place {
                groups[*place].1.take(at, document.kind, record);
            }
        }
    }
    groups
}
