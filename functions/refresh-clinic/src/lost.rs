//! Files whose notice never came: the nightly run finds them in the inbox and announces them again.

use anyhow::{Context as _, Result};
use ledger::{ClinicId, UploadStatus};
use serde_json::json;
use tracing::info;

use crate::RefreshClinic;

/// Announces every file in the clinic's inbox that has no upload row, or one whose import never
/// began. A file that is announced twice is imported once.
pub(crate) async fn announce_lost_files(deps: &RefreshClinic, clinic: &ClinicId) -> Result<()> {
    let prefix = format!("receipts/{clinic}/");
    let mut n_lost = 0;
    let mut start_after = None;
    loop {
        let page = deps.files.list(&prefix, start_after.as_deref(), 1000).await.context("listing an inbox")?;
        for file in &page.files {
            if is_lost(deps, clinic, &file.key).await? {
                let version_id =
                    deps.files.head(&file.key).await.context("looking at a file")?.and_then(|it| it.version_id);
                let object = json!({"key": encoded(&file.key), "size": file.size_bytes, "versionId": version_id});
                let notice = json!({"Records": [{
                    "eventName": "ObjectCreated:Lost",
                    "s3": {"bucket": {"name": deps.bucket}, "object": object},
                }]});
                deps.imports.send(&notice).await.context("announcing a lost file")?;
                n_lost += 1;
            }
        }
        match page.next {
            Some(next) => start_after = Some(next),
            None => break,
        }
    }
    if n_lost > 0 {
        info!(n_lost, "announced {n_lost} files whose notice was lost");
    }
    Ok(())
}

async fn is_lost(deps: &RefreshClinic, clinic: &ClinicId, key: &str) -> Result<bool> {
    let known = deps.ledger.upload_of_key(clinic, &host::key_hash(key)).await.context("looking up a file")?;
    Ok(known.is_none_or(|it| it.row.status == UploadStatus::Accepted))
}

/// As S3 writes keys in its notices.
fn encoded(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'*' => {
                encoded.push(char::from(byte))
            }
            b' ' => encoded.push('+'),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
