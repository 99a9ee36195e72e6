use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;

use crate::{
    keys::Key,
    store::{Expect, Range, Stored, Write, next_version},
};

/// The rows of a table in memory.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Rows>);

type Rows = BTreeMap<Key, Row>;

struct Row {
    version: u64,
    body: Value,
    due: Option<Key>,
}

impl Memory {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Stored> {
        self.rows().get(key).map(|it| stored(key, it))
    }

    pub(crate) fn get_many(&self, keys: &[Key]) -> Vec<Stored> {
        let rows = self.rows();
        keys.iter().filter_map(|key| rows.get(key).map(|it| stored(key, it))).collect()
    }

    pub(crate) fn transact(&self, writes: &[Write]) -> bool {
        let mut rows = self.rows();
        if !all_hold(&rows, writes) {
            return are_own(&[(&rows, writes)]);
        }
        apply(&mut rows, writes);
        true
    }

    pub(crate) fn transact_with(&self, writes: &[Write], other: &Self, others: &[Write]) -> bool {
        let (mut rows, mut other_rows) = (self.rows(), other.rows());
        if !all_hold(&rows, writes) || !all_hold(&other_rows, others) {
            return are_own(&[(&rows, writes), (&other_rows, others)]);
        }
        apply(&mut rows, writes);
        apply(&mut other_rows, others);
        true
    }

    pub(crate) fn next_number(&self, key: Key) -> u64 {
        let mut rows = self.rows();
        let empty = Row { version: 0, body: Value::Object(serde_json::Map::new()), due: None };
        let row = rows.entry(key).or_insert(empty);
        row.version += 1;
        row.version
    }

    pub(crate) fn query(&self, range: &Range, limit: usize, is_backward: bool) -> Vec<Stored> {
        let from = Key { pk: range.pk.clone(), sk: range.from.clone() };
        let to = Key { pk: range.pk.clone(), sk: range.to.clone() };
        if from > to {
            return Vec::new();
        }
        let rows = self.rows();
        let found = rows.range(from..=to).map(|(key, row)| stored(key, row));
        if is_backward { found.rev().take(limit).collect() } else { found.take(limit).collect() }
    }

    pub(crate) fn query_due(&self, pk: &str, to: &str, limit: usize) -> Vec<Stored> {
        let rows = self.rows();
        let is_due = |it: &Row| it.due.as_ref().is_some_and(|it| it.pk == pk && it.sk.as_str() <= to);
        let mut found: Vec<(&Key, &Row)> = rows.iter().filter(|it| is_due(it.1)).collect();
        found.sort_by(|one, other| one.1.due.cmp(&other.1.due));
        found.into_iter().take(limit).map(|(key, row)| stored(key, row)).collect()
    }

    pub(crate) fn scan(&self) -> Vec<Stored> {
        self.rows().iter().map(|(key, row)| stored(key, row)).collect()
    }
}

fn stored(key: &Key, row: &Row) -> Stored {
    Stored { key: key.clone(), version: row.version, body: row.body.clone() }
}

fn all_hold(rows: &Rows, writes: &[Write]) -> bool {
    let holds = |key: &Key, expect: Expect| match expect {
        Expect::Anything => true,
        Expect::Absent => !rows.contains_key(key),
        Expect::Present => rows.contains_key(key),
        Expect::Version(expected) => rows.get(key).is_some_and(|it| it.version == expected),
    };
    writes.iter().all(|write| match write {
        Write::Put { key, expect, .. } | Write::Check { key, expect } => holds(key, *expect),
        Write::Delete { .. } => true,
    })
}

/// A repeat finds every row it put under a condition; a part of them proves nothing, and none at all neither.
fn are_own(tables: &[(&Rows, &[Write])]) -> bool {
    let is_own = |rows: &Rows, write: &Write| match write {
        Write::Put { key, body, expect, .. } => {
            rows.get(key).is_some_and(|it| it.version == next_version(*expect) && it.body == *body)
        }
        Write::Delete { .. } | Write::Check { .. } => false,
    };
    let conditional = tables
        .iter()
        .flat_map(|(rows, writes)| writes.iter().filter(|it| it.is_conditional()).map(|it| is_own(rows, it)));
    let own: Vec<bool> = conditional.collect();
    !own.is_empty() && own.into_iter().all(|it| it)
}

fn apply(rows: &mut Rows, writes: &[Write]) {
    for write in writes {
        match write {
            Write::Put { key, body, expect, due } => {
                let row = Row { version: next_version(*expect), body: body.clone(), due: due.clone() };
                rows.insert(key.clone(), row);
            }
            Write::Delete { key } => {
                rows.remove(key);
            }
            Write::Check { .. } => {}
        }
    }
}
