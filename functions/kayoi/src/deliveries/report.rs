use std::io::Write;

use clinic::{CurrentFile, Freshness};
use delivery::{Channel, PlanReason, RunningDelivery};
use jiff::civil::Date;
use serde::Serialize;

use super::{forecast::Forecast, records::Record};

/// The plan, before it is written in one form or another.
pub(super) struct Report<'a> {
    pub(super) from: Date,
    pub(super) to: Date,
    /// As known on the first day.
    pub(super) data_through: Option<Date>,
    pub(super) deliveries: &'a [RunningDelivery],
    pub(super) records: &'a [Record],
    pub(super) forecast: &'a Forecast,
}

#[derive(Serialize)]
struct Plan<'a> {
    from: Date,
    to: Date,
    data_through: Option<Date>,
    rows: Vec<Row<'a>>,
    forecast: &'a Forecast,
}

#[derive(Serialize)]
struct Row<'a> {
    date: Date,
    delivery: &'a str,
    chart_number: Option<&'a str>,
    trigger_date: Date,
    repetition: u32,
    state: &'static str,
    reason: PlanReason,
    channel: Option<Channel>,
}

impl<'a> Report<'a> {
    pub(super) fn new(
        from: Date,
        to: Date,
        files: &[CurrentFile<'_>],
        deliveries: &'a [RunningDelivery],
        records: &'a [Record],
        forecast: &'a Forecast,
    ) -> Self {
        let claims = files.iter().map(|it| (it.facts.payer, it.facts.claim_month));
        let data_through = Freshness::of(claims, from).data_through;
        Self { from, to, data_through, deliveries, records, forecast }
    }

    pub(super) fn write_json(&self, data: &mut dyn Write) -> anyhow::Result<()> {
        let rows = self.records.iter().map(|it| Row {
            date: it.date,
            delivery: &self.deliveries[it.delivery].delivery.id,
            chart_number: it.chart_number.as_deref(),
            trigger_date: it.trigger_date,
            repetition: it.repetition,
            state: it.state.as_str(),
            reason: it.reason,
            channel: it.channel,
        });
        let plan = Plan {
            from: self.from,
            to: self.to,
            data_through: self.data_through,
            rows: rows.collect(),
            forecast: self.forecast,
        };
        serde_json::to_writer_pretty(&mut *data, &plan)?;
        Ok(writeln!(data)?)
    }
}
