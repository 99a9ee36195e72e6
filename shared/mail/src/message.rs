use std::fmt;

use delivery::MessageId;
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, raw::Raw, url::URL},
};

/// A mail to a patient: text, files, and a way to refuse more.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// One address of ASCII.
    pub to: String,
    /// Whose name stands before our address: the clinic's.
    pub from_name: String,
    /// Where answers go, if not to us.
    pub reply_to: Option<String>,
    /// One line.
    pub subject: String,
    /// Lines end with LF.
    pub text: String,
    /// Files that come with it.
    pub attachments: Vec<Attachment>,
    /// The page that ends such mail; mail programs post to it at one click (RFC 8058).
    pub unsubscribe_url: Option<String>,
}

/// A file that comes with a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// As the patient sees it.
    pub name: String,
    /// `image/png`, say.
    pub content_type: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Only what says nothing of the patient.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("attachments", &self.attachments).finish_non_exhaustive()
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attachment(..)")
    }
}

/// What is sent at most, as it is sent. SES takes 40 MB, many mailboxes 10.
pub(crate) const MAX_RAW_BYTES: usize = 7_000_000;

/// Room for an address in its line of 998 bytes.
const MAX_VALUE_BYTES: usize = 900;

const MAX_NAME_CHARS: usize = 255;

impl Message {
    /// The mail `id` from the address `from` as it goes over the wire: ASCII, in short lines. What it cannot be
    /// made of is named: `address`, `header`, `unsubscribe_url`, `attachment` or `size`.
    pub(crate) fn raw(&self, from: &str, id: &MessageId) -> Result<Vec<u8>, &'static str> {
        self.check()?;
        // Lines end with CRLF before they are encoded, as base64 would keep them as they are.
        let text = self.text.replace("\r\n", "\n").replace(['\r', '\n'], "\r\n");
        let domain = from.rsplit('@').next().unwrap_or(from);
        let mut mail = MessageBuilder::new()
            .from(Address::new_address(Some(self.from_name.as_str()), from))
            .to(Address::new_address(None::<&str>, self.to.as_str()))
            .subject(self.subject.as_str())
            // The provider replaces it, but without one the host's clock and a counter would be in it.
            .message_id(format!("{id}@{domain}"))
            .text_body(text);
        if let Some(reply_to) = &self.reply_to {
            mail = mail.reply_to(Address::new_address(None::<&str>, reply_to.as_str()));
        }
        if let Some(url) = &self.unsubscribe_url {
            mail = mail
                .header("List-Unsubscribe", URL::new(url.as_str()))
                .header("List-Unsubscribe-Post", Raw::new("List-Unsubscribe=One-Click"));
        }
        for it in &self.attachments {
            mail = mail.attachment(it.content_type.as_str(), it.name.as_str(), it.bytes.as_slice());
        }
        let raw = mail.write_to_vec().map_err(|_| "header")?;
        if raw.len() > MAX_RAW_BYTES { Err("size") } else { Ok(raw) }
    }

    /// Nothing that could end a header's line gets to a header.
    fn check(&self) -> Result<(), &'static str> {
        let is_line = |it: &str| it.len() <= MAX_VALUE_BYTES && !it.chars().any(ends_a_line);
        if !is_address(&self.to) || !self.reply_to.as_deref().is_none_or(is_address) {
            return Err("address");
        }
        if !is_line(&self.subject) || !is_line(&self.from_name) {
            return Err("header");
        }
        if !self.unsubscribe_url.as_deref().is_none_or(is_url) {
            return Err("unsubscribe_url");
        }
        let is_sound = |it: &Attachment| {
            !it.name.is_empty()
                && it.name.chars().count() <= MAX_NAME_CHARS
                && !it.name.chars().any(ends_a_line)
                && is_content_type(&it.content_type)
        };
        if !self.attachments.iter().all(is_sound) {
            return Err("attachment");
        }
        let n_bytes: usize = self.attachments.iter().map(|it| it.bytes.len()).sum();
        if n_bytes > MAX_RAW_BYTES { Err("size") } else { Ok(()) }
    }
}

/// Any control character, and what Unicode counts as the end of a line.
fn ends_a_line(it: char) -> bool {
    it.is_control() || matches!(it, '\u{2028}' | '\u{2029}')
}

/// One address, and nothing around it. Whether there is such a mailbox, the provider tells.
fn is_address(text: &str) -> bool {
    let is_part = |it: &str| {
        let is_plain = |it: u8| it.is_ascii_graphic() && !b"<>,;:()[]\\".contains(&it);
        !it.is_empty() && it.len() <= 255 && it.bytes().all(is_plain)
    };
    text.rsplit_once('@').is_some_and(|(local, domain)| is_part(local) && is_part(domain))
}

fn is_url(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && text.len() <= MAX_VALUE_BYTES && text.bytes().all(|it| it.is_ascii_graphic() && !b"<>,".contains(&it))
}

fn is_content_type(text: &str) -> bool {
    let is_token = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'+' | b'.'))
    };
    text.len() <= 100 && text.split_once('/').is_some_and(|(kind, name)| is_token(kind) && is_token(name))
}

#[cfg(test)]
mod tests;
