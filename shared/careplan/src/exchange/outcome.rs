use serde::{Deserialize, Serialize};

use super::{BundleId, Sealed, TransferId, TransferKind};
use crate::{IssueCode, OfficeNumber, Serial};

/// What `results/<office>/<bundle>.json` says: the outcome of every destination by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleResult {
    /// The bundle.
    pub bundle: BundleId,
    /// How far it is.
    pub status: BundleStatus,
    /// Listed files that are not there yet, while it waits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting_for: Vec<String>,
    /// Why nothing of it was sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// What was sent, or was not.
    #[serde(default)]
    pub sends: Vec<SendResult>,
    /// Files that went to nobody. They stay where they are.
    #[serde(default)]
    pub lost: Vec<LostFile>,
}

/// How far a bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BundleStatus {
    /// 送信待ち: a listed file is not there yet.
    Waiting,
    /// Every destination has its outcome.
    Done,
    /// Nothing was sent.
    Refused,
}

/// One send: a unit, or attachments alone, to one office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendResult {
    /// 送信先.
    pub to: OfficeNumber,
    /// What it carries; none where its files were not even looked at.
    pub kind: Option<TransferKind>,
    /// ファイル連番; none for attachments alone.
    pub serial: Option<Serial>,
    /// 成功 or 失敗.
    pub outcome: Outcome,
    /// Where it can be followed; none for what was not sent.
    pub transfer: Option<TransferId>,
    /// Why it was not sent, or what somebody should look at.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Its files, with the hash of what was received here.
    pub files: Vec<SentFile>,
    /// What proves that it was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Sealed>,
}

/// Whether something was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It lies in the receiver's inbox.
    #[serde(rename = "成功")]
    Delivered,
    /// It does not; its files stay where they are.
    #[serde(rename = "失敗")]
    Failed,
}

/// A file of a send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// As the sender called it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Of the content, lower-case hex.
    pub sha256: String,
}

/// A file that went to nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostFile {
    /// As the sender called it.
    pub name: String,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Why something was not sent, or what to look at. It quotes nothing of what files say of users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable: of a [`ReasonCode`] or an [`IssueCode`].
    pub code: String,
    /// What to do, in a Japanese sentence.
    pub message: String,
    /// The file, where it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The first physical line of the record, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The number of the item, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl Reason {
    /// The reason `code`, of a whole send or file.
    pub fn of(code: ReasonCode) -> Self {
        Self::saying(code.as_str(), code.advice())
    }

    /// What is wrong with a file's name.
    pub fn of_name(code: IssueCode) -> Self {
        Self::saying(code.as_str(), code.advice())
    }

    /// A reason that concerns the file called `name`.
    #[must_use]
    pub fn about(mut self, name: &str) -> Self {
        self.file = Some(name.to_owned());
        self
    }

    /// A reason with a code and a sentence of its own.
    pub fn saying(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned(), file: None, line: None, column: None }
    }
}

macro_rules! reason_codes {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $advice:literal;)*) => {
        /// Why a send, a file or a bundle was not sent, besides what the check of a file finds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ReasonCode { $($(#[$doc])* $name,)* }

        impl ReasonCode {
            /// Every code, in the order of the README's list.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable text of the code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What is wrong and what to do, in a Japanese sentence.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

reason_codes! {
    /// `_send.json` closes nothing.
    MarkerUnusable, "marker-unusable", "_send.jsonを使えません。";
    /// The sender has not accepted the terms of use.
    TermsUnaccepted, "terms-unaccepted", "利用規約への同意がまだです。事業所の登録で同意してから送ってください。";
    /// A listed file did not come, or came with other content.
    FileMissing, "file-missing", "_send.jsonに書かれたファイルが、待っても届きませんでした（大きさとSHA-256も照らします）。送り直してから、_send.jsonをもう一度置いてください。";
    /// More destinations than a bundle may have.
    TooManyDestinations, "too-many-destinations", "宛先が多すぎます。バンドルを分けてください。";
    /// Neither a name of the standard nor a `to`.
    DestinationUnknown, "destination-unknown", "宛先不明です。標準仕様のファイル名にするか、_send.jsonのtoに宛先の事業所番号を書いてください。";
    /// The name's sender is not the office of the prefix.
    SenderIsAnother, "sender-is-another", "ファイル名の送信元が、この事業所の番号ではありません。自分の事業所から出力したファイルを送ってください。";
    /// Sender and receiver are one office.
    ReceiverIsSender, "receiver-is-sender", "送信元と送信先が同じ事業所です。宛先の事業所番号を確かめてください。";
    /// Nobody has registered the receiver.
    ReceiverUnregistered, "receiver-unregistered", "宛先の事業所は登録されていません。事業所番号を確かめ、相手に登録を依頼してください。";
    /// A first send to a partner whose number and name were not confirmed.
    PartnerUnconfirmed, "partner-unconfirmed", "はじめて送る宛先です。番号と名称が正しいことを確かめ、_send.jsonのconfirmに書くかAPIで確認してから、もう一度送ってください。";
    /// The name that was confirmed is not the one registered.
    PartnerNameDiffers, "partner-name-differs", "確認した名称が、登録されている事業所の名称と違います。番号を間違えていないか確かめてください。";
    /// More bytes than a send may have.
    SendTooLarge, "send-too-large", "1件の送信の大きさの上限を超えています。ファイルを減らすか分けて送ってください。";
    /// Content of no kind that travels.
    ContentUnknown, "content-unknown", "送れる種類のファイルではありません（csv、pdf、jpeg、png、gif、txtを、名前でなく中身で見分けます）。";
    /// 0 bytes.
    FileEmpty, "file-empty", "ファイルが空（0バイト）です。出力し直してください。";
    /// The same content was delivered before.
    AlreadyDelivered, "already-delivered", "同じ内容はすでに配達済みです。二重には配達していません。";
    /// A newer one came before it.
    OlderThanDelivered, "older-than-delivered", "これより新しい出力日時のファイルが、先に配達されています。受け取る側には古いものとして示します。";
    /// The sender took it back before.
    WasWithdrawn, "was-withdrawn", "同じ内容の送信は取り消されています。送り直すには、介護ソフトから出力し直してください。";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_told_apart_from_those_of_checks() {
        let reasons: BTreeSet<_> = ReasonCode::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(reasons.len(), ReasonCode::ALL.len());
        assert!(IssueCode::ALL.iter().all(|it| !reasons.contains(it.as_str())));
    }
}
