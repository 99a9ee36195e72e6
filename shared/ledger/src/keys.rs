mod messages;
mod offices;
mod pages;
mod plans;
mod sending;
mod staff;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub(crate) use messages::{DUE_PARTITIONS, addresses, due_messages, due_sk, reaches, reviews, thread};
pub(crate) use offices::{
    delivered_units, drafts, due_partitions, evidence, evidence_sk, expected_actuals, office_messages, partners,
    received, reported_actuals, sent,
};
pub(crate) use pages::{consents, notices};
pub(crate) use plans::{correspondences, deliveries, memberships, plan_rows};
pub(crate) use sending::stops;
pub(crate) use staff::{DUE_SEND_PARTITIONS, due_sends, send_pages, sends, staff_acts, templates};

/// A clinic as a tenant: a random id of 1 to 64 characters `a-z 0-9 -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ClinicId(String);

/// A patient: a random id of the same form, given once and kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct PatientId(String);

/// The end of an address that LINE's webhook calls: a random id of the same form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct WebhookId(String);

macro_rules! ids {
    ($($name:ident)*) => {
        $(impl $name {
            /// The id written as `text`; `None` when it has another form, so that no id can reach
            /// out of its tenant's keys.
            pub fn parse(text: &str) -> Option<Self> {
                let is_id = (1..=64).contains(&text.len())
                    && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
                is_id.then(|| Self(text.to_owned()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                Self::parse(&text).ok_or_else(|| concat!("not a ", stringify!($name)).to_owned())
            }
        })*
    };
}

ids! { ClinicId PatientId WebhookId }

/// Where a row stands. Only this module makes one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

/// How many partitions the directory of tenants has.
const DIRECTORY_PARTITIONS: u64 = 64;

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    pub(crate) fn clinic(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "CLINIC")
    }

    pub(crate) fn generation(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "GENERATION")
    }

    pub(crate) fn applied(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "APPLIED")
    }

    pub(crate) fn refresh(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "REFRESH")
    }

    pub(crate) fn upload_counter(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "UPLOADS")
    }

    pub(crate) fn groups(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "GROUPS")
    }

    pub(crate) fn links(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "LINKS")
    }

    pub(crate) fn upload(clinic: &ClinicId, number: u64) -> Self {
        Self::new(uploads(clinic), upload_sk(number))
    }

    pub(crate) fn inbox(clinic: &ClinicId, key_hash: &str) -> Self {
        Self::new(format!("C#{clinic}#I"), key_hash)
    }

    pub(crate) fn slot(clinic: &ClinicId, slot: &str) -> Self {
        Self::new(slots(clinic), slot)
    }

    pub(crate) fn identity(clinic: &ClinicId, hmac: &str) -> Self {
        Self::new(identities(clinic), hmac)
    }

    pub(crate) fn patient(clinic: &ClinicId, patient: &PatientId) -> Self {
        Self::new(patients(clinic), patient.as_str())
    }

    pub(crate) fn member(clinic: &ClinicId, group: &str, last_visit: Date, rank: &str) -> Self {
        Self::new(members(clinic, group), format!("{last_visit}#{rank}"))
    }

    pub(crate) fn roster(clinic: &ClinicId, chart_number: &str) -> Self {
        Self::new(rosters(clinic), format!("#{chart_number}"))
    }

    pub(crate) fn contacts(clinic: &ClinicId, chart_number: &str) -> Self {
        Self::new(contacts(clinic), format!("#{chart_number}"))
    }

    pub(crate) fn contacted(clinic: &ClinicId, patient: &PatientId) -> Self {
        Self::new(contacted(clinic), patient.as_str())
    }

    pub(crate) fn exclusion(clinic: &ClinicId, patient: &PatientId) -> Self {
        Self::new(exclusions(clinic), patient.as_str())
    }

    pub(crate) fn erased(clinic: &ClinicId, hmac: &str) -> Self {
        Self::new(erased(clinic), hmac)
    }

    pub(crate) fn erasure(clinic: &ClinicId, proof: &str) -> Self {
        Self::new(format!("C#{clinic}#D"), proof)
    }

    pub(crate) fn request(clinic: &ClinicId, key_hash: &str) -> Self {
        Self::new(format!("C#{clinic}#Q#{key_hash}"), "REQUEST")
    }

    pub(crate) fn directory(clinic: &ClinicId) -> Self {
        let sum = clinic.0.bytes().fold(0_u64, |sum, it| sum.wrapping_mul(31).wrapping_add(u64::from(it)));
        Self::new(directory(sum % DIRECTORY_PARTITIONS), format!("C#{clinic}"))
    }

    pub(crate) fn token(hash: &str) -> Self {
        Self::new(format!("T#{hash}"), "TOKEN")
    }

    pub(crate) fn clock() -> Self {
        Self::new("CLOCK".to_owned(), "CLOCK")
    }
}

pub(crate) fn uploads(clinic: &ClinicId) -> String {
    format!("C#{clinic}#U")
}

/// Numbers are padded so that text sorts as numbers do.
pub(crate) fn upload_sk(number: u64) -> String {
    format!("{number:012}")
}

pub(crate) fn slots(clinic: &ClinicId) -> String {
    format!("C#{clinic}#M")
}

pub(crate) fn identities(clinic: &ClinicId) -> String {
    format!("C#{clinic}#K")
}

pub(crate) fn patients(clinic: &ClinicId) -> String {
    format!("C#{clinic}#P")
}

/// By chart number, since a roster knows no patient ids.
pub(crate) fn rosters(clinic: &ClinicId) -> String {
    format!("C#{clinic}#A")
}

pub(crate) fn contacts(clinic: &ClinicId) -> String {
    format!("C#{clinic}#R")
}

pub(crate) fn contacted(clinic: &ClinicId) -> String {
    format!("C#{clinic}#N")
}

pub(crate) fn exclusions(clinic: &ClinicId) -> String {
    format!("C#{clinic}#X")
}

pub(crate) fn erased(clinic: &ClinicId) -> String {
    format!("C#{clinic}#E")
}

/// The members of a group, sorted by last visit; the group's id holds none of the key's marks.
pub(crate) fn members(clinic: &ClinicId, group: &str) -> String {
    format!("C#{clinic}#L#{group}")
}

pub(crate) fn directory(partition: u64) -> String {
    format!("DIR#{partition}")
}

pub(crate) fn directory_partitions() -> impl Iterator<Item = String> {
    (0..DIRECTORY_PARTITIONS).map(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_reach_out_of_its_tenant() {
        for bad in ["", "a#P", "C#x", "a/b", "A", "あ", "a b", &"a".repeat(65)] {
            assert_eq!(ClinicId::parse(bad), None, "{bad}");
            assert_eq!(PatientId::parse(bad), None, "{bad}");
        }
        assert!(ClinicId::parse("0f3a-demo").is_some());
    }

    fn plan_row_key() -> delivery::PlanRowKey {
        let (delivery, patient) = ("d".to_owned(), "p".to_owned());
        delivery::PlanRowKey { delivery, patient, trigger: Date::constant(2026, 1, 1), repetition: 0 }
    }

    #[test]
    fn every_key_of_a_clinic_begins_with_it() {
        let clinic = ClinicId::parse("one").unwrap();
        let patient = PatientId::parse("p").unwrap();
        for key in [
            Key::clinic(&clinic),
            Key::generation(&clinic),
            Key::applied(&clinic),
            Key::refresh(&clinic),
            Key::upload_counter(&clinic),
            Key::groups(&clinic),
            Key::links(&clinic),
            Key::upload(&clinic, 7),
            Key::inbox(&clinic, "h"),
            Key::slot(&clinic, "s"),
            Key::identity(&clinic, "h"),
            Key::patient(&clinic, &patient),
            Key::contacts(&clinic, "12"),
            Key::roster(&clinic, "12"),
            Key::contacted(&clinic, &patient),
            Key::exclusion(&clinic, &patient),
            Key::erased(&clinic, "h"),
            Key::erasure(&clinic, "p"),
            Key::request(&clinic, "h"),
            Key::member(&clinic, "g", Date::constant(2026, 1, 1), "x"),
            Key::reach(&clinic, &patient),
            Key::address(&clinic, delivery::Channel::Mail, "h"),
            Key::message_settings(&clinic),
            Key::thread_message(&clinic, &patient, "m"),
            Key::thread_reply(&clinic, &patient, "r"),
            Key::review(&clinic, &delivery::MessageId::parse(&"a".repeat(32)).unwrap()),
            Key::consent(&clinic, &patient, "i"),
            Key::notice(&clinic, "i"),
            Key::picture(&clinic, "i"),
            Key::phase(&clinic),
            Key::planning_settings(&clinic),
            Key::delivery(&clinic, "d"),
            Key::plan_row(&clinic, &plan_row_key()),
            Key::correspondence(&clinic, &patient),
            Key::memberships(&clinic, &patient),
            Key::template(&clinic, "t"),
            Key::staff_act(&clinic, "a"),
            Key::day_count(&clinic, Date::constant(2026, 1, 1), 0),
            Key::patient_count(&clinic, &patient),
            Key::closed_channels(&clinic),
            Key::pace(&clinic, delivery::Channel::Line, 0),
            Key::stop(&clinic, "d"),
            Key::send(&clinic, "s"),
            Key::send_page(&clinic, "s", 0),
        ] {
            assert!(key.pk == "C#one" || key.pk.starts_with("C#one#"), "{key:?}");
        }
    }

    #[test]
    fn no_two_kinds_of_row_share_a_partition_by_mistake() {
        let clinic = ClinicId::parse("one").unwrap();
        let mut partitions = vec![
            uploads(&clinic),
            slots(&clinic),
            identities(&clinic),
            patients(&clinic),
            contacts(&clinic),
            rosters(&clinic),
            members(&clinic, "g"),
            Key::inbox(&clinic, "h").pk,
            reaches(&clinic),
            addresses(&clinic),
            reviews(&clinic),
            templates(&clinic),
            staff_acts(&clinic),
            sends(&clinic),
            send_pages(&clinic, "s"),
            thread(&clinic, &PatientId::parse("p").unwrap()),
            consents(&clinic, &PatientId::parse("p").unwrap()),
            notices(&clinic),
            Key::picture(&clinic, "i").pk,
            deliveries(&clinic),
            plan_rows(&clinic),
            correspondences(&clinic),
            memberships(&clinic),
            sending::counts(&clinic),
            Key::day_count(&clinic, Date::constant(2026, 1, 1), 0).pk,
            stops(&clinic),
        ];
        let n_partitions = partitions.len();
        partitions.sort();
        partitions.dedup();
        assert_eq!(partitions.len(), n_partitions);
    }
}
