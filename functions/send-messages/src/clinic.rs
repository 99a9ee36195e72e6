use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::{Context as _, Result, anyhow};
use delivery::{Channel, Closed, Hours, OutboxRow};
use futures_util::future::join_all;
use ledger::{ClinicId, MessageSettings};
use line::ChannelToken;

use crate::{SendMessages, worker::Worker};

/// What is known of a clinic for all its messages of a batch.
pub(crate) struct Clinic {
    pub(crate) id: ClinicId,
    pub(crate) name: String,
    pub(crate) settings: MessageSettings,
    pub(crate) hours: Hours,
    /// `None` for a clinic without a LINE channel.
    pub(crate) line: Option<ChannelToken>,
    pub(crate) closed: BTreeMap<Channel, Closed>,
}

impl Clinic {
    /// The channels it uses, best first.
    pub(crate) fn order(&self) -> Vec<Channel> {
        let can = |it: &Channel| *it != Channel::Line || self.line.is_some();
        self.settings.order.iter().copied().filter(can).collect()
    }
}

/// The clinics of a batch, each read once, and why some could not be read.
pub(crate) struct Clinics(BTreeMap<ClinicId, Result<Arc<Clinic>, String>>);

impl Clinics {
    pub(crate) async fn load(worker: &Worker<'_>, ids: BTreeSet<ClinicId>) -> Self {
        let loaded = join_all(ids.into_iter().map(|id| async {
            let clinic = load_one(worker.deps, &id).await.map(Arc::new).map_err(|err| format!("{err:#}"));
            (id, clinic)
        }));
        Self(loaded.await.into_iter().collect())
    }

    /// The clinic of a message.
    pub(crate) fn of(&self, row: &OutboxRow) -> Result<&Arc<Clinic>> {
        let id = ClinicId::parse(&row.clinic).context("a message of no clinic")?;
        let clinic = self.0.get(&id).context("a message of no clinic")?;
        clinic.as_ref().map_err(|why| anyhow!("{why}"))
    }
}

async fn load_one(deps: &SendMessages, id: &ClinicId) -> Result<Clinic> {
    let row = deps.ledger.clinic(id).await.context("getting a clinic")?.context("a message of no clinic")?;
    let settings = deps.ledger.message_settings(id).await.context("getting a clinic's settings")?.row;
    let hours = Hours::new(settings.hours.clone()).context("reading a clinic's hours")?;
    let channel = deps.ledger.line_channel(id, &deps.secrets.channels).await.context("getting a LINE channel")?;
    let line = channel.map(|it| ChannelToken::new(it.row.access_token));
    let closed = deps.ledger.closed_channels(id, (deps.now)()).await.context("getting closed channels")?;
    Ok(Clinic { id: id.clone(), name: row.name, settings, hours, line, closed })
}
