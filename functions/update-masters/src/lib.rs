//! Builds the look-up of the national code masters when a master file is put under `masters/`.
//!
//! The look-up is made of every file under the prefix, in the order of their names, whole files before
//! differences: a repeat, or another order of arrival, makes the same object.

use anyhow::{Context as _, Result};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use codes::CodesBuilder;
use files::Files;
use tracing::{info, warn};

/// What the function works with.
pub struct UpdateMasters {
    /// The data bucket.
    pub files: Files,
}

/// Where operators put master files.
const MASTERS: &str = "masters/";
/// Where the look-up is kept, outside the prefix so that it announces nothing.
const CODES_KEY: &str = "codes/current";
/// Several times the largest master.
const MASTER_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Builds the look-up once for each message that announces a master, and reports the messages to
/// deliver again.
pub async fn handle(deps: &UpdateMasters, event: SqsEvent) -> SqsBatchResponse {
    let mut is_built = false;
    host::each_message(event, async |body| {
        let announces = host::notices(body)?.iter().any(|it| it.key.starts_with(MASTERS));
        // One building sees the files of all messages of the batch.
        if announces && !is_built {
            build(deps).await.context("building the masters")?;
            is_built = true;
        }
        Ok(())
    })
    .await
}

async fn build(deps: &UpdateMasters) -> Result<()> {
    let mut builder = CodesBuilder::new();
    let mut n_files = 0;
    for key in keys(deps).await? {
        let Some(bytes) = deps.files.get(&key, MASTER_MAX_BYTES).await.context("getting a master")? else { continue };
        let name = key.strip_prefix(MASTERS).unwrap_or(&key);
        // Names of master files are the operator's own and hold no patient's data.
        match builder.add(&bytes) {
            Ok(added) => {
                n_files += 1;
                info!(file = name, kind = %added.kind, n_rows = added.n_rows, n_skipped = added.n_skipped, "took in {name}");
            }
            Err(err) => warn!(file = name, "refused {name}: {err}"),
        }
    }
    if n_files == 0 {
        warn!("no master was taken in; the look-up stays as it is");
        return Ok(());
    }
    let bytes = builder.build().to_bytes();
    info!(n_files, size_bytes = bytes.len(), "built the masters from {n_files} files");
    deps.files.put(CODES_KEY, bytes, "application/octet-stream").await.context("keeping the masters")
}

/// Every master, whole files (named `…ALL…` or by a publication of their own) before differences,
/// which are named by a letter and a date.
async fn keys(deps: &UpdateMasters) -> Result<Vec<String>> {
    let mut keys = Vec::new();
    let mut start_after = None;
    loop {
        let page = deps.files.list(MASTERS, start_after.as_deref(), 1000).await.context("listing masters")?;
        keys.extend(page.files.into_iter().map(|it| it.key));
        match page.next {
            Some(next) => start_after = Some(next),
            None => break,
        }
    }
    keys.sort_by_key(|key| (is_difference(key), key.rsplit('/').next().unwrap_or_default().to_owned()));
    Ok(keys)
}

/// Differences lie in a folder of their own, or are named `s_20240621.csv` for the two masters that
/// also come whole as `s_ALL…` and `y_ALL…`.
fn is_difference(key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or_default();
    let is_dated = name.len() == 14 && name.as_bytes()[2..10].iter().all(u8::is_ascii_digit);
    key.contains("_delta/") || is_dated && (name.starts_with("s_") || name.starts_with("y_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_from_whole_masters() {
        for (key, expected) in [
            ("masters/s_ALL20240531.csv", false),
            ("masters/b_20240601.txt", false),
            ("masters/z_20250601.txt", false),
            ("masters/s_delta/s_20240621.csv", true),
            ("masters/y_20240621.csv", true),
            ("masters/日本語.csv", false),
        ] {
            assert_eq!(is_difference(key), expected, "{key}");
        }
    }
}
