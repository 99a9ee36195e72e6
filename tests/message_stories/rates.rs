//! Providers that are slow, closed or broken (reliability table, rows 40 and 41).

use std::num::NonZeroU32;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use delivery::{Channel, Outcome, Rate, ReasonCode, Status};
use jiff::SignedDuration;
use local::{Fault, SmsStandIn};
use sms::{Sms, SmsSettings};

use crate::harness::messages::{Sending, later};

/// SMS to the stand-in.
fn sms(stand_in: &SmsStandIn) -> Sms {
    let credentials = Credentials::from_keys(local::ACCESS_KEY, local::ACCESS_KEY, None);
    let aws = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(local::REGION))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let settings = SmsSettings { endpoint: Some(stand_in.endpoint()), ..SmsSettings::from_origination("KAYOI") };
    Sms::in_end_user_messaging(&aws, Some(settings))
}

#[tokio::test]
async fn a_provider_that_says_too_fast_for_half_an_hour_gets_all_at_its_rate_afterwards() {
    const N: u32 = 60;
    let stand_in = SmsStandIn::start().unwrap();
    let mut world = Sending::in_memory().await;
    world.providers.sms = sms(&stand_in);
    world.settings.sms_rate = Rate(NonZeroU32::MIN);
    let mut ids = Vec::new();
    for n in 1..=N {
        let patient = world.patient(n, &[Channel::Sms]).await;
        ids.push(world.write(n, &patient, Channel::Sms).await);
    }
    stand_in.answer_each(1, Fault::RateLimited);
    let (mut seconds, mut n_calls) = (0, 0);
    while stand_in.accepted().len() < ids.len() {
        if seconds == 30 * 60 {
            stand_in.mend();
        }
        world.send().await;
        let n_now = stand_in.n_calls() - n_calls;
        assert!(n_now <= 11, "{n_now} calls in five seconds at a rate of one");
        n_calls += n_now;
        later(SignedDuration::from_secs(5));
        seconds += 5;
        if seconds % 60 == 0 {
            world.sweep().await;
        }
        assert!(seconds < 3 * 3600, "never drained");
    }
    let drained_s = seconds - 30 * 60;
    assert!(drained_s < 15 * 60, "{drained_s} s");
    for id in &ids {
        assert_eq!(world.row(id).await.status, Status::Sent);
    }
    eprintln!("{N} SMS at one a second: all there {drained_s} s after the provider opened, {n_calls} calls, 0 twice");
}

#[tokio::test]
async fn line_that_fails_for_three_hours_gets_the_message_with_the_same_key() {
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &[Channel::Line]).await;
    let id = world.write(1, &patient, Channel::Line).await;
    let unclear = |is_taken| {
        let code = ReasonCode::parse("line.http_500").unwrap();
        world.providers.line.answer_next(Outcome::Unclear { code }, is_taken);
    };
    // The first call was taken, and nobody was told so.
    unclear(true);
    let mut n_calls = 0;
    for _ in 0..3 * 12 {
        unclear(false);
        world.send().await;
        n_calls = world.row(&id).await.attempt;
        later(SignedDuration::from_mins(5));
        world.sweep().await;
    }
    assert!(n_calls > 10, "{n_calls} calls");
    assert_eq!(world.arrived(std::slice::from_ref(&id)).len(), 1);
    // It recovers; the key tells that it was taken.
    for _ in 0..200 {
        world.send().await;
        later(SignedDuration::from_mins(15));
        world.sweep().await;
    }
    assert_eq!(world.row(&id).await.status, Status::Sent);
    assert_eq!(world.arrived(std::slice::from_ref(&id)), []);
}

#[tokio::test]
async fn line_that_fails_for_a_day_is_asked_until_23_hours_and_then_people_are() {
    let mut world = Sending::in_memory().await;
    world.settings.limits.backoff_max = SignedDuration::from_hours(1);
    let patient = world.patient(1, &[Channel::Line]).await;
    let id = world.write(1, &patient, Channel::Line).await;
    for _ in 0..200 {
        let code = ReasonCode::parse("line.http_500").unwrap();
        world.providers.line.answer_next(Outcome::Unclear { code }, false);
    }
    let mut minutes = 0;
    let mut last_call = 0;
    while world.row(&id).await.review_since.is_none() {
        let before = world.row(&id).await.attempt;
        world.send().await;
        if world.row(&id).await.attempt > before {
            last_call = minutes;
        }
        later(SignedDuration::from_mins(5));
        minutes += 5;
        world.sweep().await;
        assert!(minutes < 48 * 60, "never before people");
    }
    assert!(last_call < 23 * 60, "called after {last_call} minutes");
    assert!((23 * 60..=23 * 60 + 10).contains(&minutes), "before people after {minutes} minutes");
    assert_eq!(world.ledger.reviews(&world.clinic).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_spent_quota_goes_on_by_sms_and_the_clinic_s_other_messages_do_not_ask_again() {
    let world = Sending::in_memory().await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        let patient = world.patient(n, &[Channel::Line, Channel::Sms]).await;
        ids.push(world.write(n, &patient, Channel::Line).await);
    }
    world.providers.line.answer_next(Outcome::QuotaSpent, false);
    world.send_some(1).await;
    // The message on the next channel, and the others without a call of LINE.
    world.send().await;
    world.send().await;
    let arrived: Vec<Channel> = world.arrived(&ids).into_iter().map(|it| it.0).collect();
    assert_eq!(arrived, [Channel::Sms; 3]);
    assert_eq!(world.row(&ids[0]).await.status, Status::Failed);
    assert_eq!(world.row(&ids[1]).await.channel, Channel::Sms);
    // An hour later LINE is asked again.
    later(SignedDuration::from_hours(1));
    let patient = world.patient(4, &[Channel::Line, Channel::Sms]).await;
    ids.push(world.write(4, &patient, Channel::Line).await);
    world.send().await;
    assert_eq!(world.arrived(&ids), [(Channel::Line, ids[3].clone())]);
}
