//! What clinics of the stage have about messages.

use delivery::{MessageId, TemplateText};
use ledger::{Actor, MessageSettings, MessageTemplateRow, StaffAct, StaffActRow};

use super::stage::{Stage, clinic_id, now};

pub(super) fn message_id(letter: char) -> MessageId {
    MessageId::parse(&letter.to_string().repeat(32)).unwrap()
}

impl Stage {
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
