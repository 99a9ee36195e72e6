use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::TransferKind;
use crate::{OfficeNumber, Serial};

/// A transfer: 32 lower-case hex digits, made of what it carries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct TransferId(String);

impl TransferId {
    /// The id written as `text`; `None` where it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TransferId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a transfer id has 32 hex digits")
    }
}

/// The id of what `sender` sends `receiver`: the same content is the same transfer, whatever the bundle
/// is called and in whatever order its files come; anything else in it is another.
pub fn transfer_id<'a>(
    sender: &OfficeNumber,
    receiver: &OfficeNumber,
    kind: TransferKind,
    serial: Option<&Serial>,
    sha256: impl IntoIterator<Item = &'a str>,
) -> TransferId {
    let mut hashes: Vec<&str> = sha256.into_iter().collect();
    hashes.sort_unstable();
    let mut hash = Sha256::new();
    // None of the parts holds a line feed.
    for part in
        [sender.as_str(), receiver.as_str(), kind.as_str(), serial.map_or("", Serial::as_str)].into_iter().chain(hashes)
    {
        hash.update(part.as_bytes());
        hash.update(b"\n");
    }
    TransferId(hash.finalize().iter().take(16).map(|it| format!("{it:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_is_the_same_transfer_and_any_difference_another() {
        let (a, b) = (OfficeNumber::new("9970100013").unwrap(), OfficeNumber::new("9970200011").unwrap());
        let serial = Serial::new("20250425101500").unwrap();
        let id = |from, to, kind, serial, hashes: &[&str]| transfer_id(from, to, kind, serial, hashes.iter().copied());
        let first = id(&a, &b, TransferKind::Plan, Some(&serial), &["x", "y"]);
        assert_eq!(first, id(&a, &b, TransferKind::Plan, Some(&serial), &["y", "x"]));
        for other in [
            id(&b, &a, TransferKind::Plan, Some(&serial), &["x", "y"]),
            id(&a, &b, TransferKind::Schedule, Some(&serial), &["x", "y"]),
            id(&a, &b, TransferKind::Plan, None, &["x", "y"]),
            id(&a, &b, TransferKind::Plan, Some(&serial), &["x", "z"]),
            id(&a, &b, TransferKind::Plan, Some(&serial), &["x"]),
        ] {
            assert_ne!(first, other);
        }
        assert_eq!(TransferId::parse(first.as_str()), Some(first));
        assert_eq!(TransferId::parse("../0123456789abcdef0123456789abc"), None);
    }
}
