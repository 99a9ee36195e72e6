//! Two offices' programs exchange care plans through the API and the bucket, with every function running.

use std::{
    thread,
    time::{Duration, Instant},
};

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use careplan::{
    Document, FileName, PlannedAndDone, Sheet,
    exchange::{Sealed, verify_log},
    layout, reconcile,
};
use files::Files;
use ledger::{Ledger, Opens, TokenHash, TokenRow};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Deployed;
use crate::harness::{
    offices::office,
    units::{CARE_MANAGER, DAY_CARE, HOME_HELP, Named, actuals_unit, plan_unit, schedule_unit},
};

const MAIL_FROM: &str = "kayoi@example.jp";

/// A program of one office.
struct Program<'a> {
    api: &'a str,
    number: &'static str,
}

#[test]
fn plans_go_out_are_fetched_and_imported_and_actuals_come_back() {
    let Some(stack) = Deployed::start_with("plans-story", &[("MailFrom", MAIL_FROM)]) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    verify_sender(stack.emulator.endpoint());
    runtime.block_on(add_tokens(&stack));
    let api = format!("{}/_aws/execute-api/{}", stack.emulator.endpoint(), stack.output("ApiId"));
    let [manager, helper, day_care] = [CARE_MANAGER, HOME_HELP, DAY_CARE].map(|number| Program { api: &api, number });
    for (program, name) in [(&manager, "試験居宅"), (&helper, "試験訪問介護"), (&day_care, "試験デイ")] {
        let office =
            json!({"name": name, "service_types": ["11"], "notify_address": "office@example.jp", "accept_terms": true});
        program.put("/v1/office", &office);
    }
    manager.put(&format!("/v1/partners/{HOME_HELP}"), &json!({"name": "試験訪問介護"}));
    helper.put(&format!("/v1/partners/{CARE_MANAGER}"), &json!({"name": "試験居宅"}));

    // Plan and schedule out: the whole of 送信待ち to 通知済.
    let plan = plan_unit(HOME_HELP, "20250425101500", "歩きたい");
    let schedule = schedule_unit(HOME_HELP, "20250425101600");
    let result = manager.send("b-1", &[plan.clone(), schedule.clone()].concat());
    let transfers: Vec<String> =
        result["sends"].as_array().unwrap().iter().map(|it| it["transfer"].as_str().unwrap().to_owned()).collect();
    assert_eq!(transfers.len(), 2, "{result:#}");
    let (of_plan, of_schedule) = (&transfers[0], &transfers[1]);
    for transfer in [of_plan, of_schedule] {
        wait_for_state(&[&manager, &helper], transfer, "notified");
        assert_eq!(manager.transfer(transfer)["may_have_been_read"], true);
        assert_eq!(day_care.status("GET", &format!("/v1/transfers/{transfer}")), 404);
    }

    // Fetched and compared, then answered through the API and by a file in the bucket.
    assert_eq!(helper.fetched(of_plan), without_names(&plan));
    wait_for_state(&[&manager, &helper], of_plan, "fetched");
    helper.post(&format!("/v1/transfers/{of_plan}/answer"), &json!({"result": "imported", "rows": 4}));
    wait_for_state(&[&manager, &helper], of_plan, "imported");
    let session = helper.post("/v1/storage-session", &json!({}));
    let bucket = runtime.block_on(bucket_of(&stack, &session));
    let rejected =
        json!({"transfer": of_schedule, "result": "rejected", "reasons": [{"line": 1, "message": "未登録"}]});
    let answer_key = format!("inbox/{HOME_HELP}/{of_schedule}/_ack.json");
    let put = |answer: &Value| bucket.put(&answer_key, answer.to_string().into_bytes(), "application/json");
    runtime.block_on(put(&rejected)).unwrap();
    wait_for_state(&[&manager, &helper], of_schedule, "rejected");
    assert_eq!(manager.transfer(of_schedule)["answer"]["reasons"][0]["message"], "未登録");
    runtime.block_on(put(&json!({"transfer": of_schedule, "result": "imported"}))).unwrap();
    wait_for_state(&[&manager, &helper], of_schedule, "imported");

    // 実績 back, put with plain bucket tools, and held against what was planned.
    let actuals = actuals_unit(HOME_HELP, "20250602090000");
    runtime.block_on(put_bundle(&bucket, HOME_HELP, "jsk-1", &actuals));
    let result = helper.wait_for_result("jsk-1");
    let of_actuals = result["sends"][0]["transfer"].as_str().unwrap_or_else(|| panic!("{result:#}"));
    assert_eq!(manager.fetched(of_actuals), without_names(&actuals));
    let reconciled = reconciled(&[schedule, actuals].concat());
    assert_eq!(reconciled, [(1, 0)], "planned as done, and nothing missed");

    // Taken back before it was fetched, not after.
    let withdrawn = manager.send("b-2", &plan_unit(HOME_HELP, "20250426101500", "もっと歩きたい"));
    let withdrawn = withdrawn["sends"][0]["transfer"].as_str().unwrap();
    manager.post(&format!("/v1/transfers/{withdrawn}/withdraw"), &json!({}));
    wait_for_state(&[&manager, &helper], withdrawn, "withdrawn");
    assert_eq!(helper.status("POST", &format!("/v1/transfers/{withdrawn}/fetch")), 409);
    let left = runtime.block_on(bucket.list(&format!("inbox/{HOME_HELP}/{withdrawn}/"), None, 10)).unwrap();
    assert!(left.files.is_empty(), "nothing of it is seen in the bucket");
    assert_eq!(manager.status("POST", &format!("/v1/transfers/{of_plan}/withdraw")), 409);

    for program in [&manager, &helper] {
        let log = program.get("/v1/evidence?limit=200");
        let entries: Vec<Sealed> = serde_json::from_value(log["entries"].clone()).unwrap();
        let read = verify_log(&entries, log["key"].as_str().unwrap()).unwrap();
        assert_eq!(read.len(), 10, "4 delivered, 2 fetched, 3 answers, 1 withdrawn");
    }
}

/// The sender of mails must be verified, as in SES.
fn verify_sender(endpoint: &str) {
    let scope = format!("{}/20260101/{}/ses/aws4_request", local::ACCESS_KEY, local::REGION);
    ureq::post(format!("{endpoint}/v2/email/identities"))
        .header("Authorization", format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"))
        .send_json(json!({"EmailIdentity": MAIL_FROM}))
        .unwrap();
}

async fn add_tokens(stack: &Deployed) {
    let ledger = Ledger::in_dynamodb(&stack.aws().await, stack.output("CoreTable"), stack.output("AuthTable"));
    for number in [CARE_MANAGER, HOME_HELP, DAY_CARE] {
        let row = TokenRow {
            opens: Opens::Office(office(number)),
            label: "story".to_owned(),
            person: None,
            expires_at_s: host::now().as_second() + 3600,
        };
        ledger.add_token(&TokenHash::of(&format!("kyt_{number}")), &row).await.unwrap();
    }
}

/// The bucket as the holder of a session reaches it.
async fn bucket_of(stack: &Deployed, session: &Value) -> Files {
    let text = |key: &str| session[key].as_str().unwrap().to_owned();
    let credentials =
        Credentials::from_keys(text("access_key_id"), text("secret_access_key"), Some(text("session_token")));
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::from_static(local::REGION))
        .credentials_provider(credentials)
        .endpoint_url(stack.emulator.endpoint())
        .load()
        .await;
    Files::in_s3(&config, text("bucket"))
}

async fn put_bundle(bucket: &Files, from: &str, bundle: &str, files: &[Named]) {
    let folder = format!("outbox/{from}/{bundle}");
    for (name, bytes) in files {
        bucket.put(&format!("{folder}/{name}"), bytes.clone(), "application/octet-stream").await.unwrap();
    }
    let marker = marker(bundle, files).to_string().into_bytes();
    bucket.put(&format!("{folder}/_send.json"), marker, "application/json").await.unwrap();
}

fn marker(bundle: &str, files: &[Named]) -> Value {
    let listed: Vec<Value> = files
        .iter()
        .map(|(name, bytes)| {
            let sha256: String = Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect();
            json!({"name": name, "size": bytes.len(), "sha256": sha256})
        })
        .collect();
    json!({"id": bundle, "files": listed})
}

/// What was done and what was missed, of each user and office.
fn reconciled(files: &[Named]) -> Vec<(u32, u32)> {
    let mut both = PlannedAndDone::default();
    for (name, bytes) in files {
        let name = FileName::parse(name).unwrap();
        let layout = layout(name.kind, name.standard).unwrap();
        both.take(&name, &Document::of(&Sheet::read(bytes.clone()), layout)).unwrap();
    }
    let users = reconcile(&both).users;
    users.iter().flat_map(|it| &it.offices).map(|it| (it.counts.done, it.counts.missed)).collect()
}

fn without_names(files: &[Named]) -> Vec<Vec<u8>> {
    files.iter().map(|it| it.1.clone()).collect()
}

#[track_caller]
fn wait_for_state(programs: &[&Program<'_>], transfer: &str, state: &str) {
    let since = Instant::now();
    for program in programs {
        while program.transfer(transfer)["state"] != state {
            let seen = program.transfer(transfer);
            assert!(since.elapsed() < Duration::from_secs(30), "{} never saw {state}: {seen:#}", program.number);
            thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Program<'_> {
    fn transfer(&self, id: &str) -> Value {
        self.get(&format!("/v1/transfers/{id}"))
    }

    /// Sends a bundle through presigned POSTs and waits for what becomes of it.
    fn send(&self, bundle: &str, files: &[Named]) -> Value {
        let listed: Vec<Value> = files.iter().map(|it| json!({"name": it.0, "size": it.1.len()})).collect();
        let places = self.post("/v1/bundles", &json!({"id": bundle, "files": listed}));
        // The marker first: the files may come later.
        upload(&places["marker"], marker(bundle, files).to_string().as_bytes());
        for (place, file) in places["files"].as_array().unwrap().iter().zip(files) {
            upload(place, &file.1);
        }
        self.wait_for_result(bundle)
    }

    fn wait_for_result(&self, bundle: &str) -> Value {
        let since = Instant::now();
        loop {
            let path = format!("/v1/bundles/{bundle}");
            if self.status("GET", &path) == 200 && self.get(&path)["status"] != "waiting" {
                return self.get(&path);
            }
            assert!(since.elapsed() < Duration::from_secs(60), "no result of {bundle}");
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// The files of a transfer, in its order.
    fn fetched(&self, transfer: &str) -> Vec<Vec<u8>> {
        let fetched = self.post(&format!("/v1/transfers/{transfer}/fetch"), &json!({}));
        let urls = fetched["files"].as_array().unwrap().iter().map(|it| it["url"].as_str().unwrap());
        urls.map(|url| ureq::get(url).call().unwrap().body_mut().read_to_vec().unwrap()).collect()
    }

    fn get(&self, path: &str) -> Value {
        self.ask("GET", path, None).1
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask("POST", path, Some(body));
        assert!((200..300).contains(&status), "{path}: {status} {answer:#}");
        answer
    }

    fn put(&self, path: &str, body: &Value) {
        let (status, answer) = self.ask("PUT", path, Some(body));
        assert_eq!(status, 200, "{path}: {answer:#}");
    }

    fn status(&self, method: &str, path: &str) -> u16 {
        self.ask(method, path, (method == "POST").then_some(&json!({}))).0
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.api))
            .header("Authorization", format!("Bearer kyt_{}", self.number))
            .header("Content-Type", "application/json");
        let agent = ureq::Agent::from(ureq::Agent::config_builder().http_status_as_error(false).build());
        let mut answer = match body {
            Some(body) => agent.run(request.body(body.to_string()).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        }
        .unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}

/// Posts a file to a place the API gave.
fn upload(place: &Value, bytes: &[u8]) {
    let boundary = "a-boundary-of-the-story";
    let mut form = Vec::new();
    for (name, value) in place["fields"].as_object().unwrap() {
        let value = value.as_str().unwrap();
        form.extend(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    form.extend(
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n").into_bytes(),
    );
    form.extend_from_slice(bytes);
    form.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
    ureq::post(place["url"].as_str().unwrap())
        .header("Content-Type", format!("multipart/form-data; boundary={boundary}"))
        .send(&form[..])
        .unwrap();
}
