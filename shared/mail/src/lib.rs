//! Mail through SES, or to memory for tests.
//!
//! Sending again after an `Err` may send twice: what must go once is decided before it comes here.
//!
//! **Invariant:** no type of the SDK leaves this crate, and no address and no text is in an error.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod memory;
mod ses;

use std::sync::Arc;

use anyhow::Result;
use aws_config::SdkConfig;

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

    /// Letters are kept until [`taken`](Self::take).
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

    /// What was sent since the last call, oldest first; for tests.
    ///
    /// # Panics
    ///
    /// Where mail is not in memory.
    pub fn take(&self) -> Vec<Letter> {
        match &self.0 {
            Backend::Memory(memory) => memory.take(),
            Backend::Ses(_) | Backend::Off => panic!("only mail in memory can be read by its sender"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        contract::check(&Mail::in_memory()).await;
    }
}
