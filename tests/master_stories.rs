//! The national masters: a file under `masters/` becomes the look-up that lists read.

use codes::Codes;
use files::Files;
use japan::Month;
use serde_json::json;
use update_masters::{UpdateMasters, handle};

use crate::harness::world::sqs_event;

/// A row of the disease master: 46 columns, of which a few matter here.
fn disease(code: &str, name: &str, icd10: &str) -> Vec<u8> {
    let mut columns = [""; 46];
    (columns[0], columns[1], columns[2], columns[5], columns[15]) = ("0", "B", code, name, icd10);
    (columns[21], columns[23]) = ("20100101", "99999999");
    let row: Vec<String> = columns.iter().map(|it| format!("\"{it}\"")).collect();
    japan::to_cp932(&(row.join(",") + "\r\n")).unwrap()
}

async fn announced(files: &Files, key: &str, bytes: Vec<u8>) -> usize {
    files.put(key, bytes, "text/csv").await.unwrap();
    let notice = json!({"Records": [{
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "data"}, "object": {"key": key, "size": 1}},
    }]});
    let deps = UpdateMasters { files: files.clone() };
    handle(&deps, sqs_event(&[notice.clone(), notice])).await.batch_item_failures.len()
}

async fn name(files: &Files, code: u32) -> String {
    let bytes = files.get("codes/current", 1_000_000).await.unwrap().unwrap();
    let codes = Codes::from_bytes(&bytes).unwrap();
    codes.name_or_code(codes::Kind::Disease, code, Month::new(2026, 10).unwrap()).into_owned()
}

#[tokio::test]
async fn masters_become_the_look_up_and_a_bad_file_costs_nothing() {
    let files = Files::in_memory();
    assert_eq!(announced(&files, "masters/b_1.txt", disease("8833421", "検証病", "I10")).await, 0);
    assert_eq!((name(&files, 8_833_421).await, name(&files, 2_500_013).await), ("検証病".into(), "2500013".into()));

    assert_eq!(announced(&files, "masters/b_2.txt", disease("2500013", "検証糖尿", "E14")).await, 0);
    assert_eq!(announced(&files, "masters/readme.txt", b"not a master".to_vec()).await, 0);
    assert_eq!((name(&files, 8_833_421).await, name(&files, 2_500_013).await), ("検証病".into(), "検証糖尿".into()));
}
