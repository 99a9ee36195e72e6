use anyhow::{Context, Result, bail, ensure};
use clinic::{FactsError, FilePart, MonthFacts, PartRef, RECEIPT_FILE_MAX_BYTES, read_file};
use sha2::{Digest, Sha256};

use crate::{Files, hex};

/// A month object of a version that this program reads.
pub struct MonthObject(Vec<u8>);

impl MonthObject {
    /// The facts, borrowed from the object.
    ///
    /// # Errors
    ///
    /// Never after [`Files::month`], which has read it once.
    pub fn facts(&self) -> Result<MonthFacts<'_>> {
        MonthFacts::from_bytes(&self.0).context("reading a month object")
    }
}

impl Files {
    /// Keeps a claim file as it came, under its hash, and returns the hash in hex. A repeat changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// When it may not be kept.
    pub async fn keep_raw(&self, clinic: &str, bytes: Vec<u8>) -> Result<String> {
        let sha256 = hex(&Sha256::digest(&bytes));
        self.put_if_absent(&raw_key(clinic, &sha256), bytes).await.context("keeping a raw file")?;
        Ok(sha256)
    }

    /// Keeps the facts of a part as a month object, under its hash, and returns the hash in hex. A
    /// repeat changes nothing.
    ///
    /// # Errors
    ///
    /// When it may not be kept.
    pub async fn keep_month(&self, clinic: &str, facts: &MonthFacts<'_>) -> Result<String> {
        let bytes = facts.to_bytes();
        let sha256 = hex(&Sha256::digest(&bytes));
        self.put_if_absent(&month_key(clinic, &sha256), bytes).await.context("keeping a month object")?;
        Ok(sha256)
    }

    /// The month object of a current part. One that another version of the program wrote is made
    /// again from the raw file.
    ///
    /// # Errors
    ///
    /// When neither object is there, or either is broken.
    pub async fn month(&self, clinic: &str, part: &PartRef) -> Result<MonthObject> {
        let key = month_key(clinic, &part.object_sha256);
        if let Some(bytes) = self.get(&key, RECEIPT_FILE_MAX_BYTES).await.context("getting a month object")? {
            match MonthFacts::from_bytes(&bytes) {
                Ok(_) => return Ok(MonthObject(bytes)),
                Err(FactsError::Version(_)) => {}
                Err(FactsError::Broken) => bail!("a month object is broken"),
            }
        }
        self.made_again(clinic, part).await
    }

    async fn made_again(&self, clinic: &str, part: &PartRef) -> Result<MonthObject> {
        let raw = self
            .get(&raw_key(clinic, &part.raw_sha256), RECEIPT_FILE_MAX_BYTES)
            .await
            .context("getting a raw file")?
            .context("a raw file is gone")?;
        let index = (part.part as usize).checked_sub(1).context("parts are counted from 1")?;
        let Some(FilePart::Read { facts: Some(facts), part: read }) = read_file(&raw).into_iter().nth(index) else {
            bail!("a raw file no longer holds the part it was published with");
        };
        ensure!(read.number == part.part, "a raw file no longer holds the part it was published with");
        Ok(MonthObject(facts.to_bytes()))
    }
}

fn raw_key(clinic: &str, sha256: &str) -> String {
    format!("raw/{clinic}/{sha256}")
}

fn month_key(clinic: &str, sha256: &str) -> String {
    format!("months/{clinic}/{sha256}")
}
