use std::time::Duration;

use serde_json::{Value, json};

/// A message that a stand-in accepted: the judge of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// As it was told to the caller.
    pub id: String,
    /// The user id, reply token or number.
    pub to: String,
    /// The messages; one for SMS.
    pub texts: Vec<String>,
    /// By which the caller knows it again: LINE's retry key, the message id (`mid`) of SMS.
    pub key: Option<String>,
    /// The channel's token for LINE, the origination identity for SMS.
    pub from: String,
    /// When, on the stand-in's own clock, which begins at zero.
    pub at: Duration,
}

/// The ledger for people, the latest first.
pub(crate) fn for_people(accepted: &[Accepted]) -> Value {
    let one =
        |it: &Accepted| json!({"id": it.id, "to": it.to, "texts": it.texts, "key": it.key, "at_s": it.at.as_secs()});
    accepted.iter().rev().map(one).collect()
}
