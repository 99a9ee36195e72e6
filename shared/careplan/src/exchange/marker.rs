use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Limits;
use crate::OfficeNumber;

/// What a sender calls a bundle: the folder under its prefix, `[A-Za-z0-9_-]{1,64}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct BundleId(String);

impl BundleId {
    /// The id written as `text`; `None` where it has another form.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_' || it == b'-');
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BundleId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a bundle id has 1 to 64 of A-Z a-z 0-9 _ -")
    }
}

/// `_send.json`: closes a bundle. Only the files it lists travel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendMarker {
    /// The folder it lies in.
    pub id: BundleId,
    /// To all destinations, like the cover of a fax.
    #[serde(default)]
    pub message: String,
    /// What travels.
    pub files: Vec<MarkedFile>,
    /// To one destination each, behind the message.
    #[serde(default)]
    pub notes: BTreeMap<OfficeNumber, String>,
    /// Partners that are sent to for the first time, with their names: whoever knows both has the
    /// right number.
    #[serde(default)]
    pub confirm: BTreeMap<OfficeNumber, String>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkedFile {
    /// Behind the bundle's folder.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Of the content, 64 lower-case hex digits.
    pub sha256: String,
    /// For a file whose name says no destination.
    #[serde(default)]
    pub to: Vec<OfficeNumber>,
}

/// Why a marker closes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum MarkerError {
    /// No JSON of the shape.
    #[error("_send.jsonを読めません。id、message、files（name、size、sha256、to）、notesだけを持つJSONにしてください")]
    Unreadable,
    /// The id is not the folder's name.
    #[error("_send.jsonのidが、置かれたフォルダーの名前と違います")]
    OtherBundle,
    /// It lists nothing and says nothing to anybody.
    #[error("_send.jsonにファイルがありません")]
    NoFiles,
    /// More files than a bundle may list.
    #[error("_send.jsonのファイルは500個までです。バンドルを分けてください")]
    TooManyFiles,
    /// A name that cannot be a file of the folder.
    #[error("ファイル名に使えない名前があります（/、制御文字、${{filename}}、255バイト超、_send.jsonは使えません）")]
    FileName,
    /// One name twice.
    #[error("同じファイル名が2度書かれています")]
    NameTwice,
    /// No hash of 64 hex digits.
    #[error("sha256が64桁の16進数（小文字）ではありません")]
    Hash,
    /// A message or note beyond the limit.
    #[error("メッセージが長すぎます")]
    MessageTooLong,
}

impl MarkedFile {
    /// Whether a file of a bundle may be called `name`: it can be a file of the folder, and is not what
    /// closes it.
    pub fn is_name(name: &str) -> bool {
        (1..=255).contains(&name.len())
            && !name.chars().any(|it| it.is_control() || it == '/' || it == '\\')
            && !matches!(name, "." | ".." | "_send.json")
            // In the key of a presigned POST it would stand for whatever the uploader calls the file.
            && !name.contains("${filename}")
    }

    /// Whether `text` is the hash of a content: 64 lower-case hex digits.
    pub fn is_sha256(text: &str) -> bool {
        text.len() == 64 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'))
    }
}

impl SendMarker {
    /// How many files a bundle may list: what became of them has to fit into rows.
    pub const MAX_FILES: usize = 500;

    /// Reads the marker of the bundle in the folder `bundle`.
    ///
    /// # Errors
    ///
    /// [`MarkerError`]; it quotes nothing.
    pub fn read(json: &[u8], bundle: &BundleId, limits: &Limits) -> Result<Self, MarkerError> {
        let marker: Self = serde_json::from_slice(json).map_err(|_| MarkerError::Unreadable)?;
        if marker.id != *bundle {
            return Err(MarkerError::OtherBundle);
        }
        if marker.files.is_empty() {
            return Err(MarkerError::NoFiles);
        }
        if marker.files.len() > Self::MAX_FILES {
            return Err(MarkerError::TooManyFiles);
        }
        if !marker.files.iter().all(|it| MarkedFile::is_name(&it.name)) {
            return Err(MarkerError::FileName);
        }
        let names: BTreeSet<&str> = marker.files.iter().map(|it| it.name.as_str()).collect();
        if names.len() < marker.files.len() {
            return Err(MarkerError::NameTwice);
        }
        if !marker.files.iter().all(|it| MarkedFile::is_sha256(&it.sha256)) {
            return Err(MarkerError::Hash);
        }
        let is_long = |it: &String| it.chars().count() > limits.message_max_chars;
        if is_long(&marker.message) || marker.notes.values().any(is_long) {
            return Err(MarkerError::MessageTooLong);
        }
        Ok(marker)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> Result<SendMarker, MarkerError> {
        let json = json.replace("HASH", &"0a".repeat(32));
        SendMarker::read(json.as_bytes(), &BundleId::parse("b-1").unwrap(), &Limits::default())
    }

    #[test]
    fn a_marker_is_read_with_and_without_what_may_be_left_out() {
        let short = check(r#"{"id":"b-1","files":[{"name":"a.pdf","size":1,"sha256":"HASH"}]}"#).unwrap();
        assert_eq!((short.message.as_str(), short.files[0].to.len()), ("", 0));
        let long = check(
            r#"{"id":"b-1","message":"よろしく","files":[{"name":"計画 一.pdf","size":1,"sha256":"HASH","to":["9970200011"]}],
                "notes":{"9970200011":"至急"},"confirm":{"9970200011":"試験訪問介護"}}"#,
        );
        assert_eq!(long.unwrap().notes.len(), 1);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_name() {
        let file = |name: &str| format!(r#"{{"name":"{name}","size":1,"sha256":"HASH"}}"#);
        let of = |files: &str| check(&format!(r#"{{"id":"b-1","files":[{files}]}}"#)).unwrap_err();
        assert_eq!(check("{").unwrap_err(), MarkerError::Unreadable);
        assert_eq!(check(r#"{"id":"b-1","files":[],"mesage":""}"#).unwrap_err(), MarkerError::Unreadable);
        assert_eq!(check(r#"{"id":"b-2","files":[]}"#).unwrap_err(), MarkerError::OtherBundle);
        assert_eq!(check(r#"{"id":"../b","files":[]}"#).unwrap_err(), MarkerError::Unreadable);
        assert_eq!(of(""), MarkerError::NoFiles);
        for name in [
            "",
            "..",
            "a/../b",
            "a\\\\b",
            "a\\u0000",
            "_send.json",
            "${filename}",
            "a-${filename}.pdf",
            &"あ".repeat(86),
        ] {
            assert_eq!(of(&file(name)), MarkerError::FileName, "{name}");
        }
        assert_eq!(of(&format!("{},{}", file("a"), file("a"))), MarkerError::NameTwice);
        let many: Vec<String> = (0..=SendMarker::MAX_FILES).map(|it| file(&it.to_string())).collect();
        assert_eq!(of(&many.join(",")), MarkerError::TooManyFiles);
        assert!(check(&format!(r#"{{"id":"b-1","files":[{}]}}"#, many[1..].join(","))).is_ok());
        assert_eq!(of(&file("a").replace(":1,", ":-1,")), MarkerError::Unreadable);
        assert_eq!(of(r#"{"name":"a","size":1,"sha256":"0A"}"#), MarkerError::Hash);
        let long = format!(r#"{{"id":"b-1","message":"{}","files":[{}]}}"#, "長".repeat(2001), file("a"));
        assert_eq!(check(&long).unwrap_err(), MarkerError::MessageTooLong);
    }
}
