use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use delivery::{MessageId, Outcome};

use crate::{Sent, SmsLetter, code};

#[derive(Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Default)]
struct State {
    sent: Vec<Sent>,
    n_accepted: usize,
    orders: VecDeque<(Outcome, bool)>,
}

impl Memory {
    pub(crate) fn send(&self, message: Option<&MessageId>, letter: &SmsLetter) -> Outcome {
        let mut state = self.state();
        match state.orders.pop_front() {
            None => state.send(message, letter),
            Some((outcome, is_taken)) => {
                if is_taken {
                    state.send(message, letter);
                }
                outcome
            }
        }
    }

    pub(crate) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.state().sent)
    }

    pub(crate) fn answer_next(&self, outcome: Outcome, is_taken: bool) {
        self.state().orders.push_back((outcome, is_taken));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn send(&mut self, message: Option<&MessageId>, letter: &SmsLetter) -> Outcome {
        let is_number =
            letter.to.strip_prefix('+').is_some_and(|it| it.len() >= 7 && it.bytes().all(|it| it.is_ascii_digit()));
        if !is_number || letter.text.is_empty() || !(5..=259_200).contains(&letter.time_to_live_s) {
            return Outcome::RefusedForGood { code: code("validation_exception") };
        }
        self.n_accepted += 1;
        if let Some(message) = message {
            self.sent.push(Sent { message: message.clone(), letter: letter.clone() });
        }
        Outcome::Accepted { provider_id: format!("memory-{}", self.n_accepted) }
    }
}
