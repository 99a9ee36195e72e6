use anyhow::{Context as _, Result};
use careplan::exchange::TransferState;

use crate::{
    DeliveredUnit, Ledger, TransferRow,
    due_rows::{actuals_key, actuals_writes, due_write, next_actuals_look},
    store::Write,
};

impl Ledger {
    /// Undoes what a withdrawn transfer had brought about: it makes nothing outdated any more, and no 実績 are
    /// expected or settled because of it.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless, and goes on where a killed one ended.
    pub async fn undo_withdrawn(&self, row: &TransferRow) -> Result<()> {
        let Some(unit) = row.delivered_unit().filter(|_| row.state == TransferState::Withdrawn) else { return Ok(()) };
        // Taken away before the others are read: one that is delivered meanwhile is among them, or writes
        // it again itself.
        if let Some(key) = actuals_key(row) {
            self.core.transact(vec![Write::Delete { key }]).await.context("forgetting what was expected")?;
        }
        let others = self.delivered_units(&row.receiver, &row.sender, row.kind).await?;
        if let Some(withdrawn_at) = row.withdrawn_at {
            let mut writes = Vec::new();
            if row.month.is_some() && others.iter().any(|it| it.month == row.month) {
                writes = actuals_writes(row, withdrawn_at)?;
            } else if let Some(due) = next_actuals_look(row, withdrawn_at) {
                writes.push(due_write(&due)?);
            }
            if !writes.is_empty() {
                self.core.transact(writes).await.context("noting what is expected")?;
            }
        }
        for older in others.iter().filter(|it| it.is_superseded_by(&unit)) {
            self.uncover(row, older, &others).await?;
        }
        Ok(())
    }

    /// Lets `older` count again, unless another one covers it.
    async fn uncover(&self, withdrawn: &TransferRow, older: &DeliveredUnit, others: &[DeliveredUnit]) -> Result<()> {
        let newer = others.iter().rfind(|it| older.is_superseded_by(it));
        let change = |row: &mut TransferRow| {
            if row.superseded_by.as_ref() == Some(&withdrawn.id) {
                row.superseded_by = newer.map(|it| it.id.clone());
                row.is_late &= row.superseded_by.is_some();
            }
            Ok(())
        };
        self.change_transfer(&withdrawn.receiver, &older.id, change).await.context("marking an older transfer")?;
        Ok(())
    }
}
