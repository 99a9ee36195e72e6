use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What makes a message this one and no other (`sending.md` §4.1). Everything in it comes from the plan,
/// nothing from the moment it is made, so that planning again gives the same message.
///
/// Channel and date are not in it: linking LINE or moving an offset must not make a second message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageKey {
    /// The clinic's id.
    pub clinic: String,
    /// The delivery's id.
    pub delivery: String,
    /// The patient's id: random and ours, so that the hash gives nothing away.
    pub patient: String,
    /// What the message was due for.
    pub trigger: TriggerKey,
    /// Counts from 0 what a delivery repeats for one trigger.
    pub repetition: u32,
    /// 0 for the first channel, 1 and 2 after a definite failure of the one before.
    pub fallback: u8,
}

/// What a message was due for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKey {
    /// A step of a delivery: the date that set it off, not the date it goes out.
    Date(Date),
    /// A delivery that a patient gets once and never again.
    Ever,
    /// A send to a list, once: its id.
    Campaign(String),
}

impl MessageKey {
    /// SHA-256 over the version and every part with its length before it: without the lengths
    /// `("1", "23")` would be `("12", "3")`.
    pub(crate) fn hash(&self) -> [u8; 32] {
        // The kind goes before the key: a campaign may be called `ever`.
        let trigger = match &self.trigger {
            TriggerKey::Date(date) => format!("date:{date}"),
            TriggerKey::Ever => "ever".to_owned(),
            TriggerKey::Campaign(id) => format!("campaign:{id}"),
        };
        let mut hash = Sha256::new();
        hash.update(b"v1");
        for part in [
            &self.clinic,
            &self.delivery,
            &self.patient,
            &trigger,
            &self.repetition.to_string(),
            &self.fallback.to_string(),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }
}
