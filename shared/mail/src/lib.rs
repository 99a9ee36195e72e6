//! Mail through SES, or to memory for tests.
//!
//! Sending again after an `Err`, or after [`Outcome::Unclear`], may send twice: what must go once is decided
//! before it comes here. A [`Message`] to a patient is one call, with no retry of its own; what came of it is
//! told as [`Outcome`], which the rules of `delivery` read.
//!
//! **Invariant:** a message to a patient takes a [`Call`], which only a row that was leased and started gives,
//! and uses it up.
//!
//! **Invariant:** no type of the SDK leaves this crate, and no address and no text is in an error.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod memory;
mod message;
mod outcome;
mod ses;

use std::sync::Arc;

use anyhow::Result;
use aws_config::SdkConfig;
use delivery::{Call, Channel, MessageId, Outcome, ReasonCode};

pub use crate::message::{Attachment, Message};

use crate::{memory::Memory, ses::Ses};

/// Where mail is sent from. Clones are the same.
#[derive(Clone)]
pub struct Mail(Backend);

#[derive(Clone)]
enum Backend {
    Ses(Arc<Ses>),
    Memory(Arc<Memory>),
    Off,
}

/// A mail of plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Lines end with LF.
    pub text: String,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// The provider took it.
    Accepted,
    /// The provider will never take it: the address is none, say. A retry would meet the same.
    Refused,
    /// There is no sender, so nothing is sent.
    Off,
}

impl Mail {
    /// Mail from the address `from`, which SES must have verified; none is sent without one.
    pub fn in_ses(aws: &SdkConfig, from: Option<String>) -> Self {
        Self(from.map_or(Backend::Off, |it| Backend::Ses(Arc::new(Ses::new(aws, it)))))
    }

    /// With the configuration set whose events tell what became of each [`Message`]; SES alone has any.
    #[must_use]
    pub fn with_configuration_set(self, name: Option<String>) -> Self {
        match self.0 {
            Backend::Ses(ses) => Self(Backend::Ses(Arc::new(ses.with_configuration_set(name)))),
            other => Self(other),
        }
    }

    /// Letters and messages are kept until [taken](Self::take).
    pub fn in_memory() -> Self {
        Self(Backend::Memory(Arc::default()))
    }

    /// Sends a letter.
    ///
    /// # Errors
    ///
    /// When it is unknown whether it was sent, or it was not and may be at another try.
    pub async fn send(&self, letter: &Letter) -> Result<Posted> {
        match &self.0 {
            Backend::Ses(ses) => ses.send(letter).await,
            Backend::Memory(memory) => Ok(memory.send(letter)),
            Backend::Off => Ok(Posted::Off),
        }
    }

    /// Sends a message to a patient, once.
    pub async fn send_raw(&self, call: Call, message: &Message) -> Outcome {
        if call.channel() != Channel::Mail {
            return Outcome::RefusedForGood { code: code("other_channel") };
        }
        match &self.0 {
            Backend::Ses(ses) => ses.send_raw(call.id(), message).await,
            Backend::Memory(memory) => memory.send_raw(call.id(), message),
            Backend::Off => Outcome::Refused { code: code("off") },
        }
    }

    /// The letters sent since the last call, oldest first; for tests.
    ///
    /// # Panics
    ///
    /// Where mail is not in memory.
    pub fn take(&self) -> Vec<Letter> {
        self.memory().take()
    }

    /// The messages sent since the last call, oldest first; for tests.
    ///
    /// # Panics
    ///
    /// Where mail is not in memory.
    pub fn take_messages(&self) -> Vec<(MessageId, Message)> {
        self.memory().take_messages()
    }

    /// The next message comes out as `outcome`; with `is_taken`, it is nonetheless accepted as far as it
    /// would have been. Later orders wait for earlier ones. For tests.
    ///
    /// # Panics
    ///
    /// Where mail is not in memory.
    pub fn answer_next(&self, outcome: Outcome, is_taken: bool) {
        self.memory().answer_next(outcome, is_taken);
    }

    fn memory(&self) -> &Memory {
        match &self.0 {
            Backend::Memory(memory) => memory,
            Backend::Ses(_) | Backend::Off => panic!("only mail in memory is at the hand of its sender"),
        }
    }
}

fn code(what: &str) -> ReasonCode {
    ReasonCode::parse(&format!("mail.{what}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        contract::check(&Mail::in_memory()).await;
    }

    #[tokio::test]
    async fn memory_answers_as_it_is_told() {
        let mail = Mail::in_memory();
        let unclear = Outcome::Unclear { code: code("timeout") };
        mail.answer_next(unclear.clone(), false);
        mail.answer_next(unclear.clone(), true);
        assert_eq!(mail.send_raw(contract::call(1), &contract::message()).await, unclear);
        assert_eq!(mail.take_messages(), []);
        assert_eq!(mail.send_raw(contract::call(1), &contract::message()).await, unclear);
        assert_eq!(mail.take_messages(), [(contract::call(1).id().clone(), contract::message())]);
    }

    #[tokio::test]
    async fn nothing_is_sent_where_there_is_no_sender() {
        let off = Mail::in_ses(&SdkConfig::builder().build(), None);
        assert_eq!(off.send_raw(contract::call(1), &contract::message()).await, Outcome::Refused { code: code("off") });
    }
}
