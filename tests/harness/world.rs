//! A clinic with its functions in one process, over memory.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use clinic::{Groups, Status};
use files::Files;
use import_receipts::ImportReceipts;
use import_rosters::ImportRosters;
use jiff::{Timestamp, civil::Date};
use ledger::{ClinicId, ClinicRow, Clock, Inbox, Ledger, UploadRow};
use plan_deliveries::{PlanDeliveries, Settings};
use queue::Queue;
use receipt::ClinicCode;
use refresh_clinic::RefreshClinic;
use serde_json::{Value, json};
use start_nightly::{StartNightly, Tick};

/// The world of one clinic.
pub(crate) struct World {
    pub(crate) clinic: ClinicId,
    pub(crate) files: Files,
    pub(crate) ledger: Ledger,
    pub(crate) refreshes: Queue,
    pub(crate) imports: Queue,
    /// Where plans are asked for, page by page.
    pub(crate) plans: Queue,
    /// Where messages are announced.
    pub(crate) sends: Queue,
    sequencer: AtomicU64,
    /// Refreshes that failed: the queue delivers them again.
    sent_back: Mutex<Vec<Value>>,
}

/// What S3 announces of one put.
#[derive(Debug, Clone)]
pub(crate) struct Announced(pub(crate) Value);

/// What identities are hashed under here.
const SECRET: &[u8] = b"a secret of the tests";

fn some_time() -> Timestamp {
    Timestamp::from_second(1_795_000_000).expect("a time of this century")
}

impl World {
    /// A clinic with the demo's code and groups, on `today`.
    pub(crate) async fn on(today: Date) -> Self {
        Self::with_code(today, kayoi::demo::CLINIC_CODE).await
    }

    pub(crate) async fn with_code(today: Date, code: &str) -> Self {
        Self::over(Files::in_memory(), Ledger::in_memory(), "clinic-one", today, code).await
    }

    /// A clinic over given files and tables.
    pub(crate) async fn over(files: Files, ledger: Ledger, name: &str, today: Date, code: &str) -> Self {
        // What a function logs of a failure is what a failed story needs.
        host::start_logging();
        let world = Self {
            clinic: ClinicId::parse(name).unwrap(),
            files,
            ledger,
            refreshes: Queue::in_memory(),
            imports: Queue::in_memory(),
            plans: Queue::in_memory(),
            sends: Queue::in_memory(),
            sequencer: AtomicU64::new(1),
            sent_back: Mutex::default(),
        };
        let row = ClinicRow { name: "検証クリニック".to_owned(), clinic_code: ClinicCode::parse(code).unwrap() };
        assert!(world.ledger.add_clinic(&world.clinic, &row).await.unwrap());
        world.ledger.set_today(today).await.unwrap();
        let before = world.ledger.groups(&world.clinic).await.unwrap();
        world.ledger.set_groups(&world.clinic, groups(), &before).await.unwrap();
        world
    }

    /// Puts a file into the clinic's inbox and returns what S3 would announce.
    pub(crate) async fn drop_file(&self, name: &str, bytes: &[u8]) -> Announced {
        self.put(&format!("receipts/{}/{name}", self.clinic), bytes).await
    }

    pub(crate) async fn put(&self, key: &str, bytes: &[u8]) -> Announced {
        self.files.put(key, bytes.to_vec(), "application/octet-stream").await.unwrap();
        let version = self.files.head(key).await.unwrap().unwrap().version_id;
        let sequencer = format!("{:X}", self.sequencer.fetch_add(1, Ordering::Relaxed));
        Announced(json!({
            "eventName": "ObjectCreated:Post",
            "s3": {
                "bucket": {"name": "data"},
                "object": {"key": form_encoded(key), "size": bytes.len(), "versionId": version, "sequencer": sequencer},
            },
        }))
    }

    /// Makes the row of a file that will arrive, as the API does when it gives the place.
    pub(crate) async fn expect_file(&self, name: &str) {
        let key = format!("receipts/{}/{name}", self.clinic);
        let hash = host::key_hash(&key);
        let row = UploadRow::new(Inbox::Receipts, key, name.to_owned(), some_time());
        self.ledger.accept_upload(&self.clinic, &hash, row).await.unwrap();
    }

    fn importer(&self) -> ImportReceipts {
        ImportReceipts {
            files: self.files.clone(),
            ledger: self.ledger.clone(),
            refreshes: self.refreshes.clone(),
            clock: Clock::Fixed,
            now: some_time,
        }
    }

    pub(crate) fn refresher(&self) -> RefreshClinic {
        RefreshClinic {
            files: self.files.clone(),
            ledger: self.ledger.clone(),
            imports: self.imports.clone(),
            plans: self.plans.clone(),
            bucket: "data".to_owned(),
            identity_secret: SECRET.to_vec(),
            random_id: host::random_id,
        }
    }

    /// Delivers announcements to `import-receipts`, one message each.
    pub(crate) async fn import(&self, announced: &[Announced]) -> SqsBatchResponse {
        let bodies: Vec<Value> = announced.iter().map(|it| json!({"Records": [it.0]})).collect();
        import_receipts::handle(&self.importer(), sqs_event(&bodies)).await
    }

    /// Delivers bodies as they are.
    pub(crate) async fn import_bodies(&self, bodies: &[Value]) -> SqsBatchResponse {
        import_receipts::handle(&self.importer(), sqs_event(bodies)).await
    }

    /// Imports without a failure.
    pub(crate) async fn imported(&self, announced: &[Announced]) {
        let response = self.import(announced).await;
        assert_eq!(response.batch_item_failures.len(), 0, "{response:?}");
    }

    /// Puts a roster into the clinic's inbox and returns what S3 would announce.
    pub(crate) async fn drop_roster(&self, name: &str, bytes: &[u8]) -> Announced {
        self.put(&format!("rosters/{}/{name}", self.clinic), bytes).await
    }

    /// Makes the row of a roster that will arrive, as the API does when it gives the place.
    pub(crate) async fn expect_roster(&self, name: &str) {
        let key = format!("rosters/{}/{name}", self.clinic);
        let hash = host::key_hash(&key);
        let row = UploadRow::new(Inbox::Rosters, key, name.to_owned(), some_time());
        self.ledger.accept_upload(&self.clinic, &hash, row).await.unwrap();
    }

    /// Delivers announcements to `import-rosters` without a failure.
    pub(crate) async fn rosters_imported(&self, announced: &[Announced]) {
        let deps = ImportRosters {
            files: self.files.clone(),
            ledger: self.ledger.clone(),
            refreshes: self.refreshes.clone(),
            clock: Clock::Fixed,
            identity_secret: SECRET.to_vec(),
            now: some_time,
        };
        let bodies: Vec<Value> = announced.iter().map(|it| json!({"Records": [it.0]})).collect();
        let response = import_rosters::handle(&deps, sqs_event(&bodies)).await;
        assert_eq!(response.batch_item_failures.len(), 0, "{response:?}");
    }

    /// Delivers every refresh that was asked for.
    pub(crate) async fn try_refresh(&self) -> SqsBatchResponse {
        let mut asked = std::mem::take(&mut *self.sent_back.lock().unwrap());
        asked.extend(self.refreshes.take().into_iter().map(|it| body_of(&it.body)));
        let response = refresh_clinic::handle(&self.refresher(), sqs_event(&asked)).await;
        let failed = response.batch_item_failures.iter().map(|it| it.item_identifier.trim_start_matches("message-"));
        let failed: Vec<usize> = failed.map(|it| it.parse().unwrap()).collect();
        self.sent_back.lock().unwrap().extend(failed.into_iter().map(|it| asked[it].clone()));
        response
    }

    /// Delivers every refresh that was asked for, without a failure.
    pub(crate) async fn refresh(&self) {
        let response = self.try_refresh().await;
        assert_eq!(response.batch_item_failures.len(), 0, "{response:?}");
    }

    /// A night: the tick, the refreshes, and the imports they announce.
    pub(crate) async fn night(&self) {
        let deps = StartNightly { ledger: self.ledger.clone(), refreshes: self.refreshes.clone(), clock: Clock::Fixed };
        start_nightly::handle(&deps, Tick { scheduled_time: "<unfilled>".to_owned() }).await.unwrap();
        self.refresh().await;
        let lost: Vec<Value> = self.imports.take().into_iter().map(|it| body_of(&it.body)).collect();
        let response = self.import_bodies(&lost).await;
        assert_eq!(response.batch_item_failures.len(), 0);
        self.refresh().await;
    }

    /// What plans at `now`.
    pub(crate) fn planner_at(&self, now: fn() -> Timestamp) -> PlanDeliveries {
        PlanDeliveries {
            files: self.files.clone(),
            ledger: self.ledger.clone(),
            plans: self.plans.clone(),
            sends: self.sends.clone(),
            refreshes: self.refreshes.clone(),
            identity_secret: SECRET.to_vec(),
            pages_url: "https://p.kayoi.example".to_owned(),
            settings: Settings::parse("0 60", "a secret of links".to_owned()).unwrap(),
            clock: Clock::Fixed,
            now,
        }
    }

    /// Delivers every plan that was asked for to `deps`, without a failure, until none is left.
    pub(crate) async fn planned_by(&self, deps: &PlanDeliveries) {
        loop {
            let bodies: Vec<Value> = self.plans.take().iter().map(|it| body_of(&it.body)).collect();
            if bodies.is_empty() {
                return;
            }
            let response = plan_deliveries::handle(deps, sqs_event(&bodies)).await;
            assert_eq!(response.batch_item_failures.len(), 0, "{response:?}");
        }
    }

    pub(crate) async fn upload(&self, number: u64) -> UploadRow {
        self.ledger.upload(&self.clinic, number).await.unwrap().unwrap().row
    }

    /// Every list as text: what staff would see.
    pub(crate) async fn lists(&self) -> String {
        let groups = self.ledger.groups(&self.clinic).await.unwrap().row.groups;
        let today = self.ledger.today(Clock::Fixed).await.unwrap();
        let mut shown = String::new();
        for group in &groups.groups {
            for status in [Status::Regular, Status::AtRisk, Status::DroppedOut] {
                let page = self.ledger.members_with(&self.clinic, group, status, today, None, 10_000).await.unwrap();
                for member in page.members {
                    let chart = member.chart_number.unwrap_or_default();
                    shown += &format!("{} {status:?} {} {chart} {}\n", group.id, member.last_visit, member.name);
                }
            }
        }
        shown
    }

    /// Every row of the tables as text, with the random ids of patients replaced by who they are.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let patients = self.ledger.patients(&self.clinic).await.unwrap();
        let names: BTreeMap<String, String> = patients
            .iter()
            .map(|it| (it.id.to_string(), format!("({} {})", it.chart_number.clone().unwrap_or_default(), it.name)))
            .collect();
        let mut rows = self.ledger.dump().await.unwrap();
        rows.retain(|it| it.contains(&format!("C#{}", self.clinic)));
        for row in &mut rows {
            *row = row.replace(self.clinic.as_str(), "(clinic)");
            let ids: Vec<String> =
                row.split(['"', ' ', '#']).filter(|it| names.contains_key(*it)).map(str::to_owned).collect();
            for id in ids {
                *row = row.replace(&id, &names[&id]);
            }
            *row = without_hashes(row);
        }
        rows.sort_unstable();
        rows
    }
}

/// A row without what depends on the name of the clinic or on chance: hashes in keys, versions of
/// objects.
fn without_hashes(row: &str) -> String {
    let mut words: Vec<String> = row.split(' ').map(str::to_owned).collect();
    if words[0].starts_with("DIR#") {
        words[0] = "DIR".to_owned();
    } else if words[0].ends_with("#K") || words[0].ends_with("#I") {
        words[1] = "(hash)".to_owned();
    }
    // How often a row was written is no part of what it says, except where a counter is all it is.
    if words[1] != "UPLOADS" {
        words[2] = "v".to_owned();
    }
    let row = words.join(" ");
    match row.split_once("\"version_id\":\"") {
        Some((before, after)) => {
            let (_, rest) = after.split_once('"').unwrap();
            format!("{before}\"version_id\":\"(version){}", &format!("\"{rest}"))
        }
        None => row,
    }
}

/// The groups of the demo clinic.
pub(crate) fn groups() -> Groups {
    Groups::from_json(kayoi::demo::groups_json()).unwrap()
}

fn body_of(body: &impl serde::Serialize) -> Value {
    match serde_json::to_value(body).unwrap() {
        Value::String(text) => serde_json::from_str(&text).unwrap(),
        value => value,
    }
}

/// The event SQS delivers with these bodies.
pub(crate) fn sqs_event(bodies: &[Value]) -> SqsEvent {
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(index, body)| {
            json!({
                "messageId": format!("message-{index}"),
                "body": body.to_string(),
                "attributes": {"MessageGroupId": "clinic-one"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
            })
        })
        .collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

pub(crate) fn form_encoded(key: &str) -> String {
    let mut encoded = String::new();
    for byte in key.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => encoded.push(char::from(byte)),
            b' ' => encoded.push('+'),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// A receipt file of the demo clinic for 2026-09 with patients named by their chart numbers.
pub(crate) fn small_file(charts: &[u32]) -> Vec<u8> {
    file_of("1312345", "202610", "202609", charts)
}

/// A receipt file with a receipt of 75 points for each chart number.
pub(crate) fn file_of(clinic: &str, claim: &str, month: &str, charts: &[u32]) -> Vec<u8> {
    let mut text = format!("IR,1,13,1,{clinic},,検証クリニック,{claim},00,\r\n");
    for (index, chart) in charts.iter().enumerate() {
        text += &format!(
            "RE,{},1112,{month},検証　{chart}番,1,19600101,,,,,,,{chart},,,,,,,,,,,,,,,,,,,,,,,ケンショウ,\r\n\
             HO,01130012,1,1,1,75,,,,,,,,,\r\nSY,8833421,20200110,1,,,01,\r\n\
             SI,12,1,112007410,,75,1,,,,,,,1\r\n",
            index + 1,
        );
    }
    text += &format!("GO,{},{},99\r\n\x1A", charts.len(), charts.len() * 75);
    japan::to_cp932(&text).unwrap()
}
