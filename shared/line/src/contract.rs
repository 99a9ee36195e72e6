//! What every back end must do, told once.

use delivery::Outcome;

use crate::{ChannelToken, Line, Push};

/// A retry key: the UUID number `n`.
pub fn key(n: u32) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

/// Panics at the first thing `line` does otherwise than promised. Nothing else may use it meanwhile.
pub async fn check(line: &Line) {
    let token = ChannelToken::new("contract-token");
    accepts_a_push_once(line, &token).await;
    refuses_for_good(line, &token).await;
    replies_once(line, &token).await;
    validates(line, &token).await;
    links(line, &token).await;
    let shown = format!("{token:?} {:?}", a_push(1));
    assert!(!shown.contains("contract-token") && !shown.contains("U00") && !shown.contains('書'), "{shown}");
}

#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
async fn accepts_a_push_once(line: &Line, token: &ChannelToken) {
    let used = line.quota(token).await.unwrap().used;
    let Outcome::Accepted { provider_id } = line.push(token, &a_push(1)).await else { panic!("not accepted") };
    assert!(!provider_id.is_empty());
    let again = Outcome::AlreadyAccepted { provider_id: Some(provider_id.clone()) };
    assert_eq!(line.push(token, &a_push(1)).await, again);
    assert_eq!(line.quota(token).await.unwrap().used, used + 1);

    let Outcome::Accepted { provider_id: another } = line.push(token, &a_push(2)).await else { panic!("not accepted") };
    assert_ne!(another, provider_id);
    // A key is known by its channel.
    let other_channel = ChannelToken::new("contract-token-2");
    assert!(matches!(line.push(&other_channel, &a_push(1)).await, Outcome::Accepted { .. }));
    assert_eq!(line.quota(token).await.unwrap().used, used + 2);

    let five = Push { texts: vec!["字".repeat(5000); 5], ..a_push(3) };
    assert!(matches!(line.push(token, &five).await, Outcome::Accepted { .. }));
}

async fn refuses_for_good(line: &Line, token: &ChannelToken) {
    for push in [
        Push { to: "nobody".to_owned(), ..a_push(10) },
        Push { texts: Vec::new(), ..a_push(11) },
        Push { texts: vec!["あ".to_owned(); 6], ..a_push(12) },
        Push { texts: vec![String::new()], ..a_push(13) },
        Push { texts: vec!["字".repeat(5001)], ..a_push(14) },
        Push { retry_key: "no uuid".to_owned(), ..a_push(15) },
    ] {
        let outcome = line.push(token, &push).await;
        assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?} {push:?}");
    }
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
    let first = line.link_token(token, &a_push(1).to).await.unwrap();
    let second = line.link_token(token, &a_push(1).to).await.unwrap();
    assert!(!first.is_empty() && first != second);
    for user in ["nobody", "", "../../message/push"] {
        let err = line.link_token(token, user).await.unwrap_err();
        assert!(user.is_empty() || !format!("{err:#}").contains(user), "{err:#}");
    }
}

fn a_push(n: u32) -> Push {
    let to = format!("U{}", "0123456789abcdef".repeat(2));
    Push { to, texts: vec!["書類が届きました".to_owned()], retry_key: key(n) }
}
