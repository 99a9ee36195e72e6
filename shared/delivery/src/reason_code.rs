use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a call failed or a message was stopped: a stable code such as `line.timeout`, never a provider's
/// own text, which may hold an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ReasonCode(String);

impl ReasonCode {
    /// The code written as `text`; `None` unless it is up to 64 of `a`–`z`, `0`–`9`, `_`, `-` and `.`, the
    /// first a letter.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() <= 64
            && text.starts_with(|it: char| it.is_ascii_lowercase())
            && text.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `other`: for what has no code of its own.
impl Default for ReasonCode {
    fn default() -> Self {
        Self("other".to_owned())
    }
}

impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ReasonCode {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a reason code is lower-case ASCII")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_holds_nothing_that_a_person_wrote() {
        let check = |text: &str, fits: bool| assert_eq!(ReasonCode::parse(text).is_some(), fits, "{text}");
        check("line.timeout", true);
        check("opted_out", true);
        check(ReasonCode::default().as_str(), true);
        check("", false);
        check("Bad Request", false);
        check("550 <a@example.jp> unknown", false);
        check("+819012345678", false);
        check(&"a".repeat(65), false);
    }
}
