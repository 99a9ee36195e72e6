use std::collections::BTreeMap;

use anyhow::Result;
use delivery::{Channel, Consent};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId, Versioned,
    keys::{Key, reaches},
    store::{Expect, Range},
};

/// What a patient said about being written to, and which LINE is the patient's: kept, never derived.
///
/// What is known of an address whoever has it is in [`crate::AddressRow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachRow {
    /// The patient.
    pub patient: PatientId,
    /// The user id that LINE's account link gave; `None` where no LINE is tied to the patient.
    pub line_user: Option<String>,
    /// The newest consent to each channel, with its proof. That of a roster is in its contacts.
    pub consents: BTreeMap<Channel, Consent>,
    /// The day of the last 配信停止 for all channels.
    pub opted_out_on: Option<Date>,
    /// The day of the last 配信停止 for one.
    pub channels_opted_out_on: BTreeMap<Channel, Date>,
    /// A message of ours was reported as unwanted; until staff take it back.
    pub has_complained: bool,
    /// Entered by staff, where the files do not say it.
    pub is_dead: bool,
    /// 次回受診予定日 as staff typed it; it counts before that of a roster.
    #[serde(default)]
    pub next_visit: Option<Date>,
}

impl ReachRow {
    /// Of a patient who said nothing so far.
    pub fn new(patient: PatientId) -> Self {
        Self {
            patient,
            line_user: None,
            consents: BTreeMap::new(),
            opted_out_on: None,
            channels_opted_out_on: BTreeMap::new(),
            has_complained: false,
            is_dead: false,
            next_visit: None,
        }
    }

    /// The patient stops messages on one channel, or on all.
    pub fn stop(&mut self, channel: Option<Channel>, today: Date) {
        match channel {
            None => self.opted_out_on = self.opted_out_on.max(Some(today)),
            Some(channel) => {
                let day = self.channels_opted_out_on.entry(channel).or_insert(today);
                *day = today.max(*day);
            }
        }
    }

    /// The patient agrees to messages on one channel again, later than to whatever was stopped before; what
    /// was stopped on the others stays so.
    pub fn agree(&mut self, channel: Channel, consent: Consent) {
        // A refusal of everything would win over a consent of the same day, so it goes on as one of the others.
        if let Some(day) = self.opted_out_on.take() {
            for other in Channel::ALL.into_iter().filter(|it| *it != channel) {
                self.stop(Some(other), day);
            }
        }
        self.channels_opted_out_on.remove(&channel);
        self.consents.insert(channel, consent);
    }
}

impl Ledger {
    /// What every patient of a clinic said; patients without a row said nothing.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn reaches(&self, clinic: &ClinicId) -> Result<Vec<ReachRow>> {
        let rows = self.core.query(&Range::all(reaches(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// What one patient said; nothing, with version 0, where there is no row.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn reach_of(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Versioned<ReachRow>> {
        let found = self.core.get(Key::reach(clinic, patient)).await?;
        Ok(found.unwrap_or_else(|| Versioned { row: ReachRow::new(patient.clone()), version: 0 }))
    }

    /// Saves what a patient said. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_reach(&self, clinic: &ClinicId, row: &ReachRow, version: u64) -> Result<bool> {
        self.core.put(Key::reach(clinic, &row.patient), row, Expect::of_version(version)).await
    }
}

#[cfg(test)]
mod tests {
    use delivery::{AddressFacts, ConsentSource, PersonFacts, refusals};
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 30);

    fn consent(given_on: Date) -> Consent {
        Consent { given_on, source: ConsentSource::Page, record: "r".to_owned() }
    }

    /// The channels that may be written to today.
    fn open(reach: &ReachRow) -> Vec<Channel> {
        let person = PersonFacts {
            is_dead: false,
            is_excluded: false,
            is_erased: false,
            has_complained: false,
            opted_out_on: reach.opted_out_on,
            is_delivery_stopped: false,
            is_clinic_paused: false,
            is_all_paused: false,
        };
        let address = |channel: Channel| AddressFacts {
            address: Some("a".to_owned()),
            consent: reach.consents.get(&channel).cloned(),
            opted_out_on: reach.channels_opted_out_on.get(&channel).copied(),
            ..AddressFacts::default()
        };
        Channel::ALL.into_iter().filter(|it| refusals(&person, &address(*it), TODAY).is_empty()).collect()
    }

    fn agreed_to_all() -> ReachRow {
        let mut reach = ReachRow::new(PatientId::parse("p").unwrap());
        for channel in Channel::ALL {
            reach.consents.insert(channel, consent(date(2026, 1, 1)));
        }
        reach
    }

    #[test]
    fn a_stop_closes_what_it_names() {
        let mut reach = agreed_to_all();
        reach.stop(Some(Channel::Sms), TODAY);
        assert_eq!(open(&reach), [Channel::Line, Channel::Mail]);
        reach.stop(None, TODAY);
        assert_eq!(open(&reach), []);
        reach.stop(None, date(2026, 11, 1));
        assert_eq!(reach.opted_out_on, Some(TODAY), "an older stop that comes late takes nothing back");
    }

    #[test]
    fn a_consent_on_the_day_of_the_stop_opens_its_channel_alone() {
        let mut reach = agreed_to_all();
        reach.stop(None, TODAY);
        reach.agree(Channel::Mail, consent(TODAY));
        assert_eq!(open(&reach), [Channel::Mail]);
        reach.stop(Some(Channel::Mail), TODAY);
        assert_eq!(open(&reach), []);
    }
}
