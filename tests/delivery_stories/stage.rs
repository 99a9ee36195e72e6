//! A clinic whose days go by, planned as the functions plan it.

use std::collections::BTreeMap;

use delivery::{
    Decider, Decision, DeliverySettings, PlanReason, PlanRow, PlanRowKey, PlanRules, PlanState, StepDelivery,
};
use jiff::{Timestamp, civil::Date};
use ledger::{DeliveryRow, MessageSettings, Versioned};
use plan_deliveries::PlanDeliveries;
use serde_json::Value;

use crate::harness::world::{World, small_file};

/// Ten past two in the night in Tokyo, as the nightly run is.
pub(super) fn at_night() -> Timestamp {
    "2026-11-18T17:10:00Z".parse().unwrap()
}

/// Eleven in the morning in Tokyo.
pub(super) fn in_the_morning() -> Timestamp {
    "2026-11-18T02:00:00Z".parse().unwrap()
}

/// A clinic on `today` with two patients who came on 1 September 2026, and the roster of them that `patients` are
/// the rows of: 診察券番号, 氏名, メール, 配信同意.
pub(super) async fn small(today: Date, patients: &str) -> World {
    let world = World::on(today).await;
    let claims = world.drop_file("a.UKE", &small_file(&[1, 2])).await;
    world.imported(&[claims]).await;
    let roster = format!("診察券番号,氏名,メール,配信同意\n{patients}");
    let roster = world.drop_roster("patients.csv", roster.as_bytes()).await;
    world.rosters_imported(&[roster]).await;
    world
}

/// Starts the deliveries that `settings` hold on `today`, as their author would.
pub(super) async fn start(world: &World, settings: &[DeliverySettings], today: Date) {
    for (position, settings) in (0..).zip(settings) {
        StepDelivery::new(settings).unwrap();
        let row = DeliveryRow {
            settings: settings.clone(),
            revision: 1,
            author: "author".to_owned(),
            written_at: at_night(),
            position,
            started_on: Some(today),
            is_stopped: false,
        };
        assert!(world.ledger.save_delivery(&world.clinic, &row, 0).await.unwrap());
    }
}

/// Step deliveries written as the command line takes them.
pub(super) fn deliveries(json: &Value) -> Vec<DeliverySettings> {
    serde_json::from_value(json.clone()).unwrap()
}

/// Changes the row of the delivery `id`.
pub(super) async fn change(world: &World, id: &str, change: impl FnOnce(&mut DeliveryRow)) {
    let mut found = world.ledger.delivery(&world.clinic, id).await.unwrap().unwrap();
    change(&mut found.row);
    assert!(world.ledger.save_delivery(&world.clinic, &found.row, found.version).await.unwrap());
}

/// Lets it become `today`: the nightly run, and the plans that it asks for.
pub(super) async fn night(world: &World, today: Date) {
    night_by(world, &world.planner_at(at_night), today).await;
}

pub(super) async fn night_by(world: &World, planner: &PlanDeliveries, today: Date) {
    world.ledger.set_today(today).await.unwrap();
    world.night().await;
    world.planned_by(planner).await;
}

/// Plans `today` once more.
pub(super) async fn plan_again(world: &World, today: Date) {
    ask(world, today).await;
    world.planned_by(&world.planner_at(at_night)).await;
}

/// Asks for a plan of `today`.
pub(super) async fn ask(world: &World, today: Date) {
    let plan = delivery::Message::PlanV1 { clinic: world.clinic.to_string(), as_of: today, after: None };
    world.plans.send(&plan).await.unwrap();
}

/// 承認 of every row that waits for one, by somebody else than the author. Returns how many there were.
pub(super) async fn approve_all(world: &World, today: Date) -> usize {
    let waits = |it: &PlanRow| it.state == PlanState::Planned && it.reason == PlanReason::WaitingForApproval;
    decide(world, waits, |row, running, rules| {
        let by = Decider { user: "approver", comment: None, expires: None };
        Decision::approve(row, running, by, rules, today).unwrap()
    })
    .await
}

/// Writes a decision to every row that `which` names. Returns how many there were.
pub(super) async fn decide(
    world: &World,
    which: impl Fn(&PlanRow) -> bool,
    decision: impl Fn(&PlanRow, &delivery::RunningDelivery, &PlanRules) -> Decision,
) -> usize {
    let rules = PlanRules::default();
    let mut n_decided = 0;
    for Versioned { row, version } in world.ledger.plan_rows(&world.clinic).await.unwrap() {
        if !which(&row) {
            continue;
        }
        let delivery = world.ledger.delivery(&world.clinic, &row.delivery).await.unwrap().unwrap();
        let running = delivery.row.running().unwrap().unwrap();
        let decided = PlanRow { decision: Some(decision(&row, &running, &rules)), ..row };
        assert!(world.ledger.save_plan_rows(&world.clinic, &[Versioned { row: decided, version }], &[]).await.unwrap());
        n_decided += 1;
    }
    n_decided
}

/// Every plan row, by its key.
pub(super) async fn rows(world: &World) -> BTreeMap<PlanRowKey, PlanRow> {
    let rows = world.ledger.plan_rows(&world.clinic).await.unwrap();
    rows.into_iter().map(|it| (it.row.key(), it.row)).collect()
}

/// Every plan row with the chart number of its patient, a line each.
pub(super) async fn shown(world: &World) -> String {
    let charts = charts(world).await;
    let mut lines: Vec<String> = rows(world)
        .await
        .values()
        .map(|it| {
            let state = serde_json::to_value(it.state).unwrap();
            let chart = charts.get(&it.patient).map_or("-", String::as_str);
            format!(
                "{} #{chart} for {}#{} due {} {} {}",
                it.delivery,
                it.trigger.date,
                it.repetition,
                it.due,
                state.as_str().unwrap(),
                it.reason.as_str()
            )
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

/// Chart numbers by the ids of patients.
pub(super) async fn charts(world: &World) -> BTreeMap<String, String> {
    let patients = world.ledger.patients(&world.clinic).await.unwrap();
    patients.into_iter().map(|it| (it.id.to_string(), it.chart_number.unwrap_or_default())).collect()
}

/// How many outbox rows there are.
pub(super) async fn n_made(world: &World) -> usize {
    let correspondences = world.ledger.correspondences(&world.clinic).await.unwrap();
    correspondences.iter().map(|it| it.row.made.len()).sum()
}

/// The clinic sends on every day of the week: a dry run knows no hours.
pub(super) async fn open_every_day(world: &World) {
    let mut settings = MessageSettings::default();
    settings.hours.closed_weekdays.clear();
    assert!(world.ledger.save_message_settings(&world.clinic, &settings, 0).await.unwrap());
}
