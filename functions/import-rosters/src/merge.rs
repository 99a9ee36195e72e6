//! Good rows, merged into what is known of each chart number.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use clinic::{
    PersonKey, RosterRecord,
    roster::{Rows, merge_contacts},
};
use ledger::{ClinicId, ContactsRow, IdentityKey, Versioned};

use crate::ImportRosters;

/// What became of the rows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Merged {
    pub(crate) n_new: u32,
    pub(crate) n_changed: u32,
    pub(crate) n_unchanged: u32,
}

/// How often a merge is tried when others write to the same rows.
const MAX_TRIES: u32 = 10;

/// Merges every row into the records and, of a patient file, into the contacts.
pub(crate) async fn merge_all(
    deps: &ImportRosters,
    clinic: &ClinicId,
    file: &Rows,
    number: u64,
    file_name: &str,
) -> Result<Merged> {
    let file = &without_erased(deps, clinic, file).await?;
    for _ in 0..MAX_TRIES {
        let known = deps.ledger.rosters(clinic).await.context("reading rosters")?;
        let (records, merged) = merge_records(known, file, number, file_name);
        let (contacts, n_contacts) = merged_contacts(deps, clinic, file, number).await?;
        let merged = Merged { n_changed: merged.n_changed.max(n_contacts), ..merged };
        if deps.ledger.save_rosters(clinic, &records).await.context("saving rosters")?
            && deps.ledger.save_all_contacts(clinic, &contacts).await.context("saving contacts")?
        {
            return Ok(merged);
        }
    }
    bail!("the rosters changed {MAX_TRIES} times while a file was merged")
}

/// The rows without those of patients whom the clinic erased: no file brings them back.
async fn without_erased(deps: &ImportRosters, clinic: &ClinicId, rows: &Rows) -> Result<Rows> {
    let erased = deps.ledger.erased(clinic).await.context("reading erasures")?;
    let mut rows = rows.clone();
    let is_kept = |chart_number: &str| {
        let person = PersonKey::of_roster(chart_number);
        !erased.contains(&IdentityKey::new(&deps.identity_secret, clinic, &person))
    };
    if !erased.is_empty() {
        match &mut rows {
            Rows::Patients(rows) => rows.retain(|it| is_kept(&it.chart_number)),
            Rows::Appointments(rows) => rows.retain(|it| is_kept(&it.chart_number)),
            Rows::Questionnaire(rows) => rows.retain(|it| is_kept(&it.chart_number)),
        }
    }
    Ok(rows)
}

/// The records that are others now.
fn merge_records(
    known: Vec<Versioned<RosterRecord>>,
    file: &Rows,
    number: u64,
    file_name: &str,
) -> (Vec<Versioned<RosterRecord>>, Merged) {
    let known: BTreeMap<String, Versioned<RosterRecord>> =
        known.into_iter().map(|it| (it.row.chart_number.clone(), it)).collect();
    let mut touched: BTreeMap<String, Versioned<RosterRecord>> = BTreeMap::new();
    let mut record = |chart_number: &str, take: &dyn Fn(&mut RosterRecord)| {
        let record = touched.entry(chart_number.to_owned()).or_insert_with(|| {
            let new = || Versioned { row: RosterRecord::new(chart_number), version: 0 };
            known.get(chart_number).cloned().unwrap_or_else(new)
        });
        take(&mut record.row);
    };
    match file {
        Rows::Patients(rows) => {
            rows.iter().for_each(|row| record(&row.chart_number, &|it| it.take_patient(row, number)));
        }
        Rows::Appointments(rows) => {
            rows.iter().for_each(|row| record(&row.chart_number, &|it| it.take_appointment(row, number)));
        }
        Rows::Questionnaire(rows) => {
            rows.iter().for_each(|row| record(&row.chart_number, &|it| it.take_answer(row, number, file_name)));
        }
    }
    let mut merged = Merged::default();
    let changed = touched
        .into_values()
        .filter(|it| match known.get(&it.row.chart_number) {
            None => {
                merged.n_new += 1;
                true
            }
            Some(before) if before.row == it.row => {
                merged.n_unchanged += 1;
                false
            }
            Some(_) => {
                merged.n_changed += 1;
                true
            }
        })
        .collect();
    (changed, merged)
}

/// The contacts that must be saved, and how many of them have another value now.
async fn merged_contacts(
    deps: &ImportRosters,
    clinic: &ClinicId,
    file: &Rows,
    number: u64,
) -> Result<(Vec<Versioned<ContactsRow>>, u32)> {
    let Rows::Patients(rows) = file else { return Ok((Vec::new(), 0)) };
    let known = deps.ledger.versioned_contacts(clinic).await.context("reading contacts")?;
    let known: BTreeMap<String, Versioned<ContactsRow>> =
        known.into_iter().map(|it| (it.row.chart_number.clone(), it)).collect();
    let mut to_save = Vec::new();
    let mut n_changed = 0;
    for row in rows {
        let before = known.get(&row.chart_number);
        let contacts = before.map(|it| it.row.contacts.clone()).unwrap_or_default();
        let merged = merge_contacts(&contacts, row, number);
        n_changed += u32::from(before.is_some() && !merged.changed.is_empty());
        if merged.must_save {
            let row = ContactsRow { chart_number: row.chart_number.clone(), contacts: merged.contacts };
            to_save.push(Versioned { row, version: before.map_or(0, |it| it.version) });
        }
    }
    Ok((to_save, n_changed))
}
