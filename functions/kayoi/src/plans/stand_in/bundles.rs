use std::collections::BTreeMap;

use careplan::exchange::{
    BundleId, BundleResult, BundleStatus, Decided, Limits, LoadedFile, Outcome, PlannedSend, Reason, ReasonCode,
    SendMarker, SendResult, SentFile, decide_destination, sort_by_destination,
};
use serde_json::{Value, json};

use super::{Answer, Request, State};
use crate::plans::send::sha256;

impl State {
    pub(super) fn open_bundle(&mut self, asked: &Value) -> Answer {
        let id = asked["id"].as_str().unwrap();
        let place = |name: &str| {
            let fields = BTreeMap::from([("key", format!("outbox/{id}/{name}"))]);
            json!({"name": name, "url": format!("{}/files", self.address), "fields": fields})
        };
        let files: Vec<Value> =
            asked["files"].as_array().unwrap().iter().map(|it| place(it["name"].as_str().unwrap())).collect();
        Answer::json(&json!({"bundle": id, "files": files, "marker": place("_send.json")}))
    }

    /// Keeps a file, and delivers the bundle that it closes.
    pub(super) fn take_file(&mut self, request: &Request) -> Answer {
        let (key, bytes) = request.form();
        self.files.insert(key.clone(), bytes);
        if let Some(bundle) = key.strip_prefix("outbox/").and_then(|it| it.strip_suffix("/_send.json")) {
            let result = self.exchange(&BundleId::parse(bundle).unwrap());
            self.results.insert(bundle.to_owned(), result);
        }
        Answer { status: 204, body: Vec::new() }
    }

    /// What `exchange-plans` does, as far as a sender sees it.
    fn exchange(&mut self, id: &BundleId) -> BundleResult {
        let key = |name: &str| format!("outbox/{}/{name}", id.as_str());
        let marker = SendMarker::read(&self.files[&key("_send.json")], id, &Limits::default()).unwrap();
        let sorted = sort_by_destination(&self.own, &marker);
        let mut sends = Vec::new();
        for (to, destination) in &sorted.destinations {
            let load = |at: &usize| {
                let file = &marker.files[*at];
                let bytes = self.files[&key(&file.name)].clone();
                assert_eq!(sha256(&bytes), file.sha256);
                LoadedFile { name: file.name.clone(), sha256: file.sha256.clone(), bytes }
            };
            let files: Vec<LoadedFile> = destination.files.iter().map(load).collect();
            let attachments: Vec<LoadedFile> = destination.attachments.iter().map(load).collect();
            let refusal = match (self.offices.get(to), marker.confirm.get(to)) {
                (None, _) => Some(ReasonCode::ReceiverUnregistered),
                _ if self.confirmed.contains(to) => None,
                (Some(name), Some(said)) if name == said => None,
                (_, None) => Some(ReasonCode::PartnerUnconfirmed),
                _ => Some(ReasonCode::PartnerNameDiffers),
            };
            for decided in decide_destination(&self.own, to, &files, &attachments, &Limits::default()) {
                let all: Vec<&LoadedFile> = files.iter().chain(&attachments).collect();
                let mut result = match decided {
                    Decided::Failed(result) => result,
                    Decided::Send(planned) => sent(to, &planned, &all),
                };
                if let Some(code) = refusal {
                    result.outcome = Outcome::Failed;
                    result.transfer = None;
                    result.reasons = vec![Reason::of(code)];
                }
                if let Some(transfer) = result.transfer.clone() {
                    if self.is_withdrawn(transfer.as_str()) {
                        result.outcome = Outcome::Failed;
                        result.reasons = vec![Reason::of(ReasonCode::WasWithdrawn)];
                    } else if self.delivered.contains(&transfer) {
                        result.reasons.push(Reason::of(ReasonCode::AlreadyDelivered));
                    } else {
                        self.send(transfer.as_str(), to.as_str(), "delivered");
                        self.delivered.push(transfer);
                    }
                }
                sends.push(result);
            }
        }
        BundleResult {
            bundle: id.clone(),
            status: BundleStatus::Done,
            waiting_for: Vec::new(),
            reasons: Vec::new(),
            sends,
            lost: sorted.lost,
        }
    }
}

fn sent(to: &careplan::OfficeNumber, planned: &PlannedSend, files: &[&LoadedFile]) -> SendResult {
    let file = |it: &careplan::exchange::PlannedFile| {
        let file = files[it.index];
        SentFile { name: file.name.clone(), size: file.bytes.len() as u64, sha256: file.sha256.clone() }
    };
    SendResult {
        to: to.clone(),
        kind: Some(planned.kind),
        serial: planned.serial.clone(),
        outcome: Outcome::Delivered,
        transfer: Some(planned.transfer.clone()),
        reasons: Vec::new(),
        files: planned.files.iter().map(file).collect(),
        receipt: None,
    }
}
