use axum::http::StatusCode;
use jiff::SignedDuration;
use ledger::NoticeKind;

use super::stage::{Stage, message_id, now, pass, patient_id, token};

#[tokio::test]
async fn a_reply_is_kept_told_and_shown() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    let answer = browser.reply(&stage, " はい、\r\n伺います。 ").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*format!("../{}", token(1).as_str())));
    let replies = stage.replies(1).await;
    assert_eq!(replies.len(), 1);
    assert_eq!((replies[0].text.as_str(), replies[0].seen_at), ("はい、\n伺います。", None));
    assert_eq!((&replies[0].message, replies[0].written_at), (&message_id(1), now()));
    let notices = stage.ledger.notices(&stage.clinic, None, 9).await.unwrap();
    assert_eq!((notices.len(), &notices[0].patient), (1, &patient_id(1)));
    assert_eq!(notices[0].what, NoticeKind::Replied { reply: replies[0].id.clone() });
    let page = browser.get(&stage, &format!("/m/{}", token(1).as_str())).await;
    assert!(page.text.contains("はい、\n伺います。"), "{}", page.text);
}

#[tokio::test]
async fn a_form_sent_twice_is_one_reply() {
    let stage = Stage::new().await;
    let browser = stage.opened(1).await;
    let path = format!("/m/{}", token(1).as_str());
    let form = browser.get(&stage, &path).await.form();
    let fields = [("form", form["form"].as_str()), ("reply", &form["reply"]), ("text", "はい")];
    let clicks = (0..8).map(|_| {
        let mut browser = browser.clone();
        let (stage, path) = (&stage, format!("{path}/reply"));
        async move { browser.post(stage, &path, &fields).await.status }
    });
    let answers = futures_util::future::join_all(clicks).await;
    assert_eq!(answers, [StatusCode::SEE_OTHER; 8]);
    assert_eq!(stage.replies(1).await.len(), 1);
    assert_eq!(stage.ledger.notices(&stage.clinic, None, 9).await.unwrap().len(), 1);

    // Changed and sent again with the same form: nothing of it is lost, nothing is kept twice.
    let mut browser = browser;
    pass(SignedDuration::from_secs(1));
    let changed = [("form", form["form"].as_str()), ("reply", &form["reply"]), ("text", "いいえ")];
    let answer = browser.post(&stage, &format!("{path}/reply"), &changed).await;
    assert!(answer.text.contains("届いています") && answer.text.contains(">いいえ</textarea>"), "{}", answer.text);
    let form = answer.form();
    let again = [("form", form["form"].as_str()), ("reply", &form["reply"]), ("text", "いいえ")];
    assert_eq!(browser.post(&stage, &format!("{path}/reply"), &again).await.status, StatusCode::SEE_OTHER);
    let texts: Vec<String> = stage.replies(1).await.into_iter().map(|it| it.text).collect();
    assert_eq!(texts, ["はい", "いいえ"]);
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_stays_in_the_form() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    for (text, told) in [(" \r\n ".to_owned(), "入力してください"), ("あ".repeat(2_001), "文章が長すぎます")]
    {
        let answer = browser.reply(&stage, &text).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(told) && answer.text.contains(&format!(">{}</textarea>", text.trim())));
    }
    let answer = browser.reply(&stage, &"あ".repeat(30_000)).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(stage.replies(1).await, []);
    assert_eq!(browser.reply(&stage, &"𠮷".repeat(2_000)).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_message_that_takes_no_reply_gets_none() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(2).await;
    let path = format!("/m/{}", token(2).as_str());
    let page = browser.get(&stage, &path).await;
    assert!(page.text.contains("返信できません") && !page.text.contains("<textarea"), "{}", page.text);
    // The page has no form; its token is the session's, as that of another page of the same session would be.
    let receiving = browser.get(&stage, &format!("{path}/receiving")).await.form();
    let fields = [("form", receiving["form"].as_str()), ("text", "はい")];
    assert_eq!(browser.post(&stage, &format!("{path}/reply"), &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(stage.replies(2).await, []);
}

#[tokio::test]
async fn fifty_replies_are_enough() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    let path = format!("/m/{}", token(1).as_str());
    let form = browser.get(&stage, &path).await.form();
    for n in 0..50 {
        assert_eq!(browser.reply(&stage, &n.to_string()).await.status, StatusCode::SEE_OTHER);
    }
    let fields = [("form", form["form"].as_str()), ("reply", &form["reply"]), ("text", "51")];
    assert_eq!(browser.post(&stage, &format!("{path}/reply"), &fields).await.status, StatusCode::CONFLICT);
    assert!(!browser.get(&stage, &path).await.text.contains("<textarea"));
    assert_eq!(stage.replies(1).await.len(), 50);
}

#[tokio::test]
async fn markup_that_is_typed_is_text() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    for hostile in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</textarea><svg/onload=alert(1)>",
        "{{ 7*7 }}",
        "javascript:alert(1)",
        "' onmouseover='alert(1)",
        "\u{202e}<b>",
    ] {
        assert_eq!(browser.reply(&stage, hostile).await.status, StatusCode::SEE_OTHER);
    }
    let page = browser.get(&stage, &format!("/m/{}", token(1).as_str())).await.text;
    for markup in ["<script", "<img", "<svg", "<b>", "onerror=alert(1)>", "' onmouseover"] {
        assert!(!page.contains(markup), "{markup} in {page}");
    }
    assert!(page.contains("{{ 7*7 }}"));
}
