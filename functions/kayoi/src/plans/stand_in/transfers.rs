use serde_json::{Value, json};

use super::{Answer, Request, State};
use crate::plans::send::sha256;

/// Transfers of a page.
const PAGE: usize = 2;

impl State {
    /// Puts a transfer into the inbox of the office: files by name, display name and content.
    pub(in crate::plans) fn receive(
        &mut self,
        id: &str,
        from: &str,
        serial: Option<&str>,
        files: &[(&str, &str, &[u8])],
    ) {
        let to = self.own.to_string();
        let view = self.view(id, from, &to, serial, files);
        self.received.push(view);
    }

    /// As if a transfer had been sent before.
    pub(in crate::plans) fn send(&mut self, id: &str, to: &str, state: &str) {
        let from = self.own.to_string();
        let mut view = self.view(id, &from, to, Some("20260125101500"), &[]);
        view["state"] = json!(state);
        self.sent.push(view);
    }

    pub(super) fn is_withdrawn(&self, id: &str) -> bool {
        self.sent.iter().any(|it| it["id"] == id && it["state"] == "withdrawn")
    }

    fn view(&mut self, id: &str, from: &str, to: &str, serial: Option<&str>, files: &[(&str, &str, &[u8])]) -> Value {
        for (name, _, bytes) in files {
            self.files.insert(format!("inbox/{id}/{name}"), bytes.to_vec());
        }
        self.files.insert(format!("inbox/{id}/_transfer.json"), json!({"transfer": id}).to_string().into());
        let file = |(name, shown, bytes): &(&str, &str, &[u8])| json!({"name": name, "display_name": shown, "size": bytes.len(), "sha256": sha256(bytes), "content_type": "text/csv"});
        json!({
            "id": id, "direction": "received", "sender": from, "receiver": to, "serial": serial,
            "kind": if serial.is_some() { "actuals" } else { "attachments" }, "standard": null,
            "state": "notified", "state_name": "通知済", "message": "", "note": "", "bundle": "b",
            "accepted_at": "2026-11-22T15:00:00Z", "delivered_at": "2026-11-22T15:00:01Z", "answer": null,
            "superseded_by": null, "is_late": false, "may_have_been_read": false, "state_note": null, "data_state": "未",
            "files": files.iter().map(file).collect::<Vec<_>>(),
        })
    }

    /// Lets a file of the inbox be another one than was sent.
    pub(in crate::plans) fn spoil(&mut self, id: &str, name: &str, bytes: &[u8]) {
        self.files.insert(format!("inbox/{id}/{name}"), bytes.to_vec());
    }

    /// The newest first, two to a page.
    pub(super) fn list(&self, request: &Request) -> Answer {
        let all = if request.query("list") == "sent" { &self.sent } else { &self.received };
        let from: usize = request.query("cursor").parse().unwrap_or_default();
        let page: Vec<&Value> = all.iter().rev().skip(from).take(PAGE).collect();
        let next = (from + PAGE < all.len()).then(|| (from + PAGE).to_string());
        Answer::json(&json!({"transfers": page, "next": next}))
    }

    pub(super) fn transfer(&mut self, id: &str, rest: &[&str], request: &Request) -> Answer {
        let address = format!("{}/files/inbox/{id}", self.address);
        let Some(view) = self.received.iter_mut().chain(&mut self.sent).find(|it| it["id"] == id) else {
            return Answer::problem(404, "ありません");
        };
        let state = view["state"].as_str().unwrap().to_owned();
        match rest {
            [] => Answer::json(view),
            ["fetch" | "answer"] if state == "withdrawn" => Answer::problem(409, "送信元が取り消した送信です。"),
            ["fetch"] => {
                if state == "notified" {
                    view["state"] = json!("fetched");
                }
                let file = |it: &Value| {
                    let name = it["name"].as_str().unwrap();
                    json!({"name": name, "display_name": it["display_name"], "url": format!("{address}/{name}")})
                };
                let files: Vec<Value> = view["files"].as_array().unwrap().iter().map(file).collect();
                let note_url = format!("{address}/_transfer.json");
                Answer::json(&json!({"transfer": view, "files": files, "note_url": note_url, "expires_at": ""}))
            }
            ["answer"] => {
                let mut answer = request.json();
                if state == "imported" && answer["result"] == "rejected" {
                    return Answer::problem(409, "取込済みの送信を取込不可にはできません。");
                }
                view["state"] = answer["result"].clone();
                answer["transfer"] = json!(id);
                self.answers.push(answer);
                Answer::json(&json!({}))
            }
            ["withdraw"] if matches!(state.as_str(), "notified" | "delivered") => {
                view["state"] = json!("withdrawn");
                Answer::json(view)
            }
            ["withdraw"] => Answer::problem(409, "相手が取得した後は取り消せません。"),
            ["deletion"] => {
                let name = "DLT1KYO_9970100013_9970200011_20260125101500.CSV";
                Answer::json(&json!({"files": [{"name": name, "content_base64": "MjAyMjA4DQo="}]}))
            }
            _ => Answer::problem(404, "ありません"),
        }
    }
}
