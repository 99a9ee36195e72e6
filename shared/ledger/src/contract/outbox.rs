//! What the rows of messages promise: made once, leased under conditions, saved under their version, found when
//! due.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use std::num::NonZeroU16;

use clinic::roster::{Consent, Contacts, Stamped};
use delivery::{
    Channel, Effect, Event, Hold, Limits, MessageId, NewMessage, OutboxRow, Outcome, PatientCap, ReasonCode, Report,
    Status, Step, TriggerKey, step,
};
use jiff::{SignedDuration, Timestamp, civil::date};

use crate::{
    AddressKey, AddressRow, ClinicId, ContactsRow, ExclusionRow, LastSent, LeaseConditions, Ledger, MessageRow,
    PatientId, PatientRow, StepContext, Versioned, WithStep,
};

/// What address keys are made under here.
const SECRET: &[u8] = b"a secret of the contract";
/// 10 in the morning of 25 April 2025 in Tokyo.
const MORNING: Timestamp = Timestamp::constant(1_745_542_800, 0);
const CAP: PatientCap = PatientCap { max: NonZeroU16::MIN, days: 1 };

pub(super) async fn check(ledger: &Ledger) {
    makes_a_message_once(ledger).await;
    leases_under_conditions(ledger).await;
    saves_a_step_once_with_what_belongs_to_it(ledger).await;
    finds_what_is_due(ledger).await;
    hands_a_failure_on_once(ledger).await;
}

async fn makes_a_message_once(ledger: &Ledger) {
    let (row, message) = new_message("contract-made", 0);
    assert_eq!(ledger.outbox(&row.id).await.unwrap(), None);
    for _repeat in 0..2 {
        assert!(ledger.put_message(&row, &message).await.unwrap());
    }
    let later = OutboxRow { channel: Channel::Sms, ..row.clone() };
    assert!(!ledger.put_message(&later, &message).await.unwrap());
    assert_eq!(ledger.outbox(&row.id).await.unwrap().unwrap().row, row);
    let found = ledger.message(&clinic("contract-made"), &message.patient, &row.id).await.unwrap();
    assert!(found.is_some_and(|it| it.row == message));
}

async fn leases_under_conditions(ledger: &Ledger) {
    let name = "contract-lease";
    let (clinic, patient) = (clinic(name), patient());
    let (row, message) = new_message(name, 0);
    ledger.put_message(&row, &message).await.unwrap();
    let leased = after(&row, &lease());
    let reach = ledger.reach_of(&clinic, &patient).await.unwrap();
    let count = ledger.patient_count(&clinic, &patient).await.unwrap();
    let address = address(ledger, name, &row.id).await;
    let counted = Versioned { row: count.row.with(&row.id, date(2025, 4, 25), CAP), version: count.version };
    let conditions = LeaseConditions { reach_version: reach.version, address: &address, counted: &counted };

    assert!(!ledger.lease(1, &leased, &conditions).await.unwrap(), "there is no such patient");
    ledger.write_patients(&clinic, &[patient_row()], &[]).await.unwrap();
    let exclusion = ExclusionRow { patient: patient.clone(), note: String::new(), written_at: MORNING };
    ledger.exclude(&clinic, &exclusion).await.unwrap();
    assert!(!ledger.lease(1, &leased, &conditions).await.unwrap(), "the patient was taken out");
    ledger.include(&clinic, &patient).await.unwrap();
    assert!(ledger.save_reach(&clinic, &reach.row, reach.version).await.unwrap());
    assert!(!ledger.lease(1, &leased, &conditions).await.unwrap(), "the patient said something since");
    let conditions = LeaseConditions { reach_version: 1, ..conditions };
    for _repeat in 0..2 {
        assert!(ledger.lease(1, &leased, &conditions).await.unwrap());
    }
    assert_eq!(ledger.outbox(&row.id).await.unwrap().unwrap().row, leased.row);
    assert_eq!(ledger.patient_count(&clinic, &patient).await.unwrap().row, counted.row);
    let known = ledger.address_of(&clinic, &address.row.key).await.unwrap();
    assert_eq!((known.row, known.version), (address.row.clone(), 1));

    // Another message at the same moment: what was counted and sent to is no longer what it read.
    let (other, message) = new_message(name, 1);
    ledger.put_message(&other, &message).await.unwrap();
    assert!(!ledger.lease(1, &after(&other, &lease()), &conditions).await.unwrap());
}

async fn saves_a_step_once_with_what_belongs_to_it(ledger: &Ledger) {
    let name = "contract-step";
    let clinic = clinic(name);
    let (row, message) = new_message(name, 0);
    ledger.put_message(&row, &message).await.unwrap();
    let calling = calling(ledger, &row).await;
    let unclear = Outcome::Unclear { code: ReasonCode::default() };
    let unknown = after(&calling, &Event::Settled { attempt: 1, outcome: unclear });
    assert!(!ledger.save_step(2, &unknown, &WithStep::default()).await.unwrap());
    for _repeat in 0..2 {
        assert!(ledger.save_step(3, &unknown, &WithStep::default()).await.unwrap());
    }
    assert_eq!(ledger.reviews(&clinic).await.unwrap(), []);
    let hour = MORNING + SignedDuration::from_hours(2);
    let review = step(&unknown.row, &Event::Sweep, hour, &Limits::default()).unwrap();
    assert!(review.effects.contains(&Effect::ShowForReview));
    for _repeat in 0..2 {
        assert!(ledger.save_step(4, &review, &WithStep::default()).await.unwrap());
    }
    assert_eq!(ledger.reviews(&clinic).await.unwrap().len(), 1);
    let told = after(&review.row, &Event::Reported { report: Report::Delivered, provider_id: None });
    assert!(ledger.save_step(5, &told, &WithStep::default()).await.unwrap());
    assert_eq!(ledger.reviews(&clinic).await.unwrap(), []);
    assert_eq!(ledger.outbox(&row.id).await.unwrap().unwrap().row.status, Status::Sent);
}

async fn finds_what_is_due(ledger: &Ledger) {
    let rows: Vec<OutboxRow> = (0..5).map(|n| new_message("contract-due", n).0).collect();
    for (n, row) in (0..).zip(&rows) {
        ledger.put_message(row, &new_message("contract-due", n).1).await.unwrap();
    }
    let due = async |now: Timestamp| {
        let found = ledger.due_messages(now, 100).await.unwrap();
        let found = found.into_iter().filter(|it| it.row.clinic == "contract-due");
        found.map(|it| it.row.id).collect::<std::collections::BTreeSet<MessageId>>()
    };
    let soon = MORNING + SignedDuration::from_secs(1);
    let later = MORNING + SignedDuration::from_mins(2);
    assert!(due(soon).await.is_empty());
    assert_eq!(due(later).await, rows.iter().map(|it| it.id.clone()).collect());
    // What is final is in no index.
    let cancelled = after(&rows[0], &Event::Cancel { reason: ReasonCode::default() });
    assert!(ledger.save_step(1, &cancelled, &WithStep::default()).await.unwrap());
    let swept = step(&rows[1], &Event::Sweep, later, &Limits::default()).unwrap();
    assert!(ledger.save_step(1, &swept, &WithStep::default()).await.unwrap());
    assert_eq!(due(later).await, rows[2..].iter().map(|it| it.id.clone()).collect());
    assert_eq!(due(later + SignedDuration::from_mins(2)).await, rows[1..].iter().map(|it| it.id.clone()).collect());
}

async fn hands_a_failure_on_once(ledger: &Ledger) {
    let name = "contract-next";
    let (clinic, patient) = (clinic(name), patient());
    let contacts = Contacts {
        mobile: Stamped::by_staff(Some("09012345679".to_owned()), 1),
        consent: Stamped::by_staff(Some(Consent { given: true, date: None }), 1),
        ..Contacts::default()
    };
    let contacts = ContactsRow { chart_number: "12".to_owned(), contacts };
    assert!(ledger.save_contacts(&clinic, &contacts, 0).await.unwrap());
    ledger.write_patients(&clinic, &[patient_row()], &[]).await.unwrap();
    let (row, message) = new_message(name, 0);
    ledger.put_message(&row, &message).await.unwrap();
    let address = address(ledger, name, &row.id).await;
    let sent_to = Some(address.row.key.clone());
    assert!(ledger.save_message(&clinic, &MessageRow { sent_to, ..message }, 1).await.unwrap());
    let calling = calling(ledger, &row).await;
    let sent =
        after(&calling, &Event::Settled { attempt: 1, outcome: Outcome::Accepted { provider_id: "x".to_owned() } });
    assert!(ledger.save_step(3, &sent, &WithStep::default()).await.unwrap());

    let limits = Limits::default();
    let context = StepContext { identity_secret: SECRET, today: date(2025, 4, 25), now: MORNING, limits: &limits };
    let bounced = after(&sent.row, &Event::Reported { report: Report::Bounced, provider_id: None });
    let with = ledger.with_step(&bounced, &context).await.unwrap();
    for _repeat in 0..2 {
        assert!(ledger.save_step(4, &bounced, &with).await.unwrap());
    }
    let known = ledger.address_of(&clinic, &address.row.key).await.unwrap();
    assert_eq!(known.row.bounced_on, Some(date(2025, 4, 25)));
    let next = new_message(name, 0).1.id_of(&clinic, 1);
    let found = ledger.outbox(&next).await.unwrap().unwrap();
    assert_eq!((found.row.channel, found.row.fallback, found.row.status), (Channel::Sms, 1, Status::Pending));
    let message = ledger.message(&clinic, &patient, &next).await.unwrap().unwrap().row;
    assert_eq!((message.fallback, message.sent_to.is_none()), (1, true));
    // Nothing is left after SMS but LINE, which the patient has not.
    let calling = {
        let leased = after(&found.row, &Event::Lease { owner: "contract".to_owned(), channel: Channel::Sms });
        after(&leased.row, &Event::Start { attempt: 1 }).row
    };
    let code = ReasonCode::default();
    let failed = after(&calling, &Event::Settled { attempt: 1, outcome: Outcome::RefusedForGood { code } });
    assert!(failed.effects.contains(&Effect::PutNextChannel { fallback: 2 }));
    assert!(ledger.with_step(&failed, &context).await.unwrap().next.is_none());
}

/// The row leased and started, saved without the lease's conditions.
async fn calling(ledger: &Ledger, row: &OutboxRow) -> OutboxRow {
    let leased = after(row, &lease());
    assert!(ledger.save_step(1, &leased, &WithStep::default()).await.unwrap());
    let calling = after(&leased.row, &Event::Start { attempt: 1 });
    assert!(ledger.save_step(2, &calling, &WithStep::default()).await.unwrap());
    calling.row
}

fn after(row: &OutboxRow, event: &Event) -> Step {
    step(row, event, MORNING, &Limits::default()).unwrap()
}

fn lease() -> Event {
    Event::Lease { owner: "contract".to_owned(), channel: Channel::Mail }
}

/// A mail to the patient, the `n`th.
fn new_message(name: &str, n: u32) -> (OutboxRow, MessageRow) {
    let clinic = clinic(name);
    let mut message = MessageRow {
        id: MessageId::parse(&"a".repeat(32)).unwrap(),
        patient: patient(),
        delivery: "d1".to_owned(),
        subject: "件名".to_owned(),
        body: "本文".to_owned(),
        takes_reply: false,
        attachments: Vec::new(),
        trigger: TriggerKey::Ever,
        repetition: n,
        fallback: 0,
        sent_to: None,
        made_at: MORNING,
        opens_until: MORNING + SignedDuration::from_hours(48),
        read_at: None,
    };
    message.id = message.id_of(&clinic, 0);
    let row = NewMessage {
        id: message.id.clone(),
        clinic: name.to_owned(),
        body: message.patient.to_string(),
        channel: Channel::Mail,
        fallback: 0,
        send_after: MORNING,
        send_before: MORNING + SignedDuration::from_hours(24),
        hold: Hold::Review,
    };
    (OutboxRow::pending(row, &Limits::default()), message)
}

/// The address that the mail goes to, with the message as its newest.
async fn address(ledger: &Ledger, name: &str, message: &MessageId) -> Versioned<AddressRow> {
    let key = AddressKey::new(SECRET, &clinic(name), Channel::Mail, "patient@example.jp");
    let mut address = ledger.address_of(&clinic(name), &key).await.unwrap();
    address.row.last_sent = Some(LastSent { on: date(2025, 4, 25), patient: patient(), message: message.clone() });
    address
}

fn patient_row() -> PatientRow {
    PatientRow {
        id: patient(),
        chart_number: Some("12".to_owned()),
        name: "名".to_owned(),
        kana: String::new(),
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

fn clinic(name: &str) -> ClinicId {
    ClinicId::parse(name).unwrap()
}

fn patient() -> PatientId {
    PatientId::parse("contract-patient").unwrap()
}
