use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{ClinicId, Ledger, Versioned, keys::Key, store::Expect};

/// How long an answer is kept for repeats.
const ANSWER_S: i64 = 24 * 60 * 60;
/// How long a request that was begun and never answered keeps its repeats away.
const BEGUN_S: i64 = 60;

/// SHA-256 of what a client calls its request (`Idempotency-Key`), in hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey(String);

impl RequestKey {
    /// The hash of `key`.
    pub fn of(key: &str) -> Self {
        Self(hex(key.as_bytes()))
    }
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// What is known of a request by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is new: do it, then answer or release it.
    New(BegunRequest),
    /// It was done: give this answer again.
    Answered(Answered),
    /// The key was used for another request.
    Other,
    /// Somebody is doing it right now.
    Busy,
}

/// A request that was begun here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunRequest {
    key: RequestKey,
    row: RequestRow,
    version: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RequestRow {
    request_sha256: String,
    /// Tells two that begin at once apart.
    begun_by: String,
    answered: Option<Answered>,
    expires_at_s: i64,
}

impl Ledger {
    /// Begins a request that its client calls `key`. `begun_by` is random.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat with the same `begun_by` is harmless.
    pub async fn begin_request(
        &self,
        clinic: &ClinicId,
        key: &RequestKey,
        request: &[u8],
        begun_by: String,
        now: Timestamp,
    ) -> Result<Begun> {
        let found = self.auth.get::<RequestRow>(Key::request(clinic, &key.0)).await?;
        let request_sha256 = hex(request);
        let expect = match &found {
            None => Expect::Absent,
            Some(Versioned { row, version }) if row.expires_at_s <= now.as_second() => Expect::Version(*version),
            Some(Versioned { row, .. }) if row.request_sha256 != request_sha256 => return Ok(Begun::Other),
            Some(Versioned { row, .. }) => return Ok(row.answered.clone().map_or(Begun::Busy, Begun::Answered)),
        };
        let expires_at_s = now.as_second() + BEGUN_S;
        let row = RequestRow { request_sha256, begun_by, answered: None, expires_at_s };
        if !self.auth.put(Key::request(clinic, &key.0), &row, expect).await? {
            return Ok(Begun::Busy);
        }
        let version = found.map_or(1, |it| it.version + 1);
        Ok(Begun::New(BegunRequest { key: key.clone(), row, version }))
    }

    /// Keeps the answer to a request for its repeats.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn answer_request(
        &self,
        clinic: &ClinicId,
        begun: BegunRequest,
        answered: Answered,
        now: Timestamp,
    ) -> Result<()> {
        let row = RequestRow { answered: Some(answered), expires_at_s: now.as_second() + ANSWER_S, ..begun.row };
        self.auth.put(Key::request(clinic, &begun.key.0), &row, Expect::Version(begun.version)).await.map(|_| ())
    }

    /// Lets a request that failed be tried again at once.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn release_request(&self, clinic: &ClinicId, begun: BegunRequest) -> Result<()> {
        let row = RequestRow { expires_at_s: 0, ..begun.row };
        self.auth.put(Key::request(clinic, &begun.key.0), &row, Expect::Version(begun.version)).await.map(|_| ())
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    async fn begin(ledger: &Ledger, request: &str, begun_by: &str, second: i64) -> Begun {
        let clinic = ClinicId::parse("one").unwrap();
        let key = RequestKey::of("k");
        ledger.begin_request(&clinic, &key, request.as_bytes(), begun_by.to_owned(), at(second)).await.unwrap()
    }

    #[tokio::test]
    async fn a_request_is_done_once_and_answered_alike() {
        let (ledger, clinic) = (Ledger::in_memory(), ClinicId::parse("one").unwrap());
        let Begun::New(begun) = begin(&ledger, "r", "a", 1000).await else { panic!("not new") };
        assert_eq!(begin(&ledger, "r", "b", 1001).await, Begun::Busy);
        assert_eq!(begin(&ledger, "other", "b", 1001).await, Begun::Other);
        let answered = Answered { status: 201, body: "{}".to_owned() };
        ledger.answer_request(&clinic, begun, answered.clone(), at(1002)).await.unwrap();
        assert_eq!(begin(&ledger, "r", "b", 1003).await, Begun::Answered(answered));
        assert_eq!(begin(&ledger, "other", "b", 1003).await, Begun::Other);
        assert!(matches!(begin(&ledger, "other", "b", 1002 + ANSWER_S).await, Begun::New(_)));
    }

    #[tokio::test]
    async fn a_request_that_failed_or_died_may_be_tried_again() {
        let (ledger, clinic) = (Ledger::in_memory(), ClinicId::parse("one").unwrap());
        let Begun::New(begun) = begin(&ledger, "r", "a", 1000).await else { panic!("not new") };
        ledger.release_request(&clinic, begun).await.unwrap();
        assert!(matches!(begin(&ledger, "r", "b", 1001).await, Begun::New(_)));
        assert_eq!(begin(&ledger, "r", "c", 1060).await, Begun::Busy);
        assert!(matches!(begin(&ledger, "r", "c", 1061).await, Begun::New(_)));
    }
}
