//! What every back end must do, told once.

use delivery::{Channel, Outcome, model_trace};

use crate::{ChannelToken, Line, Push};

/// Panics at the first thing `line` does otherwise than promised. Nothing else may use it meanwhile.
pub async fn check(line: &Line) {
    let token = ChannelToken::new("contract-token");
    accepts_a_push_once(line, &token).await;
    refuses_for_good(line, &token).await;
    replies_once(line, &token).await;
    validates(line, &token).await;
    links(line, &token).await;
    let shown = format!("{token:?} {:?}", a_push());
    assert!(!shown.contains("contract-token") && !shown.contains("U00") && !shown.contains('書'), "{shown}");
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn accepts_a_push_once(line: &Line, token: &ChannelToken) {
    let used = line.quota(token).await.unwrap().used;
    let Outcome::Accepted { provider_id } = push(line, token, 1, &a_push()).await else { panic!("not accepted") };
    assert!(!provider_id.is_empty());
    let again = Outcome::AlreadyAccepted { provider_id: Some(provider_id.clone()) };
    assert_eq!(push(line, token, 1, &a_push()).await, again);
    assert_eq!(line.quota(token).await.unwrap().used, used + 1);

    let Outcome::Accepted { provider_id: another } = push(line, token, 2, &a_push()).await else {
        panic!("not accepted")
    };
    assert_ne!(another, provider_id);
    // A key is known by its channel.
    let other_channel = ChannelToken::new("contract-token-2");
    assert!(matches!(push(line, &other_channel, 1, &a_push()).await, Outcome::Accepted { .. }));
    assert_eq!(line.quota(token).await.unwrap().used, used + 2);

    let five = Push { texts: vec!["字".repeat(5000); 5], ..a_push() };
    assert!(matches!(push(line, token, 3, &five).await, Outcome::Accepted { .. }));
}

async fn refuses_for_good(line: &Line, token: &ChannelToken) {
    for (n, refused) in (10..).zip([
        Push { to: "nobody".to_owned(), ..a_push() },
        Push { texts: Vec::new(), ..a_push() },
        Push { texts: vec!["あ".to_owned(); 6], ..a_push() },
        Push { texts: vec![String::new()], ..a_push() },
        Push { texts: vec!["字".repeat(5001)], ..a_push() },
    ]) {
        let outcome = push(line, token, n, &refused).await;
        assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?} {refused:?}");
    }
    // The right to send a mail is none to push.
    let outcome = line.push(token, model_trace::call(Channel::Mail, 1), &a_push()).await;
    assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?}");
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn replies_once(line: &Line, token: &ChannelToken) {
    let used = line.quota(token).await.unwrap().used;
    assert!(matches!(line.reply(token, "contract-reply", "あ").await, Outcome::Accepted { .. }));
    assert!(matches!(line.reply(token, "contract-reply", "あ").await, Outcome::RefusedForGood { .. }));
    assert_eq!(line.quota(token).await.unwrap().used, used);
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn validates(line: &Line, token: &ChannelToken) {
    let used = line.quota(token).await.unwrap().used;
    let problems = async |texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|it| (*it).to_owned()).collect();
        line.validate_push(token, &texts).await.unwrap()
    };
    assert_eq!(problems(&["あ", "い"]).await, [] as [&str; 0]);
    assert_eq!(problems(&["あ", ""]).await, ["messages[1].text"]);
    assert_eq!(problems(&[]).await, ["messages"]);
    assert_eq!(line.quota(token).await.unwrap().used, used);
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn links(line: &Line, token: &ChannelToken) {
    let first = line.link_token(token, &a_push().to).await.unwrap();
    let second = line.link_token(token, &a_push().to).await.unwrap();
    assert!(!first.is_empty() && first != second);
    for user in ["nobody", "", "../../message/push"] {
        let err = line.link_token(token, user).await.unwrap_err();
        assert!(user.is_empty() || !format!("{err:#}").contains(user), "{err:#}");
    }
}

/// Pushes the message number `n`.
async fn push(line: &Line, token: &ChannelToken, n: u32, push: &Push) -> Outcome {
    line.push(token, model_trace::call(Channel::Line, n), push).await
}

fn a_push() -> Push {
    let to = format!("U{}", "0123456789abcdef".repeat(2));
    Push { to, texts: vec!["書類が届きました".to_owned()] }
}
