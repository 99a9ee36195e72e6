//! The import and the refresh, killed before and after each of their calls in turn, on the emulator
//! (reliability table, rows 19, 22 and 34).

use std::slice::from_ref;

use aws_config::SdkConfig;
use files::Files;
use jiff::civil::date;
use ledger::Ledger;

use crate::harness::{
    fault_proxy::{Break, FaultProxy},
    stack::{bare_stack, without_retries},
    world::{World, small_file},
};

const TODAY: jiff::civil::Date = date(2026, 11, 10);

/// A clinic of its own on the emulator, seen through the proxy.
async fn world(proxied: &SdkConfig, stack: &str, name: &str) -> World {
    let files = Files::in_s3(proxied, stack);
    let ledger = Ledger::in_dynamodb(proxied, format!("{stack}-core"), format!("{stack}-auth"));
    World::over(files, ledger, name, TODAY, kayoi::demo::CLINIC_CODE).await
}

/// Two files: the second replaces the first in part, so that both kinds of publication are broken.
async fn story(world: &World, proxy: &FaultProxy, plan: Option<(usize, Break)>) -> (usize, Vec<String>) {
    for name in ["a.UKE", "b.UKE"] {
        world.expect_file(name).await;
    }
    let first = world.drop_file("a.UKE", &small_file(&[1, 2, 3, 4])).await;
    let second = world.drop_file("b.UKE", &small_file(&[1, 2, 3, 5])).await;
    match plan {
        Some((at, how)) => proxy.break_at(at, how),
        None => proxy.mend(),
    }
    // The attempt that breaks; what it returns is what a dying process returns: nothing to rely on.
    let _ = world.import(from_ref(&first)).await;
    let _ = world.import(from_ref(&second)).await;
    let _ = world.try_refresh().await;
    let n_calls = proxy.n_calls();
    proxy.mend();
    // What was not acknowledged comes again, and what was too.
    for _ in 0..2 {
        world.imported(from_ref(&first)).await;
        world.imported(from_ref(&second)).await;
        world.refresh().await;
    }
    (n_calls, world.tables().await)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_a_refresh_killed_before_any_call_end_as_if_nothing_had_happened() {
    check_every_call(Break::Before, "kayoi-faults-before").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_and_a_refresh_killed_after_any_call_end_as_if_nothing_had_happened() {
    check_every_call(Break::After, "kayoi-faults-after").await;
}

/// Runs the story once in peace, and then once for each of its calls, broken there.
async fn check_every_call(how: Break, stack_name: &str) {
    let Some(stack) = bare_stack(stack_name) else { return };
    let proxy = FaultProxy::before(stack.endpoint()).await;
    let proxied = without_retries(&proxy.endpoint).await;
    let (n_calls, expected) = story(&world(&proxied, stack_name, "clean").await, &proxy, None).await;
    assert!(n_calls > 20, "{n_calls} calls");
    assert!(expected.iter().any(|it| it.contains("検証　5番")), "{expected:#?}");
    for at in 0..n_calls {
        let name = format!("killed-{at}");
        let (_, tables) = story(&world(&proxied, stack_name, &name).await, &proxy, Some((at, how))).await;
        assert_same(&expected, &tables, &name);
    }
    eprintln!("{n_calls} calls, each broken {how:?} it is applied: all end the same");
}

fn assert_same(expected: &[String], got: &[String], name: &str) {
    let missing: Vec<&String> = expected.iter().filter(|it| !got.contains(it)).collect();
    let added: Vec<&String> = got.iter().filter(|it| !expected.contains(it)).collect();
    assert!(missing.is_empty() && added.is_empty(), "{name}: missing {missing:#?}, added {added:#?}");
}
