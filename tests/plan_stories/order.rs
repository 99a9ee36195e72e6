//! Newer and older units about the same.

use crate::harness::{
    offices::{Offices, shown},
    units::{CARE_MANAGER, HOME_HELP, plan_unit, schedule_unit},
};

const OLD: &str = "20250425101500";
const NEW: &str = "20250426101500";

#[tokio::test]
async fn a_newer_serial_marks_the_older_as_superseded() {
    let world = Offices::in_memory().await;
    world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, OLD, "歩きたい")).await;
    let newer = world.send(CARE_MANAGER, "b-2", &plan_unit(HOME_HELP, NEW, "歩きたい")).await;
    let received = world.received(HOME_HELP).await;
    let old = received.iter().find(|it| it.serial.as_ref().unwrap().as_str() == OLD).unwrap();
    let new = received.iter().find(|it| it.serial.as_ref().unwrap().as_str() == NEW).unwrap();
    assert_eq!(old.superseded_by, newer.sends[0].transfer);
    assert_eq!((&new.superseded_by, new.is_late), (&None, false));
}

#[tokio::test]
async fn an_older_one_that_arrives_late_says_so() {
    let world = Offices::in_memory().await;
    let newer = world.send(CARE_MANAGER, "b-2", &plan_unit(HOME_HELP, NEW, "歩きたい")).await;
    let late = world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, OLD, "歩きたい")).await;
    assert_eq!(shown(&late), ["9970200011 plan 成功 older-than-delivered"]);
    let key = format!("inbox/{HOME_HELP}/{}/_transfer.json", late.sends[0].transfer.as_ref().unwrap());
    let note = world.files.get(&key, 1 << 20).await.unwrap().unwrap();
    let note: serde_json::Value = serde_json::from_slice(&note).unwrap();
    assert_eq!(note["is_late"], true);
    assert_eq!(note["superseded_by"].as_str(), newer.sends[0].transfer.as_ref().map(|it| it.as_str()));
}

#[tokio::test]
async fn units_of_another_kind_supersede_nothing() {
    let world = Offices::in_memory().await;
    world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, OLD, "歩きたい")).await;
    world.send(CARE_MANAGER, "b-2", &schedule_unit(HOME_HELP, NEW)).await;
    assert!(world.received(HOME_HELP).await.iter().all(|it| it.superseded_by.is_none()));
}
