//! A patient who was sent a message, as the import and the sender would have written it.

use clinic::roster::{Consent, Contacts, Stamped};
use delivery::{Channel, LinkToken, MessageId, TriggerKey};
use jiff::{SignedDuration, Timestamp, civil::date};
use ledger::{AddressKey, ClinicId, ContactsRow, Ledger, LinkRow, MessageRow, PatientId, PatientRow};

/// What addresses are hashed under here.
pub(crate) const SECRET: &[u8] = b"a secret of the tests";

/// A message that went to a patient born on 1960-04-01 by mail and takes a reply.
pub(crate) struct Letter {
    pub(crate) clinic: ClinicId,
    pub(crate) patient: PatientId,
    pub(crate) message: MessageId,
    pub(crate) link: LinkToken,
}

impl Letter {
    /// Writes the rows of a letter of a clinic that is there, made at `now`.
    pub(crate) async fn to(ledger: &Ledger, clinic: &ClinicId, name: &str, now: Timestamp) -> Self {
        let patient = PatientId::parse(&format!("patient-of-{name}")).unwrap();
        let row = PatientRow {
            id: patient.clone(),
            chart_number: Some("1".to_owned()),
            name: "見本　花子".to_owned(),
            kana: "ミホン　ハナコ".to_owned(),
            birth_date: Some(date(1960, 4, 1)),
            sex: None,
            insurance: None,
            first_visit: None,
            last_visit: None,
            visits: Vec::new(),
            groups: Vec::new(),
            died: None,
            is_chart_shared: false,
            keys: Vec::new(),
        };
        ledger.write_patients(clinic, &[row], &[]).await.unwrap();
        let consent = Consent { given: true, date: Some(date(2026, 4, 1)) };
        let contacts = Contacts {
            mail: Stamped::by_staff(Some("mihon@example.jp".to_owned()), 1),
            consent: Stamped::by_staff(Some(consent), 1),
            ..Contacts::default()
        };
        let contacts = ContactsRow { chart_number: "1".to_owned(), contacts };
        assert!(ledger.save_contacts(clinic, &contacts, 0).await.unwrap());

        let message = MessageId::parse(&"m".repeat(32)).unwrap();
        let link = LinkToken::of(format!("{clinic} {name}").as_bytes(), &message);
        let opens_until = now + SignedDuration::from_hours(24 * 30);
        let row = MessageRow {
            id: message.clone(),
            patient: patient.clone(),
            delivery: "d".to_owned(),
            subject: "お知らせ".to_owned(),
            body: "見本　花子 様\nご予約の時期です。".to_owned(),
            takes_reply: true,
            attachments: Vec::new(),
            trigger: TriggerKey::Ever,
            repetition: 0,
            fallback: 0,
            sent_to: Some(AddressKey::new(SECRET, clinic, Channel::Mail, "mihon@example.jp")),
            made_at: now,
            opens_until,
            read_at: None,
        };
        assert!(ledger.add_message(clinic, &row).await.unwrap());
        let row = LinkRow {
            clinic: clinic.clone(),
            patient: patient.clone(),
            message: message.clone(),
            expires_at_s: opens_until.as_second(),
        };
        ledger.add_link(&link, &row).await.unwrap();
        Self { clinic: clinic.clone(), patient, message, link }
    }
}
