//! The adapters on the stand-ins: their contracts, and what each fault comes to.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{
    Credentials,
    credential_fn::provide_credentials_fn,
    provider::{SharedCredentialsProvider, error::CredentialsError},
};
use delivery::{Channel, Outcome, model_trace::call};
use line::{ChannelToken, Line, LineSettings, Push};
use sms::{Sms, SmsSettings};

use crate::{Accepted, Fault, LineStandIn, SmsStandIn};

/// Long enough for an answer on loopback, and short to wait for.
const TIME_LIMIT: Duration = Duration::from_millis(700);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn adapters_keep_their_contracts_on_the_stand_ins() {
    let stand_in = LineStandIn::start().unwrap();
    line::contract::check(&line(&stand_in.endpoint())).await;
    let accepted = stand_in.accepted();
    let to: Vec<&str> = accepted.iter().map(|it| &it.to[..1]).collect();
    assert_eq!(to, ["U", "U", "U", "U", "c"], "four pushes and a reply");
    assert_eq!(accepted[0].texts, ["書類が届きました"]);
    assert_eq!(accepted[0].key.as_deref(), call(Channel::Line, 1).retry_key());
    assert_eq!(stand_in.link_tokens().len(), 2);

    let stand_in = SmsStandIn::start().unwrap();
    sms::contract::check(&sms(&stand_in.endpoint())).await;
    let accepted = stand_in.accepted();
    assert_eq!(accepted.len(), 2, "the dry run and what was refused are not in the ledger");
    let letter = sms::contract::letter();
    assert_eq!((&accepted[0].to, &accepted[0].texts), (&letter.to, &vec![letter.text]));
    assert_eq!(accepted[0].key.as_deref(), Some(call(Channel::Sms, 1).id().as_str()));
    assert_eq!(accepted[0].from, "KAYOI");
}

#[tokio::test]
async fn each_fault_of_line_has_its_outcome() {
    let stand_in = LineStandIn::start().unwrap();
    let line = line(&stand_in.endpoint());
    for (n, (fault, expected, is_taken)) in (0..).zip(faults("line.http_400", "line.http_500", "line")) {
        stand_in.answer(1, fault);
        let n_before = stand_in.accepted().len();
        let began = Instant::now();
        assert_eq!(shown(&line.push(&token(), call(Channel::Line, n), &push()).await), expected, "{fault:?}");
        assert!(began.elapsed() < TIME_LIMIT + Duration::from_millis(500), "{fault:?}");
        assert_eq!(stand_in.accepted().len() - n_before, usize::from(is_taken), "{fault:?}");

        // The same key makes it certain, whatever happened.
        let again = shown(&line.push(&token(), call(Channel::Line, n), &push()).await);
        assert_eq!(again, if is_taken { "already accepted" } else { "accepted" }, "{fault:?}");
        assert_eq!(stand_in.accepted().len() - n_before, 1, "{fault:?}");
    }
    stand_in.answer(1, Fault::Status500After);
    assert_eq!(shown(&line.reply(&token(), "reply", "あ").await), "unclear line.http_500");
    assert_eq!(shown(&line.reply(&token(), "reply", "あ").await), "refused for good line.http_400");
}

#[tokio::test]
async fn each_fault_of_sms_has_its_outcome() {
    let stand_in = SmsStandIn::start().unwrap();
    let sms = sms(&stand_in.endpoint());
    for (fault, expected, is_taken) in faults("sms.validation_exception", "sms.internal_server_exception", "sms") {
        stand_in.answer(1, fault);
        let n_calls = stand_in.n_calls();
        let n_before = stand_in.accepted().len();
        let began = Instant::now();
        assert_eq!(shown(&sms.send(call(Channel::Sms, 1), &sms::contract::letter()).await), expected, "{fault:?}");
        assert!(began.elapsed() < TIME_LIMIT + Duration::from_millis(500), "{fault:?}");
        assert_eq!(stand_in.accepted().len() - n_before, usize::from(is_taken), "{fault:?}");
        assert_eq!(stand_in.n_calls(), n_calls + 1, "the SDK must not try {fault:?} again");
    }
}

/// Each fault, the outcome it comes to, and whether the message is in the ledger.
fn faults(refused: &str, failed: &str, service: &str) -> [(Fault, String, bool); 9] {
    let unclear = |code: &str| format!("unclear {code}");
    let (timeout, connection) = (format!("{service}.timeout"), format!("{service}.connection"));
    [
        (Fault::RateLimited, "rate limited".to_owned(), false),
        (Fault::QuotaSpent, "quota spent".to_owned(), false),
        (Fault::Refuse, format!("refused for good {refused}"), false),
        (Fault::Status500Before, unclear(failed), false),
        (Fault::Status500After, unclear(failed), true),
        (Fault::HangBefore, unclear(&timeout), false),
        (Fault::HangAfter, unclear(&timeout), true),
        (Fault::ResetBefore, unclear(&connection), false),
        (Fault::ResetAfter, unclear(&connection), true),
    ]
}

#[tokio::test]
async fn what_cannot_be_reached_was_not_called() {
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for endpoint in [nobody.as_str(), "http://no-such-host.invalid", "https://no-such-host.invalid"] {
        let outcome = line(endpoint).push(&token(), call(Channel::Line, 1), &push()).await;
        assert_eq!(shown(&outcome), "refused line.not_connected", "{endpoint}");
        let outcome = sms(endpoint).send(call(Channel::Sms, 1), &sms::contract::letter()).await;
        assert_eq!(shown(&outcome), "refused sms.not_connected", "{endpoint}");
    }
    // A server that is no TLS server gets no byte of the message either.
    let stand_in = LineStandIn::start().unwrap();
    let outcome =
        line(&stand_in.endpoint().replace("http:", "https:")).push(&token(), call(Channel::Line, 1), &push()).await;
    assert_eq!(shown(&outcome), "refused line.not_connected");
    let broken = ChannelToken::new("a\r\nb");
    assert_eq!(
        shown(&line(&stand_in.endpoint()).push(&broken, call(Channel::Line, 1), &push()).await),
        "refused line.request"
    );

    let stand_in = SmsStandIn::start().unwrap();
    let none = provide_credentials_fn(async || Err(CredentialsError::not_loaded("there are none")));
    let without_credentials = sms_with(SharedCredentialsProvider::new(none), &stand_in.endpoint());
    let outcome = without_credentials.send(call(Channel::Sms, 1), &sms::contract::letter()).await;
    assert_eq!(shown(&outcome), "refused sms.not_connected");
    assert_eq!(stand_in.n_calls(), 0);
}

#[tokio::test]
async fn a_retry_key_is_known_for_a_day() {
    let stand_in = LineStandIn::start().unwrap();
    let line = line(&stand_in.endpoint());
    let outcome = async || shown(&line.push(&token(), call(Channel::Line, 1), &push()).await);
    assert_eq!(outcome().await, "accepted");
    stand_in.advance(DAY - Duration::from_secs(1));
    assert_eq!(outcome().await, "already accepted");
    stand_in.advance(Duration::from_secs(1));
    assert_eq!(outcome().await, "accepted");
    assert_eq!(stand_in.accepted().iter().map(|it| it.at).collect::<Vec<_>>(), [Duration::ZERO, DAY]);
}

#[tokio::test]
async fn the_quota_ends_pushes_of_the_channel() {
    let stand_in = LineStandIn::start().unwrap();
    let line = line(&stand_in.endpoint());
    stand_in.set_quota(Some(1));
    assert_eq!(shown(&line.push(&token(), call(Channel::Line, 1), &push()).await), "accepted");
    assert_eq!(shown(&line.push(&token(), call(Channel::Line, 2), &push()).await), "quota spent");
    let quota = line.quota(&token()).await.unwrap();
    assert_eq!((quota.limit, quota.used), (Some(1), 1));
    assert_eq!(shown(&line.reply(&token(), "reply", "あ").await), "accepted");
    assert_eq!(shown(&line.push(&ChannelToken::new("another"), call(Channel::Line, 2), &push()).await), "accepted");
}

#[tokio::test]
async fn orders_come_in_their_order_and_one_in_n() {
    let stand_in = SmsStandIn::start().unwrap();
    let sms = sms(&stand_in.endpoint());
    stand_in.answer_each(3, Fault::RateLimited);
    stand_in.answer(2, Fault::QuotaSpent);
    let mut outcomes = Vec::new();
    for _call in 0..6 {
        outcomes.push(shown(&sms.send(call(Channel::Sms, 1), &sms::contract::letter()).await));
    }
    assert_eq!(outcomes, ["quota spent", "quota spent", "rate limited", "accepted", "accepted", "rate limited"]);
    stand_in.mend();
    stand_in.advance(DAY);
    for _call in 0..3 {
        assert_eq!(shown(&sms.send(call(Channel::Sms, 1), &sms::contract::letter()).await), "accepted");
    }
    assert_eq!(stand_in.accepted().iter().map(|it| it.at).collect::<Vec<_>>()[1..3], [Duration::ZERO, DAY]);
}

#[tokio::test]
async fn people_can_look_at_what_came() {
    let (of_line, of_sms) = (LineStandIn::start().unwrap(), SmsStandIn::start().unwrap());
    line(&of_line.endpoint()).push(&token(), call(Channel::Line, 1), &push()).await;
    sms(&of_sms.endpoint()).send(call(Channel::Sms, 1), &sms::contract::letter()).await;
    for (endpoint, text) in [(of_line.endpoint(), "書類"), (of_sms.endpoint(), "さくら内科")] {
        let mut answer = ureq::get(format!("{endpoint}/_kayoi/messages")).call().unwrap();
        let shown = answer.body_mut().read_to_string().unwrap();
        assert!(shown.contains(text), "{shown}");
    }
}

#[tokio::test]
async fn it_ends_with_its_holder_in_the_middle_of_a_call() {
    let stand_in = LineStandIn::start().unwrap();
    let endpoint = stand_in.endpoint();
    stand_in.answer(1, Fault::HangAfter);
    let settings = LineSettings { api: endpoint.clone(), time_limit: Duration::from_secs(30) };
    let line = Line::over_http(settings).unwrap();
    let calling = tokio::spawn(async move { line.push(&token(), call(Channel::Line, 1), &push()).await });
    while stand_in.accepted().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(stand_in);
    assert_eq!(shown(&calling.await.unwrap()), "unclear line.connection");
    assert_eq!(
        shown(&self::line(&endpoint).push(&token(), call(Channel::Line, 1), &push()).await),
        "refused line.not_connected"
    );
}

/// Many at once, each accepted once.
#[tokio::test]
async fn the_ledger_bears_many_at_once() {
    let stand_in = LineStandIn::start().unwrap();
    // As long as a busy machine needs: no answer is late here.
    let settings = LineSettings { api: stand_in.endpoint(), time_limit: Duration::from_secs(30) };
    let line = Line::over_http(settings).unwrap();
    let calls: Vec<_> = (0..100)
        .map(|n| {
            let line = line.clone();
            tokio::spawn(async move { shown(&line.push(&token(), call(Channel::Line, n % 50), &push()).await) })
        })
        .collect();
    let mut n_accepted = 0;
    for call in calls {
        n_accepted += usize::from(call.await.unwrap() == "accepted");
    }
    assert_eq!(n_accepted, 50);
    let mut keys: Vec<Option<String>> = stand_in.accepted().into_iter().map(|Accepted { key, .. }| key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 50);
}

fn line(endpoint: &str) -> Line {
    Line::over_http(LineSettings { api: endpoint.to_owned(), time_limit: TIME_LIMIT }).unwrap()
}

fn sms(endpoint: &str) -> Sms {
    let credentials = Credentials::from_keys(crate::ACCESS_KEY, crate::ACCESS_KEY, None);
    sms_with(SharedCredentialsProvider::new(credentials), endpoint)
}

/// With an SDK that would try again, to show that the adapter does not let it.
fn sms_with(credentials: SharedCredentialsProvider, endpoint: &str) -> Sms {
    let aws = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(crate::REGION))
        .credentials_provider(credentials)
        .retry_config(RetryConfig::standard().with_max_attempts(5))
        .build();
    let endpoint = Some(endpoint.to_owned());
    let settings = SmsSettings { endpoint, time_limit: TIME_LIMIT, ..SmsSettings::from_origination("KAYOI") };
    Sms::in_end_user_messaging(&aws, Some(settings))
}

fn token() -> ChannelToken {
    ChannelToken::new("token")
}

fn push() -> Push {
    let to = format!("U{}", "0".repeat(32));
    Push { to, texts: vec!["書類".to_owned()] }
}

fn shown(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Accepted { .. } => "accepted".to_owned(),
        Outcome::AlreadyAccepted { .. } => "already accepted".to_owned(),
        Outcome::Refused { code } => format!("refused {code}"),
        Outcome::RefusedForGood { code } => format!("refused for good {code}"),
        Outcome::RateLimited { .. } => "rate limited".to_owned(),
        Outcome::QuotaSpent => "quota spent".to_owned(),
        Outcome::Unclear { code } => format!("unclear {code}"),
    }
}
