//! Who follows a clinic's LINE account, and who blocked it.

use anyhow::{Context as _, Result, anyhow, bail};
use delivery::Channel;
use ledger::{AddressKey, ClinicId};
use line::{EventKind, Webhook, WebhookEvent};

use crate::SettleMessages;

/// LINE sends far less at once.
const MAX_BYTES: u64 = 1_000_000;
/// How often a row that others write meanwhile is read again.
const TRIES: usize = 6;

/// Takes in the events that lie at `key`. Events of other kinds are the webhook's own.
pub(crate) async fn take_in(deps: &SettleMessages, clinic: &str, key: &str) -> Result<()> {
    let clinic = ClinicId::parse(clinic).context("an event of no clinic")?;
    let bytes = deps.files.get(key, MAX_BYTES).await.context("getting events of LINE")?;
    let bytes = bytes.context("events of LINE that are not there")?;
    // Without the error of serde, whose text can quote.
    let webhook: Webhook = serde_json::from_slice(&bytes).map_err(|_| anyhow!("unreadable events of LINE"))?;
    for event in &webhook.events {
        let is_blocked = match event.kind {
            EventKind::Follow { .. } => false,
            EventKind::Unfollow => true,
            _ => continue,
        };
        note(deps, &clinic, event, is_blocked).await?;
    }
    Ok(())
}

/// Whether the user can be reached from then on. Events come in any order: the newest says it.
async fn note(deps: &SettleMessages, clinic: &ClinicId, event: &WebhookEvent, is_blocked: bool) -> Result<()> {
    let Some(user) = &event.user else { return Ok(()) };
    let key = AddressKey::new(&deps.identity_secret, clinic, Channel::Line, user);
    for _ in 0..TRIES {
        let mut known = deps.ledger.address_of(clinic, &key).await.context("getting what is known of an address")?;
        if known.row.follow_changed_at.is_some_and(|it| it >= event.at) {
            return Ok(());
        }
        known.row.is_blocked = is_blocked;
        known.row.follow_changed_at = Some(event.at);
        if deps.ledger.save_address(clinic, &known.row, known.version).await.context("saving an address")? {
            return Ok(());
        }
    }
    bail!("an address was written by others {TRIES} times");
}
