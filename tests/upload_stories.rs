//! From a file in the inbox to the lists (reliability table, rows 1 to 16, 19, 22, 25 to 28).

use std::slice::from_ref;

use clinic::Groups;
use insta::assert_snapshot;
use japan::Month;
use jiff::civil::date;
use kayoi::demo::{DemoFile, DemoSize, demo};
use ledger::{PartOutcome, UploadStatus};
use serde_json::json;

use crate::harness::world::{Announced, World, file_of, small_file};

const TODAY: jiff::civil::Date = date(2026, 11, 10);

fn files(n_patients: u32, n_months: u32) -> Vec<DemoFile> {
    demo(1, Month::new(2026, 10).unwrap(), DemoSize { n_patients, n_months }).receipts
}

async fn dropped(world: &World, files: &[DemoFile]) -> Vec<Announced> {
    let mut announced = Vec::new();
    for file in files {
        announced.push(world.drop_file(&file.name, &file.bytes).await);
    }
    announced
}

#[tokio::test]
async fn a_year_of_files_becomes_lists_and_each_file_is_done() {
    let world = World::on(TODAY).await;
    let announced = dropped(&world, &files(40, 12)).await;
    world.imported(&announced).await;
    world.refresh().await;
    for number in 1..=24 {
        let upload = world.upload(number).await;
        assert_eq!(upload.status, UploadStatus::Done, "{:?}", upload.reasons);
    }
    let lists = world.lists().await;
    assert!(lists.lines().count() > 40, "{lists}");
    let applied = world.ledger.applied(&world.clinic).await.unwrap().unwrap().row;
    assert_eq!((applied.n_patients, applied.data_through), (40, Some(date(2026, 10, 31))));
}

#[tokio::test]
async fn the_same_notice_many_times_changes_nothing_after_the_first() {
    let world = World::on(TODAY).await;
    let announced = dropped(&world, &files(10, 1)).await;
    world.imported(&announced).await;
    world.refresh().await;
    let (before, writes) = (world.tables().await, world.ledger.writes());
    for _ in 0..50 {
        world.imported(&announced).await;
        world.refresh().await;
    }
    assert_eq!(world.tables().await, before);
    assert_eq!(world.ledger.writes(), writes, "not a single row was written again");
}

#[tokio::test]
async fn notices_in_another_order_give_the_same_lists_and_patients() {
    let files = files(30, 4);
    let mut shown = Vec::new();
    for order in [[0, 1, 2, 3, 4, 5, 6, 7], [7, 6, 5, 4, 3, 2, 1, 0], [3, 0, 6, 2, 7, 1, 5, 4]] {
        let world = World::on(TODAY).await;
        let announced = dropped(&world, &files).await;
        for index in order {
            world.imported(&announced[index..=index]).await;
            if index % 3 == 0 {
                world.refresh().await;
            }
        }
        world.refresh().await;
        shown.push(world.lists().await);
    }
    assert!(!shown[0].is_empty());
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], shown[2]);
}

#[tokio::test]
async fn a_notice_of_an_older_version_after_the_newer_one_is_left_alone() {
    let world = World::on(TODAY).await;
    let first = world.drop_file("RECEIPTC.UKE", &small_file(&[1, 2, 3])).await;
    let second = world.drop_file("RECEIPTC.UKE", &small_file(&[1, 2, 3, 4])).await;
    world.imported(from_ref(&second)).await;
    world.imported(&[first, second]).await;
    world.refresh().await;
    assert_eq!(world.lists().await.matches("htn ").count(), 4);
}

#[tokio::test]
async fn a_lost_notice_is_found_in_the_night() {
    let world = World::on(TODAY).await;
    world.drop_file("失くした 通知+100%.UKE", &small_file(&[1, 2])).await;
    world.night().await;
    assert_eq!(world.lists().await.matches("htn ").count(), 2);
    let before = world.tables().await;
    world.night().await;
    assert_eq!(world.tables().await, before, "a second night finds nothing");
}

#[tokio::test]
async fn any_key_is_read_or_left_alone() {
    let world = World::on(TODAY).await;
    let bytes = small_file(&[1]);
    for name in ["a b.UKE", "a+b.UKE", "レセプト 10月.UKE", "100%.UKE", "%2e%2e/x", "🗾.UKE", &"x".repeat(900), "../up"]
    {
        let announced = world.drop_file(name, &bytes).await;
        world.imported(&[announced]).await;
    }
    world.refresh().await;
    assert_eq!(world.ledger.uploads(&world.clinic, None, 100).await.unwrap().len(), 8);
    assert_eq!(world.lists().await.matches("htn ").count(), 1);

    let rows = world.ledger.dump().await.unwrap().len();
    for key in ["receipts/nobody/x.UKE", "receipts/x.UKE", "receipts/Clinic-One/x.UKE", "receipts//x"] {
        let announced = world.put(key, &bytes).await;
        world.imported(&[announced]).await;
    }
    assert_eq!(world.ledger.dump().await.unwrap().len(), rows, "no tenant, no row");
}

#[tokio::test]
async fn many_uploads_of_one_month_at_once_leave_one_current() {
    let world = World::on(TODAY).await;
    let mut announced = Vec::new();
    for round in 0..32 {
        let charts: Vec<u32> = (1..=20).chain([100 + round]).collect();
        announced.push(world.drop_file(&format!("{round}.UKE"), &small_file(&charts)).await);
    }
    let deliveries: Vec<_> = announced.chunks(1).map(|it| world.import(it)).collect();
    for response in futures_util::future::join_all(deliveries).await {
        assert_eq!(response.batch_item_failures.len(), 0);
    }
    let slots = world.ledger.slots(&world.clinic).await.unwrap();
    assert_eq!(slots.iter().map(|it| it.slot.parts.len()).sum::<usize>(), 1);
    let newest = world.ledger.uploads(&world.clinic, None, 100).await.unwrap()[0].row.number;
    assert_eq!(slots[0].slot.parts[0].upload, newest, "the highest number is current");
}

#[tokio::test]
async fn the_same_file_under_another_name_is_known_and_writes_no_patient() {
    let world = World::on(TODAY).await;
    let announced = world.drop_file("a.UKE", &small_file(&[1, 2, 3])).await;
    world.imported(&[announced]).await;
    world.refresh().await;
    let writes = world.ledger.writes();
    let again = world.drop_file("b.UKE", &small_file(&[1, 2, 3])).await;
    world.imported(&[again]).await;
    world.refresh().await;
    for kind in ["P", "L#htn", "L", "K", "M"] {
        assert_eq!(world.ledger.writes().get(kind), writes.get(kind), "rows of kind {kind}");
    }
    let upload = world.upload(2).await;
    assert_eq!((upload.status, &upload.parts[0].outcome), (UploadStatus::Done, &PartOutcome::Unchanged));
}

#[tokio::test]
async fn a_corrected_month_is_as_if_only_it_had_come() {
    let corrected = small_file(&[1, 2, 3, 4, 5, 6, 7, 9]);
    let world = World::on(TODAY).await;
    let first = world.drop_file("a.UKE", &small_file(&[1, 2, 3, 4, 5, 6, 7, 8])).await;
    let second = world.drop_file("b.UKE", &corrected).await;
    world.imported(&[first, second]).await;
    world.refresh().await;
    let alone = World::on(TODAY).await;
    let only = alone.drop_file("b.UKE", &corrected).await;
    alone.imported(&[only]).await;
    alone.refresh().await;
    assert_eq!(world.lists().await, alone.lists().await);
    assert!(matches!(world.upload(2).await.parts[0].outcome, PartOutcome::Replaced(_)));
}

#[tokio::test]
async fn older_bytes_uploaded_again_become_current_again() {
    let world = World::on(TODAY).await;
    for charts in [[1, 2, 3], [1, 2, 4], [1, 2, 3]] {
        let number = world.ledger.uploads(&world.clinic, None, 10).await.unwrap().len();
        let announced = world.drop_file(&format!("{number}.UKE"), &small_file(&charts)).await;
        world.imported(&[announced]).await;
    }
    world.refresh().await;
    let lists = world.lists().await;
    assert!(lists.contains("検証　3番") && !lists.contains("検証　4番"), "{lists}");
}

#[tokio::test]
async fn a_file_that_would_lose_many_patients_waits_and_costs_nothing() {
    let world = World::on(TODAY).await;
    let all: Vec<u32> = (1..=40).collect();
    let first = world.drop_file("a.UKE", &small_file(&all)).await;
    world.imported(&[first]).await;
    world.refresh().await;
    let before = world.lists().await;
    let second = world.drop_file("b.UKE", &small_file(&all[..30])).await;
    world.imported(&[second]).await;
    world.refresh().await;
    let upload = world.upload(2).await;
    assert_eq!(upload.status, UploadStatus::Waiting);
    let PartOutcome::Waiting(waiting) = &upload.parts[0].outcome else { panic!("{upload:?}") };
    assert_eq!(waiting.replacement.n_patients_lost, 10);
    assert_eq!(world.lists().await, before);
}

/// Uploads bytes and shows what the upload's row tells people; the month there before must stay.
async fn told(bytes: &[u8]) -> String {
    let world = World::on(TODAY).await;
    let good = world.drop_file("good.UKE", &small_file(&[1, 2, 3])).await;
    world.imported(&[good]).await;
    world.refresh().await;
    let before = world.lists().await;
    let bad = world.drop_file("bad.UKE", bytes).await;
    world.imported(&[bad]).await;
    world.refresh().await;
    assert_eq!(world.lists().await, before, "nothing already stored is lost");
    let upload = world.upload(2).await;
    let issues = upload.parts.iter().flat_map(|it| &it.issues).filter(|it| it.severity == "error");
    let codes: Vec<String> = issues.map(|it| format!("{}:{}", it.line, it.code)).collect();
    format!("{} {}{}", upload.status.name(), upload.reasons.join(" "), codes.join(" "))
}

#[tokio::test]
async fn a_bad_file_fails_with_a_reason_and_the_old_month_stays() {
    let good = small_file(&[1, 2, 3]);
    assert_snapshot!(told(&good[..good.len() - 20]).await, @"失敗 13:footer-missing");
    assert_snapshot!(told(b"%PDF-1.7 ...").await, @"失敗 PDFファイルです。レセコンの「レセプト電算データ（UKE）」の出力を選び、RECEIPTC.UKEを送ってください。");
    assert_snapshot!(told("患者番号,氏名\n".as_bytes()).await, @"失敗 レセプト電算データ（UKE）ではありません。先頭の行が「IR」で始まるファイルを、レセコンの「レセプト電算データ作成」から出力して送ってください。CSVの一覧表は取り込めません。");
    assert_snapshot!(told(b"\x7FELF").await, @"失敗 レセプトのファイルではありません（画像やプログラムなどの形式です）。レセコンからRECEIPTC.UKEを出力して送ってください。");
    assert_snapshot!(told(b"").await, @"完了");
    assert_snapshot!(told(b"\xEF\xBB\xBF\r\n").await, @"完了");
    assert_snapshot!(told(&file_of("9999999", "202610", "202609", &[1])).await, @"失敗 1:other-clinic");
    assert_snapshot!(told(&file_of("1312345", "202701", "202609", &[1])).await, @"失敗 1:claim-month-in-future");
    assert_snapshot!(told(&file_of("1312345", "202610", "202611", &[1, 2])).await, @"失敗 2:receipt-month-after-claim 6:receipt-month-after-claim");
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_without_being_read() {
    let world = World::on(TODAY).await;
    let announced = world.drop_file("big.UKE", &vec![b','; 100 * 1024 * 1024 + 1]).await;
    world.imported(&[announced]).await;
    assert_snapshot!(world.upload(1).await.reasons.join(""), @"ファイルが100MBを超えています。月ごと、社保・国保ごとに分けて送ってください。");
}

#[tokio::test]
async fn one_poison_message_of_ten_goes_back_alone() {
    let world = World::on(TODAY).await;
    let mut bodies = Vec::new();
    for index in 0..10 {
        let announced = world.drop_file(&format!("{index}.UKE"), &small_file(&[index])).await;
        bodies.push(json!({"Records": [announced.0]}));
    }
    bodies[3] = json!({"nothing": "of ours"});
    for _ in 0..2 {
        let response = world.import_bodies(&bodies).await;
        let failed: Vec<&str> = response.batch_item_failures.iter().map(|it| it.item_identifier.as_str()).collect();
        assert_eq!(failed, ["message-3"]);
    }
    assert_eq!(world.ledger.uploads(&world.clinic, None, 100).await.unwrap().len(), 9);
}

#[tokio::test]
async fn the_notice_s3_sends_when_it_is_set_up_is_no_failure() {
    let world = World::on(TODAY).await;
    let response = world.import_bodies(&[json!({"Service": "Amazon S3", "Event": "s3:TestEvent"})]).await;
    assert_eq!(response.batch_item_failures.len(), 0);
}

#[tokio::test]
async fn a_message_that_comes_again_weeks_later_does_not_turn_a_newer_month_back() {
    let world = World::on(TODAY).await;
    let first = world.drop_file("a.UKE", &small_file(&[1, 2, 3])).await;
    let second = world.drop_file("b.UKE", &small_file(&[1, 2, 3, 4])).await;
    world.imported(&[first.clone(), second]).await;
    world.refresh().await;
    let before = world.tables().await;
    world.ledger.set_today(TODAY).await.unwrap();
    world.imported(&[first]).await;
    world.refresh().await;
    assert_eq!(world.tables().await, before);
}

#[tokio::test]
async fn twelve_months_in_any_order_give_the_same_state() {
    let files = files(25, 12);
    let mut shown = Vec::new();
    for seed in [1_usize, 7, 11] {
        let world = World::on(TODAY).await;
        let announced = dropped(&world, &files).await;
        for step in 0..announced.len() {
            let index = (step * seed + 5) % announced.len();
            world.imported(&announced[index..=index]).await;
        }
        world.imported(&announced).await;
        world.refresh().await;
        shown.push(world.lists().await);
    }
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], shown[2]);
    assert!(Groups::from_json(kayoi::demo::groups_json()).is_ok());
}
