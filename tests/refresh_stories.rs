//! The lists through nights and changes (reliability table, rows 29, 34 and 36).

use clinic::Groups;
use japan::Month;
use jiff::{ToSpan as _, civil::date};
use kayoi::demo::{DemoSize, demo};

use crate::harness::world::World;

const TODAY: jiff::civil::Date = date(2026, 11, 10);

async fn demo_world(n_patients: u32, n_months: u32) -> World {
    let world = World::on(TODAY).await;
    for file in demo(1, Month::new(2026, 10).unwrap(), DemoSize { n_patients, n_months }).receipts {
        let announced = world.drop_file(&file.name, &file.bytes).await;
        world.imported(&[announced]).await;
    }
    world.refresh().await;
    world
}

#[tokio::test]
async fn three_ticks_of_one_night_are_one_run() {
    let world = demo_world(20, 6).await;
    world.ledger.set_today(TODAY.saturating_add(1.day())).await.unwrap();
    world.night().await;
    let (before, writes) = (world.tables().await, world.ledger.writes());
    world.night().await;
    world.night().await;
    assert_eq!(world.tables().await, before);
    assert_eq!(world.ledger.writes(), writes);
}

#[tokio::test]
async fn the_passing_of_a_day_moves_patients_between_lists_and_writes_no_member() {
    let world = demo_world(60, 12).await;
    let before = world.lists().await;
    let members = |world: &World| -> u64 {
        world.ledger.writes().iter().filter(|(kind, _)| kind.starts_with('L')).map(|it| it.1).sum()
    };
    let writes = members(&world);
    world.ledger.set_today(TODAY.saturating_add(20.days())).await.unwrap();
    assert_ne!(world.lists().await, before, "20 days later some are at risk");
    world.night().await;
    assert_eq!(members(&world), writes);
}

#[tokio::test]
async fn a_refresh_is_the_same_whatever_was_there_before() {
    let world = demo_world(30, 12).await;
    let mut groups = crate::harness::world::groups();
    groups.groups.truncate(1);
    let before = world.ledger.groups(&world.clinic).await.unwrap();
    world.ledger.set_groups(&world.clinic, groups.clone(), &before).await.unwrap();
    world.night().await;
    let lists = world.lists().await;
    assert!(lists.lines().all(|it| it.starts_with(&groups.groups[0].id)));
    let rows = world.ledger.dump().await.unwrap();
    let n_removed = rows.iter().filter(|it| it.contains("#L#dm")).count();
    assert_eq!(n_removed, 0, "the rows of a removed group are cleared");
}

#[tokio::test]
async fn patients_keep_their_ids_when_files_come_and_go() {
    let world = demo_world(30, 3).await;
    let ids = |rows: Vec<ledger::PatientRow>| -> Vec<(Option<String>, String)> {
        let mut ids: Vec<_> = rows.into_iter().map(|it| (it.chart_number, it.id.to_string())).collect();
        ids.sort();
        ids
    };
    let before = ids(world.ledger.patients(&world.clinic).await.unwrap());
    for file in demo(1, Month::new(2026, 10).unwrap(), DemoSize { n_patients: 30, n_months: 6 }).receipts {
        let announced = world.drop_file(&format!("more-{}", file.name), &file.bytes).await;
        world.imported(&[announced]).await;
    }
    world.refresh().await;
    let after = ids(world.ledger.patients(&world.clinic).await.unwrap());
    for patient in &before {
        assert!(after.contains(patient));
    }
}

#[tokio::test]
async fn a_clinic_without_files_or_with_one_patient_has_lists() {
    let world = World::on(TODAY).await;
    world.night().await;
    assert_eq!(world.lists().await, "");
    assert_eq!(world.ledger.applied(&world.clinic).await.unwrap().unwrap().row.data_through, None);
    let world = demo_world(1, 12).await;
    assert_eq!(world.ledger.patients(&world.clinic).await.unwrap().len(), 1);
    assert!(Groups::default().groups.is_empty());
}
