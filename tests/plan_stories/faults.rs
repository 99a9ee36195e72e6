//! Sending and answering, killed before and after each of their calls in turn, and two bundles at
//! once, on the emulator.

use files::Files;
use futures_util::future::join_all;
use jiff::civil::date;
use ledger::Ledger;
use serde_json::json;

use super::chasing::try_chase;
use crate::harness::{
    fault_proxy::{Break, FaultProxy},
    offices::{Offices, listed, marker, office, seal, shown},
    stack::{BARE, aws, bare_stack, without_retries},
    units::{CARE_MANAGER, DAY_CARE, HOME_HELP, plan_unit, schedule_unit},
};

/// The offices on a bucket and tables of their own behind `endpoint`.
async fn offices(config: &aws_config::SdkConfig, stack: &str) -> Offices {
    let ledger = Ledger::in_dynamodb(config, format!("{stack}-core"), format!("{stack}-auth"));
    Offices::over(Files::in_s3(config, stack), ledger).await
}

/// A newer plan for one office with an attachment for two, after an older one; then an answer.
async fn story(world: &Offices, proxy: &FaultProxy, plan: Option<(usize, Break)>) -> (usize, Vec<String>) {
    proxy.mend();
    world.send(CARE_MANAGER, "b-0", &plan_unit(HOME_HELP, "20250401000000", "歩きたい")).await;
    let map = ("地図.pdf".to_owned(), b"%PDF-1.7".to_vec());
    let unit = plan_unit(HOME_HELP, "20250425101500", "歩きたい");
    world.put_files(CARE_MANAGER, "b-1", &[unit.clone(), vec![map.clone()]].concat()).await;
    let mut marker = marker("b-1", &unit);
    marker["files"].as_array_mut().unwrap().push(listed(&map, &[HOME_HELP, DAY_CARE]));
    let closed = world.put_marker(CARE_MANAGER, "b-1", &marker).await;

    let start = |plan| match plan {
        Some((at, how)) => proxy.break_at(at, how),
        None => proxy.mend(),
    };
    start(plan);
    // What the broken attempt returns is what a dying process returns: nothing to rely on.
    let _ = world.try_exchange(std::slice::from_ref(&closed)).await;
    let n_calls_of_sending = proxy.n_calls();
    proxy.mend();
    for _ in 0..2 {
        world.exchange(std::slice::from_ref(&closed)).await;
    }
    let result = world.result(CARE_MANAGER, "b-1").await;
    let transfer = result.sends.iter().find(|it| it.serial.is_some()).and_then(|it| it.transfer.clone()).unwrap();
    let answer = json!({"transfer": transfer, "result": "imported", "rows": 4});
    let answer = world.put_answer(HOME_HELP, transfer.as_str(), &answer).await;
    start(plan.and_then(|(at, how)| Some((at.checked_sub(n_calls_of_sending)?, how))));
    let _ = world.try_exchange(std::slice::from_ref(&answer)).await;
    let n_calls = n_calls_of_sending + proxy.n_calls();
    proxy.mend();
    for _ in 0..2 {
        world.exchange(std::slice::from_ref(&answer)).await;
    }
    (n_calls, state_of(world).await)
}

/// Everything that is kept, without what tells how often it was written.
async fn state_of(world: &Offices) -> Vec<String> {
    let mut state: Vec<String> = world.ledger.dump().await.unwrap();
    for row in &mut state {
        let mut words: Vec<&str> = row.splitn(4, ' ').collect();
        words[2] = "v";
        *row = words.join(" ");
    }
    for prefix in ["inbox/", "results/"] {
        for file in world.files.list(prefix, None, 1000).await.unwrap().files {
            let bytes = world.files.get(&file.key, 1 << 20).await.unwrap().unwrap();
            // The repeat of a bundle says that it was delivered before; a clean run was repeated too.
            state.push(format!("{} {}", file.key, String::from_utf8_lossy(&bytes)));
        }
    }
    for number in [CARE_MANAGER, HOME_HELP, DAY_CARE] {
        let log = world.ledger.evidence(&office(number), 0, 100).await.unwrap();
        careplan::exchange::verify_log(&log, &seal().key()).unwrap();
    }
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_killed_before_any_call_ends_as_if_nothing_had_happened() {
    check_every_call(Break::Before, "plans-before").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_killed_after_any_call_ends_as_if_nothing_had_happened() {
    check_every_call(Break::After, "plans-after").await;
}

/// Runs the story once in peace, and then once for each of its calls, broken there.
async fn check_every_call(how: Break, name: &str) {
    let Some(emulator) = bare_stack(name) else { return };
    let proxy = FaultProxy::before(emulator.endpoint()).await;
    let config = without_retries(&proxy.endpoint).await;
    let (n_calls, expected) = story(&offices(&config, name).await, &proxy, None).await;
    assert!(n_calls > 40, "{n_calls} calls");
    for at in 0..n_calls {
        let stack = format!("{name}-{at}");
        emulator.deploy(BARE, &stack, &[], &[]).unwrap();
        proxy.mend();
        let (_, state) = story(&offices(&config, &stack).await, &proxy, Some((at, how))).await;
        let only_in =
            |one: &[String], other: &[String]| one.iter().filter(|it| !other.contains(it)).cloned().collect::<Vec<_>>();
        let (missing, added) = (only_in(&expected, &state), only_in(&state, &expected));
        assert!(missing.is_empty() && added.is_empty(), "call {at}: without {missing:#?}, with {added:#?}");
    }
    eprintln!("{n_calls} calls, each broken {how:?} it is applied: all end the same");
}

/// A transfer that nobody has fetched for five days: the report to its sender.
async fn chasing(world: &Offices, proxy: &FaultProxy, plan: Option<(usize, Break)>) -> (usize, Vec<String>) {
    proxy.mend();
    world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, "20250425101500", "歩きたい")).await;
    world.ledger.set_today(date(2026, 11, 23)).await.unwrap();
    match plan {
        Some((at, how)) => proxy.break_at(at, how),
        None => proxy.mend(),
    }
    let _ = try_chase(world).await;
    let n_calls = proxy.n_calls();
    proxy.mend();
    for _ in 0..2 {
        try_chase(world).await.unwrap();
    }
    (n_calls, state_of(world).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chase_killed_at_any_call_ends_as_if_nothing_had_happened() {
    let name = "plans-chase";
    let Some(emulator) = bare_stack(name) else { return };
    let proxy = FaultProxy::before(emulator.endpoint()).await;
    let config = without_retries(&proxy.endpoint).await;
    let (n_calls, expected) = chasing(&offices(&config, name).await, &proxy, None).await;
    // The look through the partitions of the index is most of it, and no different for each.
    let n_looks = 60;
    assert!(n_calls > n_looks + 5, "{n_calls} calls");
    for how in [Break::Before, Break::After] {
        for at in n_looks..n_calls {
            let stack = format!("{name}-{how:?}-{at}").to_lowercase();
            emulator.deploy(BARE, &stack, &[], &[]).unwrap();
            let (_, state) = chasing(&offices(&config, &stack).await, &proxy, Some((at, how))).await;
            let missing: Vec<&String> = expected.iter().filter(|it| !state.contains(it)).collect();
            assert!(missing.is_empty() && state.len() == expected.len(), "{how:?} call {at}: without {missing:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bundles_with_the_same_content_at_once_are_delivered_once_and_others_all() {
    let Some(emulator) = bare_stack("plans-race") else { return };
    let config = aws(emulator.endpoint()).await;
    let world = offices(&config, "plans-race").await;
    let (same, other) =
        (plan_unit(HOME_HELP, "20250425101500", "歩きたい"), schedule_unit(HOME_HELP, "20250425101600"));
    let mut closed = Vec::new();
    for round in 0..4 {
        closed.push(world.put_bundle(CARE_MANAGER, &format!("same-{round}"), &same).await);
        closed.push(world.put_bundle(CARE_MANAGER, &format!("other-{round}"), &other).await);
    }
    // What a race sends back comes again, as the queue would deliver it.
    for _ in 0..10 {
        let responses = join_all(closed.iter().map(|it| world.try_exchange(std::slice::from_ref(it)))).await;
        let failed = closed.into_iter().zip(responses).filter(|(_, it)| !it.batch_item_failures.is_empty());
        closed = failed.map(|it| it.0).collect();
    }
    assert_eq!(closed.len(), 0, "bundles that never ended");
    assert_eq!(world.received(HOME_HELP).await.len(), 2);
    let notes = world.inbox(HOME_HELP).await.into_iter().filter(|it| it.ends_with("_transfer.json")).count();
    assert_eq!(notes, 2);
    assert_eq!(world.ledger.evidence(&office(HOME_HELP), 0, 100).await.unwrap().len(), 2);
    for round in 0..4 {
        let result = world.result(CARE_MANAGER, &format!("same-{round}")).await;
        assert!(shown(&result)[0].starts_with("9970200011 plan 成功"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_plans_sent_at_once_the_newest_alone_is_not_outdated() {
    let Some(emulator) = bare_stack("plans-order") else { return };
    let config = aws(emulator.endpoint()).await;
    let world = offices(&config, "plans-order").await;
    let mut closed = Vec::new();
    for second in 10..18 {
        let unit = plan_unit(HOME_HELP, &format!("202504251015{second}"), "歩きたい");
        closed.push(world.put_bundle(CARE_MANAGER, &format!("b-{second}"), &unit).await);
    }
    for _ in 0..10 {
        let responses = join_all(closed.iter().map(|it| world.try_exchange(std::slice::from_ref(it)))).await;
        let failed = closed.into_iter().zip(responses).filter(|(_, it)| !it.batch_item_failures.is_empty());
        closed = failed.map(|it| it.0).collect();
    }
    assert_eq!(closed.len(), 0, "bundles that never ended");
    let current = world.received(HOME_HELP).await.into_iter().filter(|it| it.superseded_by.is_none());
    let serials: Vec<String> = current.map(|it| it.serial.unwrap().as_str().to_owned()).collect();
    assert_eq!(serials, ["20250425101517"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_the_note_of_a_transfer_sees_all_its_files() {
    let Some(emulator) = bare_stack("plans-reader") else { return };
    let config = aws(emulator.endpoint()).await;
    let world = offices(&config, "plans-reader").await;
    let files =
        [plan_unit(HOME_HELP, "20250425101500", "歩きたい"), schedule_unit(HOME_HELP, "20250425101600")].concat();
    let closed = world.put_bundle(CARE_MANAGER, "b-1", &files).await;
    let is_done = std::sync::atomic::AtomicBool::new(false);
    let reader = async {
        let (mut n_looks, mut n_notes) = (0, 0);
        while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
            let seen = world.inbox(HOME_HELP).await;
            n_looks += 1;
            for note in seen.iter().filter(|it| it.ends_with("/_transfer.json")) {
                n_notes += 1;
                let bytes = world.files.get(note, 1 << 20).await.unwrap().unwrap();
                let note_json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                for file in note_json["files"].as_array().unwrap() {
                    let key = note.replace("_transfer.json", file["name"].as_str().unwrap());
                    assert!(seen.contains(&key), "{key} was not there yet");
                }
            }
        }
        (n_looks, n_notes)
    };
    let writer = async {
        world.exchange(std::slice::from_ref(&closed)).await;
        is_done.store(true, std::sync::atomic::Ordering::Relaxed);
    };
    let ((n_looks, n_notes), ()) = tokio::join!(reader, writer);
    assert!(n_looks > 3 && n_notes > 0, "{n_looks} looks, {n_notes} notes");
}
