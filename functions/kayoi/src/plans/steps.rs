//! Where a test ends a command as a kill would: between any two things it does outside itself.

/// Something outside may have been done; something else is about to be.
#[cfg(not(test))]
pub(super) fn step() {}

#[cfg(test)]
pub(super) use kill::{killed_at, step};

#[cfg(test)]
mod kill {
    use std::{cell::Cell, panic};

    thread_local! {
        /// Steps of this thread until the kill.
        static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    }

    struct Killed;

    pub(in crate::plans) fn step() {
        LEFT.with(|left| match left.get() {
            // Not a panic for people: no hook, no message.
            Some(0) => panic::resume_unwind(Box::new(Killed)),
            Some(n) => left.set(Some(n - 1)),
            None => {}
        });
    }

    /// Runs `command` and kills it at its step `at`, from 0. `None` where it was killed.
    pub(in crate::plans) fn killed_at<T>(at: usize, command: impl FnOnce() -> T) -> Option<T> {
        LEFT.set(Some(at));
        let ended = panic::catch_unwind(panic::AssertUnwindSafe(command));
        LEFT.set(None);
        match ended {
            Ok(done) => Some(done),
            Err(cause) if cause.is::<Killed>() => None,
            Err(cause) => panic::resume_unwind(cause),
        }
    }
}
