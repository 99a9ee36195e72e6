//! Newer and older units about the same.

use careplan::exchange::TransferId;
use ledger::TransferChange;

use crate::harness::{
    offices::{Offices, now, office, seal, shown},
    units::{CARE_MANAGER, HOME_HELP, Named, actuals_unit, plan_unit, schedule_unit},
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

#[tokio::test]
async fn what_another_service_of_the_office_did_supersedes_nothing() {
    let world = Offices::in_memory().await;
    world.send(HOME_HELP, "b-1", &actuals_unit(HOME_HELP, OLD)).await;
    // The same user and month, done by its other service.
    let of_bathing = |(name, bytes): Named| (name.replace("_11_", "_12_"), replaced(&bytes));
    let other: Vec<Named> = actuals_unit(HOME_HELP, NEW).into_iter().map(of_bathing).collect();
    assert_eq!(shown(&world.send(HOME_HELP, "b-2", &other).await), ["9970100013 actuals 成功"]);
    assert!(world.received(CARE_MANAGER).await.iter().all(|it| it.superseded_by.is_none()));
    // Its first service once more.
    world.send(HOME_HELP, "b-3", &actuals_unit(HOME_HELP, "20250427101500")).await;
    let outdated = world.received(CARE_MANAGER).await.into_iter().filter(|it| it.superseded_by.is_some());
    assert_eq!(outdated.map(|it| it.serial.unwrap().as_str().to_owned()).collect::<Vec<_>>(), [OLD]);
}

/// The bytes with another service code, whatever else they say.
fn replaced(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    while let Some(at) = bytes.windows(6).position(|it| it == b"111211") {
        bytes[at + 1] = b'2';
    }
    bytes
}

async fn withdraw(world: &Offices, transfer: &TransferId) {
    let (receiver, what) = (office(HOME_HELP), TransferChange::Withdrawn);
    let noted = world.ledger.note_on_transfer(&receiver, transfer, &what, now(), &seal()).await.unwrap();
    assert!(noted.unwrap().is_ok());
}

#[tokio::test]
async fn what_was_taken_back_makes_nothing_outdated_any_more() {
    let world = Offices::in_memory().await;
    for (bundle, serial) in [("b-1", OLD), ("b-2", "20250426000000"), ("b-3", NEW)] {
        world.send(CARE_MANAGER, bundle, &plan_unit(HOME_HELP, serial, "歩きたい")).await;
    }
    let of = async |serial: &str| {
        let received = world.received(HOME_HELP).await;
        received.into_iter().find(|it| it.serial.as_ref().unwrap().as_str() == serial).unwrap()
    };
    let (new, middle) = (of(NEW).await.id, of("20250426000000").await.id);
    assert_eq!(of(OLD).await.superseded_by.as_ref(), Some(&middle));

    withdraw(&world, &new).await;
    assert_eq!(of("20250426000000").await.superseded_by, None);
    withdraw(&world, &middle).await;
    assert_eq!(of(OLD).await.superseded_by, None);
    // Nor is what comes now older than anything that counts.
    let late = world.send(CARE_MANAGER, "b-4", &plan_unit(HOME_HELP, "20250425235900", "歩きたい")).await;
    assert_eq!(shown(&late), ["9970200011 plan 成功"]);
}
