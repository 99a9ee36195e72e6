//! Plans one patient: what is no longer wanted is stopped, what is due is made, what differs is saved.

use anyhow::{Result, bail};
use delivery::{MessageId, PlanReason, PlanRow, PlanRowKey, PlanState};

use crate::{
    PlanDeliveries,
    clinic::Clinic,
    due::make_due,
    make::Outcome,
    page::Known,
    rows::{differences, save},
    subject::Subject,
    withdraw,
};

/// How often a patient is looked at again whom somebody else writes for.
const TRIES: u32 = 5;

/// What was done for a patient.
#[derive(Default)]
pub(crate) struct Planned {
    /// Messages that may be sent at once.
    pub(crate) due_now: Vec<MessageId>,
    pub(crate) n_made: usize,
    pub(crate) n_withdrawn: usize,
    pub(crate) n_written: usize,
}

pub(crate) async fn plan(deps: &PlanDeliveries, clinic: &Clinic, mut known: Known) -> Result<Planned> {
    let mut planned = Planned::default();
    for _ in 0..TRIES {
        if plan_once(deps, clinic, &mut known, &mut planned).await? {
            return Ok(planned);
        }
        known = known.again(deps, clinic).await?;
    }
    bail!("others wrote for a patient {TRIES} times")
}

/// Returns `false` where somebody wrote meanwhile.
async fn plan_once(deps: &PlanDeliveries, clinic: &Clinic, known: &mut Known, planned: &mut Planned) -> Result<bool> {
    let planner = clinic.planner();
    let subject = Subject::of(clinic, known);
    let withdrawn = planner.withdrawn(&subject.to_plan(known));
    let Some(n_withdrawn) = withdraw::stop(deps, clinic, &mut known.correspondence, &withdrawn).await? else {
        return Ok(false);
    };
    planned.n_withdrawn += n_withdrawn;

    let due = due(planner.rows(&subject.to_plan(known)));
    let mut not_made: Vec<(PlanRowKey, PlanReason)> = Vec::new();
    for row in &due {
        match make_due(deps, clinic, known, row).await? {
            Outcome::Raced => return Ok(false),
            Outcome::Exists => {}
            Outcome::NotMade(reason) => not_made.push((row.key(), reason)),
            Outcome::Made { id, send_after } => {
                planned.n_made += 1;
                planned.due_now.extend((send_after <= clinic.moment.now).then_some(id));
            }
        }
    }
    // What was made is no longer due, and may have made place for what was held.
    let mut rows = planner.rows(&subject.to_plan(known));
    for row in &mut rows {
        if let Some((_, reason)) = not_made.iter().find(|it| it.0 == row.key()) {
            (row.state, row.reason, row.channel) = (PlanState::Suppressed, *reason, None);
        }
    }
    let differences = differences(known, rows);
    planned.n_written += differences.n_rows();
    save(deps, clinic, &differences).await
}

fn due(rows: Vec<PlanRow>) -> Vec<PlanRow> {
    rows.into_iter().filter(|it| it.state == PlanState::Due).collect()
}
