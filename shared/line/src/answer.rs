//! What LINE's answers mean for a message.

use anyhow::{Result, bail};
use delivery::{Outcome, ReasonCode};
use http::response::Parts;
use jiff::SignedDuration;
use serde_json::Value;

/// An answer that came.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Empty where it broke off.
    pub(crate) body: Vec<u8>,
    request_id: Option<String>,
    accepted_request_id: Option<String>,
    retry_after_s: Option<u32>,
}

/// Why none came.
#[derive(Clone, Copy)]
pub(crate) enum Lost {
    /// No byte was sent.
    NotCalled(&'static str),
    /// LINE may have got it.
    Unclear(&'static str),
}

impl Answer {
    pub(crate) fn new(head: &Parts, body: Vec<u8>) -> Self {
        let header = |name: &str| head.headers.get(name).and_then(|it| it.to_str().ok()).map(str::to_owned);
        Self {
            status: head.status.as_u16(),
            body,
            request_id: header("x-line-request-id"),
            accepted_request_id: header("x-line-accepted-request-id"),
            retry_after_s: header("retry-after").and_then(|it| it.parse().ok()),
        }
    }

    /// The body of an answer that is no refusal. LINE's words stay out of the error: they can quote.
    pub(crate) fn json(&self) -> Result<Value> {
        match self.status {
            200..=299 => serde_json::from_slice(&self.body).or_else(|_| bail!("LINE's answer cannot be read")),
            status => bail!("LINE answered {status}"),
        }
    }
}

/// What a push or a reply came to.
pub(crate) fn outcome(answer: Result<Answer, Lost>) -> Outcome {
    let answer = match answer {
        Ok(it) => it,
        Err(Lost::NotCalled(why)) => return Outcome::Refused { code: code(why) },
        Err(Lost::Unclear(why)) => return Outcome::Unclear { code: code(why) },
    };
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let message_id = told["sentMessages"][0]["id"].as_str().map(str::to_owned);
    let status = code(&format!("http_{}", answer.status));
    match answer.status {
        200..=299 => match message_id.or(answer.request_id) {
            Some(provider_id) => Outcome::Accepted { provider_id },
            None => Outcome::Unclear { code: code("unreadable") },
        },
        409 => Outcome::AlreadyAccepted { provider_id: message_id.or(answer.accepted_request_id) },
        429 if told["message"].as_str().is_some_and(|it| it.contains("monthly limit")) => Outcome::QuotaSpent,
        429 => {
            let retry_after = answer.retry_after_s.map(|it| SignedDuration::from_secs(it.into()));
            Outcome::RateLimited { retry_after }
        }
        // The token or the plan is wrong, which a person can mend; the message is not.
        401 | 403 => Outcome::Refused { code: status },
        // A timeout of LINE's: it does not say of what.
        408 => Outcome::Unclear { code: status },
        400..=499 => Outcome::RefusedForGood { code: status },
        _ => Outcome::Unclear { code: status },
    }
}

pub(crate) fn code(what: &str) -> ReasonCode {
    ReasonCode::parse(&format!("line.{what}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;

    fn check(status: u16, headers: &[(&str, &str)], body: &str, expected: &Outcome) {
        let response =
            headers.iter().fold(Response::builder().status(status), |it, (name, value)| it.header(*name, *value));
        let (head, ()) = response.body(()).unwrap().into_parts();
        assert_eq!(&outcome(Ok(Answer::new(&head, body.into()))), expected, "{status} {body}");
    }

    #[test]
    fn each_answer_has_one_meaning() {
        let accepted = |id: &str| Outcome::Accepted { provider_id: id.to_owned() };
        let ids = [("x-line-request-id", "r1"), ("x-line-accepted-request-id", "r0")];
        check(200, &ids, r#"{"sentMessages":[{"id":"461230966842064897"}]}"#, &accepted("461230966842064897"));
        check(200, &ids, "{}", &accepted("r1"));
        check(200, &[], r#"{"sentM"#, &Outcome::Unclear { code: code("unreadable") });
        check(409, &ids, "{}", &Outcome::AlreadyAccepted { provider_id: Some("r0".to_owned()) });
        check(409, &[], "", &Outcome::AlreadyAccepted { provider_id: None });

        check(429, &[], r#"{"message":"You have reached your monthly limit."}"#, &Outcome::QuotaSpent);
        let too_fast = r#"{"message":"The API rate limit has been exceeded. Try again later."}"#;
        check(429, &[], too_fast, &Outcome::RateLimited { retry_after: None });
        let in_7_s = Some(SignedDuration::from_secs(7));
        check(429, &[("retry-after", "7")], "", &Outcome::RateLimited { retry_after: in_7_s });

        for status in [400, 404, 413] {
            let code = code(&format!("http_{status}"));
            check(status, &[], "{}", &Outcome::RefusedForGood { code });
        }
        for status in [401, 403] {
            check(status, &[], "{}", &Outcome::Refused { code: code(&format!("http_{status}")) });
        }
        for status in [302, 408, 500, 502, 503, 504] {
            check(status, &[], "{}", &Outcome::Unclear { code: code(&format!("http_{status}")) });
        }
    }

    #[test]
    fn without_an_answer_it_counts_whether_a_byte_was_sent() {
        let not_called = outcome(Err(Lost::NotCalled("not_connected")));
        assert_eq!(not_called, Outcome::Refused { code: code("not_connected") });
        assert_eq!(outcome(Err(Lost::Unclear("timeout"))), Outcome::Unclear { code: code("timeout") });
    }
}
