use std::{
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
};

use insta::assert_snapshot;
use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    Exit,
    test_run::{clinic, kayoi, write},
};

/// Two receipts of 社保, 点検用: an outside drug is named at 0 points.
const SMALL: &str = "IR,1,13,1,1312345,,テスト医院,202611,00,03-0000-0000\r
RE,1,1112,202610,検証　一郎,1,19700401,,,,,,,00123,,,,,,,,,,,,,,,,,,,,,,,ケンショウイチロウ,\r
HO,06132013,１３,１,1,151,,,,,,,,,\r
JD,1,,,,,,,,,,1,,,,,,,,,,,,,,,,,,,,,\r
SY,8833421,20240401,1,,,01,\r
SI,12,1,112007410,,75,1,,,,,,,,,,,,,,,,1,,,,,,,,,,,,,,,,,,,,,\r
SI,80,1,120002910,,76,1,,,,,,,,,,,,,,,,1,,,,,,,,,,,,,,,,,,,,,\r
IY,21,1,620098801,1,0,28,,,,,,,,,,,,,,,,28,,,,,,,,,,,,,,,,,,,,,\r
RE,2,1112,202610,検証　一郎,1,19700401,,,,,,,123,,,,,,,,,,,,,,,,,,,,,,,ケンショウイチロウ,\r
HO,06132013,１３,１,1,80,,,,,,,,,\r
SI,12,1,112007410,,75,1,,,,,,,,,,,,,,,,,1,,,,,,,,,,,,,,,,,,,,\r
GO,2,231,99\r
\x1A";

fn cp932(text: &str) -> Vec<u8> {
    japan::to_cp932(text).unwrap()
}

fn check(files: &[&str]) -> (Exit, Vec<Value>) {
    let ran = kayoi(&[&["receipts", "check"], files].concat());
    assert_eq!(ran.messages, "");
    (ran.exit, serde_json::from_slice(&ran.data).unwrap())
}

#[test]
fn a_part_is_shown_with_its_counts_and_issues() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), "RECEIPTC.UKE", &cp932(SMALL));
    let ran = kayoi(&["receipts", "check", &file]);
    assert_eq!(ran.exit, Exit::Success);
    assert_snapshot!(ran.text().replace(&file, "RECEIPTC.UKE"), @r#"
    [
      {
        "file": "RECEIPTC.UKE",
        "part": 1,
        "kind": "inspection",
        "payer": "shaho",
        "claim_month": "2026-11",
        "clinic": "1312345",
        "receipts": 2,
        "patients": 1,
        "points": 231,
        "declared": {
          "receipts": 2,
          "points": 231
        },
        "payer_totals": {
          "checked": 2,
          "matched": 1
        },
        "records": {
          "GO": 1,
          "HO": 2,
          "IR": 1,
          "IY": 1,
          "JD": 1,
          "RE": 2,
          "SI": 3,
          "SY": 1
        },
        "issues": [
          {
            "line": 10,
            "severity": "warning",
            "code": "payer-total-differs",
            "message": "合計点数が、明細の点数×回数の合計と合いません。レセコンでこのレセプトを確かめてください。"
          }
        ]
      }
    ]
    "#);
}

#[test]
fn what_is_no_claim_file_has_nulls_and_one_error() {
    let dir = tempfile::tempdir().unwrap();
    let pdf = write(dir.path(), "RECEIPTC.UKE", b"%PDF-1.7\n");
    let missing = dir.path().join("missing.UKE").display().to_string();
    let folder = dir.path().display().to_string();
    let (exit, checked) = check(&[&pdf, &missing, &folder]);
    assert_eq!(exit, Exit::Errors);
    let shown: Vec<String> = checked.iter().map(|it| it["issues"].to_string()).collect();
    assert_snapshot!(shown.join("\n"), @r#"
    [{"code":"pdf-file","line":1,"message":"PDFファイルです。レセコンの「レセプト電算データ（UKE）」の出力を選び、RECEIPTC.UKEを送ってください。","severity":"error"}]
    [{"code":"file-unreadable","line":1,"message":"ファイルがありません。パスを確かめてください。","severity":"error"}]
    [{"code":"file-unreadable","line":1,"message":"フォルダーです。中のファイルを指定してください。","severity":"error"}]
    "#);
    for (checked, file) in checked.iter().zip([pdf, missing, folder]) {
        let mut checked = checked.clone();
        checked.as_object_mut().unwrap().remove("issues");
        assert_eq!(
            checked,
            json!({
                "file": file, "part": 1, "kind": null, "payer": null, "claim_month": null, "clinic": null,
                "receipts": null, "patients": null, "points": null, "declared": null, "payer_totals": null,
                "records": null,
            })
        );
    }
}

#[test]
fn an_empty_file_is_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    for bytes in [&b""[..], b"\r\n\x1A"] {
        let file = write(dir.path(), "RECEIPTC.UKE", bytes);
        let (exit, mut checked) = check(&[&file]);
        assert_eq!(exit, Exit::Success);
        assert_eq!(checked[0]["issues"].as_array().unwrap().len(), 1);
        assert_eq!(checked[0]["issues"][0]["code"], "empty-file");
        checked[0].as_object_mut().unwrap().remove("issues");
        assert_eq!(
            checked[0],
            json!({
                "file": file, "part": 1, "kind": "unknown", "payer": null, "claim_month": null, "clinic": null,
                "receipts": 0, "patients": 0, "points": 0, "declared": null,
                "payer_totals": {"checked": 0, "matched": 0}, "records": {},
            })
        );
    }
}

#[test]
fn a_file_without_any_ir_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), "a.UKE", b"UK,1,13,1,1312345\r\n");
    let (exit, checked) = check(&[&file]);
    assert_eq!((exit, &checked[0]["issues"][0]["code"]), (Exit::Errors, &json!("header-missing")));
}

#[test]
fn the_parts_of_a_file_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    let dental = SMALL.replacen("IR,1,13,1,", "IR,1,13,3,", 1);
    let text = [SMALL, &dental, SMALL].concat().replace('\x1A', "");
    let file = write(dir.path(), "RECEIPTC.UKE", &cp932(&text));
    let (exit, checked) = check(&[&file]);
    assert_eq!(exit, Exit::Errors);
    let parts: Vec<String> =
        checked.iter().map(|it| format!("{} {} {}", it["part"], it["receipts"], it["patients"])).collect();
    assert_eq!(parts, ["1 2 1", "2 null null", "3 2 1"]);
}

#[test]
fn the_entries_of_an_archive_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("社保/b.UKE", cp932(SMALL)), ("a.UKE", b"%PDF-1.7".to_vec())] {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(&bytes).unwrap();
    }
    let file = write(dir.path(), "a.zip", archive.finish().unwrap().get_ref());
    let (exit, checked) = check(&[&file]);
    assert_eq!(exit, Exit::Errors);
    let shown: Vec<String> = checked.iter().map(|it| format!("{} {}", it["file"], it["receipts"])).collect();
    assert_eq!(shown.join(", ").replace(&file, "a.zip"), r#""a.zip!a.UKE" null, "a.zip!社保/b.UKE" 2"#);
}

#[test]
fn the_files_of_the_demo_clinic_pass_and_a_cut_one_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let demo = clinic();
    for file in &demo.receipts {
        let path = write(dir.path(), &file.name, &file.bytes);
        let (exit, checked) = check(&[&path]);
        assert_eq!(exit, Exit::Success, "{}", file.name);
        assert_eq!(checked[0]["issues"], json!([]), "{}", file.name);
        assert_eq!(checked[0]["points"], checked[0]["declared"]["points"], "{}", file.name);
        assert_eq!(checked[0]["payer_totals"]["checked"], checked[0]["payer_totals"]["matched"], "{}", file.name);
    }
    let cut = &demo.receipts[0].bytes;
    let path = write(dir.path(), "cut.UKE", &cut[..cut.len() / 2]);
    let (exit, checked) = check(&[&path]);
    assert_eq!(exit, Exit::Errors);
    let issues = checked[0]["issues"].as_array().unwrap();
    assert!(issues.iter().any(|it| it["code"] == "footer-missing"), "{issues:?}");
}

#[test]
fn a_wrong_command_line_is_told_in_japanese() {
    let ran = kayoi(&["receipts", "check"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert_snapshot!(ran.messages, @"
    エラー: <ファイル>... を指定してください。
    使い方: kayoi receipts check <ファイル>...
    詳しくは --help で表示します。
    ");
    let ran = kayoi(&["receipts", "chek", "a.UKE"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert_snapshot!(ran.messages, @"
    エラー: 「chek」というコマンドはありません。
    使い方: kayoi receipts <コマンド>
    詳しくは --help で表示します。
    ");
}

/// The folder of sample claim files beside the workspace.
fn samples() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/receipt");
    if !dir.is_dir() {
        eprintln!("skipped: no sample claim files beside the workspace");
        return None;
    }
    Some(dir)
}

#[test]
fn the_sample_files_are_read() {
    let Some(dir) = samples() else { return };
    let mut n_files = 0;
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let ran = kayoi(&["receipts", "check", path.to_str().unwrap()]);
        for checked in ran.json().as_array().unwrap() {
            assert_ne!(checked["receipts"], Value::Null, "{}", path.display());
        }
        if path.ends_with("RECEIPTC_GAIRAI_SAMPLE.UKE") {
            assert_eq!(ran.json()[0]["receipts"], 75);
            assert_eq!(ran.json()[0]["payer_totals"], json!({"checked": 140, "matched": 140}));
        }
        n_files += 1;
    }
    assert!(n_files > 0);
}
