//! What every back end must do, told once.

use crate::{Backend, Letter, Mail, Posted};

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
}
