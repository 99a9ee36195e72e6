use axum::http::{StatusCode, header};
use ledger::{PictureRef, PictureState};

use super::stage::{Answer, Browser, Stage, token};

fn page() -> String {
    format!("/m/{}", token(1).as_str())
}

/// Sends a reply with its button for a picture, and returns the answer.
async fn reply_with_picture(stage: &Stage, browser: &mut Browser, text: &str) -> Answer {
    let form = browser.get(stage, &page()).await.form();
    let fields = [("form", form["form"].as_str()), ("reply", &form["reply"]), ("text", text), ("then", "picture")];
    browser.post(stage, &format!("{}/reply", page()), &fields).await
}

/// Presses the button of the newest reply for one more picture.
async fn one_more(stage: &Stage, browser: &mut Browser) -> Answer {
    let shown = browser.get(stage, &page()).await.text;
    let (before, _) = shown.rsplit_once("この返信に写真を付ける").expect("a button for a picture");
    let form = Answer { status: StatusCode::OK, headers: Default::default(), text: before.to_owned() }.form();
    let fields = [("form", form["form"].as_str()), ("reply", &form["reply"])];
    browser.post(stage, &format!("{}/pictures", page()), &fields).await
}

async fn pictures(stage: &Stage) -> Vec<PictureRef> {
    stage.replies(1).await.remove(0).pictures
}

/// What S3 does with a picture that comes.
async fn arrives(stage: &Stage, id: &str) {
    stage.files.put(&files::picture_inbox_key("one", id), b"jpeg".to_vec(), "image/jpeg").await.unwrap();
}

#[tokio::test]
async fn a_picture_goes_to_the_bucket_by_a_form_without_scripts() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    let answer = reply_with_picture(&stage, &mut browser, "写真です").await;
    let id = pictures(&stage).await[0].id.clone();
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, &*format!("pictures/{id}")));

    let form = browser.get(&stage, &format!("{}/pictures/{id}", page())).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text);
    assert!(form.text.contains("accept=\"image/jpeg,image/png\"") && form.text.contains("検証クリニック"));
    assert!(form.text.contains("action=\"http://files.invalid/\" enctype=\"multipart/form-data\""), "{}", form.text);
    let fields = form.form();
    assert_eq!(fields["key"], format!("picture-inbox/one/{id}"));
    assert_eq!(fields["success_action_redirect"], format!("https://p.example{}", page()));
    let policy = form.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self' http://files.invalid;"), "{policy}");
    assert!(form.text.find("type=\"file\"") > form.text.find("name=\"policy\""), "S3 wants the file last");

    // Nobody else's form.
    let other = stage.opened(2).await;
    for browser in [&Browser::new(), &other] {
        let answer = browser.get(&stage, &format!("{}/pictures/{id}", page())).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    let mine = format!("/m/{}/pictures/{id}", token(2).as_str());
    assert_eq!(other.get(&stage, &mine).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&stage, &format!("{}/pictures/none", page())).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reply_takes_three_pictures_and_a_place_that_stays_empty_is_given_again() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    reply_with_picture(&stage, &mut browser, "").await;
    assert_eq!(one_more(&stage, &mut browser).await.location(), format!("pictures/{}", pictures(&stage).await[0].id));
    for n in 1..=2 {
        arrives(&stage, &pictures(&stage).await[n - 1].id).await;
        one_more(&stage, &mut browser).await;
        assert_eq!(pictures(&stage).await.len(), n + 1);
    }
    arrives(&stage, &pictures(&stage).await[2].id).await;
    assert!(!browser.get(&stage, &page()).await.text.contains("この返信に写真を付ける"));

    // One that was refused makes room.
    let id = pictures(&stage).await[1].id.clone();
    let picture = stage.ledger.picture(&stage.clinic, &id).await.unwrap().unwrap();
    stage.ledger.settle_picture(&stage.clinic, &picture, PictureState::Refused).await.unwrap();
    let shown = browser.get(&stage, &page()).await.text;
    assert!(shown.contains("使えない形式のため届きませんでした"), "{shown}");
    one_more(&stage, &mut browser).await;
    assert_eq!(pictures(&stage).await.len(), 4);
    // A form for a picture that was settled leads back.
    let settled = browser.get(&stage, &format!("{}/pictures/{id}", page())).await;
    assert_eq!((settled.status, settled.location()), (StatusCode::SEE_OTHER, &*format!("../../{}", token(1).as_str())));
}

#[tokio::test]
async fn a_double_click_for_a_picture_gives_one_place() {
    let stage = Stage::new().await;
    let mut browser = stage.opened(1).await;
    reply_with_picture(&stage, &mut browser, "一").await;
    arrives(&stage, &pictures(&stage).await[0].id).await;
    let (mut one, mut two) = (browser.clone(), browser);
    let (first, second) = tokio::join!(one_more(&stage, &mut one), one_more(&stage, &mut two));
    assert_eq!(first.location(), second.location());
    assert_eq!(pictures(&stage).await.len(), 2);
}
