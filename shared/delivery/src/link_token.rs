use std::fmt;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::MessageId;

/// What opens the page of one message: 43 characters that need no escaping in an address.
///
/// It is made of the message's id under a secret, so that every attempt to send a message carries the same
/// link; only its [`hash`](Self::hash) is stored. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

impl LinkToken {
    /// The token of `message` under the system's link secret.
    pub fn of(secret: &[u8], message: &MessageId) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
        mac.update(b"page of message ");
        mac.update(message.as_str().as_bytes());
        Self(BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    /// The token written as `text`; `None` where it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let is_token = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
        (text.len() == 43 && text.bytes().all(is_token)).then(|| Self(text.to_owned()))
    }

    /// The token as text: for the link alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256 in hex: what the token is looked up by.
    pub fn hash(&self) -> String {
        Sha256::digest(&self.0).iter().map(|it| format!("{it:02x}")).collect()
    }

    /// The address of the message's page, below `base` such as `https://p.kayoi.example`.
    pub fn page(&self, base: &str) -> String {
        format!("{}/m/{}", base.trim_end_matches('/'), self.0)
    }

    /// The address at which messages are refused: a mail program posts to it at one click (RFC 8058).
    pub fn stop_page(&self, base: &str) -> String {
        format!("{}/stop", self.page(base))
    }

    /// The address at which LINE is tied to the patient of the message (LINE本人確認URL).
    pub fn line_page(&self, base: &str) -> String {
        format!("{}/line", self.page(base))
    }
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_one_link_under_one_secret() {
        let message = MessageId::parse("ipxfh3lswr2ohjhh5ba5pohpdsxby5o3").unwrap();
        let token = LinkToken::of(b"secret", &message);
        assert_eq!(LinkToken::parse(token.as_str()), Some(token.clone()));
        assert_eq!(LinkToken::of(b"secret", &message), token);
        assert_ne!(LinkToken::of(b"another", &message), token);
        assert_eq!(token.page("https://p.example/"), format!("https://p.example/m/{}", token.as_str()));
        assert!(!format!("{token:?}").contains(token.as_str()));
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        for text in ["", "a", &"a".repeat(44), &"あ".repeat(43), &format!("{}/", "a".repeat(42))] {
            assert_eq!(LinkToken::parse(text), None, "{text}");
        }
    }
}
