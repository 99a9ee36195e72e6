use std::{error, fmt, time::Duration};

use anyhow::{Context as _, anyhow, bail};
use serde_json::Value;
use ureq::{Agent, Body, http::Response};

/// The API of a clinic, as its token opens it.
pub(crate) struct Api {
    agent: Agent,
    address: String,
    authorization: String,
}

/// No answer of the API is larger; files go to the bucket.
const ANSWER_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What the API said instead of doing what was asked.
#[derive(Debug)]
pub(crate) struct Refused {
    status: u16,
    said: String,
}

impl Refused {
    /// The HTTP status, where `err` is what the API said.
    pub(crate) fn status_of(err: &anyhow::Error) -> Option<u16> {
        err.downcast_ref::<Self>().map(|it| it.status)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

impl error::Error for Refused {}

impl Api {
    /// The API at `address`, such as `https://api.example.jp`.
    pub(crate) fn new(address: &str, token: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(300)));
        Self {
            agent: config.build().into(),
            address: address.trim_end_matches('/').to_owned(),
            authorization: format!("Bearer {token}"),
        }
    }

    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.agent.get(format!("{}{path}", self.address));
        let response = request.header("Authorization", &self.authorization).call();
        answer(response.map_err(unreached)?)
    }

    /// What is at `path`, or `None` where nothing is (404).
    pub(crate) fn find(&self, path: &str) -> anyhow::Result<Option<Value>> {
        match self.get(path) {
            Ok(found) => Ok(Some(found)),
            Err(err) if Refused::status_of(&err) == Some(404) => Ok(None),
            Err(err) => Err(err),
        }
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.agent.post(format!("{}{path}", self.address));
        let response = request.header("Authorization", &self.authorization).send_json(body);
        answer(response.map_err(unreached)?)
    }

    /// Sends a form to where the API said.
    pub(crate) fn post_form(&self, url: &str, content_type: &str, body: &[u8]) -> anyhow::Result<()> {
        let response = self.agent.post(url).header("Content-Type", content_type).send(body).map_err(unreached)?;
        let status = response.status();
        if !status.is_success() {
            bail!("保管場所がファイルを受け取りませんでした（{}）。もう一度送ってください", status.as_u16());
        }
        Ok(())
    }

    /// Reads a file of at most `max_bytes` from where the API said.
    pub(crate) fn get_file(&self, url: &str, max_bytes: u64) -> anyhow::Result<Vec<u8>> {
        let mut response = self.agent.get(url).call().map_err(unreached)?;
        let status = response.status();
        if !status.is_success() {
            bail!("保管場所からファイルを取り出せません（{}）。もう一度試してください", status.as_u16());
        }
        let read = response.body_mut().with_config().limit(max_bytes).read_to_vec();
        read.map_err(|err| anyhow!("{err}").context("ファイルを最後まで読めません。もう一度試してください"))
    }
}

fn answer(mut response: Response<Body>) -> anyhow::Result<Value> {
    let status = response.status();
    let text = response.body_mut().with_config().limit(ANSWER_MAX_BYTES).read_to_string();
    let answer: Option<Value> = text.ok().and_then(|it| serde_json::from_str(&it).ok());
    match answer {
        Some(answer) if status.is_success() => Ok(answer),
        // What the API says to people, and of fields what is wrong with each.
        Some(problem) if problem["title"].is_string() => {
            let said = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
            let fields = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
            let fields: String =
                fields.iter().map(|it| format!(" {}: {}", said(it, "field"), said(it, "message"))).collect();
            let said = format!("{}。{}{fields}", said(&problem, "title"), said(&problem, "detail"));
            Err(Refused { status: status.as_u16(), said }.into())
        }
        _ => bail!("APIの答え（{}）を読めません。アドレスを確かめてください", status.as_u16()),
    }
}

fn unreached(err: ureq::Error) -> anyhow::Error {
    anyhow!("{err}").context("APIにつながりません。アドレスとネットワークを確かめてください")
}

/// A text of an answer that must be there.
pub(crate) fn text<'a>(answer: &'a Value, key: &str) -> anyhow::Result<&'a str> {
    answer[key].as_str().context("APIの答えに足りないものがあります")
}
