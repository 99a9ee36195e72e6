use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::MessageKey;

/// The alphabet of RFC 4648, lower case.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A message, as rows, queues and providers' tags call it: 32 characters of base32, made of its
/// [`MessageKey`] (`sending.md` §4.1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct MessageId(String);

impl MessageId {
    /// The id of the message that `key` describes.
    pub fn of(key: &MessageKey) -> Self {
        // 32 characters of five bits are the first 20 bytes.
        Self(key.hash()[..20].chunks_exact(5).flat_map(base32_of_five_bytes).collect())
    }

    /// The id written as `text`; `None` where it has another form. Tags come back from outside.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|it| BASE32.contains(&it));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What LINE knows a call by (`X-Line-Retry-Key`), a UUID in hex: the same for every attempt, another
    /// once staff sent the message again with the old one gone (`n_resends`).
    pub fn retry_key(&self, n_resends: u32) -> String {
        let hash = Sha256::digest(format!("retry key {n_resends} of {}", self.0));
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        // The layout of version 5, made of a name: a validator that knows versions 1 to 5 takes it too.
        bytes[6] = bytes[6] & 0x0f | 0x50;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut key = String::with_capacity(36);
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                key.push('-');
            }
            key.push_str(&format!("{byte:02x}"));
        }
        key
    }
}

fn base32_of_five_bytes(bytes: &[u8]) -> [char; 8] {
    let bits = bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    std::array::from_fn(|index| char::from(BASE32[(bits >> (35 - 5 * index) & 31) as usize]))
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MessageId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a message id has 32 characters of base32")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::TriggerKey;

    fn key() -> MessageKey {
        MessageKey {
            clinic: "c1".to_owned(),
            delivery: "d1".to_owned(),
            patient: "p1".to_owned(),
            trigger: TriggerKey::Date(date(2025, 4, 25)),
            repetition: 0,
            fallback: 0,
        }
    }

    #[test]
    fn an_id_never_changes_between_versions_of_the_program() {
        let id = MessageId::of(&key());
        // SHA-256 of `v1` and the six parts, computed apart from this code.
        assert_eq!(id.as_str(), "ipxfh3lswr2ohjhh5ba5pohpdsxby5o3");
        assert_eq!(id.retry_key(0), "c65af5c6-b6c6-5d64-86e4-ac39ee2e9193");
        assert_ne!(id.retry_key(0), id.retry_key(1));
        assert_eq!(MessageId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn what_is_no_id_is_not_read() {
        let check = |text: &str| assert_eq!(MessageId::parse(text), None, "{text}");
        check("");
        check("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
        check("abcdefghijklmnopqrstuvwxyz23456");
        check("abcdefghijklmnopqrstuvwxyz234561");
        assert!(serde_json::from_str::<MessageId>("\"x\"").is_err());
    }

    #[test]
    fn a_difference_in_any_part_is_another_message() {
        let campaign = |id: &str| TriggerKey::Campaign(id.to_owned());
        let keys = [
            key(),
            MessageKey { clinic: "c2".to_owned(), ..key() },
            MessageKey { delivery: "d2".to_owned(), ..key() },
            MessageKey { patient: "p2".to_owned(), ..key() },
            MessageKey { trigger: TriggerKey::Date(date(2025, 4, 26)), ..key() },
            MessageKey { trigger: TriggerKey::Ever, ..key() },
            MessageKey { trigger: campaign("ever"), ..key() },
            MessageKey { trigger: campaign("2025-04-25"), ..key() },
            MessageKey { repetition: 1, ..key() },
            MessageKey { fallback: 1, ..key() },
        ];
        let mut ids: Vec<MessageId> = keys.iter().map(MessageId::of).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), keys.len());
    }

    proptest! {
        #[test]
        fn moving_the_border_between_two_parts_is_another_message(text in "[a-z0-9]{2,8}", at in 0..9_usize, other in 0..9_usize) {
            let split = |at: usize| {
                let (clinic, delivery) = text.split_at(at.min(text.len()));
                MessageKey { clinic: clinic.to_owned(), delivery: delivery.to_owned(), ..key() }
            };
            let (one, two) = (split(at), split(other));
            prop_assert_eq!(one == two, MessageId::of(&one) == MessageId::of(&two));
        }
    }
}
