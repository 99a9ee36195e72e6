use axum::http::StatusCode;
use delivery::{Channel, ConsentSource, Ways, choose};
use jiff::{SignedDuration, civil::date};
use ledger::{Said, SaidThrough};

use super::stage::{Browser, CONTACT, IDENTITY_SECRET, Stage, pass, patient_id, token};

fn path() -> String {
    format!("/m/{}/receiving", token(1).as_str())
}

/// Presses the button of a channel and returns the page that follows.
async fn press(stage: &Stage, browser: &mut Browser, channel: &str, say: &str) -> String {
    let form = browser.get(stage, &path()).await.form();
    let answer = browser.post(stage, &path(), &[("form", &form["form"]), ("channel", channel), ("say", say)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "receiving"), "{}", answer.text);
    browser.get(stage, &path()).await.text
}

/// The channels that lead to the patient on the very day.
async fn open(stage: &Stage) -> Vec<Channel> {
    let today = date(2026, 11, 30);
    let found = stage.ledger.addressee(&stage.clinic, &patient_id(1), IDENTITY_SECRET, today).await.unwrap().unwrap();
    let only = |channel| Ways { order: vec![channel], ..Ways::default() };
    Channel::ALL.into_iter().filter(|it| choose(&found.person, &found.reach, &only(*it), today).is_ok()).collect()
}

#[tokio::test]
async fn a_patient_stops_a_way_and_takes_it_up_again_on_the_same_day() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    let page = browser.get(&stage, &path()).await.text;
    assert!(
        page.contains("メールの配信を止める") && page.contains("SMS（ショートメッセージ）の配信を止める"),
        "{page}"
    );
    assert!(!page.contains("<h2>LINE"), "no LINE is tied to the patient: {page}");
    assert!(page.contains("検証クリニック") && page.contains(CONTACT));

    let page = press(&stage, &mut browser, "sms", "stop").await;
    assert!(page.contains("SMS（ショートメッセージ）で受け取ることに同意する"), "{page}");
    assert_eq!(open(&stage).await, [Channel::Mail]);
    pass(SignedDuration::from_secs(1));
    press(&stage, &mut browser, "sms", "agree").await;
    assert_eq!(open(&stage).await, [Channel::Sms, Channel::Mail]);

    let log = stage.ledger.consents(&stage.clinic, &patient_id(1)).await.unwrap();
    assert_eq!(log.iter().map(|it| it.said).collect::<Vec<_>>(), [Said::Refused, Said::Agreed]);
    assert_eq!(log[1].through, SaidThrough::Consent(ConsentSource::Page));
    let reach = stage.ledger.reach_of(&stage.clinic, &patient_id(1)).await.unwrap().row;
    assert_eq!(reach.consents[&Channel::Sms].record, log[1].id, "the consent names its proof");
}

#[tokio::test]
async fn after_a_stop_of_everything_a_consent_opens_one_way() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    let stop = format!("/m/{}/stop", token(1).as_str());
    let form = browser.get(&stage, &stop).await.form();
    browser.post(&stage, &stop, &[("form", &form["form"]), ("what", "all")]).await;
    assert_eq!(open(&stage).await, []);
    press(&stage, &mut browser, "mail", "agree").await;
    assert_eq!(open(&stage).await, [Channel::Mail]);
}

#[tokio::test]
async fn it_is_behind_the_birth_date() {
    let stage = Stage::new().await;
    let other = stage.opened(2).await;
    for mut browser in [Browser::new(), other] {
        assert_eq!(browser.get(&stage, &path()).await.location(), format!("../{}", token(1).as_str()));
        let fields = [("form", "x"), ("channel", "mail"), ("say", "agree")];
        assert_eq!(browser.post(&stage, &path(), &fields).await.location(), format!("../{}", token(1).as_str()));
    }
}
