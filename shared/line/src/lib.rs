//! LINE Messaging API, or memory for tests: pushes that LINE knows again by their retry key, and its webhook.
//!
//! A call is made once, with no retry of its own; what came of it is told as [`Outcome`], which the rules
//! of `delivery` read. Calling again after [`Outcome::Unclear`] is safe with the same retry key, within
//! LINE's 24 hours.
//!
//! **Invariant:** a push takes a [`Call`], which only a row that was leased and started gives, and uses it up.
//!
//! **Invariant:** no token, no user id and no text is in an error or in what `Debug` writes.

mod answer;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod http_client;
mod memory;
mod signature;
mod types;
mod webhook;

use std::sync::Arc;

use anyhow::Result;
use delivery::{Call, Outcome};

pub use crate::{
    http_client::LineSettings,
    signature::verify_signature,
    types::{ChannelToken, Push, Quota, Sent},
    webhook::{EventKind, Webhook, WebhookEvent},
};

use crate::{http_client::HttpClient, memory::Memory};

/// LINE, for all clinics: each call names the channel it is made for. Clones are the same.
#[derive(Clone)]
pub struct Line(Backend);

#[derive(Clone)]
enum Backend {
    Http(Arc<HttpClient>),
    Memory(Arc<Memory>),
}

impl Line {
    /// LINE at the address of `settings`.
    ///
    /// # Errors
    ///
    /// When this machine has no root certificates.
    pub fn over_http(settings: LineSettings) -> Result<Self> {
        Ok(Self(Backend::Http(Arc::new(HttpClient::new(settings)?))))
    }

    /// Pushes and replies are kept until [`taken`](Self::take), retry keys without end.
    pub fn in_memory() -> Self {
        Self(Backend::Memory(Arc::default()))
    }

    /// Pushes to one user, once: LINE accepts one push with the call's retry key in 24 hours.
    pub async fn push(&self, token: &ChannelToken, call: Call, push: &Push) -> Outcome {
        let Some(retry_key) = call.retry_key() else {
            return Outcome::RefusedForGood { code: answer::code("other_channel") };
        };
        match &self.0 {
            Backend::Http(http) => http.push(token, retry_key, push).await,
            Backend::Memory(memory) => memory.push(token, retry_key, push),
        }
    }

    /// Answers an event of the webhook; that is free of quota. A reply token works once, for about a
    /// minute. There is no retry key, so after [`Outcome::Unclear`] the answer is left.
    pub async fn reply(&self, token: &ChannelToken, reply_token: &str, text: &str) -> Outcome {
        match &self.0 {
            Backend::Http(http) => http.reply(token, reply_token, text).await,
            Backend::Memory(memory) => memory.reply(reply_token, text),
        }
    }

    /// What LINE would refuse in `texts`, as its own paths (`messages[0].text`); empty when nothing.
    /// Nothing is sent.
    ///
    /// # Errors
    ///
    /// When LINE does not tell.
    pub async fn validate_push(&self, token: &ChannelToken, texts: &[String]) -> Result<Vec<String>> {
        match &self.0 {
            Backend::Http(http) => http.validate_push(token, texts).await,
            Backend::Memory(_) => Ok(memory::problems(texts)),
        }
    }

    /// How much the channel may push this month, and has.
    ///
    /// # Errors
    ///
    /// When LINE does not tell.
    pub async fn quota(&self, token: &ChannelToken) -> Result<Quota> {
        match &self.0 {
            Backend::Http(http) => http.quota(token).await,
            Backend::Memory(memory) => Ok(memory.quota(token)),
        }
    }

    /// What begins LINE's account link for a user: it works once, for 10 minutes.
    ///
    /// # Errors
    ///
    /// When LINE gives none, as for a user it does not know.
    pub async fn link_token(&self, token: &ChannelToken, user: &str) -> Result<String> {
        match &self.0 {
            Backend::Http(http) => http.link_token(token, user).await,
            Backend::Memory(memory) => memory.link_token(user),
        }
    }

    /// What was pushed and replied since the last call, oldest first; for tests.
    ///
    /// # Panics
    ///
    /// Where LINE is not in memory.
    pub fn take(&self) -> Vec<Sent> {
        self.memory().take()
    }

    /// The next push or reply comes out as `outcome`; with `is_taken`, it is nonetheless accepted as far as
    /// it would have been. Later orders wait for earlier ones. For tests.
    ///
    /// # Panics
    ///
    /// Where LINE is not in memory.
    pub fn answer_next(&self, outcome: Outcome, is_taken: bool) {
        self.memory().answer_next(outcome, is_taken);
    }

    fn memory(&self) -> &Memory {
        match &self.0 {
            Backend::Memory(memory) => memory,
            Backend::Http(_) => panic!("only LINE in memory is at the hand of its caller"),
        }
    }
}

#[cfg(test)]
mod tests {
    use delivery::Channel;

    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        contract::check(&Line::in_memory()).await;
    }

    #[tokio::test]
    async fn memory_answers_as_it_is_told() {
        let line = Line::in_memory();
        let token = ChannelToken::new("token");
        let user = format!("U{}", "0".repeat(32));
        let push = Push { to: user, texts: vec!["あ".to_owned()] };
        let call = || delivery::model_trace::call(Channel::Line, 1);
        let unclear = Outcome::Unclear { code: Default::default() };
        line.answer_next(unclear.clone(), false);
        line.answer_next(unclear.clone(), true);
        assert_eq!(line.push(&token, call(), &push).await, unclear);
        assert_eq!(line.take(), []);
        assert_eq!(line.push(&token, call(), &push).await, unclear);
        assert_eq!(line.take().len(), 1);
        assert!(matches!(line.push(&token, call(), &push).await, Outcome::AlreadyAccepted { .. }));
        assert_eq!(line.take(), []);
    }
}
