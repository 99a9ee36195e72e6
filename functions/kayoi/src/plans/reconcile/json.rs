use std::io::Write;

use careplan::{Finding, OfficeMonth, OfficeNumber, OutcomeCounts, Person, Reconciliation, UserMonth};
use japan::Month;
use jiff::civil::Date;
use serde::Serialize;

/// All units are sums of 単位数 × 回数. What is not known is `null`.
#[derive(Serialize)]
struct Report<'a> {
    users: Vec<UserReport<'a>>,
}

#[derive(Serialize)]
struct UserReport<'a> {
    #[serde(flatten)]
    person: &'a Person,
    name: Option<&'a str>,
    month: Month,
    offices: Vec<OfficeReport<'a>>,
    planned_units: i64,
    done_units: i64,
    difference_units: i64,
    /// With what is not reported yet as planned.
    expected_units: i64,
    limit_units: Option<i64>,
    /// Of `expected_units`; 0 where they are within the limit.
    over_units: Option<i64>,
    /// 0 where `expected_units` are over the limit.
    left_units: Option<i64>,
    rows_without_units: usize,
    findings: Vec<FindingReport<'a>>,
}

#[derive(Serialize)]
struct OfficeReport<'a> {
    office: &'a OfficeNumber,
    name: Option<&'a str>,
    #[serde(flatten)]
    counts: OutcomeCounts,
    planned_units: i64,
    done_units: i64,
    difference_units: i64,
}

#[derive(Serialize)]
struct FindingReport<'a> {
    date: Option<Date>,
    #[serde(flatten)]
    finding: &'a Finding,
}

pub(super) fn write(reconciliation: &Reconciliation, data: &mut dyn Write) -> anyhow::Result<()> {
    let report = Report { users: reconciliation.users.iter().map(UserReport::of).collect() };
    serde_json::to_writer_pretty(&mut *data, &report)?;
    Ok(writeln!(data)?)
}

impl<'a> UserReport<'a> {
    fn of(user: &'a UserMonth) -> Self {
        let over = user.over_units();
        Self {
            person: &user.person,
            name: known(&user.name),
            month: user.month,
            offices: user.offices.iter().map(OfficeReport::of).collect(),
            planned_units: user.planned_units(),
            done_units: user.done_units(),
            difference_units: user.done_units() - user.planned_units(),
            expected_units: user.expected_units(),
            limit_units: user.limit_units,
            over_units: over.map(|it| it.max(0)),
            left_units: over.map(|it| (-it).max(0)),
            rows_without_units: user.n_rows_without_units,
            findings: user.findings.iter().map(|it| FindingReport { date: it.date(), finding: it }).collect(),
        }
    }
}

impl<'a> OfficeReport<'a> {
    fn of(office: &'a OfficeMonth) -> Self {
        Self {
            office: &office.office,
            name: known(&office.name),
            counts: office.counts,
            planned_units: office.planned_units,
            done_units: office.done_units,
            difference_units: office.done_units - office.planned_units,
        }
    }
}

fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
