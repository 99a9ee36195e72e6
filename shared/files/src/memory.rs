use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use anyhow::{Result, ensure};
use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use crate::post::{PresignedPost, Signer, Upload};
use crate::{Head, Listed, Page, TooLarge, hex};

/// Every version of every key, oldest first.
#[derive(Default)]
pub(crate) struct Memory(Mutex<BTreeMap<String, Vec<Version>>>);

#[derive(Clone)]
struct Version {
    id: String,
    /// `None` is the marker of a deletion.
    bytes: Option<Vec<u8>>,
}

impl Memory {
    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Vec<Version>>> {
        self.0.lock().expect("no holder of the lock panics")
    }

    fn current(&self, key: &str) -> Option<(String, Vec<u8>)> {
        let newest = self.files().get(key)?.last()?.clone();
        Some((newest.id, newest.bytes?))
    }

    pub(crate) fn head(&self, key: &str) -> Option<Head> {
        let (version_id, bytes) = self.current(key)?;
        let sha256 = Some(hex(&Sha256::digest(&bytes)));
        Some(Head { size_bytes: bytes.len() as u64, sha256, version_id: Some(version_id) })
    }

    pub(crate) fn get(&self, key: &str, version_id: Option<&str>, max_bytes: u64) -> Result<Option<Vec<u8>>> {
        let found = match version_id {
            None => self.current(key).map(|(_, bytes)| bytes),
            Some(id) => {
                let files = self.files();
                let versions = files.get(key).map_or(&[][..], Vec::as_slice);
                versions.iter().find(|it| it.id == id).and_then(|it| it.bytes.clone())
            }
        };
        if let Some(bytes) = &found {
            let size_bytes = bytes.len() as u64;
            ensure!(size_bytes <= max_bytes, TooLarge { size_bytes });
        }
        Ok(found)
    }

    pub(crate) fn get_range(&self, key: &str, offset: u64, len: u64) -> Option<Vec<u8>> {
        let (_, bytes) = self.current(key)?;
        let end = offset.saturating_add(len).min(bytes.len() as u64);
        let start = offset.min(end);
        Some(bytes[start as usize..end as usize].to_vec())
    }

    pub(crate) fn put(&self, key: &str, bytes: Vec<u8>) {
        push(&mut self.files(), key, Some(bytes));
    }

    pub(crate) fn put_if_absent(&self, key: &str, bytes: Vec<u8>) -> bool {
        let mut files = self.files();
        if files.get(key).and_then(|versions| versions.last()).is_some_and(|it| it.bytes.is_some()) {
            return false;
        }
        push(&mut files, key, Some(bytes));
        true
    }

    pub(crate) fn list(&self, prefix: &str, start_after: Option<&str>, limit: u16) -> Page {
        let files = self.files();
        let mut rest = files
            .range(prefix.to_owned()..)
            .take_while(|(key, _)| key.starts_with(prefix))
            .filter(|(key, _)| start_after.is_none_or(|after| key.as_str() > after))
            .filter_map(|(key, versions)| {
                let bytes = versions.last()?.bytes.as_ref()?;
                Some(Listed { key: key.clone(), size_bytes: bytes.len() as u64 })
            });
        let listed: Vec<Listed> = rest.by_ref().take(limit.into()).collect();
        let next = rest.next().and_then(|_| listed.last()).map(|it| it.key.clone());
        Page { files: listed, next }
    }

    pub(crate) fn copy(&self, from: &str, to: &str) -> bool {
        let Some((_, bytes)) = self.current(from) else { return false };
        self.put(to, bytes);
        true
    }

    pub(crate) fn delete(&self, key: &str) {
        push(&mut self.files(), key, None);
    }

    pub(crate) fn erase(&self, key: &str) -> u64 {
        self.files().remove(key).map_or(0, |versions| versions.len() as u64)
    }

    pub(crate) fn delete_prefix(&self, prefix: &str) -> u64 {
        let mut files = self.files();
        let mut n_erased = 0;
        files.retain(|key, versions| {
            let erased = key.starts_with(prefix);
            n_erased += if erased { versions.len() as u64 } else { 0 };
            !erased
        });
        n_erased
    }

    pub(crate) fn presigned_post(&self, upload: &Upload<'_>, now: Timestamp, expires_at: Timestamp) -> PresignedPost {
        let signer = Signer { access_key: "memory", secret_key: "memory", session_token: None, region: "memory" };
        signer.sign(upload, "memory", "http://files.invalid/".into(), now, expires_at)
    }
}

pub(crate) fn address(key: &str) -> String {
    format!("http://files.invalid/{}", utf8_percent_encode(key, NON_ALPHANUMERIC))
}

fn push(files: &mut BTreeMap<String, Vec<Version>>, key: &str, bytes: Option<Vec<u8>>) {
    let versions = files.entry(key.to_owned()).or_default();
    let id = format!("v{}", versions.len() + 1);
    versions.push(Version { id, bytes });
}
