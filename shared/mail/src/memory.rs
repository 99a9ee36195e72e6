use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use delivery::{MessageId, Outcome};

use crate::{Letter, Message, Posted, code};

#[derive(Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Default)]
struct State {
    letters: Vec<Letter>,
    messages: Vec<(MessageId, Message)>,
    n_messages: usize,
    orders: VecDeque<(Outcome, bool)>,
}

impl Memory {
    pub(crate) fn send(&self, letter: &Letter) -> Posted {
        if !letter.to.contains('@') {
            return Posted::Refused;
        }
        self.state().letters.push(letter.clone());
        Posted::Accepted
    }

    pub(crate) fn send_raw(&self, id: &MessageId, message: &Message) -> Outcome {
        let mut state = self.state();
        match state.orders.pop_front() {
            None => state.send_raw(id, message),
            Some((outcome, is_taken)) => {
                if is_taken {
                    state.send_raw(id, message);
                }
                outcome
            }
        }
    }

    pub(crate) fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut self.state().letters)
    }

    pub(crate) fn take_messages(&self) -> Vec<(MessageId, Message)> {
        std::mem::take(&mut self.state().messages)
    }

    pub(crate) fn answer_next(&self, outcome: Outcome, is_taken: bool) {
        self.state().orders.push_back((outcome, is_taken));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Written as it would be for SES, so that what cannot be written is refused here too.
    fn send_raw(&mut self, id: &MessageId, message: &Message) -> Outcome {
        if let Err(why) = message.raw("memory@example.jp", id) {
            return Outcome::RefusedForGood { code: code(why) };
        }
        self.n_messages += 1;
        self.messages.push((id.clone(), message.clone()));
        Outcome::Accepted { provider_id: format!("memory-{}", self.n_messages) }
    }
}
