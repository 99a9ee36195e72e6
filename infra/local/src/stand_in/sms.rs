use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::Result;
use serde_json::{Value, json};

use crate::stand_in::{
    fault::{Fault, Plan, Refusals, reply},
    http::{Answer, Reply, Request},
    ledger::{Accepted, for_people},
    server::Server,
};

/// What the service takes, in UTF-16 units; that the alphabet halves it is not looked at.
const MAX_TEXT_UNITS: usize = 1600;

/// AWS End User Messaging as far as our adapter calls it, which the emulator has not. Dropping it ends it.
///
/// `GET /_kayoi/messages` shows its ledger to people, with the texts: it is for made-up patients alone.
pub struct SmsStandIn {
    server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    now: Duration,
    accepted: Vec<Accepted>,
    n_dry_runs: usize,
    plan: Plan,
}

impl SmsStandIn {
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

    /// What stands for the service's endpoint.
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Every message accepted, oldest first.
    pub fn accepted(&self) -> Vec<Accepted> {
        self.state().accepted.clone()
    }

    /// How many messages were tried, dry runs among them.
    pub fn n_calls(&self) -> usize {
        self.state().plan.n_calls()
    }

    /// Its clock goes on.
    pub fn advance(&self, by: Duration) {
        self.state().now += by;
    }

    /// The next `n_calls` messages have this fault, after those ordered before.
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
        if (request.method.as_str(), request.path.as_str()) == ("GET", "/_kayoi/messages") {
            return Reply::Answer(Answer::json(200, &for_people(&self.accepted)));
        }
        if request.header("x-amz-target") != Some("PinpointSMSVoiceV2.SendTextMessage") {
            return Reply::Answer(refusal(400, "UnknownOperationException", ""));
        }
        if request.header("authorization").is_none() {
            return Reply::Answer(refusal(400, "AccessDeniedException", "INSUFFICIENT_ACCOUNT_REPUTATION"));
        }
        let fault = self.plan.of_this_call();
        let body = request.json();
        reply(fault, refusals(), || self.send(&body))
    }

    fn send(&mut self, body: &Value) -> Answer {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let (to, message, from) = (text("DestinationPhoneNumber"), text("MessageBody"), text("OriginationIdentity"));
        let is_live = body["TimeToLive"].as_i64().is_none_or(|it| (5..=259_200).contains(&it));
        let n_units = message.encode_utf16().count();
        if !is_number(&to) || from.is_empty() || !is_live || !(1..=MAX_TEXT_UNITS).contains(&n_units) {
            return refusals().refused;
        }
        if body["DryRun"] == true {
            self.n_dry_runs += 1;
            return Answer::json(200, &json!({"MessageId": format!("dry-run-{}", self.n_dry_runs)}));
        }
        let id = format!("sms-{}", self.accepted.len() + 1);
        let answer = Answer::json(200, &json!({"MessageId": id}));
        let key = body["Context"]["mid"].as_str().map(str::to_owned);
        self.accepted.push(Accepted { id, to, texts: vec![message], key, from, at: self.now });
        answer
    }
}

fn refusals() -> Refusals {
    Refusals {
        rate_limited: refusal(400, "ThrottlingException", ""),
        quota_spent: refusal(402, "ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"),
        refused: refusal(400, "ValidationException", "FIELD_VALIDATION_FAILED"),
        failed: refusal(500, "InternalServerException", ""),
    }
}

fn refusal(status: u16, name: &str, reason: &str) -> Answer {
    let kind = format!("com.amazonaws.pinpointsmsvoicev2#{name}");
    Answer::json(status, &json!({"__type": kind, "Message": "said by the stand-in", "Reason": reason}))
}

/// E.164.
fn is_number(to: &str) -> bool {
    to.strip_prefix('+').is_some_and(|it| {
        (7..=15).contains(&it.len()) && !it.starts_with('0') && it.bytes().all(|it| it.is_ascii_digit())
    })
}
