use std::sync::Arc;

use anyhow::{Context as _, Result};
use codes::{Codes, HealthNames};
use files::Files;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

/// Where the look-up of the national masters is kept.
const CODES_KEY: &str = "codes/current";
/// Several times the look-up of all masters.
const CODES_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// How long a process goes by what it has read.
const KEPT: SignedDuration = SignedDuration::from_mins(10);

/// The names of codes, read when they are first needed.
#[derive(Default)]
pub struct Masters {
    codes: Mutex<Option<(Timestamp, Arc<Codes>)>>,
    health_names: Mutex<Option<(Timestamp, Arc<HealthNames>)>>,
}

impl Masters {
    /// Whether the masters were put in.
    pub(crate) async fn are_there(files: &Files) -> Result<bool> {
        Ok(files.head(CODES_KEY).await.context("looking for the masters")?.is_some())
    }

    /// The look-up of the national masters; it knows nothing where none were put in, and codes are
    /// then shown as they are.
    pub(crate) async fn codes(&self, files: &Files, now: Timestamp) -> Result<Arc<Codes>> {
        let mut kept = self.codes.lock().await;
        if let Some((read_at, codes)) = &*kept
            && now.duration_since(*read_at) < KEPT
        {
            return Ok(codes.clone());
        }
        let codes = match files.get(CODES_KEY, CODES_MAX_BYTES).await.context("getting the masters")? {
            Some(bytes) => Codes::from_bytes(&bytes).context("reading the masters")?,
            None => Codes::empty(),
        };
        let codes = Arc::new(codes);
        *kept = Some((now, codes.clone()));
        Ok(codes)
    }

    /// The names of diseases and drugs that those masters know.
    pub(crate) async fn health_names(&self, files: &Files, now: Timestamp) -> Result<Arc<HealthNames>> {
        let mut kept = self.health_names.lock().await;
        if let Some((read_at, names)) = &*kept
            && now.duration_since(*read_at) < KEPT
        {
            return Ok(names.clone());
        }
        let names = Arc::new(HealthNames::of(&*self.codes(files, now).await?));
        *kept = Some((now, names.clone()));
        Ok(names)
    }
}
