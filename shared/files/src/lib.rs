//! Files in one S3 bucket, or in memory for tests.
//!
//! Every operation may be repeated without harm. Errors name the operation, never a key: keys
//! are typed by people and hold names of patients.
//!
//! **Invariant:** no type of the SDK leaves this crate.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod facts;
mod memory;
mod months;
mod pictures;
mod post;
mod s3;
mod s3_listing;
mod session;

use std::sync::Arc;

use anyhow::{Result, ensure};
use aws_config::SdkConfig;
use jiff::Timestamp;

pub use crate::months::MonthObject;
pub use crate::pictures::{PICTURE_MAX_BYTES, PicturePlace, picture_inbox_key, picture_key};
pub use crate::post::{PresignedPost, Upload};
pub use crate::session::{Session, SessionRights};

use crate::memory::Memory;
use crate::s3::S3;

/// The files of one bucket. Clones are the same bucket.
#[derive(Clone)]
pub struct Files(Backend);

#[derive(Clone)]
enum Backend {
    S3(Arc<S3>),
    Memory(Arc<Memory>),
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Length of the content.
    pub size_bytes: u64,
    /// SHA-256 of the content as lower-case hex, where it was given when the file was put: by
    /// every put of this crate, and by an [`Upload`] that states it.
    pub sha256: Option<String>,
    /// Names these very bytes, where the bucket keeps versions.
    pub version_id: Option<String>,
}

/// One file of a listing.
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// The key, decoded.
    pub key: String,
    /// Length of the content.
    pub size_bytes: u64,
}

/// A part of a listing, in the order of the keys' UTF-8 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    /// The files.
    pub files: Vec<Listed>,
    /// What to start the next page after, if there is more.
    pub next: Option<String>,
}

/// The file is larger than the reader is ready for. A retry would meet the same file, so this is
/// an outcome: find it with `err.downcast_ref::<TooLarge>()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file has {size_bytes} bytes, more than the limit")]
pub struct TooLarge {
    /// Length of the content, or how much of it was seen.
    pub size_bytes: u64,
}

impl Files {
    /// The files of `bucket`, which must keep versions.
    ///
    /// Where `aws` names an endpoint (the emulator), the bucket goes into the path.
    pub fn in_s3(aws: &SdkConfig, bucket: impl Into<String>) -> Self {
        Self(Backend::S3(Arc::new(S3::new(aws, bucket.into()))))
    }

    /// Files that live as long as this value. It keeps versions.
    pub fn in_memory() -> Self {
        Self(Backend::Memory(Arc::default()))
    }

    /// What is known of the file, or `None` when there is none.
    pub async fn head(&self, key: &str) -> Result<Option<Head>> {
        match &self.0 {
            Backend::S3(s3) => s3.head(key).await,
            Backend::Memory(memory) => Ok(memory.head(key)),
        }
    }

    /// The file's bytes, or `None` when there is none.
    ///
    /// # Errors
    ///
    /// [`TooLarge`] when it has more than `max_bytes`; its content is then not read.
    pub async fn get(&self, key: &str, max_bytes: u64) -> Result<Option<Vec<u8>>> {
        match &self.0 {
            Backend::S3(s3) => s3.get(key, None, max_bytes).await,
            Backend::Memory(memory) => memory.get(key, None, max_bytes),
        }
    }

    /// The bytes a notice spoke of, whatever was put under `key` since; `None` when that version
    /// is gone.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn get_version(&self, key: &str, version_id: &str, max_bytes: u64) -> Result<Option<Vec<u8>>> {
        match &self.0 {
            Backend::S3(s3) => s3.get(key, Some(version_id), max_bytes).await,
            Backend::Memory(memory) => memory.get(key, Some(version_id), max_bytes),
        }
    }

    /// The `len` bytes from `offset` on, fewer where the file ends before, or `None` when there is
    /// no file.
    pub async fn get_range(&self, key: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>> {
        match &self.0 {
            Backend::S3(s3) => s3.get_range(key, offset, len).await,
            Backend::Memory(memory) => Ok(memory.get_range(key, offset, len)),
        }
    }

    /// Puts a file, over the one of that key if there is one. A repeat leaves the same bytes.
    pub async fn put(&self, key: &str, bytes: Vec<u8>, content_type: &str) -> Result<()> {
        match &self.0 {
            Backend::S3(s3) => s3.put(key, bytes, content_type).await,
            Backend::Memory(memory) => {
                memory.put(key, bytes);
                Ok(())
            }
        }
    }

    /// Puts a file unless there is one of that key, and returns whether it did.
    ///
    /// For keys made of the content's hash: `false` can also mean that an earlier try, whose
    /// answer was lost, did it.
    pub async fn put_if_absent(&self, key: &str, bytes: Vec<u8>) -> Result<bool> {
        match &self.0 {
            Backend::S3(s3) => s3.put_if_absent(key, bytes).await,
            Backend::Memory(memory) => Ok(memory.put_if_absent(key, bytes)),
        }
    }

    /// Up to `limit` (at most 1,000) files whose keys begin with `prefix` and come after
    /// `start_after`.
    pub async fn list(&self, prefix: &str, start_after: Option<&str>, limit: u16) -> Result<Page> {
        ensure!((1..=1000).contains(&limit), "a page has 1 to 1,000 files");
        match &self.0 {
            Backend::S3(s3) => s3.list(prefix, start_after, limit).await,
            Backend::Memory(memory) => Ok(memory.list(prefix, start_after, limit)),
        }
    }

    /// Puts the bytes of `from` under `to` without reading them here (up to 5 GB). Returns `false`
    /// when there is no `from`.
    pub async fn copy(&self, from: &str, to: &str) -> Result<bool> {
        match &self.0 {
            Backend::S3(s3) => s3.copy(from, to).await,
            Backend::Memory(memory) => Ok(memory.copy(from, to)),
        }
    }

    /// Takes the file out of sight; its versions stay until their retention ends. No file is no
    /// error.
    pub async fn delete(&self, key: &str) -> Result<()> {
        match &self.0 {
            Backend::S3(s3) => s3.delete(key).await,
            Backend::Memory(memory) => {
                memory.delete(key);
                Ok(())
            }
        }
    }

    /// Erases every version of the file, and returns how many went. On `Ok` none was left; after an `Err` call it
    /// again.
    pub async fn erase(&self, key: &str) -> Result<u64> {
        match &self.0 {
            Backend::S3(s3) => s3.erase_key(key).await,
            Backend::Memory(memory) => Ok(memory.erase(key)),
        }
    }

    /// Erases every version of every file whose key begins with `prefix`, and returns how many
    /// versions went. On `Ok` a listing made afterwards was empty; after an `Err` call it again.
    ///
    /// # Errors
    ///
    /// When `prefix` does not end with `/`: `c1` would take the files of `c12` as well.
    pub async fn delete_prefix(&self, prefix: &str) -> Result<u64> {
        ensure!(prefix.len() > 1 && prefix.ends_with('/'), "a prefix to erase must end with a slash");
        match &self.0 {
            Backend::S3(s3) => s3.delete_prefix(prefix).await,
            Backend::Memory(memory) => Ok(memory.delete_prefix(prefix)),
        }
    }

    /// What a browser or program posts, as a form, to put exactly the `upload` itself.
    ///
    /// S3 refuses another key, type or size, and everything after `expires_at`; until then it may
    /// be used more than once. It dies earlier if the credentials that signed it do. Needs CORS on
    /// the bucket for browsers. In memory the address leads nowhere.
    pub async fn presigned_post(
        &self,
        upload: &Upload<'_>,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<PresignedPost> {
        ensure!(upload.max_bytes >= 1, "an upload must be allowed a byte");
        ensure!(expires_at > now, "an upload must expire later than now");
        match &self.0 {
            Backend::S3(s3) => s3.presigned_post(upload, now, expires_at).await,
            Backend::Memory(memory) => Ok(memory.presigned_post(upload, now, expires_at)),
        }
    }

    /// An address from which the file can be fetched until `expires_at`, as a download and never
    /// as a page. Whether there is a file is not looked at. In memory it leads nowhere.
    pub async fn presigned_get(&self, key: &str, now: Timestamp, expires_at: Timestamp) -> Result<String> {
        ensure!(expires_at > now, "an address must expire later than now");
        match &self.0 {
            Backend::S3(s3) => s3.presigned_get(key, now, expires_at).await,
            Backend::Memory(_) => Ok(memory::address(key)),
        }
    }
}

impl Files {
    /// Credentials for plain bucket tools, of the role `role_arn` cut down to `rights`, for an hour from
    /// `now`. In memory they open nothing.
    ///
    /// # Errors
    ///
    /// When the role cannot be taken.
    pub async fn session(&self, role_arn: &str, name: &str, rights: &SessionRights, now: Timestamp) -> Result<Session> {
        match &self.0 {
            Backend::S3(s3) => session::session(&s3.aws, &s3.bucket, role_arn, name, rights).await,
            Backend::Memory(_) => Ok(Session {
                access_key_id: "memory".to_owned(),
                secret_access_key: "memory".to_owned(),
                session_token: format!("{} {}", rights.put.join(" "), rights.get.join(" ")),
                bucket: "memory".to_owned(),
                expires_at: now + session::SESSION_LIFE,
            }),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        contract::check(&Files::in_memory()).await;
    }
}
