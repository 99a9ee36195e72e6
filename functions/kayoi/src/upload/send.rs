use std::{
    collections::BTreeMap,
    fmt, fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{
    api::{Api, text},
    form::form,
};

/// A file to be sent.
pub(crate) struct Wanted {
    /// What people call it.
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
}

impl Wanted {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("{} を読めません", path.display()))?;
        Ok(Self { file: path.display().to_string(), bytes })
    }

    /// The name without its folders.
    fn name(&self) -> String {
        let name = Path::new(&self.file).file_name();
        name.map_or_else(|| self.file.clone(), |it| it.to_string_lossy().into_owned())
    }
}

/// A file on its way.
pub(crate) struct Sent {
    file: String,
    number: anyhow::Result<u64>,
}

/// A file whose way has ended.
pub(crate) struct Settled {
    pub(crate) file: String,
    /// The upload as the API tells it.
    pub(crate) outcome: anyhow::Result<Value>,
}

/// How long an upload may stay as it is before it is left alone.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Sends files one after the other and follows them together.
pub(crate) struct Uploads {
    api: Api,
    bar: ProgressBar,
}

impl Uploads {
    pub(crate) fn new(api: Api, n_files: usize, shows_progress: bool) -> Self {
        let bar = if shows_progress { ProgressBar::new(n_files as u64) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {msg} {elapsed}");
        Self { api, bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())) }
    }

    /// The API that files are sent to.
    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// Asks for a place and sends the file there.
    pub(crate) fn send(&mut self, wanted: Wanted, kind: Option<&str>) -> Sent {
        self.bar.set_prefix("送信");
        let number = self.send_file(&wanted, kind);
        self.bar.inc(1);
        Sent { file: wanted.file, number }
    }

    fn send_file(&self, wanted: &Wanted, kind: Option<&str>) -> anyhow::Result<u64> {
        let request = json!({
            "inbox": "receipts", "file_name": wanted.name(), "size_bytes": wanted.bytes.len(), "kind": kind,
        });
        let place = self.api.post("/v1/uploads", &request)?;
        let number = place["number"].as_u64().context("APIの答えに受付番号がありません")?;
        let fields: BTreeMap<String, String> =
            serde_json::from_value(place["fields"].clone()).ok().context("APIの答えに送り先がありません")?;
        let (content_type, body) = form(&fields, &wanted.bytes, &host::random_id());
        self.api.post_form(text(&place, "url")?, &content_type, &body)?;
        Ok(number)
    }

    /// Waits until every file has its outcome and the lists follow, in the order they were sent.
    pub(crate) fn wait(&mut self, sent: Vec<Sent>) -> Vec<Settled> {
        self.bar.set_prefix("取込");
        self.bar.set_position(0);
        sent.into_iter()
            .map(|it| {
                let outcome = it.number.and_then(|number| self.follow(number));
                self.bar.inc(1);
                Settled { file: it.file, outcome }
            })
            .collect()
    }

    fn follow(&self, number: u64) -> anyhow::Result<Value> {
        let mut last = (String::new(), Instant::now());
        loop {
            let upload = self.api.get(&format!("/v1/uploads/{number}"))?;
            let status = text(&upload, "status")?;
            if matches!(status, "done" | "waiting" | "failed" | "cancelled") {
                return Ok(upload);
            }
            if last.0 != status {
                self.bar.set_message(text(&upload, "status_name")?.to_owned());
                last = (status.to_owned(), Instant::now());
            }
            if last.1.elapsed() > PATIENCE {
                return Err(anyhow!(
                    "受付番号 {number} は{}のまま進みません。あとで状態を確かめてください",
                    text(&upload, "status_name")?
                ));
            }
            thread::sleep(POLL_INTERVAL);
        }
    }
}

impl Drop for Uploads {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Settled {
    /// Whether the lists follow the file.
    pub(crate) fn is_done(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|it| it["status"] == "done")
    }
}

/// A line for people, and one more for each thing they should do.
impl fmt::Display for Settled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let upload = match &self.outcome {
            Ok(upload) => upload,
            Err(err) => return write!(f, "{}: 失敗: {err:#}", self.file),
        };
        let said = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        write!(f, "{}: {}（受付番号 {}）", self.file, said(upload, "status_name"), upload["number"])?;
        let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
        for reason in list(upload, "reasons") {
            write!(f, "\n  {}", reason.as_str().unwrap_or_default())?;
        }
        for part in list(upload, "parts") {
            let outcome = said(&part["outcome"], "name");
            write!(f, "\n  {} {}: レセプト{}件", said(&part, "claim_month"), outcome, part["n_receipts"])?;
            for issue in list(&part, "issues").iter().filter(|it| it["severity"] != "info") {
                write!(f, "\n    {}行 [{}] {}", issue["line"], said(issue, "code"), said(issue, "message"))?;
            }
        }
        Ok(())
    }
}
