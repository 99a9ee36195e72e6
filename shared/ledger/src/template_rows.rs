use anyhow::Result;
use delivery::TemplateText;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Actor, ClinicId, Ledger, StaffActRow, Versioned,
    keys::{Key, templates},
    store::{Expect, Range, Write},
};

/// A message that staff keep to be sent again (K-069).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageTemplateRow {
    /// Random.
    pub id: String,
    /// What staff call it; patients never see it.
    pub name: String,
    /// 件名 and 本文 with their tags.
    pub text: TemplateText,
    /// 返信あり.
    pub takes_reply: bool,
    /// Who wrote it last.
    pub saved_by: Actor,
    /// When.
    pub saved_at: Timestamp,
}

impl Ledger {
    /// A clinic's templates, in the order of their ids.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn templates(&self, clinic: &ClinicId) -> Result<Vec<Versioned<MessageTemplateRow>>> {
        let rows = self.core.query(&Range::all(templates(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it).collect())
    }

    /// One template.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn template(&self, clinic: &ClinicId, id: &str) -> Result<Option<Versioned<MessageTemplateRow>>> {
        self.core.get(Key::template(clinic, id)).await
    }

    /// Saves a template, with who did it in the log. Returns `false`, and changes nothing, when somebody else
    /// was first; `version` is 0 for a new one.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_template(
        &self,
        clinic: &ClinicId,
        row: &MessageTemplateRow,
        version: u64,
        act: &StaffActRow,
    ) -> Result<bool> {
        let put = Write::put(Key::template(clinic, &row.id), row, Expect::of_version(version))?;
        self.core.transact(vec![put, act.write(clinic)?]).await
    }

    /// Takes a template away, with who did it in the log; one that is gone is no error.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn delete_template(&self, clinic: &ClinicId, id: &str, act: &StaffActRow) -> Result<()> {
        let delete = Write::Delete { key: Key::template(clinic, id) };
        self.core.transact(vec![delete, act.write(clinic)?]).await.map(|_| ())
    }
}
