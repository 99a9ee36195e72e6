use serde::{Deserialize, Serialize};

use super::{Event, TransferId};

/// `_ack.json`: what the receiver's software says of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ack {
    /// The folder it lies in.
    pub transfer: TransferId,
    /// 取込済 or 取込不可.
    pub result: AckResult,
    /// Records taken in.
    #[serde(default)]
    pub rows: Option<u64>,
    /// What could not be taken in, and why.
    #[serde(default)]
    pub reasons: Vec<AckReason>,
}

/// Whether a transfer was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AckResult {
    /// 取込済.
    Imported,
    /// 取込不可.
    Rejected,
}

/// Why something could not be taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AckReason {
    /// The file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where in it, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The item, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// In the words of the receiver's software.
    pub message: String,
}

/// Why an answer is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AckError {
    /// No JSON of the shape, or beyond its limits.
    #[error(
        "_ack.jsonを読めません。transfer、result（imported か rejected）、rows、reasons（file、line、column、message）だけを持つ64KB以下のJSONにしてください"
    )]
    Unreadable,
    /// It names another transfer than its folder.
    #[error("_ack.jsonのtransferが、置かれたフォルダーの名前と違います")]
    OtherTransfer,
    /// 取込不可 without a word.
    #[error("取込不可には理由（reasons）が必要です")]
    NoReason,
}

impl Ack {
    /// Bytes of the largest answer.
    pub const MAX_BYTES: u64 = 64 * 1024;
    const MAX_REASONS: usize = 100;
    const REASON_MAX_CHARS: usize = 500;

    /// Reads the answer that lies in the folder of `transfer`.
    ///
    /// # Errors
    ///
    /// [`AckError`]; it quotes nothing.
    pub fn read(json: &[u8], transfer: &TransferId) -> Result<Self, AckError> {
        if json.len() as u64 > Self::MAX_BYTES {
            return Err(AckError::Unreadable);
        }
        let ack: Self = serde_json::from_slice(json).map_err(|_| AckError::Unreadable)?;
        ack.checked(transfer)
    }

    /// The answer, if it is one to `transfer`.
    ///
    /// # Errors
    ///
    /// [`AckError`]; it quotes nothing.
    pub fn checked(self, transfer: &TransferId) -> Result<Self, AckError> {
        if self.transfer != *transfer {
            return Err(AckError::OtherTransfer);
        }
        let is_long = |it: &AckReason| {
            it.message.chars().count() > Self::REASON_MAX_CHARS || it.file.as_ref().is_some_and(|it| it.len() > 255)
        };
        if self.reasons.len() > Self::MAX_REASONS || self.reasons.iter().any(is_long) {
            return Err(AckError::Unreadable);
        }
        if self.result == AckResult::Rejected && self.reasons.is_empty() {
            return Err(AckError::NoReason);
        }
        Ok(self)
    }

    /// What it does to the transfer.
    pub fn event(&self) -> Event {
        match self.result {
            AckResult::Imported => Event::Imported,
            AckResult::Rejected => Event::Rejected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    fn check(json: &str) -> Result<Ack, AckError> {
        Ack::read(json.replace("ID", ID).as_bytes(), &TransferId::parse(ID).unwrap())
    }

    #[test]
    fn answers_are_read() {
        assert_eq!(check(r#"{"transfer":"ID","result":"imported","rows":12}"#).unwrap().event(), Event::Imported);
        let rejected = r#"{"transfer":"ID","result":"rejected","reasons":[{"file":"UP1KYO","line":3,"message":"利用者が未登録"}]}"#;
        assert_eq!(check(rejected).unwrap().event(), Event::Rejected);
    }

    #[test]
    fn what_is_no_answer_to_this_transfer_is_refused() {
        let other = ID.replace('0', "1");
        assert_eq!(check(&format!(r#"{{"transfer":"{other}","result":"imported"}}"#)), Err(AckError::OtherTransfer));
        assert_eq!(check(r#"{"transfer":"ID","result":"rejected"}"#), Err(AckError::NoReason));
        for json in ["", "[]", r#"{"transfer":"ID","result":"done"}"#, r#"{"transfer":"ID","result":"imported","x":1}"#]
        {
            assert_eq!(check(json), Err(AckError::Unreadable), "{json}");
        }
        let long = format!(r#"{{"transfer":"ID","result":"imported","rows":1{}}}"#, " ".repeat(65 * 1024));
        assert_eq!(check(&long), Err(AckError::Unreadable));
    }
}
