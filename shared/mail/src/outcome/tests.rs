use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    time::{Duration, Instant},
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};

use super::*;
use crate::{
    Mail,
    contract::{call, message},
};

/// What a message comes to where the first connection is answered with `answer`, and how many connections
/// came. Without an answer, the connection is closed once the message is there.
async fn outcome_of(answer: Option<(u16, &str)>) -> (Outcome, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.map(|(status, body)| {
        format!("HTTP/1.1 {status} -\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    });
    let server = std::thread::spawn(move || {
        let mut n_calls = 0;
        loop {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
            let mut begin = [0; 4];
            let _ = stream.read(&mut begin);
            if begin == *b"quit" {
                return n_calls;
            }
            n_calls += 1;
            let mut rest = [0; 64 * 1024];
            while stream.read(&mut rest).is_ok_and(|it| it > 0) {}
            if let Some(answer) = &answer {
                stream.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    let outcome = mail(&endpoint).send_raw(call(1), &message()).await;
    std::net::TcpStream::connect(endpoint.trim_start_matches("http://")).unwrap().write_all(b"quit").unwrap();
    (outcome, server.join().unwrap())
}

/// With an SDK that would try again, to show that the adapter does not let it.
fn mail(endpoint: &str) -> Mail {
    let aws = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("ap-northeast-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::from_keys("test", "test", None)))
        .retry_config(RetryConfig::standard().with_max_attempts(5))
        .timeout_config(TimeoutConfig::builder().read_timeout(Duration::from_secs(1)).build())
        .endpoint_url(endpoint)
        .build();
    Mail::in_ses(&aws, Some("kayoi@example.jp".to_owned()))
}

async fn check(status: u16, body: &str, expected: Outcome) {
    assert_eq!(outcome_of(Some((status, body))).await, (expected, 1), "{status} {body}");
}

fn error(name: &str, message: &str) -> String {
    format!(r#"{{"__type":"{name}","message":"{message}"}}"#)
}

#[tokio::test]
async fn each_answer_has_one_meaning() {
    let accepted = Outcome::Accepted { provider_id: "0100-1".to_owned() };
    check(200, r#"{"MessageId":"0100-1"}"#, accepted).await;
    check(200, "{}", Outcome::Unclear { code: code("unreadable") }).await;
    check(200, "<html>", Outcome::Unclear { code: code("unreadable") }).await;

    let limited = Outcome::RateLimited { retry_after: None };
    check(429, &error("TooManyRequestsException", "slow down"), limited.clone()).await;
    check(400, &error("ThrottlingException", "slow down"), limited.clone()).await;
    check(429, "{}", limited).await;

    let rejected = Outcome::RefusedForGood { code: code("message_rejected") };
    check(400, &error("MessageRejected", "Local address contains control or whitespace"), rejected).await;
    let bad = Outcome::RefusedForGood { code: code("bad_request_exception") };
    check(400, &error("BadRequestException", "a@example.jp"), bad).await;
    let not_verified = Outcome::Refused { code: code("message_rejected") };
    check(400, &error("MessageRejected", "Email address is not verified."), not_verified).await;
    for name in ["AccountSuspendedException", "SendingPausedException", "NotFoundException"] {
        let outcome = outcome_of(Some((400, &error(name, "")))).await;
        assert!(matches!(outcome, (Outcome::Refused { .. }, 1)), "{outcome:?}");
    }

    for status in [500, 502, 503, 504] {
        let outcome = outcome_of(Some((status, "{}"))).await;
        assert!(matches!(outcome, (Outcome::Unclear { .. }, 1)), "{outcome:?}");
    }
}

#[tokio::test]
async fn without_an_answer_it_counts_whether_a_byte_was_sent() {
    assert_eq!(outcome_of(None).await, (Outcome::Unclear { code: code("connection") }, 1));

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", listener.local_addr().unwrap());
    let began = Instant::now();
    assert_eq!(mail(&silent).send_raw(call(1), &message()).await, Outcome::Unclear { code: code("timeout") });
    assert!(began.elapsed() < Duration::from_secs(3));
    drop(listener);
    for endpoint in [silent.as_str(), "http://no-such-host.invalid"] {
        let outcome = mail(endpoint).send_raw(call(1), &message()).await;
        assert_eq!(outcome, Outcome::Refused { code: code("not_connected") }, "{endpoint}");
    }
}
