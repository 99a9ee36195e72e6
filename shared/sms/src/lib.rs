//! SMS through AWS End User Messaging, or to memory for tests.
//!
//! A call is made once, with no retry of its own; what came of it is told as [`Outcome`], which the rules
//! of `delivery` read. The service knows no repeats: calling again after [`Outcome::Unclear`] may send twice.
//!
//! **Invariant:** a send takes a [`Call`], which only a row that was leased and started gives, and uses it up.
//!
//! **Invariant:** no type of the SDK leaves this crate, and no number and no text is in an error or in what
//! `Debug` writes.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod end_user_messaging;
mod memory;
mod outcome;

use std::{fmt, sync::Arc, time::Duration};

use aws_config::SdkConfig;
use delivery::{Call, Channel, MessageId, Outcome, ReasonCode};

use crate::{end_user_messaging::EndUserMessaging, memory::Memory};

/// Where SMS is sent from. Clones are the same.
#[derive(Clone)]
pub struct Sms(Backend);

#[derive(Clone)]
enum Backend {
    EndUserMessaging(Arc<EndUserMessaging>),
    Memory(Arc<Memory>),
    Off,
}

/// How the service is used.
#[derive(Debug, Clone)]
pub struct SmsSettings {
    /// The sender id or number that patients see.
    pub origination: String,
    /// What the service's events are told to.
    pub configuration_set: Option<String>,
    /// Where the service is, if not where AWS has it; the emulator has none.
    pub endpoint: Option<String>,
    /// For one call, from its connection to its whole answer.
    pub time_limit: Duration,
}

impl SmsSettings {
    /// From `origination`, at AWS, with 10 seconds a call and no events.
    pub fn from_origination(origination: impl Into<String>) -> Self {
        let time_limit = Duration::from_secs(10);
        Self { origination: origination.into(), configuration_set: None, endpoint: None, time_limit }
    }
}

/// An SMS to one number.
#[derive(Clone, PartialEq, Eq)]
pub struct SmsLetter {
    /// E.164, as `+819012345678`.
    pub to: String,
    /// In one or several parts.
    pub text: String,
    /// How long the carrier may try, in seconds: 5 to 259,200. What is not delivered then never is.
    pub time_to_live_s: u32,
}

/// What SMS in memory accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// Which message: what comes back in the service's events.
    pub message: MessageId,
    /// What was sent.
    pub letter: SmsLetter,
}

/// Only what says nothing of the patient.
impl fmt::Debug for SmsLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsLetter").field("time_to_live_s", &self.time_to_live_s).finish_non_exhaustive()
    }
}

/// Only what says nothing of the patient.
impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").field("message", &self.message).finish_non_exhaustive()
    }
}

impl Sms {
    /// SMS as `settings` say; none is sent without them.
    pub fn in_end_user_messaging(aws: &SdkConfig, settings: Option<SmsSettings>) -> Self {
        let service = |it| Backend::EndUserMessaging(Arc::new(EndUserMessaging::new(aws, it)));
        Self(settings.map_or(Backend::Off, service))
    }

    /// Messages are kept until [`taken`](Self::take).
    pub fn in_memory() -> Self {
        Self(Backend::Memory(Arc::default()))
    }

    /// Sends a message, once.
    pub async fn send(&self, call: Call, letter: &SmsLetter) -> Outcome {
        if call.channel() != Channel::Sms {
            return Outcome::RefusedForGood { code: code("other_channel") };
        }
        self.call(Some(call.id()), letter).await
    }

    /// What [`send`](Self::send) would come to, as far as the service can tell. Nothing is sent, and it is
    /// free.
    pub async fn dry_run(&self, letter: &SmsLetter) -> Outcome {
        self.call(None, letter).await
    }

    /// Sends `message`; without one it is a dry run.
    async fn call(&self, message: Option<&MessageId>, letter: &SmsLetter) -> Outcome {
        match &self.0 {
            Backend::EndUserMessaging(service) => service.send(message, letter).await,
            Backend::Memory(memory) => memory.send(message, letter),
            Backend::Off => Outcome::Refused { code: code("off") },
        }
    }

    /// What was sent since the last call, oldest first; for tests.
    ///
    /// # Panics
    ///
    /// Where SMS is not in memory.
    pub fn take(&self) -> Vec<Sent> {
        self.memory().take()
    }

    /// The next message sent comes out as `outcome`; with `is_taken`, it is nonetheless accepted as far as
    /// it would have been. Later orders wait for earlier ones. For tests.
    ///
    /// # Panics
    ///
    /// Where SMS is not in memory.
    pub fn answer_next(&self, outcome: Outcome, is_taken: bool) {
        self.memory().answer_next(outcome, is_taken);
    }

    fn memory(&self) -> &Memory {
        match &self.0 {
            Backend::Memory(memory) => memory,
            Backend::EndUserMessaging(_) | Backend::Off => panic!("only SMS in memory is at the hand of its caller"),
        }
    }
}

fn code(what: &str) -> ReasonCode {
    ReasonCode::parse(&format!("sms.{what}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        contract::check(&Sms::in_memory()).await;
    }

    #[tokio::test]
    async fn memory_answers_as_it_is_told() {
        let sms = Sms::in_memory();
        let unclear = Outcome::Unclear { code: code("timeout") };
        sms.answer_next(unclear.clone(), false);
        sms.answer_next(unclear.clone(), true);
        assert_eq!(sms.send(contract::call(1), &contract::letter()).await, unclear);
        assert_eq!(sms.take(), []);
        assert_eq!(sms.send(contract::call(1), &contract::letter()).await, unclear);
        assert_eq!(sms.take().len(), 1);
    }

    #[tokio::test]
    async fn nothing_is_sent_where_there_is_no_sender() {
        let aws = SdkConfig::builder().build();
        let off = Sms::in_end_user_messaging(&aws, None);
        assert_eq!(off.send(contract::call(1), &contract::letter()).await, Outcome::Refused { code: code("off") });
    }
}
