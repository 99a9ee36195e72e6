//! Who a message is to: the patients of a list as of today, or those who were named.

use std::collections::HashSet;

use anyhow::Context as _;
use jiff::civil::Date;
use ledger::{ClinicId, PatientId};

use super::request::{NO_PATIENT, To};
use crate::{Api, error::ApiError, fields::Fields};

/// Patients of a page of a list that is read at once.
const PAGE: usize = 1000;

/// The patients that `to` names on `today`.
pub(super) async fn pick(api: &Api, clinic: &ClinicId, to: &To, today: Date) -> Result<Vec<PatientId>, ApiError> {
    let picked = match to {
        To::List { group, status } => {
            let groups = api.ledger.groups(clinic).await.context("reading groups")?.row.groups.groups;
            let Some(group) = groups.iter().find(|it| it.id == *group) else {
                return Err(Fields::refused("to.group", "このグループは見つかりません。IDを確かめてください。"));
            };
            let (mut patients, mut after) = (Vec::new(), None);
            loop {
                let page = api.ledger.members_with(clinic, group, *status, today, after.as_deref(), PAGE).await;
                let page = page.context("reading a list")?;
                patients.extend(page.members.into_iter().map(|it| it.patient));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            patients
        }
        To::Patients(patients) => {
            let known = api.ledger.patients_of(clinic, patients).await.context("looking patients up")?;
            let known: HashSet<PatientId> = known.into_iter().map(|it| it.id).collect();
            let mut fields = Fields::default();
            for (at, _) in patients.iter().enumerate().filter(|(_, it)| !known.contains(*it)) {
                fields.refuse(&format!("to.patients[{at}]"), NO_PATIENT);
            }
            fields.accept(Some(patients.clone()))?
        }
    };
    if picked.is_empty() {
        return Err(Fields::refused("to", "送る患者がいません。グループや状態を変えてください。"));
    }
    Ok(picked)
}
