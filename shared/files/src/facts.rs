use anyhow::{Context, Result, bail};
use clinic::{FactsError, PlanningFacts};
use jiff::civil::Date;

use crate::Files;

/// Some times what a clinic of 200,000 patients needs.
const FACTS_MAX_BYTES: u64 = 512 * 1024 * 1024;

impl Files {
    /// Keeps what planning needs of a clinic as a facts object, under its day and the generation that was read.
    /// A repeat leaves the same facts; one that another version of the program wrote is replaced.
    ///
    /// # Errors
    ///
    /// When it may not be kept.
    pub async fn keep_facts(&self, clinic: &str, generation: u64, facts: &PlanningFacts) -> Result<()> {
        let key = facts_key(clinic, facts.as_of, generation);
        self.put(&key, facts.to_bytes(), "application/octet-stream").await.context("keeping a facts object")
    }

    /// The facts object of a day and a generation; `None` where there is none that this version of the program
    /// reads.
    ///
    /// # Errors
    ///
    /// When the object is broken, or the bucket does not answer.
    pub async fn facts(&self, clinic: &str, as_of: Date, generation: u64) -> Result<Option<PlanningFacts>> {
        let key = facts_key(clinic, as_of, generation);
        let Some(bytes) = self.get(&key, FACTS_MAX_BYTES).await.context("getting a facts object")? else {
            return Ok(None);
        };
        match PlanningFacts::from_bytes(&bytes) {
            Ok(facts) => Ok(Some(facts)),
            Err(FactsError::Version(_)) => Ok(None),
            Err(FactsError::Broken) => bail!("a facts object is broken"),
        }
    }

    /// Whether [`facts`](Self::facts) has an object for a day and a generation, without reading it to its end.
    ///
    /// # Errors
    ///
    /// When the bucket does not answer.
    pub async fn has_facts(&self, clinic: &str, as_of: Date, generation: u64) -> Result<bool> {
        let key = facts_key(clinic, as_of, generation);
        let header = self.get_range(&key, 0, PlanningFacts::HEADER_BYTES as u64).await;
        Ok(header.context("looking at a facts object")?.is_some_and(|it| PlanningFacts::reads(&it)))
    }
}

fn facts_key(clinic: &str, as_of: Date, generation: u64) -> String {
    format!("facts/{clinic}/{as_of}-{generation}")
}

#[cfg(test)]
mod tests {
    use delivery::{Attendance, PatientFacts};
    use jiff::civil::date;

    use super::*;

    #[tokio::test]
    async fn facts_are_found_by_day_and_generation() {
        let files = Files::in_memory();
        let today = date(2026, 11, 23);
        let facts = PlanningFacts {
            as_of: today,
            has_inspection_receipts: false,
            attendance: Attendance::default(),
            patients: vec![("a".to_owned(), PatientFacts::default())],
        };
        for _repeat in 0..2 {
            files.keep_facts("one", 7, &facts).await.unwrap();
        }
        assert_eq!(files.facts("one", today, 7).await.unwrap(), Some(facts));
        assert!(files.has_facts("one", today, 7).await.unwrap());
        for (clinic, generation) in [("one", 8), ("two", 7)] {
            assert_eq!(files.facts(clinic, today, generation).await.unwrap(), None);
            assert!(!files.has_facts(clinic, today, generation).await.unwrap());
        }
    }

    #[tokio::test]
    async fn an_object_of_another_version_is_none() {
        let files = Files::in_memory();
        let today = date(2026, 11, 23);
        let key = facts_key("one", today, 7);
        files.put(&key, b"KYF\xffwhatever".to_vec(), "application/octet-stream").await.unwrap();
        assert_eq!(files.facts("one", today, 7).await.unwrap(), None);
        assert!(!files.has_facts("one", today, 7).await.unwrap());
        files.put(&key, b"broken".to_vec(), "application/octet-stream").await.unwrap();
        assert!(files.facts("one", today, 7).await.is_err());
    }
}
