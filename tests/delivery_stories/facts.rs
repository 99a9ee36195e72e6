//! What a refresh leaves for planning.

use std::slice::from_ref;

use clinic::{Groups, Message, PlanningFacts};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};

use crate::harness::world::{World, file_of, small_file};

const TODAY: Date = date(2026, 11, 10);

const EVERYBODY: &str = r#"{"groups":[{"id":"all","name":"全員","at_risk_after":{"days":60},
    "dropped_out_after":{"months":6},"match":{"all":[]}}]}"#;

async fn world() -> World {
    let world = World::on(TODAY).await;
    set_groups(&world, EVERYBODY).await;
    upload(&world, "a.UKE", &small_file(&[1, 2])).await;
    world
}

async fn set_groups(world: &World, json: &str) {
    let before = world.ledger.groups(&world.clinic).await.unwrap();
    let groups = Groups::from_json(json).unwrap();
    assert!(world.ledger.set_groups(&world.clinic, groups, &before).await.unwrap().is_some());
}

async fn upload(world: &World, name: &str, bytes: &[u8]) {
    let announced = world.drop_file(name, bytes).await;
    world.imported(from_ref(&announced)).await;
    world.refresh().await;
}

/// The facts that the last refresh left.
async fn facts(world: &World) -> PlanningFacts {
    let applied = world.ledger.applied(&world.clinic).await.unwrap().unwrap().row;
    let facts = world.files.facts(world.clinic.as_str(), applied.as_of, applied.generation).await.unwrap();
    facts.expect("every refresh leaves facts")
}

/// Chart numbers with the day each joined the group `group`, for those who are in it.
async fn joined(world: &World, group: &str) -> Vec<(String, Option<Date>)> {
    let facts = facts(world).await;
    let mut joined = Vec::new();
    for patient in world.ledger.patients(&world.clinic).await.unwrap() {
        let chart = patient.chart_number.unwrap();
        if let Some(membership) = facts.of(patient.id.as_str()).unwrap().membership(group) {
            joined.push((chart, membership.joined_on));
        }
    }
    joined.sort();
    joined
}

async fn a_day_later(world: &World, days: i64) -> Date {
    let today = TODAY.saturating_add(days.days());
    world.ledger.set_today(today).await.unwrap();
    world.night().await;
    today
}

#[tokio::test]
async fn a_refresh_leaves_the_facts_of_every_patient_and_until_when_attendance_is_known() {
    let world = world().await;
    let first = facts(&world).await;
    assert_eq!((first.as_of, first.patients.len()), (TODAY, 2));
    assert!(first.patients.iter().all(|(_, it)| it.last_visit() == Some(date(2026, 9, 1))));
    assert!(first.patients.iter().all(|(_, it)| it.procedures.len() == 1 && it.diseases.len() == 1));
    assert_eq!(first.attendance.known_on(date(2026, 9, 30)), Some(TODAY));

    let today = a_day_later(&world, 3).await;
    let later = facts(&world).await;
    assert_eq!((later.as_of, later.attendance.known_on(date(2026, 9, 30))), (today, Some(TODAY)));
}

#[tokio::test]
async fn who_was_in_a_group_when_its_memory_began_is_not_newly_joined_and_who_comes_later_is() {
    let world = world().await;
    let chart = |number: &str, day: Option<Date>| (number.to_owned(), day);
    assert_eq!(joined(&world, "all").await, [chart("1", None), chart("2", None)]);
    let today = a_day_later(&world, 1).await;
    upload(&world, "b.UKE", &file_of("1312345", "202611", "202610", &[3])).await;
    let expected = [chart("1", None), chart("2", None), chart("3", Some(today))];
    assert_eq!(joined(&world, "all").await, expected);
    a_day_later(&world, 5).await;
    assert_eq!(joined(&world, "all").await, expected);

    // A group that is set up later has no memory of its own members.
    let mut groups: serde_json::Value = serde_json::from_str(EVERYBODY).unwrap();
    let mut new = groups["groups"][0].clone();
    new["id"] = "new".into();
    groups["groups"].as_array_mut().unwrap().push(new);
    set_groups(&world, &groups.to_string()).await;
    a_day_later(&world, 6).await;
    assert_eq!(joined(&world, "new").await, [chart("1", None), chart("2", None), chart("3", None)]);
    assert_eq!(joined(&world, "all").await, expected);
}

#[tokio::test]
async fn a_file_that_was_wrong_for_some_days_makes_nobody_join_anew() {
    let world = world().await;
    let before = joined(&world, "all").await;
    a_day_later(&world, 1).await;
    set_groups(&world, &EVERYBODY.replace(r#"{"all":[]}"#, r#"{"age":{"min":100}}"#)).await;
    a_day_later(&world, 2).await;
    assert_eq!(joined(&world, "all").await, []);
    let rows = world.ledger.memberships(&world.clinic).await.unwrap();
    assert!(rows.iter().all(|it| it.groups["all"].left_on == Some(date(2026, 11, 12))));
    set_groups(&world, EVERYBODY).await;
    a_day_later(&world, 3).await;
    assert_eq!(joined(&world, "all").await, before);
}

#[tokio::test]
async fn facts_that_are_gone_or_of_another_version_are_made_again() {
    let world = world().await;
    let expected = facts(&world).await;
    let key = world.files.list(&format!("facts/{}/", world.clinic), None, 10).await.unwrap().files.pop().unwrap().key;
    for (n, bytes) in [None, Some(b"KYF\xff".to_vec())].into_iter().enumerate() {
        match bytes {
            Some(bytes) => world.files.put(&key, bytes, "application/octet-stream").await.unwrap(),
            None => world.files.delete(&key).await.unwrap(),
        }
        let (before, writes) = (world.tables().await, world.ledger.writes());
        let (clinic, generation) = (world.clinic.to_string(), Some(n as u64));
        let again = Message::RefreshV1 { clinic, generation, as_of: TODAY };
        world.refreshes.send_fifo(&again, again.group(), &again.deduplication_id()).await.unwrap();
        world.refresh().await;
        assert_eq!(facts(&world).await, expected);
        assert_eq!(world.tables().await, before);
        let of_patients = |it: &ledger::WriteCount| it.get("P").copied();
        assert_eq!(of_patients(&world.ledger.writes()), of_patients(&writes));
    }
}
