use anyhow::{Context as _, Result};
use delivery::{LinkToken, LintRules};
use ledger::{ClinicId, MessageSettings};

use crate::Api;

impl Api {
    /// What the clinic's messages are held against; of the names of diseases and drugs, those that stand in
    /// `texts`.
    pub(crate) async fn lint_rules(
        &self,
        clinic_name: &str,
        settings: &MessageSettings,
        texts: &[&str],
    ) -> Result<LintRules> {
        let names = self.masters.health_names(&self.files, (self.now)()).await?;
        let sensitive = texts.iter().flat_map(|it| names.found_in(it)).collect();
        let own = self.pages.split("://").nth(1).unwrap_or_default();
        let own = own.split(['/', ':']).next().unwrap_or_default();
        Ok(LintRules {
            clinic_name: clinic_name.to_owned(),
            sensitive,
            allowed_hosts: settings.sites.iter().cloned().chain([own.to_owned()]).collect(),
            contact: settings.contact.clone(),
        })
    }

    /// What people call the clinic.
    pub(crate) async fn clinic_name(&self, clinic: &ClinicId) -> Result<String> {
        let row = self.ledger.clinic(clinic).await.context("reading a clinic")?;
        Ok(row.context("a token of a clinic that is not there")?.name)
    }

    /// A link as long as those of messages.
    pub(crate) fn sample_link(&self) -> Result<String> {
        let token = LinkToken::parse(&"x".repeat(43)).context("a token of another length")?;
        Ok(token.page(&self.pages))
    }
}
