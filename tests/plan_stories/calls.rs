//! How many calls a bundle costs, on the emulator.

use std::time::Instant;

use files::Files;
use ledger::{Ledger, OfficeRow, PartnerRow};

use crate::harness::{
    fault_proxy::FaultProxy,
    offices::{Offices, now, office},
    stack::{BARE, aws, bare_stack},
    units::{CARE_MANAGER, Named, plan_unit},
};

const STACK: &str = "plans-calls";

fn number(index: usize) -> String {
    format!("99704{index:05}")
}

/// Offices that the care manager knows, and a plan for each.
async fn bundle_for(world: &Offices, n_offices: usize) -> Vec<Named> {
    let mut files = Vec::new();
    for index in 0..n_offices {
        let number = office(&number(index));
        let name = format!("試験{index}");
        let row = OfficeRow {
            name: name.clone(),
            service_types: Vec::new(),
            notify_address: Some(format!("office-{index}@example.jp")),
            terms_accepted_at: Some(now()),
        };
        world.ledger.save_office(&number, &row, 0).await.unwrap();
        let partner = PartnerRow { number: number.clone(), name, confirmed_at: now() };
        world.ledger.confirm_partner(&office(CARE_MANAGER), &partner).await.unwrap();
        files.extend(plan_unit(number.as_str(), "20250425101500", "歩きたい"));
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_grow_with_the_files_and_no_faster() {
    let Some(emulator) = bare_stack(STACK) else { return };
    let proxy = FaultProxy::before(emulator.endpoint()).await;
    let config = aws(&proxy.endpoint).await;
    let mut calls_a_file = Vec::new();
    for n_offices in [5, 10, 50] {
        let stack = format!("{STACK}-{n_offices}");
        emulator.deploy(BARE, &stack, &[], &[]).unwrap();
        let ledger = Ledger::in_dynamodb(&config, format!("{stack}-core"), format!("{stack}-auth"));
        let world = Offices::over(Files::in_s3(&config, &stack), ledger).await;
        let files = bundle_for(&world, n_offices).await;
        let closed = world.put_bundle(CARE_MANAGER, "b-1", &files).await;
        proxy.mend();
        let started = Instant::now();
        world.exchange(&[closed]).await;
        let (n_calls, took) = (proxy.n_calls(), started.elapsed());
        let result = world.result(CARE_MANAGER, "b-1").await;
        assert_eq!(result.sends.iter().filter(|it| it.receipt.is_some()).count(), n_offices);
        eprintln!("{n_offices} destinations, {} files: {n_calls} calls in {took:.1?}", files.len());
        calls_a_file.push(n_calls as f64 / files.len() as f64);
    }
    assert!(calls_a_file.is_sorted_by(|fewer, more| fewer >= more), "{calls_a_file:?}");
}
