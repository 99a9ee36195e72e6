use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

/// How something in a folder looks from outside: a change of it is a change of this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Look {
    /// Looks at the files at `paths`; what cannot be looked at is there all the same.
    pub(super) fn at(paths: &[PathBuf]) -> Self {
        let look = |path: &PathBuf| match fs::metadata(path) {
            Ok(metadata) => (path.clone(), metadata.len(), metadata.modified().ok()),
            Err(_) => (path.clone(), 0, None),
        };
        let mut looks: Vec<_> = paths.iter().map(look).collect();
        looks.sort();
        Self(looks)
    }
}

/// Since when things look as they do: what is still being copied changes.
pub(super) struct Settling {
    settle: Duration,
    started: Instant,
    seen: BTreeMap<PathBuf, (Look, Duration)>,
}

impl Settling {
    pub(super) fn new(settle: Duration) -> Self {
        Self { settle, started: Instant::now(), seen: BTreeMap::new() }
    }

    /// Whether what lies at `path` has looked like `look` for long enough.
    pub(super) fn is_settled(&mut self, path: &Path, look: Look) -> bool {
        let now = self.started.elapsed();
        self.is_settled_at(now, path, look)
    }

    fn is_settled_at(&mut self, now: Duration, path: &Path, look: Look) -> bool {
        let since = match self.seen.get(path) {
            Some((seen, since)) if *seen == look => *since,
            _ => {
                self.seen.insert(path.to_owned(), (look, now));
                now
            }
        };
        now.saturating_sub(since) >= self.settle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(len: u64) -> Look {
        Look(vec![(PathBuf::from("a.csv"), len, None)])
    }

    #[test]
    fn what_is_being_copied_is_left_alone_until_it_rests() {
        let mut settling = Settling::new(Duration::from_secs(5));
        let mut at = |now, len| settling.is_settled_at(Duration::from_secs(now), Path::new("b"), look(len));
        assert!(!at(0, 10));
        assert!(!at(4, 10));
        assert!(!at(5, 20));
        assert!(!at(9, 20));
        assert!(at(10, 20));
        assert!(at(60, 20));
        assert!(!at(61, 21));
    }

    #[test]
    fn without_a_time_to_settle_the_first_look_is_enough() {
        assert!(Settling::new(Duration::ZERO).is_settled_at(Duration::ZERO, Path::new("b"), look(1)));
    }
}
