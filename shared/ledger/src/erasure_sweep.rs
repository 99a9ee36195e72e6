use std::collections::BTreeSet;

use anyhow::Result;

use crate::{
    AddressKey, ClinicId, Ledger, NoticeRow, PatientId,
    keys::{Key, consents, notices, thread},
    store::{Range, Write},
};

/// How often an address is read again when somebody else writes it.
const ROUNDS: u32 = 8;

impl Ledger {
    /// Takes away what was written to and by a patient: messages, replies, pictures' places, consents, notices
    /// and the 要確認 list. Of addresses only whom the newest message went to is forgotten: whoever refused,
    /// refused. Rows of the outbox stay, so that no old file sends anything again; they hold ids alone.
    pub(crate) async fn sweep_written(&self, clinic: &ClinicId, patient: &PatientId) -> Result<()> {
        let found = self.thread(clinic, patient).await?;
        let addresses: BTreeSet<&AddressKey> = found.messages.iter().filter_map(|it| it.sent_to.as_ref()).collect();
        for address in addresses {
            self.forget_last_sent(clinic, address, patient).await?;
        }
        let mut gone = vec![Key::reach(clinic, patient)];
        gone.extend(found.messages.iter().map(|it| Key::review(clinic, &it.id)));
        let pictures = found.replies.iter().flat_map(|it| &it.pictures);
        gone.extend(pictures.map(|it| Key::picture(clinic, &it.id)));
        for pk in [thread(clinic, patient), consents(clinic, patient)] {
            let rows = self.core.query::<serde_json::Value>(&Range::all(pk), usize::MAX, false).await?;
            gone.extend(rows.into_iter().map(|(key, _)| key));
        }
        let told = self.core.query::<NoticeRow>(&Range::all(notices(clinic)), usize::MAX, false).await?;
        gone.extend(told.into_iter().filter(|(_, it)| it.row.patient == *patient).map(|(key, _)| key));
        let gone: BTreeSet<Key> = gone.into_iter().collect();
        self.core.batch(gone.into_iter().map(|key| Write::Delete { key }).collect()).await
    }

    async fn forget_last_sent(&self, clinic: &ClinicId, address: &AddressKey, patient: &PatientId) -> Result<()> {
        for _ in 0..ROUNDS {
            let mut found = self.address_of(clinic, address).await?;
            if found.row.last_sent.as_ref().is_none_or(|it| it.patient != *patient) {
                return Ok(());
            }
            found.row.last_sent = None;
            if self.save_address(clinic, &found.row, found.version).await? {
                return Ok(());
            }
        }
        anyhow::bail!("an address was written by others {ROUNDS} times")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use delivery::{Channel, Consent, ConsentSource, MessageId, TriggerKey};
    use jiff::{Timestamp, civil::date};

    use crate::{
        AddressKey, AddressRow, ClinicId, ConsentRow, Erasure, LastSent, Ledger, LinksRow, MessageRow, NoticeKind,
        NoticeRow, PatientId, PatientRow, PictureRef, PictureRow, PictureState, ReachRow, ReplyRow, Said, SaidChange,
        SaidThrough, Versioned, timed_id,
    };

    /// What is planted in every row that can hold it.
    const PLANTED: [&str; 3] = ["植込花子", "uekomi-user", "困っています"];

    fn clinic() -> ClinicId {
        ClinicId::parse("one").unwrap()
    }

    fn patient(id: &str) -> PatientRow {
        PatientRow {
            id: PatientId::parse(id).unwrap(),
            chart_number: None,
            name: PLANTED[0].to_owned(),
            kana: "ウエコミ".to_owned(),
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

    fn message_of(patient: &PatientRow) -> MessageRow {
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let id = format!("{}{}", patient.id, "a".repeat(32));
        MessageRow {
            id: MessageId::parse(&id.replace('-', "")[..32]).unwrap(),
            patient: patient.id.clone(),
            delivery: "d".to_owned(),
            subject: "お知らせ".to_owned(),
            body: format!("{} 様", PLANTED[0]),
            takes_reply: true,
            attachments: Vec::new(),
            trigger: TriggerKey::Ever,
            repetition: 0,
            fallback: 0,
            sent_to: Some(AddressKey::new(b"secret", &clinic(), Channel::Line, PLANTED[1])),
            made_at: now,
            opens_until: now,
            read_at: None,
        }
    }

    /// Everything the pages write of a patient.
    async fn write_all(ledger: &Ledger, row: &PatientRow) {
        let clinic = clinic();
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        ledger.write_patients(&clinic, std::slice::from_ref(row), &[]).await.unwrap();
        let message = message_of(row);
        assert!(ledger.add_message(&clinic, &message).await.unwrap());
        let last_sent = LastSent { on: date(2026, 11, 30), patient: row.id.clone(), message: message.id.clone() };
        let mut address = ledger.address_of(&clinic, message.sent_to.as_ref().unwrap()).await.unwrap();
        address.row.last_sent = Some(last_sent);
        let id = timed_id(now, row.id.as_str());
        let notice = |n: u8, what| NoticeRow {
            id: format!("{id}-{n}"),
            patient: row.id.clone(),
            message: message.id.clone(),
            what,
            at: now,
            seen_at: None,
        };
        let reply = ReplyRow {
            id: id.clone(),
            patient: row.id.clone(),
            message: message.id.clone(),
            text: PLANTED[2].to_owned(),
            pictures: Vec::new(),
            written_at: now,
            seen_at: None,
        };
        let replied = notice(1, NoticeKind::Replied { reply: id.clone() });
        assert!(ledger.add_reply(&clinic, &reply, &replied).await.unwrap());
        let picture_id = format!("picture-of-{}", row.id);
        let reference = PictureRef { id: picture_id.clone(), state: PictureState::Waiting };
        let with = ReplyRow { pictures: vec![reference], ..reply };
        let picture = PictureRow { id: picture_id, patient: row.id.clone(), reply: id.clone(), made_at: now };
        assert!(ledger.add_picture(&clinic, &with, 1, &picture).await.unwrap());

        let consent = Consent { given_on: date(2026, 11, 30), source: ConsentSource::LineLink, record: id.clone() };
        let reach = ReachRow {
            line_user: Some(PLANTED[1].to_owned()),
            consents: BTreeMap::from([(Channel::Line, consent)]),
            ..ReachRow::new(row.id.clone())
        };
        let record = ConsentRow {
            id: id.clone(),
            patient: row.id.clone(),
            at: now,
            channel: Some(Channel::Line),
            said: Said::Agreed,
            through: SaidThrough::Consent(ConsentSource::LineLink),
            record: "event".to_owned(),
        };
        let change = SaidChange {
            record: &record,
            reach: &Versioned { row: reach, version: 0 },
            addresses: &[address],
            notice: Some(&notice(2, NoticeKind::WrongPerson { channel: None })),
        };
        assert!(ledger.save_said(&clinic, &change).await.unwrap());
    }

    async fn erase(ledger: &Ledger, patient: &PatientRow, proof: &str) {
        let links: Versioned<LinksRow> = ledger.links(&clinic()).await.unwrap();
        let erasure = Erasure {
            patient,
            identities: &[],
            links_before: &links,
            proof: proof.to_owned(),
            erased_at: Timestamp::from_second(1_795_000_001).unwrap(),
        };
        assert!(ledger.erase(&clinic(), erasure).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn nothing_that_names_an_erased_patient_is_left() {
        let ledger = Ledger::in_memory();
        let (gone, stays) = (patient("pgone"), patient("pstays"));
        write_all(&ledger, &stays).await;
        let before = ledger.dump().await.unwrap();
        write_all(&ledger, &gone).await;
        erase(&ledger, &gone, "proof-1").await;

        let mut after = ledger.dump().await.unwrap();
        for row in &after {
            assert!(!row.contains("pgone"), "{row}");
        }
        // Of the other patient nothing is lost; proof and generation are new, and the address lost its newest message.
        after.retain(|it| !["C#one#D ", "GENERATION", "C#one#Z "].iter().any(|new| it.contains(new)));
        let kept: Vec<&String> = before.iter().filter(|it| !it.contains("C#one#Z ")).collect();
        assert_eq!(after.iter().collect::<Vec<_>>(), kept);

        erase(&ledger, &stays, "proof-2").await;
        for row in ledger.dump().await.unwrap() {
            assert!(!PLANTED.iter().chain(&["pstays"]).any(|it| row.contains(it)), "{row}");
        }
    }

    #[tokio::test]
    async fn who_refused_at_an_address_refused() {
        let ledger = Ledger::in_memory();
        let gone = patient("pgone");
        write_all(&ledger, &gone).await;
        let key = message_of(&gone).sent_to.unwrap();
        let mut address = ledger.address_of(&clinic(), &key).await.unwrap();
        address.row.wrong_person_on = Some(date(2026, 11, 30));
        assert!(ledger.save_address(&clinic(), &address.row, address.version).await.unwrap());
        erase(&ledger, &gone, "proof-1").await;
        let expected = AddressRow { wrong_person_on: Some(date(2026, 11, 30)), ..AddressRow::new(key.clone()) };
        assert_eq!(ledger.address_of(&clinic(), &key).await.unwrap().row, expected);
    }
}
