use std::fmt;

use anyhow::{Context as _, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    ChannelKey, ClinicId, Ledger, Versioned, WebhookId,
    keys::Key,
    store::{Expect, Write},
};

/// A clinic's channel of LINE's Messaging API, as staff entered it.
#[derive(Clone, PartialEq, Eq)]
pub struct LineChannel {
    /// The last part of the address that LINE's webhook calls: random, given once. LINE knows the address, so
    /// a channel entered anew keeps it.
    pub webhook: WebhookId,
    /// What LINE calls the bot, the `destination` of its webhooks; `None` where nobody asked LINE yet.
    pub bot_user: Option<String>,
    /// The LINE ID that patients add, with its `@`.
    pub basic_id: Option<String>,
    /// チャネルアクセストークン.
    pub access_token: String,
    /// チャネルシークレット.
    pub channel_secret: String,
}

/// No secret.
impl fmt::Debug for LineChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineChannel").field("bot_user", &self.bot_user).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
struct LineChannelRow {
    webhook: WebhookId,
    bot_user: Option<String>,
    basic_id: Option<String>,
    /// [`Secrets`] under a [`ChannelKey`].
    sealed: String,
}

#[derive(Serialize, Deserialize)]
struct Secrets {
    access_token: String,
    channel_secret: String,
}

#[derive(Serialize, Deserialize)]
struct WebhookRow {
    clinic: ClinicId,
}

impl Ledger {
    /// The clinic's channel of LINE, if it has one.
    ///
    /// # Errors
    ///
    /// When the table does not answer, or the row was sealed under another key.
    pub async fn line_channel(&self, clinic: &ClinicId, key: &ChannelKey) -> Result<Option<Versioned<LineChannel>>> {
        let Some(found) = self.auth.get::<LineChannelRow>(Key::line_channel(clinic)).await? else { return Ok(None) };
        let Versioned { row, version } = found;
        let sealed = BASE64_STANDARD.decode(row.sealed).context("reading a sealed row")?;
        let opened = key.open(clinic.as_str(), &sealed).context("opening a sealed row")?;
        // Without the error of serde, which may quote.
        let secrets: Secrets = serde_json::from_slice(&opened).ok().context("a sealed row that is unreadable")?;
        let channel = LineChannel {
            webhook: row.webhook,
            bot_user: row.bot_user,
            basic_id: row.basic_id,
            access_token: secrets.access_token,
            channel_secret: secrets.channel_secret,
        };
        Ok(Some(Versioned { row: channel, version }))
    }

    /// Saves the clinic's channel with its secrets sealed, and where its webhook leads. Returns `false`, and
    /// changes nothing, when somebody else was first. `version` is 0 for a clinic without a channel.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_line_channel(
        &self,
        clinic: &ClinicId,
        channel: &LineChannel,
        key: &ChannelKey,
        version: u64,
    ) -> Result<bool> {
        let secrets =
            Secrets { access_token: channel.access_token.clone(), channel_secret: channel.channel_secret.clone() };
        let secrets = serde_json::to_vec(&secrets).ok().context("writing secrets as JSON")?;
        let row = LineChannelRow {
            webhook: channel.webhook.clone(),
            bot_user: channel.bot_user.clone(),
            basic_id: channel.basic_id.clone(),
            sealed: BASE64_STANDARD.encode(key.seal(clinic.as_str(), &secrets)?),
        };
        let leads_to = WebhookRow { clinic: clinic.clone() };
        let writes = vec![
            Write::put(Key::line_channel(clinic), &row, Expect::of_version(version))?,
            Write::put(Key::line_webhook(&channel.webhook), &leads_to, Expect::Anything)?,
        ];
        self.auth.transact(writes).await
    }

    /// Whose channel calls the address that ends with `webhook`; `None` for one that nobody has, or no longer.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn clinic_of_webhook(&self, webhook: &WebhookId) -> Result<Option<ClinicId>> {
        let Some(leads_to) = self.auth.get::<WebhookRow>(Key::line_webhook(webhook)).await? else { return Ok(None) };
        let clinic = leads_to.row.clinic;
        let channel = self.auth.get::<LineChannelRow>(Key::line_channel(&clinic)).await?;
        Ok(channel.filter(|it| it.row.webhook == *webhook).map(|_| clinic))
    }
}
