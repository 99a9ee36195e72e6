//! Many at once, on the emulator, where every call gives the others a turn (reliability table, rows 5
//! and 34).

use std::slice::from_ref;

use aws_config::SdkConfig;
use files::Files;
use futures_util::future::join_all;
use jiff::civil::date;
use ledger::Ledger;

use crate::harness::{
    stack::{aws, bare_stack},
    world::{World, small_file},
};

const TODAY: jiff::civil::Date = date(2026, 11, 10);
const STACK: &str = "kayoi-races";

async fn world(config: &SdkConfig, name: &str) -> World {
    let ledger = Ledger::in_dynamodb(config, format!("{STACK}-core"), format!("{STACK}-auth"));
    World::over(Files::in_s3(config, STACK), ledger, name, TODAY, kayoi::demo::CLINIC_CODE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_uploads_of_one_month_and_two_refreshes_at_once_leave_the_newest_current() {
    let Some(stack) = bare_stack(STACK) else { return };
    let config = aws(stack.endpoint()).await;
    let world = world(&config, "racing").await;
    let mut announced = Vec::new();
    for round in 0..16 {
        let charts: Vec<u32> = (1..=20).chain([100 + round]).collect();
        let name = format!("{round}.UKE");
        world.expect_file(&name).await;
        announced.push(world.drop_file(&name, &small_file(&charts)).await);
    }
    // What a race sends back comes again, as the queue would deliver it.
    let mut waiting: Vec<_> = announced.iter().collect();
    for _ in 0..20 {
        let responses = join_all(waiting.iter().map(|it| world.import(from_ref(*it)))).await;
        let failed = waiting.into_iter().zip(responses).filter(|(_, it)| !it.batch_item_failures.is_empty());
        waiting = failed.map(|(announced, _)| announced).collect();
    }
    assert!(waiting.is_empty(), "{} imports never ended", waiting.len());
    let slots = world.ledger.slots(&world.clinic).await.unwrap();
    let parts: Vec<u64> = slots.iter().flat_map(|it| &it.slot.parts).map(|it| it.upload).collect();
    assert_eq!(parts, [16], "the highest number alone is current");

    // Two refreshes of one clinic at once, which a FIFO queue forbids, end in the same rows as one.
    let (_, _) = tokio::join!(world.try_refresh(), world.try_refresh());
    world.refresh().await;
    let lists = world.lists().await;
    assert_eq!(lists.matches("htn ").count(), 21, "{lists}");
    assert!(lists.contains("検証　115番"), "{lists}");
    let ids: std::collections::BTreeSet<String> =
        world.ledger.patients(&world.clinic).await.unwrap().into_iter().map(|it| it.id.to_string()).collect();
    assert_eq!(ids.len(), 21);
}
