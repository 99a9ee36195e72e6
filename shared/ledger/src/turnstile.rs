use std::{
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

use anyhow::{Result, ensure};

/// What stands before every call of tables in memory, for tests: it lets all through, breaks one and all that
/// follow, or stops whoever comes after the next write of a message's row.
#[derive(Clone, Default)]
pub struct Turnstile(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    mode: Mode,
    n_calls: usize,
    waiting: Vec<Waker>,
    watching: Option<Waker>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Open,
    Breaks {
        at: usize,
        is_applied: bool,
    },
    UntilWrite,
    Closes {
        at: usize,
    },
}

impl Turnstile {
    /// Lets every call through, and counts from 0 again.
    pub fn open(&self) {
        self.set(Mode::Open);
    }

    /// Breaks the call number `at`, counted from 0 from now on, and all later ones; that one is nonetheless
    /// applied where `is_applied` says so. So ends a process that dies there.
    pub fn break_at(&self, at: usize, is_applied: bool) {
        self.set(Mode::Breaks { at, is_applied });
    }

    /// How many calls came since the last order.
    pub fn n_calls(&self) -> usize {
        self.state().n_calls
    }

    /// Lets calls through until a message's row was written; whoever calls then waits.
    pub fn open_until_write(&self) {
        self.set(Mode::UntilWrite);
    }

    /// Stops the call number `at`, counted from 0 from now on, and all later ones.
    pub fn close_at(&self, at: usize) {
        self.set(Mode::Closes { at });
    }

    /// Waits until somebody waits.
    pub async fn stopped(&self) {
        poll_fn(|context| {
            let mut state = self.state();
            if state.is_closed() && !state.waiting.is_empty() {
                return Poll::Ready(());
            }
            state.watching = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn set(&self, mode: Mode) {
        let mut state = self.state();
        state.mode = mode;
        state.n_calls = 0;
        for waker in state.waiting.drain(..) {
            waker.wake();
        }
    }

    /// Lets one call of a table in memory through, when its turn comes.
    pub(crate) async fn pass<T>(&self, is_row_write: bool, call: impl FnOnce() -> T) -> Result<T> {
        self.opened().await;
        let (mode, number) = {
            let mut state = self.state();
            state.n_calls += 1;
            (state.mode, state.n_calls - 1)
        };
        if let Mode::Breaks { at, is_applied } = mode {
            ensure!(number < at || (number == at && is_applied), "broken for a test before the call");
            let result = call();
            ensure!(number < at, "broken for a test after the call");
            return Ok(result);
        }
        let result = call();
        if mode == Mode::UntilWrite && is_row_write {
            self.close_at(0);
        }
        Ok(result)
    }

    async fn opened(&self) {
        poll_fn(|context| {
            let mut state = self.state();
            if !state.is_closed() {
                return Poll::Ready(());
            }
            state.waiting.push(context.waker().clone());
            if let Some(watching) = state.watching.take() {
                watching.wake();
            }
            Poll::Pending
        })
        .await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_closed(&self) -> bool {
        matches!(self.mode, Mode::Closes { at } if self.n_calls >= at)
    }
}
