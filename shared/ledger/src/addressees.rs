//! Patients as whom messages are written to: what plans, forecasts and sends ask the gate with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::Result;
use clinic::{RosterRecord, roster::Contacts};
use delivery::{AddressFacts, Channel, Consent, ConsentSource, PersonFacts, Reach, SmsNumber};
use jiff::civil::{Date, date};

use crate::{AddressKey, AddressRow, ClinicId, Ledger, PatientId, PatientRow, ReachRow, Versioned};

/// A consent of which a roster does not say the day: any refusal is newer.
const UNDATED: Date = date(1970, 1, 1);

/// A patient as somebody to write to.
#[derive(Clone, PartialEq, Eq)]
pub struct Addressee {
    /// As the files show the patient.
    pub patient: PatientRow,
    /// What is known against writing at all; [`PersonFacts::is_delivery_stopped`] is the caller's to set.
    pub person: PersonFacts,
    /// What is known of each address.
    pub reach: Reach,
    /// The addresses themselves: an E.164 number, a mail address, a user id of LINE. For providers alone.
    pub addresses: BTreeMap<Channel, String>,
    /// 次回受診予定日, today or later: as staff typed it, else the first appointment.
    pub next_visit: Option<Date>,
    /// 次回受診予定日 as staff typed it, gone by or not.
    pub typed_next_visit: Option<Date>,
    /// The version of the row that says what the patient said; 0 where there is none.
    pub reach_version: u64,
    /// What is known of each address, with the version of its row; 0 where there is none.
    pub address_rows: BTreeMap<Channel, Versioned<AddressRow>>,
}

impl fmt::Debug for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Addressee").field("patient", &self.patient.id).finish_non_exhaustive()
    }
}

/// What an addressee is made of.
struct Parts {
    patient: PatientRow,
    /// `None` where somebody else has the same chart number: they may be theirs.
    contacts: Option<Contacts>,
    roster: Option<RosterRecord>,
    is_excluded: bool,
    reach: Versioned<ReachRow>,
    is_clinic_paused: bool,
    is_all_paused: bool,
}

impl Ledger {
    /// One patient as somebody to write to on `today`; `None` for one who is erased or never was.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn addressee(
        &self,
        clinic: &ClinicId,
        patient: &PatientId,
        secret: &[u8],
        today: Date,
    ) -> Result<Option<Addressee>> {
        let Some(patient) = self.patient(clinic, patient).await? else { return Ok(None) };
        let (mut contacts, mut roster) = (None, None);
        if let Some(chart) = own_chart(&patient) {
            contacts = Some(self.contacts_of(clinic, chart).await?.row.contacts);
            roster = self.roster_of(clinic, chart).await?;
        }
        let parts = Parts {
            contacts,
            roster,
            is_excluded: self.exclusion_of(clinic, &patient.id).await?.is_some(),
            reach: self.reach_of(clinic, &patient.id).await?,
            is_clinic_paused: self.message_settings(clinic).await?.row.is_paused,
            is_all_paused: self.is_all_paused().await?,
            patient,
        };
        let mut rows = BTreeMap::new();
        for (channel, address) in parts.addresses() {
            let key = AddressKey::new(secret, clinic, channel, &address);
            rows.insert(key.clone(), self.address_of(clinic, &key).await?);
        }
        Ok(Some(parts.addressee(clinic, secret, today, &rows)))
    }

    /// Every patient of a clinic as somebody to write to on `today`, in the order of the patients.
    ///
    /// The versions of the rows are 0: a send reads its patient again.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn addressees(&self, clinic: &ClinicId, secret: &[u8], today: Date) -> Result<Vec<Addressee>> {
        let contacts = self.contacts(clinic).await?.into_iter().map(|it| (it.chart_number, it.contacts));
        let mut contacts: BTreeMap<String, Contacts> = contacts.collect();
        let rosters = self.rosters(clinic).await?.into_iter().map(|it| (it.row.chart_number.clone(), it.row));
        let mut rosters: BTreeMap<String, RosterRecord> = rosters.collect();
        let excluded: BTreeSet<PatientId> = self.exclusions(clinic).await?.into_iter().map(|it| it.patient).collect();
        let reaches = self.reaches(clinic).await?.into_iter().map(|it| (it.patient.clone(), it));
        let mut reaches: BTreeMap<PatientId, ReachRow> = reaches.collect();
        let is_clinic_paused = self.message_settings(clinic).await?.row.is_paused;
        let is_all_paused = self.is_all_paused().await?;
        let rows = self.addresses(clinic).await?;
        let rows = rows.into_iter().map(|row| (row.key.clone(), Versioned { row, version: 0 })).collect();
        let patients = self.patients(clinic).await?.into_iter();
        let addressees = patients.map(|patient| {
            let chart = own_chart(&patient).map(ToOwned::to_owned);
            let reach = reaches.remove(&patient.id).unwrap_or_else(|| ReachRow::new(patient.id.clone()));
            let parts = Parts {
                contacts: chart.as_ref().and_then(|it| contacts.remove(it)),
                roster: chart.as_ref().and_then(|it| rosters.remove(it)),
                is_excluded: excluded.contains(&patient.id),
                reach: Versioned { row: reach, version: 0 },
                is_clinic_paused,
                is_all_paused,
                patient,
            };
            parts.addressee(clinic, secret, today, &rows)
        });
        Ok(addressees.collect())
    }
}

/// The chart number, unless somebody else has it too.
fn own_chart(patient: &PatientRow) -> Option<&str> {
    patient.chart_number.as_deref().filter(|_| !patient.is_chart_shared)
}

impl Parts {
    fn addresses(&self) -> BTreeMap<Channel, String> {
        let contacts = self.contacts.as_ref();
        let sms = contacts.and_then(|it| it.mobile.value.as_deref()).and_then(|it| SmsNumber::parse(it).ok());
        let all = [
            (Channel::Line, self.reach.row.line_user.clone()),
            (Channel::Sms, sms.map(|it| it.as_e164().to_owned())),
            (Channel::Mail, contacts.and_then(|it| it.mail.value.clone())),
        ];
        all.into_iter().filter_map(|(channel, address)| Some((channel, address?))).collect()
    }

    fn addressee(
        self,
        clinic: &ClinicId,
        secret: &[u8],
        today: Date,
        rows: &BTreeMap<AddressKey, Versioned<AddressRow>>,
    ) -> Addressee {
        let addresses = self.addresses();
        let address_rows = addresses.iter().map(|(channel, address)| {
            let key = AddressKey::new(secret, clinic, *channel, address);
            let unknown = || Versioned { row: AddressRow::new(key.clone()), version: 0 };
            (*channel, rows.get(&key).cloned().unwrap_or_else(unknown))
        });
        let address_rows: BTreeMap<Channel, Versioned<AddressRow>> = address_rows.collect();
        let facts = |channel| self.facts(channel, address_rows.get(&channel).map(|it| &it.row), today);
        let reach = Reach { line: facts(Channel::Line), sms: facts(Channel::Sms), mail: facts(Channel::Mail) };
        let typed = self.reach.row.next_visit.filter(|it| *it >= today);
        let booked = self.roster.as_ref().and_then(|it| it.next_booked(today)).map(|it| it.0);
        Addressee {
            person: PersonFacts {
                is_dead: self.patient.died.is_some() || self.reach.row.is_dead,
                is_excluded: self.is_excluded || self.patient.is_chart_shared,
                is_erased: false,
                has_complained: self.reach.row.has_complained,
                opted_out_on: self.reach.row.opted_out_on,
                is_delivery_stopped: false,
                is_clinic_paused: self.is_clinic_paused,
                is_all_paused: self.is_all_paused,
            },
            reach,
            addresses,
            next_visit: typed.or(booked),
            typed_next_visit: self.reach.row.next_visit,
            reach_version: self.reach.version,
            address_rows,
            patient: self.patient,
        }
    }

    fn facts(&self, channel: Channel, row: Option<&AddressRow>, today: Date) -> AddressFacts {
        let reach = &self.reach.row;
        let Some(row) = row else {
            return AddressFacts { consent: self.consent(channel), ..AddressFacts::default() };
        };
        let is_shared = |it: &crate::LastSent| it.on == today && it.patient != self.patient.id;
        let said = reach.channels_opted_out_on.get(&channel).copied();
        AddressFacts {
            address: Some(row.key.hmac.clone()),
            consent: self.consent(channel),
            opted_out_on: said.max(row.opted_out_on).max(self.roster_refusal(channel)),
            has_bounced: row.bounced_on.is_some(),
            is_blocked: row.is_blocked,
            is_wrong_person: row.wrong_person_on.is_some(),
            is_shared_with_messaged_today: row.last_sent.as_ref().is_some_and(is_shared),
        }
    }

    /// The newest consent: on our page or by staff, or in the clinic's roster.
    fn consent(&self, channel: Channel) -> Option<Consent> {
        let of_roster = self.of_roster(channel).filter(|(given, _)| *given).map(|(_, given_on)| Consent {
            given_on,
            source: ConsentSource::Paper,
            record: "roster".to_owned(),
        });
        let said = self.reach.row.consents.get(&channel).cloned();
        [of_roster, said].into_iter().flatten().max_by_key(|it| it.given_on)
    }

    fn roster_refusal(&self, channel: Channel) -> Option<Date> {
        self.of_roster(channel).filter(|(given, _)| !given).map(|(_, date)| date)
    }

    /// What the roster's column of consent says; it is about mail and SMS, as a roster knows no LINE.
    fn of_roster(&self, channel: Channel) -> Option<(bool, Date)> {
        let consent = self.contacts.as_ref().and_then(|it| it.consent.value).filter(|_| channel != Channel::Line)?;
        Some((consent.given, consent.date.unwrap_or(UNDATED)))
    }
}

#[cfg(test)]
mod tests {
    use clinic::roster::{Consent as RosterConsent, Stamped};
    use delivery::{MessageId, Ways, choose};

    use super::*;
    use crate::{ContactsRow, LastSent};

    const TODAY: Date = date(2026, 11, 24);
    const SECRET: &[u8] = b"secret";

    fn clinic() -> ClinicId {
        ClinicId::parse("one").unwrap()
    }

    fn patient(id: &str, chart: &str) -> PatientRow {
        PatientRow {
            id: PatientId::parse(id).unwrap(),
            chart_number: Some(chart.to_owned()),
            name: "見本".to_owned(),
            kana: "ミホン".to_owned(),
            birth_date: None,
            sex: None,
            insurance: None,
            first_visit: None,
            last_visit: None,
            visits: Vec::new(),
            groups: Vec::new(),
            died: None,
            is_chart_shared: false,
            keys: Vec::new(),
        }
    }

    fn contacts(mobile: &str, consent: Option<RosterConsent>) -> Contacts {
        Contacts {
            mobile: Stamped::by_staff(Some(mobile.to_owned()), 1),
            mail: Stamped::by_staff(Some("mihon@example.jp".to_owned()), 1),
            consent: Stamped::by_staff(consent, 1),
            ..Contacts::default()
        }
    }

    /// A clinic of two patients with one mobile number and one mailbox.
    async fn family() -> Ledger {
        let ledger = Ledger::in_memory();
        let rows = [patient("p1", "1"), patient("p2", "2")];
        ledger.write_patients(&clinic(), &rows, &[]).await.unwrap();
        let consent = Some(RosterConsent { given: true, date: Some(date(2026, 4, 1)) });
        for chart_number in ["1", "2"] {
            let row = ContactsRow { chart_number: chart_number.to_owned(), contacts: contacts("09012345670", consent) };
            assert!(ledger.save_contacts(&clinic(), &row, 0).await.unwrap());
        }
        ledger
    }

    async fn one(ledger: &Ledger, id: &str) -> Addressee {
        let id = PatientId::parse(id).unwrap();
        ledger.addressee(&clinic(), &id, SECRET, TODAY).await.unwrap().unwrap()
    }

    async fn shown(ledger: &Ledger, id: &str) -> String {
        let it = one(ledger, id).await;
        match choose(&it.person, &it.reach, &Ways::default(), TODAY) {
            Ok(choice) => choice.channel.as_str().to_owned(),
            Err(none) => none.reason().as_str().to_owned(),
        }
    }

    #[tokio::test]
    async fn a_number_and_a_consent_of_the_roster_reach_a_patient() {
        let ledger = family().await;
        assert_eq!(shown(&ledger, "p1").await, "sms");
        assert_eq!(one(&ledger, "p1").await.addresses[&Channel::Sms], "+819012345670");
        let nobody = PatientId::parse("p9").unwrap();
        assert_eq!(ledger.addressee(&clinic(), &nobody, SECRET, TODAY).await.unwrap(), None);
    }

    #[tokio::test]
    async fn all_and_one_say_the_same() {
        let ledger = family().await;
        let all = ledger.addressees(&clinic(), SECRET, TODAY).await.unwrap();
        let mut ones = vec![one(&ledger, "p1").await, one(&ledger, "p2").await];
        ones.iter_mut().for_each(|it| it.reach_version = 0);
        assert_eq!(all, ones);
    }

    #[tokio::test]
    async fn what_is_known_of_an_address_holds_for_everybody_who_has_it() {
        let ledger = family().await;
        let key = AddressKey::new(SECRET, &clinic(), Channel::Sms, "+819012345670");
        let message = MessageId::parse(&"a".repeat(32)).unwrap();
        let last_sent = LastSent { on: TODAY, patient: PatientId::parse("p1").unwrap(), message };
        let row = AddressRow { last_sent: Some(last_sent), ..AddressRow::new(key.clone()) };
        assert!(ledger.save_address(&clinic(), &row, 0).await.unwrap());
        // p1 got today's message at this number, so p2 is written to at another address.
        assert_eq!((shown(&ledger, "p1").await, shown(&ledger, "p2").await), ("sms".to_owned(), "mail".to_owned()));
        let row = AddressRow { wrong_person_on: Some(TODAY), ..row };
        assert!(ledger.save_address(&clinic(), &row, 1).await.unwrap());
        assert_eq!(shown(&ledger, "p1").await, "mail");
    }

    #[tokio::test]
    async fn a_refusal_counts_until_a_later_consent() {
        let ledger = family().await;
        let id = PatientId::parse("p1").unwrap();
        let mut reach = ledger.reach_of(&clinic(), &id).await.unwrap();
        reach.row.opted_out_on = Some(date(2026, 5, 1));
        assert!(ledger.save_reach(&clinic(), &reach.row, reach.version).await.unwrap());
        assert_eq!(shown(&ledger, "p1").await, "opted-out-of-all");
        let consent = Consent { given_on: date(2026, 6, 1), source: ConsentSource::Page, record: "r".to_owned() };
        reach.row.consents.insert(Channel::Mail, consent);
        assert!(ledger.save_reach(&clinic(), &reach.row, 1).await.unwrap());
        assert_eq!(shown(&ledger, "p1").await, "mail");
    }

    #[tokio::test]
    async fn a_roster_that_says_no_refuses() {
        let ledger = family().await;
        let row = ContactsRow {
            chart_number: "1".to_owned(),
            contacts: contacts("09012345670", Some(RosterConsent { given: false, date: None })),
        };
        assert!(ledger.save_contacts(&clinic(), &row, 1).await.unwrap());
        assert_eq!(shown(&ledger, "p1").await, "opted-out");
    }
}
