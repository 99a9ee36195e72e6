use anyhow::Result;
use careplan::{
    OfficeNumber,
    exchange::{BundleId, SendMarker},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Ledger,
    keys::{Key, drafts},
    store::{Expect, Range, Write},
};

/// A bundle that is not closed yet (下書き): its files may lie in the outbox already. All machines of an
/// office see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    /// The bundle it will be; what will be its `_send.json`.
    pub marker: SendMarker,
    /// 端末名: where it was saved last.
    pub machine: String,
    /// When.
    pub saved_at: Timestamp,
}

impl Ledger {
    /// Saves a draft, over the one of its bundle if there is one.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_draft(&self, office: &OfficeNumber, row: &DraftRow) -> Result<()> {
        self.core.put(Key::draft(office, &row.marker.id), row, Expect::Anything).await.map(|_| ())
    }

    /// The draft of the bundle `id`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn draft(&self, office: &OfficeNumber, id: &BundleId) -> Result<Option<DraftRow>> {
        Ok(self.core.get(Key::draft(office, id)).await?.map(|it| it.row))
    }

    /// The drafts of an office, in the order of their bundles' names.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn drafts(&self, office: &OfficeNumber) -> Result<Vec<DraftRow>> {
        const MAX_DRAFTS: usize = 200;
        let found = self.core.query(&Range::all(drafts(office)), MAX_DRAFTS, false).await?;
        Ok(found.into_iter().map(|it| it.1.row).collect())
    }

    /// Forgets a draft; none is no error.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn delete_draft(&self, office: &OfficeNumber, id: &BundleId) -> Result<()> {
        self.core.transact(vec![Write::Delete { key: Key::draft(office, id) }]).await.map(|_| ())
    }
}
