use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::fields::Fields;

/// Which rows of a list are asked for.
pub(crate) struct Page {
    pub(crate) limit: usize,
    /// Where the page before ended.
    pub(crate) after: Option<String>,
}

const LIMIT: usize = 50;
const MAX_LIMIT: usize = 200;

impl Page {
    /// From `limit` and `cursor` of an address; `is_cursor` tells what a page could have ended with.
    pub(crate) fn read(
        fields: &mut Fields,
        limit: Option<&str>,
        cursor: Option<&str>,
        is_cursor: impl Fn(&str) -> bool,
    ) -> Self {
        let limit = match limit.map(str::parse::<usize>) {
            None => LIMIT,
            Some(Ok(limit)) if (1..=MAX_LIMIT).contains(&limit) => limit,
            Some(_) => {
                fields.refuse("limit", format!("1から{MAX_LIMIT}の整数にしてください。"));
                LIMIT
            }
        };
        let after = cursor.and_then(decoded).filter(|it| is_cursor(it));
        if cursor.is_some() && after.is_none() {
            fields.refuse("cursor", "前のページのnextをそのまま指定するか、外して最初から読んでください。");
        }
        Self { limit, after }
    }
}

/// Whether a page can have ended with `text`, an id that sorts by time.
pub(crate) fn is_timed_id(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
}

/// What a client sends back to go on after `end`.
pub(crate) fn cursor(end: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(end)
}

fn decoded(cursor: &str) -> Option<String> {
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}
