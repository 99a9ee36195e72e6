use std::fmt;

/// A clinic's channel access token, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct ChannelToken(String);

impl ChannelToken {
    /// `token` as LINE gave it.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ChannelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelToken(..)")
    }
}

/// A push to one user.
#[derive(Clone, PartialEq, Eq)]
pub struct Push {
    /// The user id.
    pub to: String,
    /// One to five messages of text.
    pub texts: Vec<String>,
}

/// Only what says nothing of the patient.
impl fmt::Debug for Push {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Push").field("n_texts", &self.texts.len()).finish_non_exhaustive()
    }
}

/// What LINE in memory accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// The user id of a push, the reply token of a reply.
    pub to: String,
    /// The messages.
    pub texts: Vec<String>,
    /// `None` for a reply.
    pub retry_key: Option<String>,
}

/// Only what says nothing of the patient.
impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").field("retry_key", &self.retry_key).finish_non_exhaustive()
    }
}

/// How many messages a channel may push in this month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// `None` for a channel without limit.
    pub limit: Option<u64>,
    /// How many it has.
    pub used: u64,
}
