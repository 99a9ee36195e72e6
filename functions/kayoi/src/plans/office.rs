//! The API as a care office's token opens it, in the words of the exchange.

mod answers;

use anyhow::{Context as _, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use careplan::{
    OfficeNumber,
    exchange::{Ack, AckResult, BundleId, BundleResult, MarkedFile, Sealed, TransferId},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub(super) use self::answers::{BundlePlaces, FetchPlaces, FormPlace, Transfer, TransferFile};
use crate::upload::{Api, form};

/// What `kayoi` asks the API for as an office.
pub(super) struct Office(Api);

/// Which side of transfers is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Sent,
    Received,
}

/// A stretch of the office's log.
pub(super) struct LogPage {
    /// What the service signs with now, in base64.
    pub(super) key: String,
    pub(super) entries: Vec<Sealed>,
    pub(super) has_more: bool,
}

impl Office {
    pub(super) fn new(api: Api) -> Self {
        Self(api)
    }

    pub(super) fn number(&self) -> anyhow::Result<OfficeNumber> {
        read(self.0.get("/v1/office")?["number"].take())
    }

    /// What an office is called; `None` where nobody has registered it.
    pub(super) fn name_of(&self, number: &OfficeNumber) -> anyhow::Result<Option<String>> {
        let found = self.0.find(&format!("/v1/offices/{number}"))?;
        Ok(found.and_then(|it| it["name"].as_str().map(str::to_owned)))
    }

    /// Asks for places to put the files of a bundle and its marker.
    pub(super) fn bundle_places(&self, id: &BundleId, files: &[MarkedFile]) -> anyhow::Result<BundlePlaces> {
        let files: Vec<Value> = files.iter().map(|it| json!({"name": it.name, "size": it.size})).collect();
        read(self.0.post("/v1/bundles", &json!({"id": id, "files": files}))?)
    }

    pub(super) fn put(&self, place: &FormPlace, bytes: &[u8]) -> anyhow::Result<()> {
        let (content_type, body) = form(&place.fields, bytes, &host::random_id());
        self.0.post_form(&place.url, &content_type, &body)
    }

    /// What became of a bundle; `None` while nothing is known of it.
    pub(super) fn bundle_result(&self, id: &BundleId) -> anyhow::Result<Option<BundleResult>> {
        self.0.find(&format!("/v1/bundles/{}", id.as_str()))?.map(read).transpose()
    }

    /// The pages of a list, the newest transfer first, as far as `wants_more` of each page.
    pub(super) fn transfers(
        &self,
        list: List,
        mut wants_more: impl FnMut(&[Transfer]) -> bool,
    ) -> anyhow::Result<Vec<Transfer>> {
        let name = match list {
            List::Sent => "sent",
            List::Received => "received",
        };
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let mut page = self.0.get(&format!("/v1/transfers?list={name}&limit=100{after}"))?;
            let transfers: Vec<Transfer> = read(page["transfers"].take())?;
            let is_enough = !wants_more(&transfers);
            all.extend(transfers);
            match page["next"].as_str() {
                Some(next) if !is_enough => after = format!("&cursor={}", encoded(next)),
                _ => return Ok(all),
            }
        }
    }

    pub(super) fn transfer(&self, id: &TransferId) -> anyhow::Result<Transfer> {
        read(self.0.get(&format!("/v1/transfers/{id}"))?)
    }

    /// Asks for the addresses of a transfer's files, which marks it 取得済.
    pub(super) fn fetch(&self, id: &TransferId) -> anyhow::Result<FetchPlaces> {
        read(self.0.post(&format!("/v1/transfers/{id}/fetch"), &json!({}))?)
    }

    /// Reads what lies at an address that [`Self::fetch`] gave.
    pub(super) fn file(&self, url: &str, max_bytes: u64) -> anyhow::Result<Vec<u8>> {
        self.0.get_file(url, max_bytes)
    }

    pub(super) fn answer(&self, ack: &Ack) -> anyhow::Result<()> {
        let body = match ack.result {
            AckResult::Imported => json!({"result": "imported", "rows": ack.rows}),
            AckResult::Rejected => json!({"result": "rejected", "reasons": ack.reasons}),
        };
        self.0.post(&format!("/v1/transfers/{}/answer", ack.transfer), &body)?;
        Ok(())
    }

    pub(super) fn withdraw(&self, id: &TransferId) -> anyhow::Result<()> {
        self.0.post(&format!("/v1/transfers/{id}/withdraw"), &json!({}))?;
        Ok(())
    }

    /// The files that take a transfer back, with their names.
    pub(super) fn deletion(&self, id: &TransferId) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let answer = self.0.get(&format!("/v1/transfers/{id}/deletion"))?;
        let Some(files) = answer["files"].as_array() else { bail!(UNREADABLE) };
        let file = |it: &Value| {
            Some((it["name"].as_str()?.to_owned(), BASE64_STANDARD.decode(it["content_base64"].as_str()?).ok()?))
        };
        files.iter().map(file).collect::<Option<_>>().context(UNREADABLE)
    }

    /// The entries of the office's log behind the one with the number `after`.
    pub(super) fn evidence(&self, after: u64) -> anyhow::Result<LogPage> {
        let mut page = self.0.get(&format!("/v1/evidence?after={after}&limit=100"))?;
        let has_more = !page["next"].is_null();
        Ok(LogPage { key: read(page["key"].take())?, entries: read(page["entries"].take())?, has_more })
    }
}

const UNREADABLE: &str = "APIの答えに足りないものがあります";

fn read<T: DeserializeOwned>(answer: Value) -> anyhow::Result<T> {
    // The error of serde would quote the answer.
    serde_json::from_value(answer).ok().context(UNREADABLE)
}

/// Text as a part of an address.
fn encoded(text: &str) -> String {
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|it| if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn whatever_a_cursor_holds_stays_one_value() {
        assert_eq!(encoded("a-Z_0.~"), "a-Z_0.~");
        assert_eq!(encoded("a&b=c d#あ+"), "a%26b%3Dc%20d%23%E3%81%82%2B");
    }
}
