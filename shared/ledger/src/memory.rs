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
pub(crate) struct Memory(Mutex<BTreeMap<Key, (u64, Value)>>);

impl Memory {
    fn rows(&self) -> MutexGuard<'_, BTreeMap<Key, (u64, Value)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Stored> {
        self.rows().get(key).map(|(version, body)| Stored { key: key.clone(), version: *version, body: body.clone() })
    }

    pub(crate) fn transact(&self, writes: &[Write]) -> bool {
        let mut rows = self.rows();
        let holds = |write: &Write| match write {
            Write::Put { key, expect: Expect::Absent, .. } => !rows.contains_key(key),
            Write::Put { key, expect: Expect::Version(expected), .. } => {
                rows.get(key).is_some_and(|(version, _)| version == expected)
            }
            Write::Put { expect: Expect::Anything, .. } | Write::Delete { .. } => true,
        };
        if !writes.iter().all(holds) {
            // A repeat finds every row it put under a condition; a part of them proves nothing.
            let is_own = |write: &Write| match write {
                Write::Put { key, body, expect } => {
                    rows.get(key).is_some_and(|(version, stored)| *version == next_version(*expect) && stored == body)
                }
                Write::Delete { .. } => false,
            };
            return writes.iter().filter(|it| it.is_conditional()).all(is_own);
        }
        for write in writes {
            match write {
                Write::Put { key, body, expect } => {
                    rows.insert(key.clone(), (next_version(*expect), body.clone()));
                }
                Write::Delete { key } => {
                    rows.remove(key);
                }
            }
        }
        true
    }

    pub(crate) fn next_number(&self, key: Key) -> u64 {
        let mut rows = self.rows();
        let (number, _) = rows.entry(key).or_insert((0, Value::Object(serde_json::Map::new())));
        *number += 1;
        *number
    }

    pub(crate) fn query(&self, range: &Range, limit: usize, is_backward: bool) -> Vec<Stored> {
        let from = Key { pk: range.pk.clone(), sk: range.from.clone() };
        let to = Key { pk: range.pk.clone(), sk: range.to.clone() };
        if from > to {
            return Vec::new();
        }
        let rows = self.rows();
        let stored = |(key, (version, body)): (&Key, &(u64, Value))| Stored {
            key: key.clone(),
            version: *version,
            body: body.clone(),
        };
        let found = rows.range(from..=to);
        if is_backward {
            found.rev().take(limit).map(stored).collect()
        } else {
            found.take(limit).map(stored).collect()
        }
    }

    pub(crate) fn scan(&self) -> Vec<Stored> {
        let rows = self.rows();
        rows.iter()
            .map(|(key, (version, body))| Stored { key: key.clone(), version: *version, body: body.clone() })
            .collect()
    }
}
