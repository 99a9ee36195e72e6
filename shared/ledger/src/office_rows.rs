use anyhow::Result;
use careplan::{OfficeNumber, ServiceType};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Ledger, Versioned,
    keys::{Key, partners},
    store::{Expect, Range},
};

/// A care office that takes part in the exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeRow {
    /// As other offices see it.
    pub name: String,
    /// What it does, 居宅介護支援 (43) among it.
    pub service_types: Vec<ServiceType>,
    /// Where it is told of what came, by mail.
    pub notify_address: Option<String>,
    /// When it accepted the terms of use; it neither sends nor receives before.
    pub terms_accepted_at: Option<Timestamp>,
}

/// A partner whose number and name an office has confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerRow {
    /// Its number.
    pub number: OfficeNumber,
    /// The name that was confirmed.
    pub name: String,
    /// When.
    pub confirmed_at: Timestamp,
}

impl Ledger {
    /// The office registered under `number`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn office(&self, number: &OfficeNumber) -> Result<Option<Versioned<OfficeRow>>> {
        self.core.get(Key::office(number)).await
    }

    /// Registers an office, or changes it from the version that was read (0 for none). Returns whether
    /// nobody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_office(&self, number: &OfficeNumber, row: &OfficeRow, version: u64) -> Result<bool> {
        self.core.put(Key::office(number), row, Expect::of_version(version)).await
    }

    /// What `office` has confirmed of the partner `number`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn partner(&self, office: &OfficeNumber, number: &OfficeNumber) -> Result<Option<PartnerRow>> {
        Ok(self.core.get(Key::partner(office, number)).await?.map(|it| it.row))
    }

    /// Notes that `office` confirmed a partner.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn confirm_partner(&self, office: &OfficeNumber, row: &PartnerRow) -> Result<()> {
        self.core.put(Key::partner(office, &row.number), row, Expect::Anything).await.map(|_| ())
    }

    /// The partners that `office` has confirmed, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn partners(&self, office: &OfficeNumber) -> Result<Vec<PartnerRow>> {
        const MAX_PARTNERS: usize = 1000;
        let found = self.core.query(&Range::all(partners(office)), MAX_PARTNERS, false).await?;
        Ok(found.into_iter().map(|it| it.1.row).collect())
    }
}
