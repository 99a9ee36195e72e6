use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use files::{Files, Upload};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;

/// How long a signed address is open.
const OPEN: SignedDuration = SignedDuration::from_mins(10);

/// Signs addresses of the bucket that are all open until the same moment.
pub(crate) struct Signer<'a> {
    files: &'a Files,
    now: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// Where to send one file.
#[derive(Serialize, ToSchema)]
pub(crate) struct PostPlace {
    /// Where to POST `multipart/form-data`.
    pub(crate) url: String,
    /// The form's fields, each as it is; the file comes last, as `file`.
    pub(crate) fields: BTreeMap<String, String>,
}

impl Api {
    pub(crate) fn signer(&self) -> Result<Signer<'_>> {
        let now = (self.now)();
        let expires_at = now.checked_add(OPEN).context("adding ten minutes")?;
        Ok(Signer { files: &self.files, now, expires_at })
    }
}

impl Signer<'_> {
    /// Lets whoever holds the answer put a file of the type and up to the size under `key`.
    pub(crate) async fn post(&self, key: &str, content_type: &str, max_bytes: u64) -> Result<PostPlace> {
        let upload = Upload { key, max_bytes, content_type, sha256: None, then_to: None };
        let post = self.files.presigned_post(&upload, self.now, self.expires_at).await.context("signing a form")?;
        Ok(PostPlace { url: post.url, fields: post.fields })
    }

    /// Lets whoever holds the answer get the file `key`.
    pub(crate) async fn get(&self, key: &str) -> Result<String> {
        self.files.presigned_get(key, self.now, self.expires_at).await.context("signing an address")
    }
}
