//! What is the same for every patient of a clinic.

use anyhow::{Context as _, Result};
use clinic::{Message as RefreshMessage, PlanningFacts};
use delivery::{Hours, PlanRules, Planner, RunningDelivery, SendTimes, Ways};
use jiff::civil::{Date, Time};
use ledger::{Applied, ClinicId, DeliveryRow, MessageSettings};
use tracing::info;

use crate::{PlanDeliveries, moment::Moment};

pub(crate) struct Clinic {
    pub(crate) id: ClinicId,
    /// The name at contract.
    pub(crate) name: String,
    /// The day that is planned.
    pub(crate) today: Date,
    pub(crate) moment: Moment,
    pub(crate) facts: PlanningFacts,
    pub(crate) deliveries: Vec<RunningDelivery>,
    pub(crate) rules: PlanRules,
    hours: Hours,
    send_at: Time,
}

impl Clinic {
    /// `None` where there is nothing to plan from: no delivery was ever started, or no refresh has left facts;
    /// then one is asked for, and asks for a plan when it has.
    pub(crate) async fn load(deps: &PlanDeliveries, id: &ClinicId, asked_for: Date) -> Result<Option<Self>> {
        let rows = deps.ledger.deliveries(id).await?;
        let is_allowed = deps.ledger.phase(id).await? > 1;
        let deliveries = running(rows.into_iter().map(|it| it.row), is_allowed)?;
        if deliveries.is_empty() {
            return Ok(None);
        }
        let Some(applied) = deps.ledger.applied(id).await?.map(|it| it.row) else { return Ok(None) };
        let Some(facts) = deps.files.facts(id.as_str(), applied.as_of, applied.generation).await? else {
            ask_for_facts(deps, id, &applied).await?;
            return Ok(None);
        };
        let clinic = deps.ledger.clinic(id).await?.context("a clinic that was never set up")?;
        let settings = deps.ledger.message_settings(id).await?.row;
        let planning = deps.ledger.planning_settings(id).await?.row;
        let rules = PlanRules {
            ahead_days: planning.ahead_days,
            needs_second_person: planning.needs_second_person,
            patient_cap: Some(settings.patient_cap),
            ways: Ways { order: settings.order.clone(), ..Ways::default() },
        };
        let now = (deps.now)();
        Ok(Some(Self {
            id: id.clone(),
            name: clinic.name,
            // A message of yesterday that comes late must not turn the plan back.
            today: asked_for.max(applied.as_of),
            moment: Moment::new(now, deps.ledger.today(deps.clock).await?),
            facts,
            deliveries,
            rules,
            hours: hours(settings)?,
            send_at: planning.send_at,
        }))
    }

    pub(crate) fn planner(&self) -> Planner<'_> {
        let Self { deliveries, rules, facts, today, .. } = self;
        Planner { deliveries, rules, attendance: &facts.attendance, today: *today }
    }

    pub(crate) fn delivery(&self, id: &str) -> Option<&RunningDelivery> {
        self.deliveries.iter().find(|it| it.delivery.id == id)
    }

    pub(crate) fn send_times(&self, deps: &PlanDeliveries) -> SendTimes<'_> {
        SendTimes { hours: &self.hours, send_at: self.send_at, spread: deps.settings.spread }
    }
}

/// Those that were ever started. What a clinic's phase does not include counts as stopped.
fn running(rows: impl Iterator<Item = DeliveryRow>, is_allowed: bool) -> Result<Vec<RunningDelivery>> {
    let mut deliveries = Vec::new();
    for row in rows {
        if let Some(running) = row.running().context("a delivery that was checked by other rules")? {
            deliveries.push(RunningDelivery { is_stopped: running.is_stopped || !is_allowed, ..running });
        }
    }
    Ok(deliveries)
}

fn hours(settings: MessageSettings) -> Result<Hours> {
    Hours::new(settings.hours).context("the hours in which a clinic sends")
}

async fn ask_for_facts(deps: &PlanDeliveries, id: &ClinicId, applied: &Applied) -> Result<()> {
    info!("the facts of {}-{} are not there: asking for a refresh", applied.as_of, applied.generation);
    let refresh = RefreshMessage::RefreshV1 { clinic: id.to_string(), generation: None, as_of: applied.as_of };
    let (group, deduplication_id) = (refresh.group(), refresh.deduplication_id());
    deps.refreshes.send_fifo(&refresh, group, &deduplication_id).await.context("asking for a refresh")
}
