use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::SettleMessages;

/// Keeps an event as it came, below `events/<provider>/`, called by its hash: one that comes again is kept once.
pub(crate) async fn keep(deps: &SettleMessages, provider: &str, body: &str) -> Result<()> {
    let hash: String = Sha256::digest(body).iter().map(|it| format!("{it:02x}")).collect();
    let key = format!("events/{provider}/{hash}.json");
    deps.files.put(&key, body.as_bytes().to_vec(), "application/json").await.context("keeping an event")
}
