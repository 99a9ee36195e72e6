use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use delivery::Outcome;
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::crypto::aws_lc_rs;
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Lost, outcome},
    types::{ChannelToken, Push, Quota},
};

/// Where LINE is and how long it may take.
#[derive(Debug, Clone)]
pub struct LineSettings {
    /// The address of the API, without a slash at its end.
    pub api: String,
    /// For one call, from its connection to its whole answer.
    pub time_limit: Duration,
}

impl Default for LineSettings {
    fn default() -> Self {
        Self { api: "https://api.line.me".to_owned(), time_limit: Duration::from_secs(10) }
    }
}

/// A connection that cannot be made in this time is known to have carried nothing.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);

/// Shorter than any server's, so that a call is not written to a connection that is being closed.
const IDLE_LIMIT: Duration = Duration::from_secs(20);

/// LINE's answers are a few hundred bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

pub(crate) struct HttpClient {
    client: Client<HttpsConnector<HttpConnector>, String>,
    settings: LineSettings,
}

/// What a call is made with.
struct Call<'a> {
    method: Method,
    path: &'a str,
    retry_key: Option<&'a str>,
    body: Option<Value>,
}

impl HttpClient {
    pub(crate) fn new(settings: LineSettings) -> Result<Self> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT_LIMIT));
        tcp.set_nodelay(true);
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(aws_lc_rs::default_provider())
            .context("reading the root certificates")?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        // It tries again by itself only what it had not begun to write, on a connection found closed.
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_LIMIT)
            .build(https);
        Ok(Self { client, settings })
    }

    pub(crate) async fn push(&self, token: &ChannelToken, retry_key: &str, push: &Push) -> Outcome {
        let body = json!({"to": push.to, "messages": messages(&push.texts)});
        let retry_key = Some(retry_key);
        outcome(self.call(token, Call { retry_key, ..post("/v2/bot/message/push", Some(body)) }).await)
    }

    pub(crate) async fn reply(&self, token: &ChannelToken, reply_token: &str, text: &str) -> Outcome {
        let body = json!({"replyToken": reply_token, "messages": messages(&[text.to_owned()])});
        outcome(self.call(token, post("/v2/bot/message/reply", Some(body))).await)
    }

    pub(crate) async fn validate_push(&self, token: &ChannelToken, texts: &[String]) -> Result<Vec<String>> {
        let body = json!({"messages": messages(texts)});
        let answer = self.call(token, post("/v2/bot/message/validate/push", Some(body))).await?;
        if answer.status != 400 {
            answer.json()?;
            return Ok(Vec::new());
        }
        let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let details = told["details"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut problems: Vec<String> =
            details.iter().filter_map(|it| it["property"].as_str()).map(str::to_owned).collect();
        if problems.is_empty() {
            problems.push("messages".to_owned());
        }
        Ok(problems)
    }

    pub(crate) async fn quota(&self, token: &ChannelToken) -> Result<Quota> {
        let limit = self.call(token, get("/v2/bot/message/quota")).await?.json()?;
        let consumption = self.call(token, get("/v2/bot/message/quota/consumption")).await?.json()?;
        let limit = match limit["type"].as_str() {
            Some("none") => None,
            Some("limited") => Some(limit["value"].as_u64().context("a quota of LINE without its value")?),
            _ => bail!("a quota of LINE that is neither limited nor none"),
        };
        let used = consumption["totalUsage"].as_u64().context("a consumption of LINE without its total")?;
        Ok(Quota { limit, used })
    }

    pub(crate) async fn link_token(&self, token: &ChannelToken, user: &str) -> Result<String> {
        if user.is_empty() || !user.bytes().all(|it| it.is_ascii_alphanumeric()) {
            bail!("no user id of LINE");
        }
        let path = format!("/v2/bot/user/{user}/linkToken");
        let answer = self.call(token, post(&path, None)).await?.json()?;
        let link_token = answer["linkToken"].as_str();
        link_token.map(str::to_owned).context("an answer of LINE without its link token")
    }

    /// One call, within the time limit.
    async fn call(&self, token: &ChannelToken, call: Call<'_>) -> Result<Answer, Lost> {
        let request = self.request(token, call).ok_or(Lost::NotCalled("request"))?;
        let whole = async {
            let response = self.client.request(request).await.map_err(|err| match err.is_connect() {
                true => Lost::NotCalled("not_connected"),
                false => Lost::Unclear("connection"),
            })?;
            let (head, body) = response.into_parts();
            // What it is was told by the status; without the body, an id is missing at most.
            let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
            Ok(Answer::new(&head, body.map(|it| it.to_bytes().to_vec()).unwrap_or_default()))
        };
        let in_time = tokio::time::timeout(self.settings.time_limit, whole).await;
        in_time.unwrap_or(Err(Lost::Unclear("timeout")))
    }

    /// `None` for what cannot be written as a request, such as a token with a line break.
    fn request(&self, token: &ChannelToken, call: Call<'_>) -> Option<Request<String>> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.as_str())).ok()?;
        bearer.set_sensitive(true);
        let mut request = Request::builder()
            .method(call.method)
            .uri(format!("{}{}", self.settings.api, call.path))
            .header("authorization", bearer);
        if let Some(key) = call.retry_key {
            request = request.header("x-line-retry-key", key);
        }
        let body = match call.body {
            Some(json) => {
                request = request.header("content-type", "application/json");
                json.to_string()
            }
            None => String::new(),
        };
        request.body(body).ok()
    }
}

fn post(path: &str, body: Option<Value>) -> Call<'_> {
    Call { method: Method::POST, path, retry_key: None, body }
}

fn get(path: &str) -> Call<'_> {
    Call { method: Method::GET, path, retry_key: None, body: None }
}

fn messages(texts: &[String]) -> Value {
    texts.iter().map(|it| json!({"type": "text", "text": it})).collect()
}

impl From<Lost> for anyhow::Error {
    fn from(lost: Lost) -> Self {
        let (Lost::NotCalled(why) | Lost::Unclear(why)) = lost;
        anyhow!("LINE did not answer: {why}")
    }
}
