use axum::http::StatusCode;
use delivery::{Channel, ConsentSource, Ways, choose};
use jiff::{SignedDuration, civil::date};
use ledger::{NoticeKind, Said, SaidThrough};

use super::stage::{Browser, IDENTITY_SECRET, Stage, message_id, pass, patient_id, sent_to, token};

/// How the patient would be written to next, or why not.
async fn next_way(stage: &Stage, n: u32) -> String {
    let today = date(2026, 12, 1);
    let found = stage.ledger.addressee(&stage.clinic, &patient_id(n), IDENTITY_SECRET, today).await.unwrap().unwrap();
    match choose(&found.person, &found.reach, &Ways::default(), today) {
        Ok(choice) => choice.channel.as_str().to_owned(),
        Err(none) => none.reason().as_str().to_owned(),
    }
}

/// Presses the button `what` of the page of link `link`.
async fn press(stage: &Stage, link: &str, what: &str) -> super::stage::Answer {
    let mut browser = Browser::new();
    let path = format!("/m/{link}/stop");
    let form = browser.get(stage, &path).await.form();
    browser.post(stage, &path, &[("form", &form["form"]), ("what", what)]).await
}

#[tokio::test]
async fn messages_stop_in_one_tap_per_channel_or_all() {
    let stage = Stage::new().await;
    assert_eq!(next_way(&stage, 1).await, "sms");
    let answer = press(&stage, token(1).as_str(), "sms").await;
    assert!(answer.status == StatusCode::OK && answer.text.contains("SMSの配信を停止しました"), "{}", answer.text);
    assert_eq!(next_way(&stage, 1).await, "mail");
    pass(SignedDuration::from_secs(1));
    press(&stage, token(1).as_str(), "all").await;
    assert_eq!(next_way(&stage, 1).await, "opted-out-of-all");
    assert_eq!(next_way(&stage, 2).await, "sms", "the other patient is none of it");

    let log = stage.ledger.consents(&stage.clinic, &patient_id(1)).await.unwrap();
    let said: Vec<_> = log.iter().map(|it| (it.channel, it.said, it.through, it.record.as_str())).collect();
    let (page, message) = (SaidThrough::Consent(ConsentSource::Page), message_id(1));
    let expected = [Some(Channel::Sms), None].map(|it| (it, Said::Refused, page, message.as_str()));
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_second_tap_changes_nothing() {
    let stage = Stage::new().await;
    press(&stage, token(1).as_str(), "all").await;
    let rows = stage.ledger.dump().await.unwrap();
    press(&stage, token(1).as_str(), "all").await;
    assert_eq!(stage.ledger.dump().await.unwrap(), rows);
}

#[tokio::test]
async fn whoever_is_not_the_patient_gets_no_more_and_the_clinic_is_told() {
    let stage = Stage::new().await;
    for _ in 0..2 {
        let answer = press(&stage, token(1).as_str(), "not-me").await;
        assert!(answer.text.contains("この宛先には送りません"), "{}", answer.text);
    }
    let address = stage.ledger.address_of(&stage.clinic, &sent_to(1)).await.unwrap().row;
    assert_eq!(address.wrong_person_on, Some(date(2026, 11, 30)));
    let notices = stage.ledger.notices(&stage.clinic, None, 9).await.unwrap();
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].what, NoticeKind::WrongPerson { channel: Some(Channel::Mail) });
    let log = stage.ledger.consents(&stage.clinic, &patient_id(1)).await.unwrap();
    assert_eq!((log.len(), log[0].said), (1, Said::NotMe));
    press(&stage, token(1).as_str(), "sms").await;
    assert_eq!(next_way(&stage, 1).await, "opted-out");
}

#[tokio::test]
async fn a_mail_program_s_button_stops_mail_without_a_form() {
    let stage = Stage::new().await;
    press(&stage, token(1).as_str(), "sms").await;
    pass(SignedDuration::from_secs(1));
    let mut program = Browser::new();
    let path = format!("/m/{}/stop", token(1).as_str());
    let answer = program.post(&stage, &path, &[("List-Unsubscribe", "One-Click")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(next_way(&stage, 1).await, "opted-out");
    let log = stage.ledger.consents(&stage.clinic, &patient_id(1)).await.unwrap();
    assert_eq!((log[1].channel, log[1].through), (Some(Channel::Mail), SaidThrough::OneClick));
    // It stands in mail and can stop mail alone, whatever else is sent with it.
    let stage = Stage::new().await;
    program.post(&stage, &path, &[("List-Unsubscribe", "One-Click"), ("what", "all")]).await;
    assert_eq!(next_way(&stage, 1).await, "sms");
    for route in ["birth-date", "reply", "pictures", "receiving"] {
        let path = format!("/m/{}/{route}", token(1).as_str());
        let answer = program.post(&stage, &path, &[("List-Unsubscribe", "One-Click")]).await;
        assert!(matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::SEE_OTHER), "{route} {}", answer.status);
    }
}

#[tokio::test]
async fn a_link_that_nobody_has_is_answered_alike() {
    let stage = Stage::new().await;
    let unknown = token(9).as_str().to_owned();
    let blurred = |page: &super::stage::Answer, link: &str| {
        let form = page.text.split("name=\"form\" value=\"").nth(1).and_then(|it| it.split('"').next());
        page.text.replace(link, "LINK").replace(form.unwrap_or("-"), "FORM")
    };
    let browser = Browser::new();
    let known_page = browser.get(&stage, &format!("/m/{}/stop", token(1).as_str())).await;
    let unknown_page = browser.get(&stage, &format!("/m/{unknown}/stop")).await;
    assert_eq!(blurred(&known_page, token(1).as_str()), blurred(&unknown_page, &unknown));
    for what in ["all", "mail", "not-me"] {
        let (one, other) = (press(&stage, token(2).as_str(), what).await, press(&stage, &unknown, what).await);
        assert_eq!((one.status, one.text), (other.status, other.text));
    }
}
