//! What the rows of step deliveries promise.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use std::collections::BTreeMap;

use delivery::{
    Channel, Hold, Joined, Limits, LinkToken, Made, MessageId, MessageKey, NewMessage, OutboxRow, PlanReason, PlanRow,
    PlanState, Trigger, TriggerKey,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};

use crate::{
    ClinicId, CorrespondenceRow, DeliveryRow, Erasure, Ledger, Making, MembershipsRow, MessageRow, NewMessageRows,
    NoticeKind, NoticeRow, PatientId, PatientRow, PlanningSettings, ReplyRow, Versioned,
};

const TODAY: Date = date(2026, 11, 23);

pub(super) async fn check(ledger: &Ledger) {
    says_how_a_clinic_plans(ledger).await;
    keeps_deliveries_in_their_order(ledger).await;
    saves_plan_rows_on_what_was_read(ledger).await;
    remembers_memberships(ledger).await;
    notes_the_newest_reply(ledger).await;
    makes_a_message_once(ledger).await;
    makes_nothing_for_who_is_erased(ledger).await;
}

async fn says_how_a_clinic_plans(ledger: &Ledger) {
    let id = clinic("contract-planning");
    assert_eq!(ledger.planning_settings(&id).await.unwrap().version, 0);
    let row = PlanningSettings { needs_second_person: true, ..PlanningSettings::default() };
    assert!(ledger.save_planning_settings(&id, &row, 0).await.unwrap());
    assert!(!ledger.save_planning_settings(&id, &PlanningSettings::default(), 0).await.unwrap());
    assert_eq!(ledger.planning_settings(&id).await.unwrap(), Versioned { row, version: 1 });

    assert_eq!(ledger.phase(&id).await.unwrap(), 3);
    for phase in [1, 2] {
        ledger.set_phase(&id, phase).await.unwrap();
        assert_eq!(ledger.phase(&id).await.unwrap(), phase);
    }
    assert!(ledger.set_phase(&id, 0).await.is_err() && ledger.set_phase(&id, 4).await.is_err());
}

async fn keeps_deliveries_in_their_order(ledger: &Ledger) {
    let id = clinic("contract-deliveries");
    let settings = |id: &str| {
        let json = serde_json::json!({"id": id, "name": "試験", "target": "everyone", "start": "2026-12-01",
            "timing": {"kind": "first_visit"}});
        serde_json::from_value(json).unwrap()
    };
    let row = |name: &str, position| DeliveryRow {
        settings: settings(name),
        revision: 1,
        author: "u1".to_owned(),
        written_at: timestamp(),
        position,
        started_on: None,
        is_stopped: false,
    };
    for (name, position) in [("a", 2), ("b", 1)] {
        assert!(ledger.save_delivery(&id, &row(name, position), 0).await.unwrap());
        assert!(!ledger.save_delivery(&id, &row(name, 9), 0).await.unwrap());
    }
    let ids: Vec<String> = ledger.deliveries(&id).await.unwrap().into_iter().map(|it| it.row.settings.id).collect();
    assert_eq!(ids, ["b", "a"]);
    assert_eq!(row("a", 2).running().unwrap(), None);
    let started = DeliveryRow { started_on: Some(TODAY), ..row("a", 2) };
    assert!(ledger.save_delivery(&id, &started, 1).await.unwrap());
    let found = ledger.delivery(&id, "a").await.unwrap().unwrap();
    assert_eq!((found.version, found.row.running().unwrap().unwrap().start), (2, date(2026, 12, 1)));
    assert_eq!(ledger.delivery(&id, "c").await.unwrap(), None);
}

async fn saves_plan_rows_on_what_was_read(ledger: &Ledger) {
    let id = clinic("contract-plan");
    let row = |patient: &str, repetition| PlanRow {
        delivery: "d".to_owned(),
        patient: patient.to_owned(),
        trigger: Trigger { date: TODAY, basis: TODAY },
        repetition,
        due: TODAY,
        state: PlanState::Planned,
        reason: PlanReason::WaitingForApproval,
        channel: None,
        until: None,
        decision: None,
    };
    let new = |row| Versioned { row, version: 0 };
    // Ids of which one begins another.
    let rows = [row("a", 0), row("a", 1), row("a-b", 0), row("b", 0)];
    for _repeat in 0..2 {
        assert!(ledger.save_plan_rows(&id, &rows.clone().map(new), &[]).await.unwrap());
    }
    assert_eq!(ledger.plan_rows(&id).await.unwrap().len(), 4);
    let shown = |found: Vec<Versioned<PlanRow>>| {
        found.into_iter().map(|it| format!("{}{}", it.row.patient, it.row.repetition)).collect::<Vec<_>>()
    };
    assert_eq!(shown(ledger.plan_rows_of(&id, &patient_id("a")).await.unwrap()), ["a0", "a1"]);
    for (after, last, expected) in [
        (None, None, vec!["a0", "a1", "a-b0", "b0"]),
        (None, Some("a-b"), vec!["a0", "a1", "a-b0"]),
        (Some("a"), None, vec!["a-b0", "b0"]),
        (Some("a"), Some("a-b"), vec!["a-b0"]),
        (Some("b"), None, vec![]),
    ] {
        let [after, last] = [after, last].map(|it| it.map(patient_id));
        assert_eq!(shown(ledger.plan_rows_behind(&id, after.as_ref(), last.as_ref()).await.unwrap()), expected);
    }

    let approved = PlanRow { state: PlanState::Approved, reason: PlanReason::WaitingForDay, ..row("a", 0) };
    let changed = |version| [Versioned { row: approved.clone(), version }];
    assert!(ledger.save_plan_rows(&id, &changed(1), &[row("b", 0).key()]).await.unwrap());
    let other = [Versioned { row: row("a", 0), version: 1 }];
    assert!(!ledger.save_plan_rows(&id, &other, &[]).await.unwrap(), "somebody decided meanwhile");
    let found = ledger.plan_row(&id, &approved.key()).await.unwrap().unwrap();
    assert_eq!(found, Versioned { row: approved.clone(), version: 2 });
    assert_eq!(ledger.plan_row(&id, &row("b", 0).key()).await.unwrap(), None);
}

async fn remembers_memberships(ledger: &Ledger) {
    let id = clinic("contract-memberships");
    let joined = Joined { on: Some(TODAY), left_on: None };
    let row = |patient: &str| MembershipsRow {
        patient: patient_id(patient),
        groups: BTreeMap::from([("g".to_owned(), joined)]),
    };
    ledger.write_memberships(&id, &[row("a"), row("b")], &[]).await.unwrap();
    ledger.write_memberships(&id, &[], &[patient_id("a")]).await.unwrap();
    assert_eq!(ledger.memberships(&id).await.unwrap(), [row("b")]);
}

async fn notes_the_newest_reply(ledger: &Ledger) {
    let (id, who) = (clinic("contract-replies"), patient_id("a"));
    let reply = |id: &str, at: &str| ReplyRow {
        id: id.to_owned(),
        patient: who.clone(),
        message: MessageId::parse(&"a".repeat(32)).unwrap(),
        text: "はい".to_owned(),
        pictures: Vec::new(),
        written_at: at.parse().unwrap(),
        seen_at: None,
    };
    let notice = |reply: &ReplyRow| NoticeRow {
        id: reply.id.clone(),
        patient: who.clone(),
        message: reply.message.clone(),
        what: NoticeKind::Replied { reply: reply.id.clone() },
        at: reply.written_at,
        seen_at: None,
    };
    ledger.write_patients(&id, &[patient(&who)], &[]).await.unwrap();
    // After midnight in Tokyo, then an older one that comes late.
    for (name, at) in [("2", "2026-11-22T15:00:00Z"), ("1", "2026-11-20T00:00:00Z")] {
        let reply = reply(name, at);
        assert!(ledger.add_reply(&id, &reply, &notice(&reply)).await.unwrap());
        let known = ledger.correspondence(&id, &who).await.unwrap();
        assert_eq!((known.row.replied_on, known.version), (Some(TODAY), 1));
    }
}

/// A message of which everything but its trigger stands still.
struct TestMessage {
    outbox: OutboxRow,
    message: MessageRow,
    token: LinkToken,
}

impl TestMessage {
    fn new(clinic: &ClinicId, patient: &PatientId, trigger: Date) -> Self {
        let key = MessageKey {
            clinic: clinic.to_string(),
            delivery: "d".to_owned(),
            patient: patient.to_string(),
            trigger: TriggerKey::Date(trigger),
            repetition: 0,
            fallback: 0,
        };
        let id = MessageId::of(&key);
        let token = LinkToken::of(b"secret", &id);
        let new = NewMessage {
            id: id.clone(),
            clinic: clinic.to_string(),
            body: patient.to_string(),
            channel: Channel::Mail,
            fallback: 0,
            send_after: timestamp(),
            send_before: "2026-11-24T00:00:00Z".parse().unwrap(),
            hold: Hold::Review,
        };
        let message = MessageRow {
            id,
            patient: patient.clone(),
            delivery: key.delivery,
            subject: "件名".to_owned(),
            body: "本文".to_owned(),
            takes_reply: false,
            attachments: Vec::new(),
            trigger: key.trigger,
            repetition: 0,
            fallback: 0,
            sent_to: None,
            made_at: timestamp(),
            opens_until: "2027-01-23T00:00:00Z".parse().unwrap(),
            read_at: None,
        };
        Self { outbox: OutboxRow::pending(new, &Limits::default()), message, token }
    }

    async fn make(&self, ledger: &Ledger, clinic: &ClinicId, before: &Versioned<CorrespondenceRow>) -> Making {
        self.make_with(ledger, clinic, before, None).await
    }

    async fn make_with(
        &self,
        ledger: &Ledger,
        clinic: &ClinicId,
        before: &Versioned<CorrespondenceRow>,
        plan_row: Option<&Versioned<PlanRow>>,
    ) -> Making {
        let TriggerKey::Date(date) = self.message.trigger else { panic!("a message of a delivery") };
        let mut correspondence = before.clone();
        let trigger = Trigger { date, basis: date };
        let delivery = self.message.delivery.clone();
        let made = Made { delivery, trigger, repetition: 0, on: TODAY, withdrawn: None };
        correspondence.row.add(Some(made), TODAY);
        let Self { outbox, message, token } = self;
        let new = NewMessageRows { outbox, message, token, correspondence: &correspondence, plan_row };
        ledger.make_message(clinic, &new).await.unwrap()
    }
}

async fn makes_a_message_once(ledger: &Ledger) {
    let (id, who) = (clinic("contract-making"), patient_id("contract-a"));
    ledger.write_patients(&id, &[patient(&who)], &[]).await.unwrap();
    let first = TestMessage::new(&id, &who, TODAY);
    let before = ledger.correspondence(&id, &who).await.unwrap();
    for _repeat in 0..2 {
        assert_eq!(first.make(ledger, &id, &before).await, Making::Made);
    }
    let known = ledger.correspondence(&id, &who).await.unwrap();
    assert_eq!((known.row.made.len(), known.row.sent_on.as_slice()), (1, [TODAY].as_slice()));
    assert_eq!(first.make(ledger, &id, &known).await, Making::Exists);

    let second = TestMessage::new(&id, &who, date(2026, 11, 24));
    assert_eq!(second.make(ledger, &id, &before).await, Making::Raced, "the first was made since");
    let planned = Versioned { row: plan_row_of(&who), version: 0 };
    assert!(ledger.save_plan_rows(&id, std::slice::from_ref(&planned), &[]).await.unwrap());
    let decided_since = second.make_with(ledger, &id, &known, Some(&planned)).await;
    assert_eq!(decided_since, Making::Raced);
    assert_eq!(ledger.outbox(&second.outbox.id).await.unwrap(), None);
    assert_eq!(ledger.message(&id, &who, &second.message.id).await.unwrap(), None);
    let planned = Versioned { version: 1, ..planned };
    assert_eq!(second.make_with(ledger, &id, &known, Some(&planned)).await, Making::Made);
    assert_eq!(ledger.plan_row(&id, &planned.row.key()).await.unwrap().unwrap().version, 2);
    let all = ledger.correspondences(&id).await.unwrap();
    assert_eq!((all.len(), all[0].row.made.len(), all[0].version), (1, 2, 2));
    let now = timestamp();
    assert_eq!(ledger.link(&first.token, now).await.unwrap().unwrap().message, first.message.id);
    assert_eq!(ledger.message(&id, &who, &first.message.id).await.unwrap().unwrap().row, first.message);
}

async fn makes_nothing_for_who_is_erased(ledger: &Ledger) {
    let (id, who) = (clinic("contract-erased"), patient_id("contract-b"));
    let row = patient(&who);
    ledger.write_patients(&id, std::slice::from_ref(&row), &[]).await.unwrap();
    let message = TestMessage::new(&id, &who, TODAY);
    let before = ledger.correspondence(&id, &who).await.unwrap();
    assert_eq!(message.make(ledger, &id, &before).await, Making::Made);
    let planned = Versioned { row: plan_row_of(&who), version: 0 };
    assert!(ledger.save_plan_rows(&id, &[planned], &[]).await.unwrap());
    let groups = BTreeMap::from([("g".to_owned(), Joined { on: Some(TODAY), left_on: None })]);
    ledger.write_memberships(&id, &[MembershipsRow { patient: who.clone(), groups }], &[]).await.unwrap();

    let links_before = ledger.links(&id).await.unwrap();
    let (proof, erased_at) = ("proof".to_owned(), timestamp());
    let erasure = Erasure { patient: &row, identities: &[], links_before: &links_before, proof, erased_at };
    assert!(ledger.erase(&id, erasure).await.unwrap().is_some());
    assert!(ledger.plan_rows(&id).await.unwrap().is_empty());
    assert!(ledger.correspondences(&id).await.unwrap().is_empty());
    assert!(ledger.memberships(&id).await.unwrap().is_empty());

    let next = TestMessage::new(&id, &who, date(2026, 11, 24));
    assert_eq!(next.make(ledger, &id, &before).await, Making::Raced);
    assert!(ledger.correspondences(&id).await.unwrap().is_empty());
}

fn plan_row_of(patient: &PatientId) -> PlanRow {
    PlanRow {
        delivery: "d".to_owned(),
        patient: patient.to_string(),
        trigger: Trigger { date: TODAY, basis: TODAY },
        repetition: 0,
        due: TODAY,
        state: PlanState::Made,
        reason: PlanReason::Made,
        channel: None,
        until: None,
        decision: None,
    }
}

fn patient(id: &PatientId) -> PatientRow {
    PatientRow {
        id: id.clone(),
        chart_number: None,
        name: String::new(),
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

fn clinic(id: &str) -> ClinicId {
    ClinicId::parse(id).unwrap()
}

fn patient_id(id: &str) -> PatientId {
    PatientId::parse(id).unwrap()
}

fn timestamp() -> Timestamp {
    "2026-11-23T00:00:00Z".parse().unwrap()
}
