use anyhow::{Context as _, Result};
use careplan::{OfficeNumber, exchange::next_actuals_chase};
use japan::Month;
use jiff::civil::Date;
use serde::Serialize;

use crate::{ChaseTransfers, letters};

/// `results/<office>/actuals/<month>.json`: whose 実績 has come.
#[derive(Serialize)]
struct ActualsOfMonth {
    month: Month,
    as_of: Date,
    partners: Vec<Partner>,
}

#[derive(Serialize)]
struct Partner {
    number: OfficeNumber,
    name: String,
    is_reported: bool,
}

/// Asks the partners of `office` whose 実績 of `month` has not come. Returns when to look again.
pub(crate) async fn chase(
    deps: &ChaseTransfers,
    office: &OfficeNumber,
    month: Month,
    today: Date,
) -> Result<Option<Date>> {
    let expected = deps.ledger.expected_actuals(office, month).await.context("listing expected actuals")?;
    let mut partners = Vec::with_capacity(expected.len());
    for it in expected {
        let name = letters::name_of(deps, &it.partner).await?;
        partners.push(Partner { number: it.partner, name, is_reported: it.is_reported });
    }
    let missing: Vec<&Partner> = partners.iter().filter(|it| !it.is_reported).collect();
    let names: Vec<String> = missing.iter().map(|it| it.name.clone()).collect();
    if !missing.is_empty() {
        let asking = letters::name_of(deps, office).await?;
        for partner in &missing {
            letters::send(deps, &partner.number, |to| letters::actuals_asked(to, &asking, month)).await?;
        }
        letters::send(deps, office, |to| letters::actuals_missing(to, &names, month)).await?;
    }
    let is_complete = missing.is_empty();
    let json =
        serde_json::to_vec_pretty(&ActualsOfMonth { month, as_of: today, partners }).context("writing a list")?;
    let key = format!("results/{office}/actuals/{month}.json");
    deps.files.put(&key, json, "application/json").await.context("putting a list")?;
    Ok(if is_complete { None } else { next_actuals_chase(month, today) })
}
