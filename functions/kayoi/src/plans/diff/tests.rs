use std::path::Path;

use careplan::{Document, FileKind, FileName, Record, Standard};
use insta::assert_snapshot;
use japan::Month;
use serde_json::json;

use crate::{
    Exit,
    demo::{PlansSize, plans},
    test_run::{Ran, kayoi, write},
};

const PLAN: &str = "UPPLAN_202505_9970100013_43_9970200011_11_20250425101600.CSV";
const SUPPLEMENT: &str = "UPHOSOKU_202505_9970100013_43_9970200011_11_20250425101600.CSV";

fn diff(old: &Path, new: &Path, more: &[&str]) -> Ran {
    kayoi(&[&["plans", "diff", old.to_str().unwrap(), new.to_str().unwrap()], more].concat())
}

fn write_file(dir: &Path, name: &str, records: Vec<Record>) {
    let parsed = FileName::parse(name).unwrap();
    let bytes = Document { kind: parsed.kind, records }.write(parsed.standard).unwrap();
    write(dir, name, &bytes);
}

fn user(kind: FileKind) -> Record {
    Record::blank(kind).with(2, "990010").with(3, "3280387013")
}

/// A folder with the visits of May that `visits` gives by day and hour.
fn month(dir: &Path, visits: &[(&str, &str)]) {
    let visit = |(day, hour): &(&str, &str)| {
        let row = user(FileKind::Schedule).with(5, "202505").with(10, format!("202505{day}"));
        let row = row.with(12, format!("{hour}00")).with(13, format!("{hour}45")).with(14, "1").with(15, "111211");
        row.with(20, "9970200011").with(21, "試験訪問介護")
    };
    write_file(dir, PLAN, visits.iter().map(visit).collect());
    let supplement = user(FileKind::Supplement).with(6, "髙橋　キヨ").with(63, "202505");
    write_file(dir, SUPPLEMENT, vec![supplement]);
}

#[test]
fn two_versions_of_a_table_are_compared_in_sentences() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    month(old.path(), &[("01", "09"), ("04", "09"), ("14", "09")]);
    month(new.path(), &[("01", "10"), ("14", "09"), ("20", "09")]);
    let ran = diff(old.path(), new.path(), &[]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    assert_snapshot!(ran.text(), @"
    ■ 被保険者番号 3280387013（髙橋　キヨ）　保険者番号 990010
      ・5月4日 9:00-9:45 訪問介護（111211）・試験訪問介護がなくなりました
      ・5月20日 9:00-9:45 訪問介護（111211）・試験訪問介護が加わりました
      ・5月1日の訪問介護（111211）・試験訪問介護の時間が 9:00-9:45 から 10:00-10:45 に変わりました
    ");
    let report = diff(old.path(), new.path(), &["--format", "json"]).json();
    assert_eq!(report["users"], json!([{"insurer": "990010", "insured": "3280387013", "name": "髙橋　キヨ"}]));
    assert_eq!(
        report["changes"][0],
        json!({
            "sheet": "UPPLAN",
            "user": 0,
            "kind": "removed",
            "sentence": "5月4日 9:00-9:45 訪問介護（111211）・試験訪問介護がなくなりました",
        })
    );
}

#[test]
fn files_of_both_versions_of_the_standard_say_the_same() {
    let dirs = [Standard::V3, Standard::V4].map(|standard| {
        let dir = tempfile::tempdir().unwrap();
        let size = PlansSize { n_users: 3, n_partners: 2 };
        for file in plans(1, Month::new(2026, 2).unwrap(), standard, size) {
            // 第3表 came with version 4.
            if !file.name.starts_with("UP3KYO") {
                write(dir.path(), &file.name, &file.bytes);
            }
        }
        dir
    });
    let ran = diff(dirs[1].path(), dirs[1].path(), &[]);
    assert_eq!((ran.exit, &*ran.text()), (Exit::Success, "違いはありません。\n"));
    let ran = diff(dirs[0].path(), dirs[1].path(), &["--format", "json"]);
    assert_eq!(ran.json()["users"].as_array().unwrap().len(), 3);
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    month(old.path(), &[("01", "09")]);
    let ran = diff(old.path(), new.path(), &[]);
    assert_eq!((ran.exit, ran.data.len()), (Exit::Errors, 0));
    assert!(ran.messages.contains("計画書（第1・2・3表）も利用票（第6・7表）もありません。"));
    write(new.path(), PLAN, b"202407,\"");
    let ran = diff(old.path(), new.path(), &[]);
    assert_eq!((ran.exit, ran.data.len()), (Exit::Errors, 0));
    assert!(ran.messages.ends_with("エラー: 読めないファイルがあるため、比べられません。\n"));
}
