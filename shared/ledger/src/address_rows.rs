use anyhow::Result;
use delivery::{Channel, MessageId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{
    ClinicId, Ledger, PatientId, Versioned,
    keys::{Key, addresses},
    store::{Expect, Range},
};

/// An address of a clinic's patients under the system's identity secret: equal for equal addresses, and
/// nothing to who lacks the secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AddressKey {
    /// The channel it is an address of.
    pub channel: Channel,
    /// HMAC-SHA256 in hex.
    pub hmac: String,
}

impl AddressKey {
    /// The key of `address`: an E.164 number, a mail address, a user id of LINE.
    pub fn new(secret: &[u8], clinic: &ClinicId, channel: Channel, address: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        // Mailboxes that differ in case alone are one, wherever that was ever checked.
        for part in ["address", clinic.as_str(), channel.as_str(), &address.to_lowercase()] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        Self { channel, hmac: mac.finalize().into_bytes().iter().map(|it| format!("{it:02x}")).collect() }
    }
}

/// What is known of an address, whoever has it. It outlives the patient: whoever refused, refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRow {
    /// Which.
    pub key: AddressKey,
    /// A hard bounce, or a number that the provider calls invalid.
    pub bounced_on: Option<Date>,
    /// 「本人ではありません」.
    pub wrong_person_on: Option<Date>,
    /// The last 配信停止 at this address.
    pub opted_out_on: Option<Date>,
    /// LINE: blocked or unfollowed, and not followed again since.
    pub is_blocked: bool,
    /// When the newest follow or unfollow happened that says so: LINE tells them in any order.
    pub follow_changed_at: Option<Timestamp>,
    /// The newest message to it.
    pub last_sent: Option<LastSent>,
}

/// The newest message to an address: a family's number gets one a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSent {
    /// The day in Tokyo.
    pub on: Date,
    /// To whom.
    pub patient: PatientId,
    /// Which.
    pub message: MessageId,
}

impl AddressRow {
    /// Of an address nothing is known of.
    pub fn new(key: AddressKey) -> Self {
        Self {
            key,
            bounced_on: None,
            wrong_person_on: None,
            opted_out_on: None,
            is_blocked: false,
            follow_changed_at: None,
            last_sent: None,
        }
    }
}

impl Ledger {
    /// Every address of a clinic something is known of.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn addresses(&self, clinic: &ClinicId) -> Result<Vec<AddressRow>> {
        let rows = self.core.query(&Range::all(addresses(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// What is known of one address; nothing, with version 0, where there is no row.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn address_of(&self, clinic: &ClinicId, key: &AddressKey) -> Result<Versioned<AddressRow>> {
        let found = self.core.get(Key::address(clinic, key.channel, &key.hmac)).await?;
        Ok(found.unwrap_or_else(|| Versioned { row: AddressRow::new(key.clone()), version: 0 }))
    }

    /// Saves what is known of an address. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_address(&self, clinic: &ClinicId, row: &AddressRow, version: u64) -> Result<bool> {
        let key = Key::address(clinic, row.key.channel, &row.key.hmac);
        self.core.put(key, row, Expect::of_version(version)).await
    }
}
