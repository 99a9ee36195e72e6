use anyhow::{Context as _, ensure};
use careplan::exchange::AckResult;

use crate::plans::send::not_utf8;

/// What a person wrote into an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) rows: Option<u64>,
    pub(super) reason: Option<String>,
}

/// Reads an answer: of `imported.txt` a number of records, if there is one; of `rejected.txt` the reason.
///
/// # Errors
///
/// When a reason cannot be read, or is missing.
pub(super) fn said(result: AckResult, bytes: &[u8]) -> anyhow::Result<Said> {
    let text = str::from_utf8(bytes).map(|it| it.trim_start_matches('\u{FEFF}').trim());
    match result {
        // Whatever else stands there, the file being there says it.
        AckResult::Imported => Ok(Said { rows: text.ok().and_then(|it| it.parse().ok()), reason: None }),
        AckResult::Rejected => {
            let text = text.ok().with_context(|| not_utf8("rejected.txt"))?;
            ensure!(!text.is_empty(), "rejected.txt に、取り込めない理由を書いてください");
            Ok(Said { rows: None, reason: Some(text.to_owned()) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_may_say_how_many_records_and_a_rejection_must_say_why() {
        let imported = |text: &str| said(AckResult::Imported, text.as_bytes()).unwrap();
        assert_eq!(imported(""), Said { rows: None, reason: None });
        assert_eq!(imported("\u{FEFF}12\r\n"), Said { rows: Some(12), reason: None });
        assert_eq!(imported("取り込みました"), Said { rows: None, reason: None });
        let rejected = |bytes: &[u8]| said(AckResult::Rejected, bytes);
        assert_eq!(rejected("利用者が未登録\n".as_bytes()).unwrap().reason.as_deref(), Some("利用者が未登録"));
        assert!(rejected(b"\r\n").is_err());
        assert!(rejected(&[0x97, 0x98]).is_err());
    }
}
