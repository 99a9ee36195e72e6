use anyhow::{Context as _, Result};
use clinic::{CurrentFile, Folded, Links, PartRef, Rosters, SlotKey, fold};
use files::MonthObject;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::civil::Date;
use ledger::ClinicId;

use crate::Api;

/// How many month objects are fetched at once.
const FETCHES: usize = 16;

/// The current month objects of a clinic: what lists are folded of, and details read from.
pub(crate) struct CurrentMonths {
    objects: Vec<(SlotKey, PartRef, MonthObject)>,
    links: Links,
    rosters: Rosters,
}

impl CurrentMonths {
    pub(crate) async fn load(api: &Api, clinic: &ClinicId) -> Result<Self> {
        let slots = api.ledger.slots(clinic).await.context("reading slots")?;
        let parts: Vec<(SlotKey, PartRef)> =
            slots.into_iter().flat_map(|row| row.slot.parts.into_iter().map(move |it| (row.key, it))).collect();
        let objects = stream::iter(parts)
            .map(async |(key, part)| {
                let object = api.files.month(clinic.as_str(), &part).await?;
                anyhow::Ok((key, part, object))
            })
            .buffered(FETCHES)
            .try_collect()
            .await
            .context("loading month objects")?;
        let links = api.ledger.links(clinic).await.context("reading links")?.row.links;
        let records = api.ledger.rosters(clinic).await.context("reading rosters")?;
        let rosters = Rosters::of_records(records.iter().map(|it| &it.row));
        Ok(Self { objects, links, rosters })
    }

    /// What `look` finds in the fold of the months on `as_of`.
    pub(crate) fn folded<T>(&self, as_of: Date, look: impl FnOnce(&Folded<'_>) -> T) -> Result<T> {
        let facts = self.objects.iter().map(|it| it.2.facts()).collect::<Result<Vec<_>>>()?;
        let current = self.objects.iter().zip(&facts);
        let files: Vec<CurrentFile<'_>> = current
            .map(|((key, part, _), facts)| CurrentFile { file: &part.file, upload: part.upload, kind: key.kind, facts })
            .collect();
        Ok(look(&fold(&files, &self.rosters, &self.links, as_of)))
    }
}
