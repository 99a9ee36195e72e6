//! What every back end must do, told once.

use delivery::{Call, Channel, Outcome, model_trace};

use crate::{Attachment, Backend, Letter, Mail, Message, Posted};

/// The right to send the message number `n`.
pub fn call(n: u32) -> Call {
    model_trace::call(Channel::Mail, n)
}

/// What can be sent.
pub fn message() -> Message {
    Message {
        to: "patient@example.jp".to_owned(),
        from_name: "さくら内科".to_owned(),
        reply_to: Some("sakura@example.jp".to_owned()),
        subject: "さくら内科からのお知らせ".to_owned(),
        text: "次のページをご覧ください。\nhttps://example.jp/m/0123456789\n".to_owned(),
        attachments: Vec::new(),
        unsubscribe_url: Some("https://example.jp/stop/0123456789".to_owned()),
    }
}

/// Panics at the first thing `mail` does otherwise than promised.
#[expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]
pub async fn check(mail: &Mail) {
    if let Backend::Ses(ses) = &mail.0 {
        ses.client.create_email_identity().email_identity(&ses.from).send().await.unwrap();
    }
    let letter = Letter {
        to: "office@example.jp".to_owned(),
        subject: "書類が届きました".to_owned(),
        text: "確かめてください。\n".to_owned(),
    };
    assert_eq!(mail.send(&letter).await.unwrap(), Posted::Accepted);
    if matches!(mail.0, Backend::Memory(_)) {
        assert_eq!(mail.take(), [letter]);
        assert_eq!(mail.take(), []);
    }
    sends_messages(mail).await;
}

async fn sends_messages(mail: &Mail) {
    let map = Attachment { name: "地図.png".to_owned(), content_type: "image/png".to_owned(), bytes: vec![0x89; 9] };
    let second = Message { attachments: vec![map], reply_to: None, ..message() };
    let first = provider_id(mail.send_raw(call(1), &message()).await);
    assert_ne!(first, provider_id(mail.send_raw(call(2), &second).await));
    for refused in [
        Message { to: "nobody".to_owned(), ..message() },
        Message { to: "a@example.jp,b@example.jp".to_owned(), ..message() },
        Message { subject: "a\r\nBcc: b@example.jp".to_owned(), ..message() },
        Message { text: "字".repeat(3_000_000), ..message() },
    ] {
        let outcome = mail.send_raw(call(3), &refused).await;
        assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?} {refused:?}");
    }
    // The right to push is none to send a mail.
    let outcome = mail.send_raw(model_trace::call(Channel::Line, 1), &message()).await;
    assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?}");
    if matches!(mail.0, Backend::Memory(_)) {
        assert_eq!(mail.take_messages(), [(call(1).id().clone(), message()), (call(2).id().clone(), second)]);
    }
    let shown = format!("{:?}", message());
    assert!(!shown.contains('@') && !shown.contains("さくら"), "{shown}");
}

fn provider_id(outcome: Outcome) -> String {
    let Outcome::Accepted { provider_id } = outcome else { panic!("{outcome:?}") };
    assert!(!provider_id.is_empty());
    provider_id
}
