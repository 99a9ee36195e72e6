use std::sync::{Mutex, PoisonError};

use crate::{Letter, Posted};

#[derive(Default)]
pub(crate) struct Memory(Mutex<Vec<Letter>>);

impl Memory {
    pub(crate) fn send(&self, letter: &Letter) -> Posted {
        if !letter.to.contains('@') {
            return Posted::Refused;
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(letter.clone());
        Posted::Accepted
    }

    pub(crate) fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
