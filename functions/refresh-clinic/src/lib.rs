//! Folds a clinic's current files into patients and lists, and writes what changed.
//!
//! **Invariant:** a refresh is a function of the current files and of what staff typed. A pair of day
//! and generation that is not newer than the one applied does nothing, and one that was broken off
//! is run again from the beginning and ends in the same rows.

mod facts;
mod ids;
mod load;
mod lost;
mod memory;
mod rows;
mod settle;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use clinic::{CurrentFile, Folded, Freshness, Message, Patient, PersonKey, dropouts, fold};
use files::Files;
use jiff::civil::Date;
use ledger::{Applied, Changes, ClinicId, GroupFigures, Ledger, PatientId, Versioned};
use queue::Queue;
use tracing::info;

use crate::{load::Loaded, memory::Memory, rows::Plan};

/// What the function works with.
pub struct RefreshClinic {
    /// The data bucket.
    pub files: Files,
    /// The tables.
    pub ledger: Ledger,
    /// Where files are announced again whose notice was lost.
    pub imports: Queue,
    /// Where a plan of the clinic's step deliveries is asked for.
    pub plans: Queue,
    /// The name of the data bucket, for those announcements.
    pub bucket: String,
    /// What identities are hashed under.
    pub identity_secret: Vec<u8>,
    /// Makes the ids of new patients.
    pub random_id: fn() -> String,
}

/// Refreshes the clinics a batch names, each after the other, and reports the messages to deliver
/// again; after a failure the rest of that clinic's go back too.
pub async fn handle(deps: &RefreshClinic, event: SqsEvent) -> SqsBatchResponse {
    host::each_message_in_order(event, async |body| {
        let message = serde_json::from_str(body).context("reading a message")?;
        let Message::RefreshV1 { clinic, generation, as_of } = message;
        let Some(clinic) = ClinicId::parse(&clinic) else { bail!("a message names no clinic") };
        if generation.is_none() {
            lost::announce_lost_files(deps, &clinic).await.context("looking for lost files")?;
        }
        refresh(deps, &clinic, as_of).await.context("refreshing a clinic")
    })
    .await
}

async fn refresh(deps: &RefreshClinic, clinic: &ClinicId, asked_for: Date) -> Result<()> {
    let generation = deps.ledger.generation(clinic).await?.row.number;
    let before = deps.ledger.applied(clinic).await?;
    // A message of yesterday that comes late must not turn the lists back.
    let as_of = before.as_ref().map_or(asked_for, |it| it.row.as_of.max(asked_for));
    if let Some(Versioned { row, .. }) = &before
        && (row.as_of, row.generation) >= (as_of, generation)
        && deps.files.has_facts(clinic.as_str(), row.as_of, row.generation).await?
    {
        settle::settle_uploads(deps, clinic, generation).await?;
        return ask_for_plan(deps, clinic, as_of).await;
    }

    let loaded = Loaded::load(deps, clinic).await?;
    let objects = loaded.objects.iter().map(|(_, object)| object.facts()).collect::<Result<Vec<_>>>()?;
    let files: Vec<CurrentFile<'_>> = loaded
        .objects
        .iter()
        .zip(&objects)
        .map(|((part, _), facts)| CurrentFile { file: &part.1.file, upload: part.1.upload, kind: part.0.kind, facts })
        .collect();
    let mut folded = fold(&files, &loaded.rosters, &loaded.links.links, as_of);
    ids::leave_out_erased(deps, clinic, &mut folded, &loaded.erased);
    let ids = ids::give_ids(deps, clinic, &folded, &loaded.links).await?;
    let excluded: BTreeSet<&PersonKey> = folded
        .patients
        .iter()
        .zip(&ids)
        .filter(|(_, id)| loaded.excluded.contains(id))
        .filter_map(|(patient, _)| patient.keys.first())
        .collect();
    let groups = &loaded.groups.row.groups;
    let is_excluded = |it: &Patient<'_>| it.keys.first().is_some_and(|it| excluded.contains(it));
    let lists = dropouts(&folded, groups, &loaded.codes, is_excluded);

    let plan = Plan::make(deps, clinic, &folded, &lists, &loaded.groups.row, &ids).await?;
    // What changed is told once: a run that goes on where another was broken off finds less to write.
    let changes = deps.ledger.begin_refresh(clinic, as_of, generation, plan.changes).await?;
    plan.write(deps, clinic).await?;
    let last = before.as_ref().map(|it| &it.row);
    let memory = Memory::after(&loaded.memberships, last, &groups.groups, &lists, &ids, as_of);
    memory.plan(&groups.groups, &loaded.memberships)?.write(deps, clinic).await?;

    let applied = applied(&folded, &loaded, &lists.groups, generation, last);
    let facts = facts::of(&folded, groups, &lists, &ids, &memory, &applied);
    deps.files.keep_facts(clinic.as_str(), generation, &facts).await?;
    end(deps, clinic, &applied, before.as_ref(), changes).await
}

/// What this refresh applied, from the fold.
fn applied(
    folded: &Folded<'_>,
    loaded: &Loaded,
    counts: &[clinic::GroupCount],
    generation: u64,
    before: Option<&Applied>,
) -> Applied {
    let freshness = Freshness::of(folded.files.iter().map(|it| (it.facts.payer, it.facts.claim_month)), folded.as_of);
    let mut findings: BTreeMap<String, u32> = BTreeMap::new();
    for finding in &folded.findings {
        *findings.entry(finding.code.as_str().to_owned()).or_default() += 1;
    }
    let groups = &loaded.groups.row.groups.groups;
    let mut attendance = before.map(|it| it.attendance.clone()).unwrap_or_default();
    attendance.learn(folded.as_of, freshness.data_through.max(folded.attended_through()));
    Applied {
        as_of: folded.as_of,
        generation,
        n_patients: folded.patients.len() as u32,
        data_through: freshness.data_through,
        by_payer: freshness.by_payer,
        attendance,
        missing: freshness.missing,
        groups: groups.iter().zip(counts).map(|(group, count)| GroupFigures::new(&group.id, count)).collect(),
        findings,
    }
}

async fn end(
    deps: &RefreshClinic,
    clinic: &ClinicId,
    applied: &Applied,
    before: Option<&Versioned<Applied>>,
    changes: Changes,
) -> Result<()> {
    if !deps.ledger.apply(clinic, applied, before).await? {
        bail!("another refresh of the clinic ended first");
    }
    info!(
        refresh.as_of = %applied.as_of,
        refresh.generation = applied.generation,
        n_patients = applied.n_patients,
        n_new = changes.new_patients,
        n_gone = changes.gone_patients,
        writes = ?deps.ledger.writes(),
        "refreshed a clinic"
    );
    settle::settle_uploads(deps, clinic, applied.generation).await?;
    ask_for_plan(deps, clinic, applied.as_of).await
}

/// Asks for a plan also where nothing was new: the run that applied it may have died before it asked.
async fn ask_for_plan(deps: &RefreshClinic, clinic: &ClinicId, as_of: Date) -> Result<()> {
    let plan = delivery::Message::PlanV1 { clinic: clinic.to_string(), as_of, after: None };
    deps.plans.send(&plan).await.context("asking for a plan")
}

/// The id of each patient of the fold, in their order.
type Ids = Vec<PatientId>;
