use axum::http::{StatusCode, header};
use delivery::{LinkToken, MessageId};
use jiff::SignedDuration;

use super::stage::{Answer, Browser, CONTACT, Stage, now, pass, patient_id, token};

/// A link that nobody was sent.
fn unknown() -> String {
    LinkToken::of(b"another", &MessageId::parse(&"b".repeat(32)).unwrap()).as_str().to_owned()
}

/// The page with what differs by nature taken out: the link itself and the form's token.
fn blurred(answer: &Answer, link: &str) -> String {
    let form = answer.form()["form"].clone();
    format!("{} {}", answer.status, answer.text.replace(link, "LINK").replace(&form, "FORM"))
}

#[tokio::test]
async fn every_link_shows_the_same_question() {
    let stage = Stage::new().await;
    let browser = Browser::new();
    let known = blurred(&browser.get(&stage, &format!("/m/{}", token(1).as_str())).await, token(1).as_str());
    assert!(known.starts_with("200 OK") && known.contains("生年月日"), "{known}");
    assert!(!known.contains("検証クリニック"), "a link that is known would be told by the clinic's name");
    for link in [&unknown(), token(2).as_str(), token(3).as_str(), "short", "%E6%97%A5", "a%2Fb", "javascript:alert(1)"]
    {
        let page = browser.get(&stage, &format!("/m/{link}")).await;
        assert_eq!(blurred(&page, link), known, "{link}");
    }
    pass(SignedDuration::from_hours(24 * 31));
    let over = browser.get(&stage, &format!("/m/{}", token(1).as_str())).await;
    assert_eq!(blurred(&over, token(1).as_str()), known);
}

#[tokio::test]
async fn every_link_answers_a_wrong_date_alike_and_then_closes_alike() {
    let stage = Stage::new().await;
    let mut seen = Vec::new();
    for (source, link) in [(1, token(1).as_str()), (2, &unknown()), (3, "short"), (4, token(3).as_str())] {
        let mut browser = Browser::at([192, 0, 2, source]);
        let mut pages = Vec::new();
        for _ in 0..5 {
            let answer = browser.answer(&stage, link, "1960", "4", "2").await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            pages.push(blurred(&answer, link));
        }
        // Also the right one, from wherever.
        let mut elsewhere = Browser::at([198, 51, 100, source]);
        let answer = elsewhere.answer(&stage, link, "1960", "4", "1").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
        pages.push(blurred(&answer, link));
        seen.push(pages);
    }
    assert!(seen.iter().all(|it| *it == seen[0]));
}

#[tokio::test]
async fn a_closed_link_opens_again_after_its_pause() {
    let stage = Stage::new().await;
    let mut browser = Browser::new();
    for _ in 0..5 {
        browser.answer(&stage, token(1).as_str(), "1960", "4", "2").await;
    }
    pass(SignedDuration::from_mins(59));
    let closed = browser.answer(&stage, token(1).as_str(), "1960", "4", "1").await;
    assert_eq!(closed.status, StatusCode::TOO_MANY_REQUESTS);
    // Another link of the same phone does not suffer.
    assert_eq!(browser.answer(&stage, token(2).as_str(), "1960", "4", "1").await.status, StatusCode::SEE_OTHER);
    pass(SignedDuration::from_mins(1));
    assert_eq!(browser.answer(&stage, token(1).as_str(), "1960", "4", "1").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn twenty_wrong_dates_at_once_are_five() {
    let stage = Stage::new().await;
    let tries = (0..20_u8).map(|n| {
        let stage = &stage;
        async move {
            let mut browser = Browser::at([203, 0, 113, n]);
            browser.answer(stage, token(1).as_str(), "1960", "5", &(n + 1).to_string()).await.status
        }
    });
    let answers = futures_util::future::join_all(tries).await;
    let n_looked_at = answers.iter().filter(|it| **it == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert!(n_looked_at <= 5, "{n_looked_at} dates were looked at");
    let mut browser = Browser::new();
    let right = browser.answer(&stage, token(1).as_str(), "1960", "4", "1").await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn who_tries_many_links_finds_none_and_is_stopped() {
    let stage = Stage::new().await;
    let (mut n_hits, mut n_stopped) = (0, 0);
    for n in 0..3_000_u32 {
        let message = MessageId::parse(&format!("{:a>32}", base32(n))).unwrap();
        let guess = LinkToken::of(b"a guess", &message);
        let [.., high, low] = (n / 300).to_be_bytes();
        let answer = Browser::at([203, 0, high, low]).answer(&stage, guess.as_str(), "1960", "4", "1").await;
        match answer.status {
            StatusCode::UNPROCESSABLE_ENTITY => {}
            StatusCode::TOO_MANY_REQUESTS => n_stopped += 1,
            _ => n_hits += 1,
        }
    }
    assert_eq!((n_hits, n_stopped), (0, 10 * 270), "each of 10 sources is stopped after 30 tries");
}

fn base32(mut n: u32) -> String {
    let mut text = String::new();
    while n > 0 {
        text.push(char::from(b"abcdefghijklmnopqrstuvwxyz234567"[(n % 32) as usize]));
        n /= 32;
    }
    text
}

#[tokio::test]
async fn many_patients_behind_one_address_do_not_stop_each_other() {
    let stage = Stage::new().await;
    for _ in 0..100 {
        assert_eq!(
            Browser::new().answer(&stage, token(1).as_str(), "1960", "4", "1").await.status,
            StatusCode::SEE_OTHER
        );
    }
}

#[tokio::test]
async fn the_date_is_taken_in_either_calendar_and_any_width() {
    let stage = Stage::new().await;
    let path = format!("/m/{}", token(1).as_str());
    for (era, year, month, day) in
        [("", "1960", "4", "1"), ("昭和", "35", "04", "01"), ("昭和", "３５", "４", "１"), ("", " 1960 ", "4", "1")]
    {
        let mut browser = Browser::new();
        let form = browser.get(&stage, &path).await.form()["form"].clone();
        let fields = [("form", form.as_str()), ("era", era), ("year", year), ("month", month), ("day", day)];
        let answer = browser.post(&stage, &format!("{path}/birth-date"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{era}{year}/{month}/{day}");
    }
    // What is no date takes no try.
    let mut browser = Browser::new();
    for (year, month, day) in [("", "", ""), ("1960", "13", "1"), ("1960", "4", ""), ("60", "4", "1"), ("x", "y", "z")]
    {
        for _ in 0..3 {
            let answer = browser.answer(&stage, token(1).as_str(), year, month, day).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.text.contains("数字で入力"), "{year}/{month}/{day}: {}", answer.text);
        }
    }
    assert_eq!(browser.answer(&stage, token(1).as_str(), "1960", "4", "1").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_right_date_opens_the_message_of_this_link_for_a_while() {
    let stage = Stage::new().await;
    let path = format!("/m/{}", token(1).as_str());
    let mut browser = Browser::new();
    let answer = browser.answer(&stage, token(1).as_str(), "1960", "4", "1").await;
    assert_eq!(answer.location(), format!("../{}", token(1).as_str()));
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-page="), "{cookie}");
    for part in ["; Path=/;", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Max-Age=1800"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(stage.message(1).await.read_at, Some(now()));

    let page = browser.get(&stage, &path).await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "検証クリニック",
        CONTACT,
        "次の予約の&#60;お知らせ&#62;",
        "&#60;b&#62;&#34;予約&#34;&#60;/b&#62;のご案内です。",
        "配信停止",
    ] {
        assert!(page.text.contains(text), "{text} is not in {}", page.text);
    }
    // Neither another link, nor another browser, nor later.
    for (browser, link) in [(&browser, token(2)), (&Browser::new(), token(1))] {
        let page = browser.get(&stage, &format!("/m/{}", link.as_str())).await;
        assert!(page.text.contains("ご本人の確認"), "{}", page.text);
    }
    let first_read = stage.message(1).await.read_at;
    pass(SignedDuration::from_mins(30));
    assert!(browser.get(&stage, &path).await.text.contains("ご本人の確認"));
    browser.answer(&stage, token(1).as_str(), "1960", "4", "1").await;
    assert_eq!(stage.message(1).await.read_at, first_read, "read once");
}

#[tokio::test]
async fn nothing_opens_for_a_patient_who_is_erased() {
    let stage = Stage::new().await;
    let browser = stage.opened(1).await;
    let patient = stage.ledger.patient(&stage.clinic, &patient_id(1)).await.unwrap().unwrap();
    let links_before = stage.ledger.links(&stage.clinic).await.unwrap();
    let erasure = ledger::Erasure {
        patient: &patient,
        identities: &[],
        links_before: &links_before,
        proof: "proof".to_owned(),
        erased_at: now(),
    };
    assert!(stage.ledger.erase(&stage.clinic, erasure).await.unwrap().is_some());
    let page = browser.get(&stage, &format!("/m/{}", token(1).as_str())).await;
    assert!(page.text.contains("ご本人の確認"), "{}", page.text);
    let answer = Browser::new().answer(&stage, token(1).as_str(), "1960", "4", "1").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}
