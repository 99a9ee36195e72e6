//! Care offices with the exchange in one process, over memory or the emulator.

use aws_lambda_events::sqs::SqsBatchResponse;
use careplan::{
    OfficeNumber,
    exchange::{BundleResult, Outcome, Seal, TransferKind},
};
use exchange_plans::{ExchangePlans, Settings, handle};
use files::Files;
use jiff::{SignedDuration, Timestamp};
use ledger::{Ledger, OfficeRow, TransferList, TransferRow};
use mail::Mail;
use queue::Queue;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    units::{CARE_MANAGER, DAY_CARE, HOME_HELP, Named},
    world::{form_encoded, sqs_event},
};

/// Three offices that know each other, and one that nobody knows.
pub(crate) struct Offices {
    pub(crate) files: Files,
    pub(crate) ledger: Ledger,
    pub(crate) again: Queue,
    pub(crate) mail: Mail,
    pub(crate) settings: Settings,
}

/// When everything here happens.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(1_795_000_000).unwrap()
}

/// What the service signs with here.
pub(crate) fn seal() -> Seal {
    Seal::of_secret(b"a secret of the tests")
}

impl Offices {
    pub(crate) async fn in_memory() -> Self {
        Self::over(Files::in_memory(), Ledger::in_memory()).await
    }

    pub(crate) async fn over(files: Files, ledger: Ledger) -> Self {
        host::start_logging();
        for (number, name) in [(CARE_MANAGER, "試験居宅"), (HOME_HELP, "試験訪問介護"), (DAY_CARE, "試験デイ")]
        {
            let row = OfficeRow {
                name: name.to_owned(),
                service_types: Vec::new(),
                notify_address: None,
                terms_accepted_at: Some(now()),
            };
            ledger.save_office(&office(number), &row, 0).await.unwrap();
        }
        Self { files, ledger, again: Queue::in_memory(), mail: Mail::in_memory(), settings: Settings::default() }
    }

    /// Puts files into a bundle, without closing it.
    pub(crate) async fn put_files(&self, from: &str, bundle: &str, files: &[Named]) {
        for (name, bytes) in files {
            let key = format!("outbox/{from}/{bundle}/{name}");
            self.files.put(&key, bytes.clone(), "application/octet-stream").await.unwrap();
        }
    }

    /// Puts a bundle's marker and returns what S3 would announce.
    pub(crate) async fn put_marker(&self, from: &str, bundle: &str, marker: &Value) -> Value {
        self.put(&format!("outbox/{from}/{bundle}/_send.json"), &serde_json::to_vec(marker).unwrap()).await
    }

    /// Puts a file and returns what S3 would announce.
    pub(crate) async fn put(&self, key: &str, bytes: &[u8]) -> Value {
        self.files.put(key, bytes.to_vec(), "application/json").await.unwrap();
        let version = self.files.head(key).await.unwrap().unwrap().version_id;
        notice(key, version.as_deref(), now())
    }

    /// Puts a whole bundle and returns what S3 would announce of its marker.
    pub(crate) async fn put_bundle(&self, from: &str, bundle: &str, files: &[Named]) -> Value {
        self.put_files(from, bundle, files).await;
        self.put_marker(from, bundle, &marker(bundle, files)).await
    }

    /// Delivers notices and messages to the function.
    pub(crate) async fn try_exchange(&self, bodies: &[Value]) -> SqsBatchResponse {
        let deps = ExchangePlans {
            files: self.files.clone(),
            ledger: self.ledger.clone(),
            again: self.again.clone(),
            mail: self.mail.clone(),
            seal: seal(),
            settings: self.settings.clone(),
            now,
        };
        handle(&deps, sqs_event(bodies)).await
    }

    /// Delivers notices without a failure.
    pub(crate) async fn exchange(&self, bodies: &[Value]) {
        let response = self.try_exchange(bodies).await;
        assert_eq!(response.batch_item_failures.len(), 0, "{response:?}");
    }

    /// Sends a bundle and returns what became of it.
    pub(crate) async fn send(&self, from: &str, bundle: &str, files: &[Named]) -> BundleResult {
        let notice = self.put_bundle(from, bundle, files).await;
        self.exchange(&[notice]).await;
        self.result(from, bundle).await
    }

    pub(crate) async fn result(&self, from: &str, bundle: &str) -> BundleResult {
        let json = self.files.get(&format!("results/{from}/{bundle}.json"), 1 << 20).await.unwrap();
        serde_json::from_slice(&json.expect("a result")).unwrap()
    }

    /// The keys in an inbox.
    pub(crate) async fn inbox(&self, of: &str) -> Vec<String> {
        let page = self.files.list(&format!("inbox/{of}/"), None, 1000).await.unwrap();
        page.files.into_iter().map(|it| it.key).collect()
    }

    pub(crate) async fn received(&self, by: &str) -> Vec<TransferRow> {
        self.ledger.transfers(&office(by), TransferList::Received, None, 100).await.unwrap()
    }

    pub(crate) async fn sent(&self, by: &str) -> Vec<TransferRow> {
        self.ledger.transfers(&office(by), TransferList::Sent, None, 100).await.unwrap()
    }

    /// Puts the answer of a receiver and returns what S3 would announce.
    pub(crate) async fn put_answer(&self, of: &str, transfer: &str, answer: &Value) -> Value {
        self.put(&format!("inbox/{of}/{transfer}/_ack.json"), &serde_json::to_vec(answer).unwrap()).await
    }
}

pub(crate) fn office(number: &str) -> OfficeNumber {
    OfficeNumber::new(number).unwrap()
}

/// A marker that lists `files`, confirming every partner there is.
pub(crate) fn marker(bundle: &str, files: &[Named]) -> Value {
    let listed: Vec<Value> = files.iter().map(|it| listed(it, &[])).collect();
    json!({
        "id": bundle,
        "message": "よろしくお願いします",
        "files": listed,
        "confirm": {CARE_MANAGER: "試験居宅", HOME_HELP: "試験訪問介護", DAY_CARE: "試験デイ"},
    })
}

/// A file as a marker lists it.
pub(crate) fn listed((name, bytes): &Named, to: &[&str]) -> Value {
    let sha256: String = Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect();
    json!({"name": name, "size": bytes.len(), "sha256": sha256, "to": to})
}

/// What S3 announces of a put at `at`.
pub(crate) fn notice(key: &str, version: Option<&str>, at: Timestamp) -> Value {
    json!({"Records": [{
        "eventName": "ObjectCreated:Post",
        "eventTime": at.to_string(),
        "s3": {"bucket": {"name": "data"}, "object": {"key": form_encoded(key), "size": 1, "versionId": version}},
    }]})
}

/// A notice of a marker that was put `minutes` before now.
pub(crate) fn minutes_ago(mut notice: Value, minutes: i64) -> Value {
    notice["Records"][0]["eventTime"] = json!((now() - SignedDuration::from_mins(minutes)).to_string());
    notice
}

/// What a result says of each send: to whom, what, and how it went, with the codes of reasons.
pub(crate) fn shown(result: &BundleResult) -> Vec<String> {
    let codes =
        |reasons: &[careplan::exchange::Reason]| reasons.iter().map(|it| it.code.clone()).collect::<Vec<_>>().join(" ");
    let mut shown: Vec<String> = result
        .sends
        .iter()
        .map(|it| {
            let outcome = if it.outcome == Outcome::Delivered { "成功" } else { "失敗" };
            format!("{} {} {outcome} {}", it.to, it.kind.map_or("-", TransferKind::as_str), codes(&it.reasons))
                .trim_end()
                .to_owned()
        })
        .collect();
    shown.extend(result.lost.iter().map(|it| format!("lost {}", codes(&it.reasons))));
    shown
}
