//! Delivers care plans between offices. `outbox/<office>/<bundle>/_send.json` closes a bundle: its files
//! are checked and put into the inboxes of the offices they go to, each destination by itself.
//! `inbox/<office>/<transfer>/_ack.json` is what the receiver's software answers.
//!
//! Delivery of notices is at least once and in any order. A transfer is called by its content, its row
//! is made before and settled after its files are put, and everything between may be done twice.

mod acknowledge;
mod bundle;
mod deliver;
mod note;
mod notify;
mod place;
mod settings;

use anyhow::{Context as _, Result};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use careplan::exchange::{Message, Seal};
use files::Files;
use host::Notice;
use jiff::Timestamp;
use ledger::Ledger;
use mail::Mail;
use queue::Queue;
use tracing::warn;

pub use crate::settings::Settings;
use crate::{bundle::Closed, place::Place};

/// What the function works with.
pub struct ExchangePlans {
    /// The data bucket.
    pub files: Files,
    /// The tables.
    pub ledger: Ledger,
    /// The function's own queue, to look at a bundle again.
    pub again: Queue,
    /// How receivers are told.
    pub mail: Mail,
    /// What receipts and evidence are signed with.
    pub seal: Seal,
    /// What an operator may set.
    pub settings: Settings,
    /// The time.
    pub now: fn() -> Timestamp,
}

/// Takes in the bundles and answers a batch announces, and reports the messages to deliver again.
pub async fn handle(deps: &ExchangePlans, event: SqsEvent) -> SqsBatchResponse {
    host::each_message(event, async |body| {
        if let Ok(message) = serde_json::from_str::<Message>(body) {
            let Message::BundleV1 { office, bundle, version_id, closed_at } = message;
            return bundle::look_again_at(deps, Closed { office, bundle, version_id, closed_at }).await;
        }
        for notice in host::notices(body)? {
            if !notice.deleted {
                take_in(deps, &notice).await.with_context(|| format!("taking in {}", host::key_hash(&notice.key)))?;
            }
        }
        Ok(())
    })
    .await
}

async fn take_in(deps: &ExchangePlans, notice: &Notice) -> Result<()> {
    match Place::of(&notice.key) {
        Some(Place::Bundle { office, bundle }) => {
            let closed_at = notice.at.unwrap_or_else(|| (deps.now)());
            bundle::exchange(deps, Closed { office, bundle, version_id: notice.version_id.clone(), closed_at }).await
        }
        Some(Place::Answer { office, transfer }) => acknowledge::acknowledge(deps, &office, &transfer, notice).await,
        None => {
            // No office's prefix: nobody to tell, and a retry would find none either.
            warn!(file.key_hash = host::key_hash(&notice.key), "a file at no place of the exchange is left alone");
            Ok(())
        }
    }
}
