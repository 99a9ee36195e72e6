use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Result, ensure};
use delivery::{Outcome, ReasonCode};

use crate::types::{ChannelToken, Push, Quota, Sent};

/// A message of text, in UTF-16 units.
const MAX_TEXT_UNITS: usize = 5000;

#[derive(Default)]
pub(crate) struct Memory(Mutex<State>);

#[derive(Default)]
struct State {
    sent: Vec<Sent>,
    /// The id of the push, by channel and retry key.
    accepted: BTreeMap<(String, String), String>,
    used_reply_tokens: Vec<String>,
    n_link_tokens: u32,
    orders: VecDeque<(Outcome, bool)>,
}

impl Memory {
    pub(crate) fn push(&self, token: &ChannelToken, retry_key: &str, push: &Push) -> Outcome {
        self.state().ordered(|state| {
            if !is_user(&push.to) || !problems(&push.texts).is_empty() {
                return refused();
            }
            let key = (token.as_str().to_owned(), retry_key.to_owned());
            if let Some(id) = state.accepted.get(&key) {
                return Outcome::AlreadyAccepted { provider_id: Some(id.clone()) };
            }
            let provider_id = format!("memory-{}", state.accepted.len() + 1);
            state.accepted.insert(key, provider_id.clone());
            let (to, texts, retry_key) = (push.to.clone(), push.texts.clone(), Some(retry_key.to_owned()));
            state.sent.push(Sent { to, texts, retry_key });
            Outcome::Accepted { provider_id }
        })
    }

    pub(crate) fn reply(&self, reply_token: &str, text: &str) -> Outcome {
        self.state().ordered(|state| {
            let texts = vec![text.to_owned()];
            if !problems(&texts).is_empty() || state.used_reply_tokens.iter().any(|it| it == reply_token) {
                return refused();
            }
            state.used_reply_tokens.push(reply_token.to_owned());
            state.sent.push(Sent { to: reply_token.to_owned(), texts, retry_key: None });
            Outcome::Accepted { provider_id: format!("memory-reply-{}", state.used_reply_tokens.len()) }
        })
    }

    pub(crate) fn quota(&self, token: &ChannelToken) -> Quota {
        let state = self.state();
        let used = state.accepted.keys().filter(|(channel, _)| channel == token.as_str()).count();
        Quota { limit: None, used: used as u64 }
    }

    pub(crate) fn link_token(&self, user: &str) -> Result<String> {
        ensure!(is_user(user), "no user id of LINE");
        let mut state = self.state();
        state.n_link_tokens += 1;
        Ok(format!("link-{}", state.n_link_tokens))
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
    /// What comes of a call that `accept` would answer, if nothing else was ordered.
    fn ordered(&mut self, accept: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        match self.orders.pop_front() {
            None => accept(self),
            Some((outcome, is_taken)) => {
                if is_taken {
                    accept(self);
                }
                outcome
            }
        }
    }
}

/// What LINE would refuse in these messages.
pub(crate) fn problems(texts: &[String]) -> Vec<String> {
    if texts.is_empty() || texts.len() > 5 {
        return vec!["messages".to_owned()];
    }
    let is_sound = |it: &String| !it.is_empty() && it.encode_utf16().count() <= MAX_TEXT_UNITS;
    let unsound = texts.iter().enumerate().filter(|(_, it)| !is_sound(it));
    unsound.map(|(index, _)| format!("messages[{index}].text")).collect()
}

fn is_user(id: &str) -> bool {
    let is_hex = |it: &str| it.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    id.len() == 33 && id.strip_prefix('U').is_some_and(is_hex)
}

fn refused() -> Outcome {
    Outcome::RefusedForGood { code: ReasonCode::parse("line.http_400").unwrap_or_default() }
}
