use std::io::Write;

use careplan::{Change, Cost, Savings};
use serde::Serialize;

/// Yen and hours a year. A difference is before less after: above zero where something is saved.
#[derive(Serialize)]
struct Estimate {
    is_estimate: bool,
    saving_yen: i64,
    /// Of one office.
    saving_hours: f64,
    rows: Vec<Row>,
    total: Yen,
    hours: Hours,
    labour_without_staff_factor: Corrected,
}

#[derive(Serialize)]
struct Row {
    item: Cost,
    name: &'static str,
    #[serde(flatten)]
    yen: Yen,
}

#[derive(Serialize)]
struct Yen {
    before: i64,
    after: i64,
    difference: i64,
}

#[derive(Serialize)]
struct Hours {
    per_office: OfWork,
    per_person: OfWork,
}

#[derive(Serialize)]
struct OfWork {
    before: f64,
    after: f64,
    difference: f64,
}

#[derive(Serialize)]
struct Corrected {
    labour: Yen,
    saving_yen: i64,
}

pub(super) fn write(savings: &Savings, data: &mut dyn Write) -> anyhow::Result<()> {
    let per_office = OfWork::of(savings.hours_per_office);
    let estimate = Estimate {
        is_estimate: true,
        saving_yen: savings.total.saving().rounded(),
        saving_hours: per_office.difference,
        rows: savings.costs.iter().map(|it| Row { item: it.0, name: it.0.name(), yen: Yen::of(it.1) }).collect(),
        total: Yen::of(savings.total),
        hours: Hours { per_office, per_person: OfWork::of(savings.hours_per_person) },
        labour_without_staff_factor: Corrected {
            labour: Yen::of(savings.labour_once),
            saving_yen: savings.total_with_labour_once.saving().rounded(),
        },
    };
    serde_json::to_writer_pretty(&mut *data, &estimate)?;
    Ok(writeln!(data)?)
}

impl Yen {
    fn of(change: Change) -> Self {
        Self { before: change.before.rounded(), after: change.after.rounded(), difference: change.saving().rounded() }
    }
}

impl OfWork {
    fn of(change: Change) -> Self {
        let hours = |it: careplan::Amount| it.rounded_to_tenths() as f64 / 10.0;
        Self { before: hours(change.before), after: hours(change.after), difference: hours(change.saving()) }
    }
}
