//! What clinics of the stage have about messages.

use clinic::roster::{Consent, Stamped};
use delivery::{MessageId, TemplateText};
use jiff::civil::date;
use ledger::{Actor, MessageSettings, MessageTemplateRow, PatientRow, StaffAct, StaffActRow};

use super::stage::{Stage, clinic_id, now, patient_id};

pub(super) fn message_id(letter: char) -> MessageId {
    MessageId::parse(&letter.to_string().repeat(32)).unwrap()
}

impl Stage {
    /// A patient of the list 離脱予備群 of `htn`, with a consent in the roster and perhaps a number and a mail
    /// address.
    pub(super) async fn add_at_risk(&self, chart_number: &str, mobile: Option<&str>, mail: Option<&str>) {
        let (clinic, name) = (clinic_id("one"), format!("検証 {chart_number}"));
        let row = PatientRow {
            id: patient_id("one", chart_number),
            chart_number: Some(chart_number.to_owned()),
            name: name.clone(),
            kana: "ケンショウ".to_owned(),
            birth_date: Some(date(1970, 4, 1)),
            sex: None,
            insurance: None,
            first_visit: Some(date(2026, 1, 1)),
            last_visit: Some(date(2026, 9, 1)),
            visits: Vec::new(),
            groups: vec!["htn".to_owned()],
            died: None,
            is_chart_shared: false,
            keys: Vec::new(),
        };
        self.ledger.write_patients(&clinic, &[row], &[]).await.unwrap();
        self.add_member("one", chart_number, &name, "2026-09-01").await;
        let mut contacts = self.ledger.contacts_of(&clinic, chart_number).await.unwrap().row;
        let consent = Consent { given: true, date: Some(date(2026, 4, 1)) };
        contacts.contacts.mobile = Stamped::by_staff(mobile.map(ToOwned::to_owned), 1);
        contacts.contacts.mail = Stamped::by_staff(mail.map(ToOwned::to_owned), 1);
        contacts.contacts.consent = Stamped::by_staff(Some(consent), 1);
        assert!(self.ledger.save_contacts(&clinic, &contacts, 0).await.unwrap());
    }

    pub(super) async fn add_template(&self, clinic: &str, id: &str) {
        let text = TemplateText { subject: "秘密の件名".to_owned(), body: "秘密の本文".to_owned() };
        let saved_by = Actor::Person("秘密".to_owned());
        let act = StaffAct::TemplateSaved { template: id.to_owned() };
        let act = StaffActRow::new(act, saved_by.clone(), now(), "r");
        let (id, name) = (id.to_owned(), "秘密".to_owned());
        let row = MessageTemplateRow { id, name, text, takes_reply: true, saved_by, saved_at: now() };
        assert!(self.ledger.save_template(&clinic_id(clinic), &row, 0, &act).await.unwrap());
    }

    /// The clinic says whom to ask, and which site is its own.
    pub(super) async fn set_contact(&self, clinic: &str) {
        let row = MessageSettings {
            contact: "東京都千代田区1-1 03-1234-5678".to_owned(),
            sites: vec!["www.clinic.example".to_owned()],
            ..MessageSettings::default()
        };
        assert!(self.ledger.save_message_settings(&clinic_id(clinic), &row, 0).await.unwrap());
    }
}
