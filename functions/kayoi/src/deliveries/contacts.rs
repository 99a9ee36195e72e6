use std::collections::BTreeMap;

use clinic::{
    Patient,
    roster::{Contacts, RosterFile, Rows, merge_contacts},
};
use delivery::{AddressFacts, Consent, ConsentSource, PersonFacts, Reach, SmsNumber};
use jiff::civil::{Date, date};

/// A consent of which a roster does not say the day: any refusal is newer.
const UNDATED: Date = date(1970, 1, 1);

/// Whom the rosters know how to reach.
pub(super) struct People {
    contacts: BTreeMap<String, Contacts>,
    names: BTreeMap<String, String>,
    assumes_consent: bool,
}

impl People {
    /// What the patient files say, the later ones over the earlier.
    pub(super) fn of(files: &[(String, RosterFile)], assumes_consent: bool) -> Self {
        let mut people = Self { contacts: BTreeMap::new(), names: BTreeMap::new(), assumes_consent };
        for (upload, (_, file)) in (1..).zip(files) {
            let Rows::Patients(rows) = &file.rows else { continue };
            for row in rows {
                let contacts = people.contacts.entry(row.chart_number.clone()).or_default();
                *contacts = merge_contacts(contacts, row, upload).contacts;
                if let Some(name) = &row.name {
                    people.names.insert(row.chart_number.clone(), name.clone());
                }
            }
        }
        people
    }

    /// The name to write to the patient by.
    pub(super) fn name(&self, patient: &Patient<'_>) -> Option<String> {
        let of_roster = || patient.chart_number.and_then(|it| self.names.get(it)).cloned();
        Some(patient.name.to_owned()).filter(|it| !it.is_empty()).or_else(of_roster)
    }

    /// What is known of the patient's addresses. A folder knows no LINE.
    pub(super) fn reach(&self, patient: &Patient<'_>) -> Reach {
        let chart_number = patient.chart_number.filter(|_| !patient.is_chart_shared);
        let Some(contacts) = chart_number.and_then(|it| self.contacts.get(it)) else { return Reach::default() };
        let mobile = contacts.mobile.value.as_deref().and_then(|it| SmsNumber::parse(it).ok());
        let facts = |address: Option<String>| {
            let said = contacts.consent.value;
            let is_given = said.map_or(self.assumes_consent, |it| it.given);
            let said_on = said.and_then(|it| it.date).unwrap_or(UNDATED);
            AddressFacts {
                address,
                consent: is_given.then(|| Consent {
                    given_on: said_on,
                    source: ConsentSource::Paper,
                    record: "roster".to_owned(),
                }),
                opted_out_on: said.filter(|it| !it.given).map(|_| said_on),
                ..AddressFacts::default()
            }
        };
        Reach {
            line: AddressFacts::default(),
            sms: facts(mobile.map(|it| it.as_e164().to_owned())),
            mail: facts(contacts.mail.value.clone()),
        }
    }
}

/// What is known against writing to the patient.
pub(super) fn person(patient: &Patient<'_>) -> PersonFacts {
    PersonFacts {
        is_dead: patient.died.is_some(),
        is_excluded: patient.is_chart_shared,
        is_erased: false,
        has_complained: false,
        opted_out_on: None,
        is_delivery_stopped: false,
        is_clinic_paused: false,
        is_all_paused: false,
    }
}
