//! Plans a clinic's step deliveries: facts, deliveries and what is there already become plan rows, and what is
//! approved and due becomes outbox rows.
//!
//! **Invariant:** plan rows are computed again whenever anything changes; an outbox row is made once, in one
//! transaction with the note that it was made and the plan row that allowed it. So a plan that comes twice, late,
//! out of order or beside another makes no second message, and one that dies is simply done again.

mod clinic;
mod due;
mod make;
mod moment;
mod page;
mod patient;
mod rows;
mod settings;
mod subject;
mod withdraw;

use anyhow::{Context as _, Result, bail};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use delivery::{Message, MessageId};
use files::Files;
use futures_util::{StreamExt as _, stream};
use jiff::{Timestamp, civil::Date};
use ledger::{ClinicId, Clock, Ledger, PatientId};
use queue::Queue;
use tracing::info;

pub use crate::settings::Settings;

use crate::{clinic::Clinic, page::Page, patient::Planned};

/// What the function works with.
pub struct PlanDeliveries {
    /// The data bucket.
    pub files: Files,
    /// The tables, the outbox among them.
    pub ledger: Ledger,
    /// Where the next page of a large clinic is asked for.
    pub plans: Queue,
    /// Where messages are announced that may be sent at once; the sweeper announces the others.
    pub sends: Queue,
    /// Where a refresh is asked for that leaves facts.
    pub refreshes: Queue,
    /// What addresses are hashed under.
    pub identity_secret: Vec<u8>,
    /// Where the patients' pages are.
    pub pages_url: String,
    /// What the operator set.
    pub settings: Settings,
    /// Where today comes from, for the hours in which a clinic sends.
    pub clock: Clock,
    /// The time.
    pub now: fn() -> Timestamp,
}

/// How many patients are written for at once.
const IN_FLIGHT: usize = 50;

/// Plans the clinics, or the pages of them, that a batch names, and reports the messages to deliver again.
pub async fn handle(deps: &PlanDeliveries, event: SqsEvent) -> SqsBatchResponse {
    host::each_message(event, async |body| {
        let Message::PlanV1 { clinic, as_of, after } = serde_json::from_str(body).context("reading a message")? else {
            bail!("a message for another function");
        };
        let Some(clinic) = ClinicId::parse(&clinic) else { bail!("a message names no clinic") };
        let after = after.map(|it| PatientId::parse(&it).context("a message names no patient")).transpose()?;
        plan(deps, &clinic, as_of, after).await.context("planning a clinic")
    })
    .await
}

async fn plan(deps: &PlanDeliveries, clinic: &ClinicId, as_of: Date, after: Option<PatientId>) -> Result<()> {
    let Some(clinic) = Clinic::load(deps, clinic, as_of).await? else { return Ok(()) };
    let page = Page::load(deps, &clinic, after).await?;
    let planned = stream::iter(page.patients).map(|it| patient::plan(deps, &clinic, it)).buffer_unordered(IN_FLIGHT);
    let planned: Vec<Result<Planned>> = planned.collect().await;

    // What was made is announced whatever became of the others; what is not announced, the sweeper finds.
    let done: Vec<&Planned> = planned.iter().flatten().collect();
    announce(deps, done.iter().flat_map(|it| &it.due_now)).await?;
    info!(
        plan.as_of = %clinic.today,
        n_patients = done.len(),
        n_made = done.iter().map(|it| it.n_made).sum::<usize>(),
        n_withdrawn = done.iter().map(|it| it.n_withdrawn).sum::<usize>(),
        n_rows_written = done.iter().map(|it| it.n_written).sum::<usize>(),
        "planned a page of a clinic"
    );
    planned.into_iter().collect::<Result<Vec<Planned>>>()?;

    // The cursor goes on when the page is in, and not before.
    if let Some(last) = page.next {
        let next = Message::PlanV1 { clinic: clinic.id.to_string(), as_of, after: Some(last.to_string()) };
        deps.plans.send(&next).await.context("asking for the next page")?;
    }
    Ok(())
}

async fn announce(deps: &PlanDeliveries, due_now: impl Iterator<Item = &MessageId>) -> Result<()> {
    let messages: Vec<Message> = due_now.map(|id| Message::SendV1 { id: id.clone() }).collect();
    deps.sends.send_batch(&messages).await.context("announcing messages")
}
