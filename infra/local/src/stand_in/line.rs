use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Result;
use serde_json::{Value, json};

use crate::stand_in::{
    fault::{Fault, Plan, reply},
    http::{Answer, Reply, Request},
    ledger::{Accepted, for_people},
    line_answers::{is_user, is_uuid, problem, refusal, refusals, sent},
    server::Server,
};

/// How long LINE knows a retry key.
const KEY_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// LINE's Messaging API as far as our adapter calls it, for any channel token. Dropping it ends it.
///
/// `GET /_kayoi/messages` shows its ledger to people, with the texts: it is for made-up patients alone.
pub struct LineStandIn {
    server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    now: Duration,
    accepted: Vec<Accepted>,
    /// By channel and key: when it was accepted, and the index in the ledger.
    keys: BTreeMap<(String, String), (Duration, usize)>,
    used_reply_tokens: BTreeSet<String>,
    link_tokens: Vec<(String, String)>,
    quota: Option<u64>,
    plan: Plan,
    n_requests: u64,
}

impl LineStandIn {
    /// Starts it on a free port.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn start() -> Result<Self> {
        let state = Arc::new(Mutex::new(State::default()));
        let of_server = Arc::clone(&state);
        let server = Server::start(move |request| locked(&of_server).reply(request))?;
        Ok(Self { server, state })
    }

    /// What stands for `https://api.line.me`.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Every push and reply accepted, oldest first.
    pub fn accepted(&self) -> Vec<Accepted> {
        self.state().accepted.clone()
    }

    /// The user and the token of each account link begun, oldest first.
    pub fn link_tokens(&self) -> Vec<(String, String)> {
        self.state().link_tokens.clone()
    }

    /// How many pushes and replies were tried.
    pub fn n_calls(&self) -> usize {
        self.state().plan.n_calls()
    }

    /// Its clock goes on; retry keys are forgotten when they are 24 hours old.
    pub fn advance(&self, by: Duration) {
        self.state().now += by;
    }

    /// Each channel may push `limit` messages this month, or any number.
    pub fn set_quota(&self, limit: Option<u64>) {
        self.state().quota = limit;
    }

    /// The next `n_calls` pushes and replies have this fault, after those ordered before.
    pub fn answer(&self, n_calls: usize, fault: Fault) {
        self.state().plan.next_n(n_calls, fault);
    }

    /// Of the calls without an order of their own, each one whose number divides by `n_calls` has this fault.
    pub fn answer_each(&self, n_calls: usize, fault: Fault) {
        self.state().plan.each(n_calls, fault);
    }

    /// Forgets the orders.
    pub fn mend(&self) {
        self.state().plan.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        locked(&self.state)
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn reply(&mut self, request: &Request) -> Reply {
        let route = (request.method.as_str(), request.path.as_str());
        if route == ("GET", "/_kayoi/messages") {
            return Reply::Answer(Answer::json(200, &for_people(&self.accepted)));
        }
        self.n_requests += 1;
        let request_id = format!("request-{}", self.n_requests);
        let Some(token) = request.header("authorization").and_then(|it| it.strip_prefix("Bearer ")) else {
            return Reply::Answer(refusal(401, "Authentication failed. Confirm that the access token is valid."));
        };
        if request.is_too_large {
            return Reply::Answer(refusal(413, "Request Entity Too Large"));
        }
        let key = request.header("x-line-retry-key");
        let body = request.json();
        let answer = match route {
            ("POST", "/v2/bot/message/push") => {
                let fault = self.plan.of_this_call();
                return reply(fault, refusals(), || self.push(token, key, &body, &request_id));
            }
            _ if key.is_some() => refusal(400, "The retry key cannot be used with this API."),
            ("POST", "/v2/bot/message/reply") => {
                let fault = self.plan.of_this_call();
                return reply(fault, refusals(), || self.answer_event(token, &body, &request_id));
            }
            ("POST", "/v2/bot/message/validate/push") => {
                problem(&body["messages"]).unwrap_or_else(|| Answer::json(200, &json!({})))
            }
            ("GET", "/v2/bot/message/quota") => Answer::json(200, &self.quota()),
            ("GET", "/v2/bot/message/quota/consumption") => Answer::json(200, &json!({"totalUsage": self.used(token)})),
            ("POST", path) if path.starts_with("/v2/bot/user/") && path.ends_with("/linkToken") => {
                self.link(path["/v2/bot/user/".len()..].trim_end_matches("/linkToken"))
            }
            _ => refusal(404, "Not found"),
        };
        Reply::Answer(answer.with("x-line-request-id", request_id))
    }

    fn push(&mut self, token: &str, key: Option<&str>, body: &Value, request_id: &str) -> Answer {
        let to = body["to"].as_str().unwrap_or_default();
        if !is_user(to) {
            return refusal(400, "The property, 'to', in the request body is invalid (line: -, column: -)");
        }
        if let Some(problem) = problem(&body["messages"]) {
            return problem;
        }
        if key.is_some_and(|it| !is_uuid(it)) {
            return refusal(400, "The retry key is invalid.");
        }
        let key = key.map(|it| (token.to_owned(), it.to_owned()));
        let now = self.now;
        if let Some((_, index)) = key.as_ref().and_then(|it| self.keys.get(it)).filter(|(at, _)| now - *at < KEY_LIFE) {
            let first = &self.accepted[*index];
            let body = json!({"message": "The retry key is already accepted", "sentMessages": sent(&first.id)});
            return Answer::json(409, &body).with("x-line-accepted-request-id", format!("of-{}", first.id));
        }
        if self.quota.is_some_and(|it| self.used(token) >= it) {
            return refusals().quota_spent;
        }
        if let Some(key) = &key {
            self.keys.insert(key.clone(), (self.now, self.accepted.len()));
        }
        self.accept(token, to, key.map(|(_, it)| it), body, request_id)
    }

    fn answer_event(&mut self, token: &str, body: &Value, request_id: &str) -> Answer {
        if let Some(problem) = problem(&body["messages"]) {
            return problem;
        }
        let reply_token = body["replyToken"].as_str().unwrap_or_default();
        if reply_token.is_empty() || !self.used_reply_tokens.insert(reply_token.to_owned()) {
            return refusal(400, "Invalid reply token");
        }
        self.accept(token, reply_token, None, body, request_id)
    }

    fn accept(&mut self, token: &str, to: &str, key: Option<String>, body: &Value, request_id: &str) -> Answer {
        let id = format!("line-{}", self.accepted.len() + 1);
        let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let texts = messages.iter().filter_map(|it| it["text"].as_str()).map(str::to_owned).collect();
        let answer = Answer::json(200, &json!({"sentMessages": sent(&id)})).with("x-line-request-id", request_id);
        self.accepted.push(Accepted { id, to: to.to_owned(), texts, key, from: token.to_owned(), at: self.now });
        answer
    }

    fn link(&mut self, user: &str) -> Answer {
        if !is_user(user) {
            return refusal(404, "Not found");
        }
        let token = format!("link-{}", self.link_tokens.len() + 1);
        self.link_tokens.push((user.to_owned(), token.clone()));
        Answer::json(200, &json!({"linkToken": token}))
    }

    fn quota(&self) -> Value {
        match self.quota {
            Some(limit) => json!({"type": "limited", "value": limit}),
            None => json!({"type": "none"}),
        }
    }

    /// How many the channel pushed; replies are free.
    fn used(&self, token: &str) -> u64 {
        self.accepted.iter().filter(|it| it.from == token && is_user(&it.to)).count() as u64
    }
}
