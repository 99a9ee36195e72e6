use std::{collections::BTreeMap, path::Path};

use careplan::Standard;
use insta::assert_snapshot;
use japan::Month;
use serde_json::{Value, json};

use crate::{
    Exit,
    demo::{PlansSize, plans},
    test_run::{Ran, kayoi, write},
};

const DELETION: &str = "DLT1KYO_9970100013_43_9970200011_11_20250425101500.CSV";

fn check(files: &[String]) -> Ran {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let ran = kayoi(&[&["plans", "check"], &files[..]].concat());
    assert_eq!(ran.messages, "");
    ran
}

/// The files of the demo office, written below `dir`.
fn office(dir: &Path, standard: Standard) -> Vec<String> {
    let size = PlansSize { n_users: 12, n_partners: 5 };
    let files = plans(1, Month::new(2026, 2).unwrap(), standard, size);
    assert!(!files.is_empty());
    files.iter().map(|it| write(dir, &it.name, &it.bytes)).collect()
}

#[test]
fn a_file_and_its_unit_are_shown_with_their_issues() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), DELETION, b"202407,435073,123456789,20250431\r\n");
    let ran = check(&[file.clone(), file.clone()]);
    assert_eq!(ran.exit, Exit::Errors);
    let report = ran.json();
    assert_eq!(report["files"][0], report["files"][1]);
    assert_snapshot!(serde_json::to_string_pretty(&report["files"][0]).unwrap().replace(&file, DELETION), @r#"
    {
      "file": "DLT1KYO_9970100013_43_9970200011_11_20250425101500.CSV",
      "issues": [
        {
          "code": "insured-nine-digits",
          "column": 3,
          "item": "被保険者番号",
          "line": 1,
          "message": "被保険者番号が9桁です。先頭の0が落ちていないか、被保険者証と見比べてください。",
          "severity": "warning"
        },
        {
          "code": "date-invalid",
          "column": 4,
          "item": "居宅サービス計画作成（変更）日",
          "line": 1,
          "message": "日付がYYYYMMDDの8桁の、ある日付ではありません。介護ソフトでこの項目を確かめてください。",
          "severity": "error"
        }
      ],
      "kind": "DLT1KYO",
      "receiver": "9970200011",
      "rows": 1,
      "sender": "9970100013",
      "standard": "v4"
    }
    "#);
    assert_eq!(
        report["units"],
        json!([(); 2].map(|()| json!({
            "sender": "9970100013", "receiver": "9970200011", "serial": "20250425101500", "standard": "v4",
            "direction": "delete", "files": [file], "ok": false, "issues": [],
        })))
    );
    assert_eq!(report["ok"], false);
}

#[test]
fn what_lacks_is_an_issue_of_the_unit() {
    let dir = tempfile::tempdir().unwrap();
    let files = office(dir.path(), Standard::V3);
    let sheet1 = files.iter().find(|it| it.contains("UP1KYO")).unwrap();
    let ran = check(std::slice::from_ref(sheet1));
    assert_eq!(ran.exit, Exit::Errors);
    let report = ran.json();
    assert_eq!((&report["files"][0]["issues"], &report["ok"]), (&json!([]), &json!(false)));
    assert_snapshot!(serde_json::to_string_pretty(&report["units"][0]["issues"]).unwrap(), @r#"
    [
      {
        "code": "unit-file-missing",
        "column": null,
        "file": null,
        "item": null,
        "line": null,
        "message": "一緒に送るファイルがそろっていません。足りないファイルを同じファイル連番で出力し、一緒に送ってください。（足りないファイル: UP2KYO 居宅サービス計画書（第2表）、UPHOSOKU 利用者補足情報）",
        "severity": "error"
      }
    ]
    "#);
}

#[test]
fn warnings_alone_are_a_success() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), DELETION, b"202407,435073,123456789,20250430\r\n");
    let ran = check(&[file]);
    assert_eq!((ran.exit, &ran.json()["ok"]), (Exit::Success, &json!(true)));
    assert_eq!(ran.json()["files"][0]["issues"][0]["severity"], "warning");
}

#[test]
fn what_cannot_be_read_has_nulls_and_one_error() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join(DELETION).display().to_string();
    let folder = dir.path().display().to_string();
    let pdf = write(dir.path(), "plan.pdf", b"%PDF-1.7");
    let ran = check(&[missing, folder, pdf]);
    assert_eq!(ran.exit, Exit::Errors);
    let report = ran.json();
    let shown: Vec<String> = report["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            for unknown in ["kind", "standard", "sender", "receiver", "rows"] {
                assert_eq!(it[unknown], Value::Null);
            }
            assert_eq!(it["issues"].as_array().unwrap().len(), 1);
            format!("{}: {}", it["issues"][0]["code"], it["issues"][0]["message"])
        })
        .collect();
    assert_snapshot!(shown.join("\n"), @r#"
    "file-unreadable": "ファイルがありません。パスを確かめてください。"
    "file-unreadable": "フォルダーです。中のファイルを指定してください。"
    "name-unknown": "ケアプランデータ連携のファイル名ではありません。介護ソフトが出力した名前のまま送ってください。"
    "#);
    assert_eq!((&report["units"], &report["ok"]), (&json!([]), &json!(false)));
}

#[test]
fn the_month_of_the_demo_office_passes_in_both_versions() {
    let dir = tempfile::tempdir().unwrap();
    for (standard, directions) in [
        (Standard::V3, json!({"actuals": 5, "delete": 15, "plan": 5, "schedule": 5})),
        (Standard::V4, json!({"actuals": 5, "delete": 15, "plan": 5, "prevention": 5, "schedule": 5})),
    ] {
        let ran = check(&office(dir.path(), standard));
        assert_eq!(ran.exit, Exit::Success, "{}", ran.text());
        let report = ran.json();
        for file in report["files"].as_array().unwrap() {
            assert_eq!(file["issues"], json!([]), "{}", file["file"]);
        }
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for unit in report["units"].as_array().unwrap() {
            assert_eq!((&unit["ok"], &unit["issues"]), (&json!(true), &json!([])), "{unit}");
            *counts.entry(unit["direction"].as_str().unwrap()).or_default() += 1;
        }
        assert_eq!(json!(counts), directions);
    }
}

#[test]
fn a_wrong_command_line_is_told_in_japanese() {
    let ran = kayoi(&["plans", "check"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert_snapshot!(ran.messages, @"
    エラー: <ファイル>... を指定してください。
    使い方: kayoi plans check <ファイル>...
    詳しくは --help で表示します。
    ");
    assert_eq!(kayoi(&["plans", "check", "a.CSV", "--format", "text"]).exit, Exit::Usage);
}
