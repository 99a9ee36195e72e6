use anyhow::Result;
use delivery::{Tries, TryLimits};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{Ledger, Versioned, keys::Key, store::Expect};

/// What tries are counted by: a link, a source address. Only a hash under a secret is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TryKey(String);

impl TryKey {
    /// The key of `what`, one of its `kind`.
    pub fn new(secret: &[u8], kind: &str, what: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        for part in ["tries", kind, what] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        Self(mac.finalize().into_bytes().iter().map(|it| format!("{it:02x}")).collect())
    }
}

#[derive(Serialize, Deserialize)]
struct TriesRow {
    tries: Tries,
    /// Tells two that are taken at once apart.
    taken_by: String,
    expires_at_s: i64,
}

/// Tries at one key that meet are told apart by their versions; so many in a row do not.
const ROUNDS: u32 = 8;

impl Ledger {
    /// Takes one try at `now`, before anybody looks whether it is right. Returns `false` where none is left.
    /// `taken_by` is random.
    ///
    /// # Errors
    ///
    /// When the table does not answer: a repeat may take another try.
    pub async fn take_try(&self, key: &TryKey, limits: &TryLimits, now: Timestamp, taken_by: &str) -> Result<bool> {
        let take = |tries: &Tries| tries.take(now, limits);
        self.change_tries(key, limits, now, taken_by, take).await
    }

    /// Gives a try back that was right.
    ///
    /// # Errors
    ///
    /// When the table does not answer: a repeat may give another back.
    pub async fn give_try_back(&self, key: &TryKey, limits: &TryLimits, now: Timestamp, given_by: &str) -> Result<()> {
        self.change_tries(key, limits, now, given_by, |tries| Some(tries.give_back())).await.map(|_| ())
    }

    /// Forgets all tries at `key`.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn forget_tries(&self, key: &TryKey) -> Result<()> {
        self.auth.delete(Key::tries(&key.0)).await
    }

    async fn change_tries(
        &self,
        key: &TryKey,
        limits: &TryLimits,
        now: Timestamp,
        by: &str,
        change: impl Fn(&Tries) -> Option<Tries>,
    ) -> Result<bool> {
        for _ in 0..ROUNDS {
            let found = self.auth.get::<TriesRow>(Key::tries(&key.0)).await?;
            let version = found.as_ref().map_or(0, |it| it.version);
            let known = found.filter(|it| it.row.expires_at_s > now.as_second());
            let tries = known.map_or_else(Tries::default, |Versioned { row, .. }| row.tries);
            let Some(tries) = change(&tries) else { return Ok(false) };
            let expires_at_s = now.as_second() + limits.kept_for.as_secs();
            let row = TriesRow { tries, taken_by: by.to_owned(), expires_at_s };
            if self.auth.put(Key::tries(&key.0), &row, Expect::of_version(version)).await? {
                return Ok(true);
            }
        }
        // Somebody tries as fast as the table writes: nobody who types does.
        Ok(false)
    }
}
