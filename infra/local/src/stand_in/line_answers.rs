//! What LINE takes, and how it says no.

use serde_json::{Value, json};

use crate::stand_in::{fault::Refusals, http::Answer};

/// A message of text, in UTF-16 units.
const MAX_TEXT_UNITS: usize = 5000;

pub(crate) fn refusals() -> Refusals {
    Refusals {
        rate_limited: refusal(429, "The API rate limit has been exceeded. Try again later."),
        quota_spent: refusal(429, "You have reached your monthly limit."),
        refused: refusal(400, "Failed to send messages"),
        failed: refusal(500, "Internal error"),
    }
}

pub(crate) fn refusal(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"message": message}))
}

pub(crate) fn sent(id: &str) -> Value {
    json!([{"id": id, "quoteToken": format!("quote-{id}")}])
}

/// The refusal of messages that LINE would not send.
pub(crate) fn problem(messages: &Value) -> Option<Answer> {
    let messages = messages.as_array().map(Vec::as_slice).unwrap_or_default();
    let told = |property: &str, message: &str| {
        let details = json!([{"message": message, "property": property}]);
        Answer::json(400, &json!({"message": "The request body has 1 error(s)", "details": details}))
    };
    if messages.is_empty() || messages.len() > 5 {
        return Some(told("messages", "Size must be between 1 and 5"));
    }
    let is_sound = |it: &Value| {
        let n_units = it["text"].as_str().unwrap_or_default().encode_utf16().count();
        it["type"] == "text" && (1..=MAX_TEXT_UNITS).contains(&n_units)
    };
    let unsound = messages.iter().position(|it| !is_sound(it))?;
    Some(told(&format!("messages[{unsound}].text"), "May not be empty"))
}

pub(crate) fn is_user(id: &str) -> bool {
    let is_hex = |it: &str| it.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it));
    id.len() == 33 && id.strip_prefix('U').is_some_and(is_hex)
}

pub(crate) fn is_uuid(key: &str) -> bool {
    let parts: Vec<&str> = key.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|it| it.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.concat().bytes().all(|it| it.is_ascii_hexdigit())
}
