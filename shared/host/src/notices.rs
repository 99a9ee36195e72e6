use std::fmt;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::logging::key_hash;
use crate::sequencer::Sequencer;

/// What S3 says about one object. It may come twice, late and out of order.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// The bucket's name.
    pub bucket: String,
    /// The object's key, decoded: any Unicode, and from people, so never logged as it is.
    pub key: String,
    /// 0 for a deletion.
    pub size_bytes: u64,
    /// Names the bytes meant, where the bucket keeps versions.
    pub version_id: Option<String>,
    /// Orders the notices of this key.
    pub sequencer: Option<Sequencer>,
    /// When it happened, as far as S3 says.
    pub at: Option<Timestamp>,
    /// Whether the object went away, by someone or by its retention.
    pub deleted: bool,
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("bucket", &self.bucket)
            .field("key_hash", &key_hash(&self.key))
            .field("size_bytes", &self.size_bytes)
            .field("version_id", &self.version_id)
            .field("sequencer", &self.sequencer)
            .field("at", &self.at)
            .field("deleted", &self.deleted)
            .finish()
    }
}

/// The notices in the body of a queue message that S3 sent.
///
/// The `s3:TestEvent` that S3 sends once when notifications are set up holds none.
///
/// # Errors
///
/// When the body is no S3 event. It would be none at the next try either, so let the message go
/// to the dead-letter queue.
pub fn notices(body: &str) -> Result<Vec<Notice>> {
    let event: Event = serde_json::from_str(body).map_err(without_content).context("reading an S3 event")?;
    match (event.records, event.test.as_deref()) {
        (Some(records), _) => records.into_iter().map(notice).collect(),
        (None, Some("s3:TestEvent")) => Ok(Vec::new()),
        (None, _) => bail!("the message is no S3 event"),
    }
}

fn notice(record: Record) -> Result<Notice> {
    let Record { name, time, s3 } = record;
    Ok(Notice {
        bucket: s3.bucket.name,
        key: decoded(&s3.object.key)?,
        size_bytes: s3.object.size,
        version_id: s3.object.version_id.filter(|it| !it.is_empty()),
        sequencer: s3.object.sequencer.as_deref().map(Sequencer::new),
        at: time.and_then(|it| it.parse().ok()),
        deleted: ["ObjectRemoved:", "LifecycleExpiration:"].iter().any(|it| name.starts_with(it)),
    })
}

/// Form-decoded: `+` is a space, and only then `%XX` a byte.
fn decoded(key: &str) -> Result<String> {
    let spaced = key.replace('+', " ");
    let key = percent_decode_str(&spaced).decode_utf8().ok().context("decoding a key that is not UTF-8")?;
    Ok(key.into_owned())
}

/// Serde's text can quote the body; its place and kind cannot.
fn without_content(err: serde_json::Error) -> anyhow::Error {
    anyhow::anyhow!("{:?} error at line {} column {}", err.classify(), err.line(), err.column())
}

// The crate of event types refuses what it does not know and leaves keys encoded, so the few
// fields needed are read here.

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    records: Option<Vec<Record>>,
    #[serde(rename = "Event")]
    test: Option<String>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "eventName")]
    name: String,
    #[serde(rename = "eventTime")]
    time: Option<String>,
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Object {
    key: String,
    #[serde(default)]
    size: u64,
    version_id: Option<String>,
    sequencer: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, object: &str) -> String {
        format!(
            r#"{{"Records":[{{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"ap-northeast-1",
                "eventTime":"2026-03-10T01:02:03.004Z","eventName":"{name}",
                "s3":{{"s3SchemaVersion":"1.0","bucket":{{"name":"data","arn":"arn:aws:s3:::data"}},
                "object":{object}}}}}]}}"#
        )
    }

    #[test]
    fn a_put_is_read_and_its_key_decoded() {
        let body = event(
            "ObjectCreated:Put",
            r#"{"key":"receipts/c1/%E6%97%A5%E6%9C%AC+%E8%AA%9E%2B1%25.UKE","size":12,"eTag":"e",
                "versionId":"v1","sequencer":"0055AED6DCD90281E5"}"#,
        );
        let read = notices(&body).unwrap();
        let expected = Notice {
            bucket: "data".into(),
            key: "receipts/c1/日本 語+1%.UKE".into(),
            size_bytes: 12,
            version_id: Some("v1".into()),
            sequencer: Some(Sequencer::new("55AED6DCD90281E5")),
            at: "2026-03-10T01:02:03.004Z".parse().ok(),
            deleted: false,
        };
        assert_eq!(read, [expected]);
    }

    #[test]
    fn a_deletion_has_no_size() {
        let marker = notices(&event("ObjectRemoved:DeleteMarkerCreated", r#"{"key":"a","versionId":""}"#)).unwrap();
        assert!(marker[0].deleted);
        assert_eq!((marker[0].size_bytes, marker[0].version_id.as_deref()), (0, None));
        assert!(notices(&event("LifecycleExpiration:Delete", r#"{"key":"a"}"#)).unwrap()[0].deleted);
    }

    #[test]
    fn the_test_event_announces_nothing() {
        let body = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-03-10T01:02:03.004Z","Bucket":"data",
            "RequestId":"r","HostId":"h"}"#;
        assert_eq!(notices(body).unwrap(), []);
    }

    #[test]
    fn anything_else_is_refused_without_being_quoted() {
        for body in ["", "{}", r#"{"Records":"太郎"}"#, r#"{"Event":"太郎"}"#, "[\"太郎\"]"] {
            let refusal = format!("{:#}", notices(body).unwrap_err());
            assert!(!refusal.contains("太郎"), "{refusal}");
        }
        assert!(notices(&event("ObjectCreated:Put", r#"{"key":"%FF"}"#)).is_err());
    }

    #[test]
    fn a_notice_shown_hides_its_key() {
        let shown = format!("{:?}", notices(&event("ObjectCreated:Put", r#"{"key":"taro"}"#)).unwrap());
        assert!(!shown.contains("taro"), "{shown}");
    }
}
