use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Seal, Sealed, TransferId, TransferKind, is_sealed_by};
use crate::{OfficeNumber, Serial};

/// Something that happened to a transfer, as an office can prove it later. It names no user and no
/// file that a person named: contents are told by their hashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Counts the entries of the office's log from 1.
    pub number: u64,
    /// SHA-256 of the entry before it, lower-case hex; 64 zeros for the first.
    pub previous: String,
    /// Whose log it is in.
    pub office: OfficeNumber,
    /// What happened.
    #[serde(flatten)]
    pub fact: Fact,
}

/// What happened, before it has its place in a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: FactKind,
    /// To what.
    pub transfer: TransferId,
    /// 送信元.
    pub sender: OfficeNumber,
    /// 送信先.
    pub receiver: OfficeNumber,
    /// What it carries.
    pub kind: TransferKind,
    /// ファイル連番; none for attachments alone.
    pub serial: Option<Serial>,
    /// SHA-256 of each file, lower-case hex, in the order of the transfer.
    pub sha256: Vec<String>,
}

/// What an entry of the log tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// 配達: all files lie in the receiver's inbox.
    Delivered,
    /// 取得: the receiver fetched it through the API.
    Fetched,
    /// 取込不可.
    Rejected,
    /// 取込済.
    Imported,
    /// 取消: the sender took it back.
    Withdrawn,
    /// 不達の知らせ: nobody had fetched it in time.
    Undelivered,
}

impl FactKind {
    /// As rows write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Fetched => "fetched",
            Self::Rejected => "rejected",
            Self::Imported => "imported",
            Self::Withdrawn => "withdrawn",
            Self::Undelivered => "undelivered",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Delivered => "配達",
            Self::Fetched => "取得",
            Self::Rejected => "取込不可",
            Self::Imported => "取込済",
            Self::Withdrawn => "取消",
            Self::Undelivered => "不達",
        }
    }
}

/// Where the log of an office ends: what the next entry goes on from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEnd {
    /// The number of the last entry; 0 for an empty log.
    pub number: u64,
    /// SHA-256 of its text, lower-case hex; 64 zeros for an empty log.
    pub sha256: String,
}

impl Default for LogEnd {
    fn default() -> Self {
        Self { number: 0, sha256: "0".repeat(64) }
    }
}

impl LogEnd {
    /// The entry of `office` for `fact` behind this end, signed, and the end behind it.
    ///
    /// # Errors
    ///
    /// When the entry cannot be written as JSON.
    pub fn append(&self, office: &OfficeNumber, fact: Fact, seal: &Seal) -> serde_json::Result<(Sealed, Self)> {
        let number = self.number + 1;
        let entry = Evidence { number, previous: self.sha256.clone(), office: office.clone(), fact };
        let sealed = seal.sign(serde_json::to_string(&entry)?);
        let sha256 = hash_of(&sealed.text);
        Ok((sealed, Self { number, sha256 }))
    }
}

/// Why a log proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// An entry is no entry.
    #[error("{number}番目の記録を読めません")]
    Unreadable {
        /// Its place among those given, from 1.
        number: usize,
    },
    /// An entry was not signed by the service, or was changed.
    #[error("{number}番目の記録の署名が合いません")]
    NotSealed {
        /// Its place among those given, from 1.
        number: usize,
    },
    /// An entry does not follow the one before it: something was taken out, put in or moved.
    #[error("{number}番目の記録が、その前の記録につながりません")]
    Broken {
        /// Its place among those given, from 1.
        number: usize,
    },
}

/// Reads a stretch of one office's log and proves that nothing in it was changed, left out or moved, and
/// that the owner of `key` (base64) signed it.
///
/// # Errors
///
/// [`LogError`] for the first entry that does not hold.
pub fn verify_log(entries: &[Sealed], key: &str) -> Result<Vec<Evidence>, LogError> {
    let mut read: Vec<Evidence> = Vec::with_capacity(entries.len());
    for (index, sealed) in entries.iter().enumerate() {
        let number = index + 1;
        let entry: Evidence = serde_json::from_str(&sealed.text).map_err(|_| LogError::Unreadable { number })?;
        if !is_sealed_by(key, sealed) {
            return Err(LogError::NotSealed { number });
        }
        if let (Some(before), Some(before_sealed)) = (read.last(), index.checked_sub(1).and_then(|it| entries.get(it)))
            && (entry.number != before.number + 1
                || entry.previous != hash_of(&before_sealed.text)
                || entry.office != before.office)
        {
            return Err(LogError::Broken { number });
        }
        read.push(entry);
    }
    Ok(read)
}

fn hash_of(text: &str) -> String {
    Sha256::digest(text).iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> (Seal, Vec<Sealed>) {
        let seal = Seal::of_secret(b"secret");
        let office = |it| OfficeNumber::new(it).unwrap();
        let mut end = LogEnd::default();
        let entries = [FactKind::Delivered, FactKind::Fetched, FactKind::Imported, FactKind::Withdrawn]
            .into_iter()
            .map(|event| {
                let fact = Fact {
                    at: Timestamp::UNIX_EPOCH,
                    event,
                    transfer: TransferId::parse(&"0a".repeat(16)).unwrap(),
                    sender: office("9970100013"),
                    receiver: office("9970200011"),
                    kind: TransferKind::Plan,
                    serial: Serial::new("20250425101500"),
                    sha256: vec!["ff".repeat(32)],
                };
                let (sealed, next) = end.append(&office("9970100013"), fact, &seal).unwrap();
                end = next;
                sealed
            })
            .collect();
        (seal, entries)
    }

    #[test]
    fn a_log_and_any_stretch_of_it_holds() {
        let (seal, entries) = log();
        let read = verify_log(&entries, &seal.key()).unwrap();
        assert_eq!(read.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(read[1].fact.event, FactKind::Fetched);
        assert!(verify_log(&entries[2..], &seal.key()).is_ok());
        assert!(verify_log(&[], &seal.key()).is_ok());
    }

    #[test]
    fn nothing_can_be_changed_left_out_moved_or_put_in() {
        let (seal, entries) = log();
        let check = |entries: &[Sealed], expected| assert_eq!(verify_log(entries, &seal.key()).unwrap_err(), expected);
        let mut changed = entries.clone();
        changed[1].text = changed[1].text.replace("fetched", "imported");
        check(&changed, LogError::NotSealed { number: 2 });
        let mut short = entries.clone();
        short.remove(1);
        check(&short, LogError::Broken { number: 2 });
        let mut moved = entries.clone();
        moved.swap(1, 2);
        check(&moved, LogError::Broken { number: 2 });
        let mut twice = entries.clone();
        twice.insert(1, entries[0].clone());
        check(&twice, LogError::Broken { number: 2 });
        let mut foreign = entries.clone();
        foreign[0] = Seal::of_secret(b"other").sign(foreign[0].text.clone());
        check(&foreign, LogError::NotSealed { number: 1 });
        let mut unreadable = entries;
        unreadable[3].text.clear();
        check(&unreadable, LogError::Unreadable { number: 4 });
    }
}
