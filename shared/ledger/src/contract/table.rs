//! Rows, conditions, ranges and counters, whatever the rows hold.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use serde_json::{Value, json};

use crate::{
    ClinicId,
    keys::{Key, uploads},
    store::{Expect, Range, Store, Write},
};

pub(super) async fn check(table: &Store) {
    puts_on_condition(table).await;
    takes_a_repeat_for_done(table).await;
    writes_all_or_nothing(table).await;
    counts_up(table).await;
    reads_ranges_in_both_directions(table).await;
    writes_many_in_batches(table).await;
    reads_more_than_a_page(table).await;
    reads_many_by_their_keys(table).await;
}

async fn puts_on_condition(table: &Store) {
    let key = || Key::clinic(&clinic("contract-put"));
    assert_eq!(table.get::<Value>(key()).await.unwrap(), None);
    assert!(!table.put(key(), &json!({"n": 0}), Expect::Version(1)).await.unwrap());
    assert_eq!(table.get::<Value>(key()).await.unwrap(), None);

    assert!(table.put(key(), &json!({"n": 1}), Expect::Absent).await.unwrap());
    assert!(!table.put(key(), &json!({"n": 2}), Expect::Absent).await.unwrap());
    assert_eq!(row(table, key()).await, (json!({"n": 1}), 1));

    assert!(table.put(key(), &json!({"n": 3}), Expect::Version(1)).await.unwrap());
    assert!(!table.put(key(), &json!({"n": 4}), Expect::Version(1)).await.unwrap());
    assert_eq!(row(table, key()).await, (json!({"n": 3}), 2));

    let odd = json!({"漢字": ["", null, true, 1.5, -7, 9_007_199_254_740_993_u64, {"a": []}]});
    assert!(table.put(key(), &odd, Expect::Anything).await.unwrap());
    assert_eq!(row(table, key()).await, (odd, 1));
}

async fn takes_a_repeat_for_done(table: &Store) {
    let key = || Key::clinic(&clinic("contract-repeat"));
    for _repeat in 0..2 {
        assert!(table.put(key(), &json!({"n": 1}), Expect::Absent).await.unwrap());
    }
    for _repeat in 0..2 {
        assert!(table.put(key(), &json!({"n": 2}), Expect::Version(1)).await.unwrap());
    }
    assert_eq!(row(table, key()).await, (json!({"n": 2}), 2));
    assert!(!table.put(key(), &json!({"n": 1}), Expect::Absent).await.unwrap());
}

async fn writes_all_or_nothing(table: &Store) {
    let (one, other) = (clinic("contract-one"), clinic("contract-other"));
    let put = |clinic, n: u32, expect| Write::put(Key::clinic(clinic), &json!({"n": n}), expect).unwrap();
    assert!(table.transact(Vec::new()).await.unwrap());

    let both = || vec![put(&one, 1, Expect::Absent), put(&other, 1, Expect::Absent)];
    for _repeat in 0..2 {
        assert!(table.transact(both()).await.unwrap());
    }
    assert!(!table.transact(vec![put(&one, 2, Expect::Version(1)), put(&other, 2, Expect::Version(7))]).await.unwrap());
    assert!(!table.transact(vec![put(&one, 2, Expect::Absent), put(&other, 2, Expect::Version(1))]).await.unwrap());
    assert_eq!(row(table, Key::clinic(&one)).await.1, 1);
    assert_eq!(row(table, Key::clinic(&other)).await.1, 1);

    let gone = Write::Delete { key: Key::clinic(&other) };
    assert!(table.transact(vec![put(&one, 2, Expect::Version(1)), gone]).await.unwrap());
    assert_eq!(row(table, Key::clinic(&one)).await, (json!({"n": 2}), 2));
    assert_eq!(table.get::<Value>(Key::clinic(&other)).await.unwrap(), None);

    let hundred: Vec<Write> = (0..100)
        .map(|n| Write::put(Key::upload(&clinic("contract-hundred"), n), &json!({"n": n}), Expect::Absent).unwrap())
        .collect();
    assert!(table.transact(hundred).await.unwrap());
}

async fn counts_up(table: &Store) {
    let key = || Key::upload_counter(&clinic("contract-count"));
    for expected in 1..=3 {
        assert_eq!(table.next_number(key()).await.unwrap(), expected);
    }
    assert_eq!(table.next_number(Key::upload_counter(&clinic("contract-count-2"))).await.unwrap(), 1);
}

async fn reads_ranges_in_both_directions(table: &Store) {
    let (clinic, other) = (clinic("contract-range"), clinic("contract-range-2"));
    for n in [3, 1, 10, 2] {
        assert!(table.put(Key::upload(&clinic, n), &json!(n), Expect::Absent).await.unwrap());
    }
    assert!(table.put(Key::upload(&other, 4), &json!(4), Expect::Absent).await.unwrap());
    let all = Range::all(uploads(&clinic));

    assert_eq!(numbers(table, &all, usize::MAX, false).await, [1, 2, 3, 10]);
    assert_eq!(numbers(table, &all, usize::MAX, true).await, [10, 3, 2, 1]);
    assert_eq!(numbers(table, &all, 2, false).await, [1, 2]);
    assert_eq!(numbers(table, &all, 2, true).await, [10, 3]);
    assert_eq!(table.count_rows(&all).await.unwrap(), 4);

    let key = |n| Key::upload(&clinic, n).sk;
    let some = Range { from: key(2), to: key(3), ..all.clone() };
    assert_eq!(numbers(table, &some, usize::MAX, false).await, [2, 3]);
    assert_eq!(table.count_rows(&some).await.unwrap(), 2);
    let none = Range { from: key(4), to: key(9), ..all };
    assert_eq!(numbers(table, &none, usize::MAX, false).await, [0_u64; 0]);
    assert_eq!(table.count_rows(&none).await.unwrap(), 0);
}

async fn writes_many_in_batches(table: &Store) {
    let clinic = clinic("contract-batch");
    let put = |n| Write::put(Key::upload(&clinic, n), &json!(n), Expect::Anything).unwrap();
    table.batch(Vec::new()).await.unwrap();
    for _repeat in 0..2 {
        table.batch((0..60).map(put).collect()).await.unwrap();
    }
    let all = Range::all(uploads(&clinic));
    assert_eq!(table.count_rows(&all).await.unwrap(), 60);

    let mut mixed: Vec<Write> = (0..30).map(|n| Write::Delete { key: Key::upload(&clinic, n) }).collect();
    mixed.extend((60..70).map(put));
    table.batch(mixed).await.unwrap();
    assert_eq!(numbers(table, &all, usize::MAX, false).await, (30..70).collect::<Vec<_>>());
}

/// A page of DynamoDB ends at 1 MB.
async fn reads_more_than_a_page(table: &Store) {
    let clinic = clinic("contract-pages");
    let long = "x".repeat(100_000);
    for n in 0..25 {
        assert!(table.put(Key::upload(&clinic, n), &long, Expect::Absent).await.unwrap());
    }
    let all = Range::all(uploads(&clinic));
    assert_eq!(table.query::<String>(&all, usize::MAX, false).await.unwrap().len(), 25);
    assert_eq!(table.query::<String>(&all, 20, true).await.unwrap().len(), 20);
    assert_eq!(table.count_rows(&all).await.unwrap(), 25);
}

/// A batch of DynamoDB is 100 rows and 16 MB.
async fn reads_many_by_their_keys(table: &Store) {
    let clinic = clinic("contract-many");
    let key = |n| Key::upload(&clinic, n);
    let long = |n: u64| json!({"n": n, "long": "x".repeat(100_000)});
    for n in 0..20 {
        assert!(table.put(key(n), &long(n), Expect::Absent).await.unwrap());
    }
    table
        .batch((20..250).map(|n| Write::put(key(n), &json!({"n": n}), Expect::Anything).unwrap()).collect())
        .await
        .unwrap();
    assert_eq!(table.get_many::<Value>(&[]).await.unwrap(), [Value::Null; 0]);
    let found = table.get_many::<Value>(&(0..300).map(key).collect::<Vec<Key>>()).await.unwrap();
    let mut found: Vec<u64> = found.iter().map(|it| it["n"].as_u64().unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found, (0..250).collect::<Vec<u64>>());
}

fn clinic(id: &str) -> ClinicId {
    ClinicId::parse(id).unwrap()
}

async fn row(table: &Store, key: Key) -> (Value, u64) {
    let found = table.get(key).await.unwrap().unwrap();
    (found.row, found.version)
}

async fn numbers(table: &Store, range: &Range, limit: usize, is_backward: bool) -> Vec<u64> {
    let rows = table.query(range, limit, is_backward).await.unwrap();
    rows.into_iter().map(|(_, it)| it.row).collect()
}
