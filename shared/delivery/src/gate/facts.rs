use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is known against writing to a person at all.
///
/// No `Default`: a fact that a caller forgot would open the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFacts {
    /// 転帰 of death, not contradicted by a later visit, or entered by staff.
    pub is_dead: bool,
    /// 対象外: taken out by staff, or 要確認 because one chart number names two persons.
    pub is_excluded: bool,
    /// The patient's data are erased or being erased.
    pub is_erased: bool,
    /// Reported a message of ours as unwanted, by whichever channel. It holds until staff take it back.
    pub has_complained: bool,
    /// The day of the last 配信停止 for all channels.
    pub opted_out_on: Option<Date>,
    /// This delivery was stopped, or this person taken out of it (送信中止).
    pub is_delivery_stopped: bool,
    /// The clinic's kill switch.
    pub is_clinic_paused: bool,
    /// The operator's kill switch for all clinics.
    pub is_all_paused: bool,
}

/// What is known of a person's address on one channel.
///
/// The default is a person without address and without consent, to whom nothing goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressFacts {
    /// Equal for equal addresses, such as a keyed hash: never the address. `None` where the person has none
    /// that this channel can reach: no verified LINE, no mobile number.
    pub address: Option<String>,
    /// The newest consent to this channel; `None` where no record of one is kept.
    pub consent: Option<Consent>,
    /// The day of the last 配信停止 for this channel, by the person or for the address.
    pub opted_out_on: Option<Date>,
    /// Mail: a hard bounce. SMS: the provider calls the number invalid.
    pub has_bounced: bool,
    /// LINE: blocked or unfollowed since.
    pub is_blocked: bool,
    /// 「本人ではありません」 was answered at this address.
    pub is_wrong_person: bool,
    /// Another person of the clinic who has this address was sent a message today.
    pub is_shared_with_messaged_today: bool,
}

/// That a person agreed to be written to on a channel, with what proves it (特定電子メール法 §3 (2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The day it was given.
    pub given_on: Date,
    /// How it was given.
    pub source: ConsentSource,
    /// The record that proves it: the id of a form, an answer, a webhook event.
    pub record: String,
}

/// How a consent was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentSource {
    /// A form on paper, kept by the clinic.
    Paper,
    /// An answer in the questionnaire.
    Questionnaire,
    /// On the patient's page, after the birth date.
    Page,
    /// The person tied LINE to the clinic's record.
    LineLink,
    /// Staff asked and wrote it down.
    Spoken,
}
