use anyhow::Result;
use delivery::{Channel, ConsentSource};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    AddressRow, ClinicId, Ledger, NoticeRow, PatientId, ReachRow, StaffActRow, Versioned,
    keys::{Key, consents},
    store::{Expect, Range, Write},
};

/// What a patient said about being written to, once: kept as proof (特定電子メール法 §3 (2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRow {
    /// Sorts by time ([`crate::timed_id`]).
    pub id: String,
    /// Who.
    pub patient: PatientId,
    /// When it was said.
    pub at: Timestamp,
    /// About which channel; `None` for all.
    pub channel: Option<Channel>,
    /// What.
    pub said: Said,
    /// How.
    pub through: SaidThrough,
    /// What proves it: the id of a message whose page it was said on, of a webhook event, of a form.
    pub record: String,
}

/// What was said about being written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// 同意.
    Agreed,
    /// 配信停止.
    Refused,
    /// 「本人ではありません」.
    NotMe,
}

/// How it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidThrough {
    /// As consents are given.
    Consent(ConsentSource),
    /// By the button of a mail program (RFC 8058).
    OneClick,
}

/// What is written when a patient says something: all of it or nothing.
#[derive(Debug)]
pub struct SaidChange<'a> {
    /// The proof.
    pub record: &'a ConsentRow,
    /// What the patient said from now on, and the version that was read.
    pub reach: &'a Versioned<ReachRow>,
    /// What is known of addresses from now on, each with the version that was read.
    pub addresses: &'a [Versioned<AddressRow>],
    /// What staff should look at.
    pub notice: Option<&'a NoticeRow>,
}

impl SaidChange<'_> {
    fn writes(&self, clinic: &ClinicId) -> Result<Vec<Write>> {
        let SaidChange { record, reach, addresses, notice } = self;
        let mut writes = vec![
            Write::Check { key: Key::patient(clinic, &record.patient), expect: Expect::Present },
            Write::put(Key::consent(clinic, &record.patient, &record.id), record, Expect::Anything)?,
            Write::put(Key::reach(clinic, &reach.row.patient), &reach.row, Expect::of_version(reach.version))?,
        ];
        for Versioned { row, version } in *addresses {
            let key = Key::address(clinic, row.key.channel, &row.key.hmac);
            writes.push(Write::put(key, row, Expect::of_version(*version))?);
        }
        if let Some(notice) = notice {
            writes.push(Write::put(Key::notice(clinic, &notice.id), notice, Expect::Anything)?);
        }
        Ok(writes)
    }
}

impl Ledger {
    /// Saves what a patient said. Returns `false`, and changes nothing, when somebody else was first or the
    /// patient is gone.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_said(&self, clinic: &ClinicId, change: &SaidChange<'_>) -> Result<bool> {
        self.core.transact(change.writes(clinic)?).await
    }

    /// As [`save_said`](Self::save_said), for what a patient told staff, with who noted it in the log.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn note_said(&self, clinic: &ClinicId, change: &SaidChange<'_>, act: &StaffActRow) -> Result<bool> {
        let mut writes = change.writes(clinic)?;
        writes.push(act.write(clinic)?);
        self.core.transact(writes).await
    }

    /// Takes back what kept messages away from a patient or an address, with who did it in the log. Returns
    /// `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn lift(
        &self,
        clinic: &ClinicId,
        reach: Option<&Versioned<ReachRow>>,
        address: Option<&Versioned<AddressRow>>,
        act: &StaffActRow,
    ) -> Result<bool> {
        let mut writes = vec![act.write(clinic)?];
        if let Some(Versioned { row, version }) = reach {
            writes.push(Write::put(Key::reach(clinic, &row.patient), row, Expect::of_version(*version))?);
        }
        if let Some(Versioned { row, version }) = address {
            let key = Key::address(clinic, row.key.channel, &row.key.hmac);
            writes.push(Write::put(key, row, Expect::of_version(*version))?);
        }
        self.core.transact(writes).await
    }

    /// Everything a patient said about being written to, the oldest first.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn consents(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Vec<ConsentRow>> {
        let rows = self.core.query(&Range::all(consents(clinic, patient)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }
}
