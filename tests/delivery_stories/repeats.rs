//! Plans that come twice, late, out of order, beside each other, page by page (reliability table, rows 29 to 32).

use aws_lambda_events::sqs::SqsBatchResponse;
use delivery::Message;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use plan_deliveries::{PlanDeliveries, Settings};
use serde_json::{Value, json};

use super::stage::{ask, at_night, deliveries, n_made, night, night_by, plan_again, shown, start};
use crate::harness::world::{World, file_of, sqs_event};

const DUE: Date = date(2026, 9, 29);

/// Sixty patients, each of whom is written to four weeks after 1 September, and again every week.
async fn world() -> World {
    let world = World::on(date(2026, 9, 21)).await;
    let charts: Vec<u32> = (1..=60).collect();
    let claims = world.drop_file("a.UKE", &file_of("1312345", "202610", "202609", &charts)).await;
    world.imported(&[claims]).await;
    let rows: String = charts.iter().map(|it| format!("{it},検証　{it}番,p{it}@example.jp,同意\n")).collect();
    let roster = world.drop_roster("p.csv", format!("診察券番号,氏名,メール,配信同意\n{rows}").as_bytes()).await;
    world.rosters_imported(&[roster]).await;
    let delivery = json!([{"id": "d", "name": "試験", "timing": {"kind": "procedure_done", "codes": ["112007410"]},
        "offset": {"weeks": 4}, "interval": {"every": {"weeks": 1}, "max": 4}, "target": "everyone",
        "approval": "automatic", "body": "{患者氏名}様"}]);
    start(&world, &deliveries(&delivery), date(2026, 9, 1)).await;
    night(&world, date(2026, 9, 21)).await;
    world
}

fn plan(world: &World, as_of: Date, after: Option<&str>) -> Value {
    let after = after.map(ToOwned::to_owned);
    serde_json::to_value(Message::PlanV1 { clinic: world.clinic.to_string(), as_of, after }).unwrap()
}

async fn handle(deps: &PlanDeliveries, bodies: &[Value]) -> SqsBatchResponse {
    plan_deliveries::handle(deps, sqs_event(bodies)).await
}

#[tokio::test]
async fn a_plan_that_comes_three_times_and_three_at_once_make_each_message_once() {
    let world = world().await;
    night(&world, DUE).await;
    assert_eq!(n_made(&world).await, 60);
    let (before, writes) = (world.tables().await, world.ledger.writes());
    for _ in 0..3 {
        plan_again(&world, DUE).await;
    }
    assert_eq!((world.tables().await, world.ledger.writes()), (before, writes), "nothing differs, nothing is written");

    // The next week, three at once.
    let next = DUE.saturating_add(7.days());
    world.ledger.set_today(next).await.unwrap();
    world.night().await;
    let _asked = world.plans.take();
    let (deps, message) = (world.planner_at(at_night), plan(&world, next, None));
    let one = || handle(&deps, std::slice::from_ref(&message));
    let (first, second, third) = tokio::join!(one(), one(), one());
    for response in [first, second, third] {
        assert_eq!(response.batch_item_failures.len(), 0);
    }
    assert_eq!(n_made(&world).await, 120);
    eprintln!("120 messages were due, planned 3 times and 3 at once: 120 were made");
}

#[tokio::test]
async fn a_plan_that_comes_a_day_late_or_after_the_next_turns_nothing_back() {
    let world = world().await;
    night(&world, DUE).await;
    night(&world, DUE.saturating_add(1.days())).await;
    let before = world.tables().await;
    for late in [DUE, date(2026, 9, 21)] {
        ask(&world, late).await;
        world.planned_by(&world.planner_at(at_night)).await;
        assert_eq!(world.tables().await, before);
    }
}

#[tokio::test]
async fn a_night_that_was_lost_is_caught_up_and_what_is_too_late_expires() {
    let world = world().await;
    night(&world, DUE.saturating_add(2.days())).await;
    assert_eq!(n_made(&world).await, 60, "two days late is within the grace");
    // The second was due a week after the first; five days later it is too late, the third is not due yet.
    night(&world, DUE.saturating_add(12.days())).await;
    assert_eq!(n_made(&world).await, 60);
    let expired = shown(&world).await.lines().filter(|it| it.contains("#1 due 2026-10-06 expired late")).count();
    assert_eq!(expired, 60);
}

#[tokio::test]
async fn a_clock_that_jumps_makes_nothing_early_and_nothing_twice() {
    let world = world().await;
    // The day that the message says counts, not that of the clock: the clock only says at which hour things go.
    for (clock, as_of, n_expected) in [(1, 0, 60), (-1, 0, 60), (0, -1, 60), (2, 1, 60), (7, 7, 120), (-7, 7, 120)] {
        world.ledger.set_today(DUE.saturating_add(i64::from(clock).days())).await.unwrap();
        ask(&world, DUE.saturating_add(i64::from(as_of).days())).await;
        world.planned_by(&world.planner_at(at_night)).await;
        assert_eq!(n_made(&world).await, n_expected, "{clock} {as_of}");
    }
}

#[tokio::test]
async fn a_clinic_planned_page_by_page_is_planned_alike_and_each_page_asks_for_the_next() {
    let (whole, paged) = (world().await, world().await);
    night(&whole, DUE).await;
    let mut deps = paged.planner_at(at_night);
    deps.settings = Settings { page: 7, ..deps.settings };
    night_by(&paged, &deps, DUE).await;
    assert_eq!(shown(&paged).await, shown(&whole).await);
    assert_eq!(n_made(&paged).await, 60);

    // The page in the middle is asked for again: the ones behind it are too, and nothing is made.
    let (before, writes) = (paged.tables().await, paged.ledger.writes());
    let middle = paged.ledger.patients(&paged.clinic).await.unwrap()[20].id.to_string();
    assert_eq!(handle(&deps, &[plan(&paged, DUE, Some(&middle))]).await.batch_item_failures.len(), 0);
    let next = paged.plans.take();
    assert_eq!(next.len(), 1);
    assert_eq!((paged.tables().await, paged.ledger.writes()), (before, writes));
}

#[tokio::test]
async fn messages_of_others_and_bodies_that_are_none_go_back() {
    let world = world().await;
    let deps = world.planner_at(at_night);
    for body in [
        json!({"type": "SendV1", "id": "a".repeat(32)}),
        json!({"type": "PlanV1", "clinic": "No Clinic", "as_of": "2026-09-29"}),
        json!({"type": "PlanV1", "clinic": "clinic-one", "as_of": "2026-09-29", "after": "C#x"}),
        json!({}),
    ] {
        assert_eq!(handle(&deps, std::slice::from_ref(&body)).await.batch_item_failures.len(), 1, "{body}");
    }
    // A clinic without anything is no failure.
    let unknown = json!({"type": "PlanV1", "clinic": "nobody", "as_of": "2026-09-29"});
    assert_eq!(handle(&deps, &[unknown]).await.batch_item_failures.len(), 0);
}
