//! A clinic that writes to its patients, with the functions that send in one process.

use std::{cell::Cell, collections::BTreeMap, num::NonZeroU32, sync::Mutex, time::Duration};

use aws_lambda_events::sqs::SqsBatchResponse;
use clinic::roster::{Consent as RosterConsent, Contacts, Stamped};
use delivery::{
    Channel, Consent, ConsentSource, Hold, HoursSettings, Limits, Message, MessageId, NewMessage, OutboxRow, Rate,
    TriggerKey,
};
use files::Files;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, date},
    tz,
};
use ledger::{
    ChannelKey, ClinicId, ClinicRow, Clock, ContactsRow, Ledger, LineChannel, MessageRow, MessageSettings, PatientId,
    PatientRow, Turnstile, WebhookId,
};
use line::Line;
use mail::Mail;
use queue::Queue;
use receipt::ClinicCode;
use send_messages::{Providers, Secrets, SendMessages, Settings};
use serde_json::{Value, json};
use settle_messages::SettleMessages;
use sms::Sms;
use sweep_messages::{SweepMessages, Swept, Tick};

use crate::harness::world::sqs_event;

/// Noon of a Thursday in Tokyo.
pub(crate) const NOON: Timestamp = Timestamp::constant(1_795_662_000, 0);
/// The day of [`NOON`].
pub(crate) const TODAY: Date = date(2026, 11, 26);

const IDENTITY: &[u8] = b"an identity secret of the tests";
const LINKS: &[u8] = b"a link secret of the tests";
const CHANNELS: &[u8] = b"a channel secret of the tests";

thread_local! {
    /// Each story has its thread, and its time.
    static NOW: Cell<Timestamp> = const { Cell::new(NOON) };
}

fn now() -> Timestamp {
    NOW.get()
}

fn today() -> Date {
    tz::offset(9).to_datetime(now()).date()
}

/// Time goes on.
pub(crate) fn later(span: SignedDuration) {
    NOW.set(now() + span);
}

/// The clinic, its patients, and whoever carries messages to them.
pub(crate) struct Sending {
    pub(crate) clinic: ClinicId,
    pub(crate) files: Files,
    pub(crate) ledger: Ledger,
    /// Before every call of the tables, where they are in memory.
    pub(crate) turnstile: Turnstile,
    pub(crate) announced: Queue,
    pub(crate) providers: Providers,
    pub(crate) settings: Settings,
    /// What the queue keeps back, and until when.
    kept_back: Mutex<Vec<(Timestamp, Value)>>,
}

impl Sending {
    /// Everything in memory, at noon.
    pub(crate) async fn in_memory() -> Self {
        let turnstile = Turnstile::default();
        let ledger = Ledger::in_memory_behind(&turnstile);
        let providers = Providers::of(Line::in_memory(), Sms::in_memory(), Mail::in_memory());
        Self::over(Files::in_memory(), ledger, turnstile, providers, "clinic-one").await
    }

    /// A clinic over given files, tables and providers, at noon.
    pub(crate) async fn over(
        files: Files,
        ledger: Ledger,
        turnstile: Turnstile,
        providers: Providers,
        name: &str,
    ) -> Self {
        host::start_logging();
        NOW.set(NOON);
        let rate = Rate(NonZeroU32::new(1_000).unwrap());
        let settings = Settings {
            limits: Limits::default(),
            line_rate: rate,
            sms_rate: rate,
            mail_rate: rate,
            in_hand: SignedDuration::ZERO,
            look_again: SignedDuration::from_mins(15),
            settle_again: Duration::from_millis(1),
            pages: "https://p.kayoi.example".to_owned(),
        };
        let clinic = ClinicId::parse(name).unwrap();
        let announced = Queue::in_memory();
        let kept_back = Mutex::default();
        let world = Self { clinic, files, ledger, turnstile, announced, providers, settings, kept_back };
        let row = ClinicRow { name: "さくら内科".to_owned(), clinic_code: ClinicCode::parse("1312345").unwrap() };
        assert!(world.ledger.add_clinic(&world.clinic, &row).await.unwrap());
        let channel = LineChannel {
            webhook: WebhookId::parse(&format!("hook-{name}")).unwrap(),
            bot_user: None,
            basic_id: None,
            access_token: format!("token-of-{name}"),
            channel_secret: "secret".to_owned(),
        };
        let key = ChannelKey::of_secret(CHANNELS);
        assert!(world.ledger.save_line_channel(&world.clinic, &channel, &key, 0).await.unwrap());
        // Neither hours nor caps, but where a story sets them.
        world
            .set(|it| {
                it.hours = HoursSettings::default();
                it.patient_cap.days = 0;
            })
            .await;
        world
    }

    /// Changes the clinic's settings.
    pub(crate) async fn set(&self, change: impl FnOnce(&mut MessageSettings)) {
        let mut settings = self.ledger.message_settings(&self.clinic).await.unwrap();
        change(&mut settings.row);
        assert!(self.ledger.save_message_settings(&self.clinic, &settings.row, settings.version).await.unwrap());
    }

    /// The patient number `n`, who can be reached by `channels` and agreed to that.
    pub(crate) async fn patient(&self, n: u32, channels: &[Channel]) -> PatientId {
        let id = PatientId::parse(&format!("p{n}")).unwrap();
        let row = PatientRow {
            id: id.clone(),
            chart_number: Some(n.to_string()),
            name: "秘密　花子".to_owned(),
            kana: "ヒミツ　ハナコ".to_owned(),
            birth_date: Some(date(1960, 1, 1)),
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
        self.ledger.write_patients(&self.clinic, &[row], &[]).await.unwrap();
        let with = |channel, address: String| Some(address).filter(|_| channels.contains(&channel));
        let consent = RosterConsent { given: true, date: Some(date(2026, 4, 1)) };
        let contacts = Contacts {
            mobile: Stamped::by_staff(with(Channel::Sms, number(n)), 1),
            mail: Stamped::by_staff(with(Channel::Mail, mailbox(n)), 1),
            consent: Stamped::by_staff(Some(consent), 1),
            ..Contacts::default()
        };
        let contacts = ContactsRow { chart_number: n.to_string(), contacts };
        assert!(self.ledger.save_contacts(&self.clinic, &contacts, 0).await.unwrap());
        if channels.contains(&Channel::Line) {
            let mut reach = self.ledger.reach_of(&self.clinic, &id).await.unwrap();
            reach.row.line_user = Some(line_user(n));
            let source = ConsentSource::LineLink;
            let consent = Consent { given_on: date(2026, 4, 1), source, record: "r".to_owned() };
            reach.row.consents.insert(Channel::Line, consent);
            assert!(self.ledger.save_reach(&self.clinic, &reach.row, reach.version).await.unwrap());
        }
        id
    }

    /// The message number `n` to `patient` by `channel`, made and announced.
    pub(crate) async fn write(&self, n: u32, patient: &PatientId, channel: Channel) -> MessageId {
        let (row, message) = self.message(n, patient, channel);
        assert!(self.ledger.put_message(&row, &message).await.unwrap());
        self.announce(&row.id).await;
        row.id
    }

    /// The message number `n` to `patient` by `channel`: for a day, and the text of no other.
    pub(crate) fn message(&self, n: u32, patient: &PatientId, channel: Channel) -> (OutboxRow, MessageRow) {
        let mut message = MessageRow {
            id: MessageId::parse(&"a".repeat(32)).unwrap(),
            patient: patient.clone(),
            delivery: "delivery-one".to_owned(),
            subject: "さくら内科からのお知らせ".to_owned(),
            body: format!("秘密の本文{n}\nhttps://p.kayoi.example/m/x"),
            takes_reply: true,
            attachments: Vec::new(),
            trigger: TriggerKey::Date(TODAY),
            repetition: n,
            fallback: 0,
            sent_to: None,
            made_at: now(),
            opens_until: now() + SignedDuration::from_hours(24 * 30),
            read_at: None,
        };
        message.id = message.id_of(&self.clinic, 0);
        let row = NewMessage {
            id: message.id.clone(),
            clinic: self.clinic.to_string(),
            body: patient.to_string(),
            channel,
            fallback: 0,
            send_after: now(),
            send_before: now() + SignedDuration::from_hours(48),
            hold: Hold::Review,
        };
        (OutboxRow::pending(row, &self.settings.limits), message)
    }

    pub(crate) async fn announce(&self, id: &MessageId) {
        self.announced.send(&Message::SendV1 { id: id.clone() }).await.unwrap();
    }

    /// A worker with what it works with.
    pub(crate) fn worker(&self) -> SendMessages {
        SendMessages {
            files: self.files.clone(),
            ledger: self.ledger.clone(),
            announce: self.announced.clone(),
            providers: self.providers.clone(),
            secrets: Secrets::new(IDENTITY, LINKS, CHANNELS),
            settings: self.settings.clone(),
            clock: Clock::System(today),
            now,
        }
    }

    /// What the queue hands out now, at most `n`.
    fn due(&self, n: usize) -> Vec<Value> {
        let mut kept_back = self.kept_back.lock().unwrap();
        for sent in self.announced.take() {
            let at = now() + SignedDuration::from_secs(sent.delay_s.into());
            kept_back.push((at, serde_json::from_str(&sent.body).unwrap()));
        }
        let mut due = Vec::new();
        kept_back.retain(|(at, body)| {
            let is_due = *at <= now() && due.len() < n;
            if is_due {
                due.push(body.clone());
            }
            !is_due
        });
        due
    }

    /// Delivers what is due, all in one batch; returns its bodies and the answer.
    pub(crate) async fn try_send(&self) -> (Vec<Value>, SqsBatchResponse) {
        let bodies = self.due(usize::MAX);
        let response = send_messages::handle(&self.worker(), sqs_event(&bodies)).await;
        (bodies, response)
    }

    /// Delivers what is due, twice in a batch and once again, without a failure.
    pub(crate) async fn send(&self) {
        self.send_some(usize::MAX).await;
    }

    /// As [`send`](Self::send), `n` messages at most.
    pub(crate) async fn send_some(&self, n: usize) {
        let bodies = self.due(n);
        let twice = [&bodies[..], &bodies].concat();
        for batch in [&twice, &bodies] {
            let response = send_messages::handle(&self.worker(), sqs_event(batch)).await;
            assert_eq!(response.batch_item_failures.len(), 0, "{response:?}");
        }
    }

    /// A tick of the sweeper, twice.
    pub(crate) async fn sweep(&self) -> Swept {
        let deps = SweepMessages {
            ledger: self.ledger.clone(),
            announce: self.announced.clone(),
            limits: self.settings.limits.clone(),
            now,
        };
        let swept = sweep_messages::handle(&deps, Tick {}).await.unwrap();
        let again = sweep_messages::handle(&deps, Tick {}).await.unwrap();
        assert_eq!(again.n_announced, 0, "a repeat finds nothing");
        swept
    }

    pub(crate) async fn try_settle(&self, bodies: &[Value]) -> SqsBatchResponse {
        let deps = SettleMessages {
            files: self.files.clone(),
            ledger: self.ledger.clone(),
            announce: self.announced.clone(),
            identity_secret: IDENTITY.to_vec(),
            limits: self.settings.limits.clone(),
            clock: Clock::System(today),
            now,
        };
        settle_messages::handle(&deps, sqs_event(bodies)).await
    }

    /// Delivers what providers tell, twice in a batch and once again, without a failure.
    pub(crate) async fn settle(&self, bodies: &[Value]) {
        for batch in [&[bodies, bodies].concat()[..], bodies] {
            let response = self.try_settle(batch).await;
            assert_eq!(response.batch_item_failures.len(), 0, "{response:?}");
        }
    }

    pub(crate) async fn row(&self, id: &MessageId) -> OutboxRow {
        self.ledger.outbox(id).await.unwrap().unwrap().row
    }

    /// Which messages arrived by each provider in memory since the last call, in their order.
    pub(crate) fn arrived(&self, known: &[MessageId]) -> Vec<(Channel, MessageId)> {
        let keys: BTreeMap<String, &MessageId> = known.iter().map(|it| (it.retry_key(0), it)).collect();
        let line = self.providers.line.take().into_iter();
        let line = line.map(|it| (Channel::Line, keys[&it.retry_key.unwrap()].clone()));
        let sms = self.providers.sms.take().into_iter().map(|it| (Channel::Sms, it.message));
        let mail = self.providers.mail.take_messages().into_iter().map(|it| (Channel::Mail, it.0));
        line.chain(sms).chain(mail).collect()
    }
}

/// The mobile number of the patient number `n`.
pub(crate) fn number(n: u32) -> String {
    format!("0908765{:04}", 1000 + n)
}

/// The mail address of the patient number `n`.
pub(crate) fn mailbox(n: u32) -> String {
    format!("hanako.himitsu.{n}@example.jp")
}

/// What LINE calls the patient number `n`.
pub(crate) fn line_user(n: u32) -> String {
    format!("U{n:032x}")
}

/// What SES tells of a message.
pub(crate) fn mail_event(id: &MessageId, name: &str, more: Value) -> Value {
    let mut event = json!({
        "eventType": name,
        "mail": {
            "timestamp": "2026-11-26T03:00:00.000Z",
            "messageId": "ses-1",
            "destination": [mailbox(1)],
            "tags": {"ses:configuration-set": ["kayoi-messages"], "mid": [id.as_str()]},
        },
    });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

/// A hard bounce.
pub(crate) fn bounce(id: &MessageId) -> Value {
    mail_event(id, "Bounce", json!({"bounce": {"bounceType": "Permanent", "bounceSubType": "General"}}))
}

/// What AWS End User Messaging tells of a message.
pub(crate) fn sms_event(id: &MessageId, name: &str) -> Value {
    json!({
        "eventType": name,
        "eventVersion": "1.0",
        "isFinal": true,
        "destinationPhoneNumber": number(1),
        "messageId": "sms-1",
        "messageStatus": "X",
        "context": {"mid": id.as_str()},
    })
}
