use std::{
    fs,
    io::{Cursor, Write as _},
    path::Path,
};

use insta::assert_snapshot;
use serde_json::Value;
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    Exit,
    demo::{DemoSize, demo, groups_json},
    test_run::{Ran, clinic, kayoi, write},
};

/// The demo clinic in a folder: `receipts/`, `rosters/` and `groups.json`.
fn clinic_folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let demo = clinic();
    for file in &demo.receipts {
        write(&dir.path().join("receipts"), &file.name, &file.bytes);
    }
    for file in &demo.rosters {
        write(&dir.path().join("rosters"), &file.name, &file.bytes);
    }
    write(dir.path(), "groups.json", groups_json().as_bytes());
    dir
}

fn dropouts(dir: &Path, more: &[&str]) -> Ran {
    let path = |name: &str| dir.join(name).display().to_string();
    let (files, groups) = (path("receipts"), path("groups.json"));
    let arguments = ["dropouts", "--files", &files, "--groups", &groups, "--as-of", "2026-11-23"];
    kayoi(&[&arguments, more].concat())
}

fn with_groups(dir: &Path, condition: &str) {
    let groups = format!(
        r#"{{"groups":[{{"id":"g","name":"試験","at_risk_after":{{"days":60}},"dropped_out_after":{{"months":6}},"match":{condition}}}]}}"#
    );
    write(dir, "groups.json", groups.as_bytes());
}

#[test]
fn the_lists_of_the_demo_clinic_as_json() {
    let dir = clinic_folder();
    let ran = dropouts(dir.path(), &["--format", "json"]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    let lists = ran.json();
    assert_eq!(lists["as_of"], "2026-11-23");
    assert_eq!(lists["data_through"], "2026-10-31");
    assert_snapshot!(lists["groups"], @r#"[{"at_risk":5,"dropped_out":2,"excluded":0,"id":"htn","members":37,"name":"高血圧","regular":30},{"at_risk":2,"dropped_out":0,"excluded":0,"id":"dm","members":13,"name":"２型糖尿病","regular":11},{"at_risk":4,"dropped_out":2,"excluded":0,"id":"lipid","members":23,"name":"脂質異常症","regular":17},{"at_risk":3,"dropped_out":2,"excluded":0,"id":"lifestyle-40-74","members":26,"name":"生活習慣病 40〜74歳","regular":21}]"#);
    let patients = lists["patients"].as_array().unwrap();
    assert_snapshot!(serde_json::to_string_pretty(&patients[0]).unwrap(), @r#"
    {
      "because": [
        {
          "code": "8833421",
          "condition": "disease",
          "date": "2020-09-04",
          "file": "2025-12_shaho_RECEIPTC.UKE",
          "line": 239,
          "name": "8833421"
        }
      ],
      "chart_number": "262",
      "group": "htn",
      "last_visit": "2025-12-13",
      "name": "近藤　和夫",
      "since": "2026-06-14",
      "status": "dropped_out",
      "until": null
    }
    "#);

    let order = |it: &Value| {
        let group = lists["groups"].as_array().unwrap().iter().position(|group| group["id"] == it["group"]);
        (group, it["last_visit"].to_string(), it["chart_number"].to_string())
    };
    assert!(patients.is_sorted_by_key(order));
    for group in lists["groups"].as_array().unwrap() {
        let n_listed = patients.iter().filter(|it| it["group"] == group["id"]).count();
        assert_eq!(group["members"], n_listed, "{}", group["id"]);
    }
}

#[test]
fn the_lists_of_the_demo_clinic_as_tables() {
    let dir = clinic_folder();
    let text = dropouts(dir.path(), &[]).text();
    let start: Vec<&str> = text.lines().take(14).collect();
    assert_snapshot!(start.join("\n"), @"
    2026-11-23 時点　レセプトは 2026-10-31 の診療分まで（社保 2026-10-31、国保 2026-10-31）

    ■ 高血圧　対象 37人（離脱予備群 5人、離脱 2人、正常 30人）　対象外 0人

      離脱予備群 5人
        診察券番号  氏名        最終来院日  開始日      終了日      理由
        112         井上　陽子  2026-07-10  2026-09-09  2027-01-10  病名 8833421
        217         渡辺　彩    2026-07-27  2026-09-26  2027-01-27  病名 8833421
        195         田村　美咲  2026-09-19  2026-11-19  2027-03-19  病名 8833421
        123         吉田　豊    2026-09-21  2026-11-21  2027-03-21  病名 8833421
        253         佐藤　直樹  2026-09-23  2026-11-23  2027-03-23  病名 8833421

      離脱 2人
        診察券番号  氏名        最終来院日  開始日      終了日  理由
    ");
}

#[test]
fn the_lists_of_the_demo_clinic_as_a_call_list() {
    let dir = clinic_folder();
    let text = dropouts(dir.path(), &["--format", "csv"]).text();
    let n_members = dropouts(dir.path(), &["--format", "json"]).json()["patients"].as_array().unwrap().len();
    let lines: Vec<&str> = text.strip_prefix('\u{FEFF}').unwrap().split_terminator("\r\n").collect();
    assert_eq!(lines.len(), n_members + 1);
    assert_snapshot!(lines[..3].join("\n"), @"
    グループ,状態,診察券番号,氏名,最終来院日,状態の開始日,状態の終了日,理由
    高血圧,離脱予備群,112,井上　陽子,2026-07-10,2026-09-09,2027-01-10,病名 8833421
    高血圧,離脱予備群,217,渡辺　彩,2026-07-27,2026-09-26,2027-01-27,病名 8833421
    ");

    let cp932 = dropouts(dir.path(), &["--format", "csv", "--encoding", "cp932"]);
    assert_eq!(cp932.exit, Exit::Success);
    // The wave dash is written as its twin in Windows.
    let expected = text[3..].replace('〜', "～");
    assert!(encoding_rs::SHIFT_JIS.decode(&cp932.data).0 == expected);
}

#[test]
fn a_character_that_cp932_lacks_is_named_by_its_line_alone() {
    let dir = clinic_folder();
    let groups = groups_json().replace("高血圧", "𠮷野式");
    write(dir.path(), "groups.json", groups.as_bytes());
    let ran = dropouts(dir.path(), &["--format", "csv", "--encoding", "cp932"]);
    assert_eq!((ran.exit, ran.data.len()), (Exit::Errors, 0));
    assert_snapshot!(ran.messages, @"エラー: CSVの2行目に、CP932（Shift_JIS）にない文字があります。--encoding utf8 を指定してください。");
}

#[test]
fn an_archive_and_folders_give_the_same_lists() {
    let dir = clinic_folder();
    let expected = dropouts(dir.path(), &["--format", "csv"]).text();
    let receipts = dir.path().join("receipts");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in fs::read_dir(&receipts).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with("2025") {
            archive.start_file(name, SimpleFileOptions::default()).unwrap();
            archive.write_all(&fs::read(&path).unwrap()).unwrap();
            fs::remove_file(path).unwrap();
        } else {
            fs::create_dir_all(receipts.join("新")).unwrap();
            fs::rename(&path, receipts.join("新").join(name)).unwrap();
        }
    }
    write(&receipts, "2025.zip", archive.finish().unwrap().get_ref());
    write(&receipts, ".DS_Store", b"hidden");
    let ran = dropouts(dir.path(), &["--format", "csv"]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    assert_eq!(ran.text(), expected);
    let json = dropouts(dir.path(), &["--format", "json"]).text();
    assert!(json.contains(r#""file": "2025.zip!2025-1"#) || json.contains(r#""file": "新/2026-1"#));
}

#[test]
fn what_cannot_be_used_is_told_and_the_rest_is_listed() {
    let dir = clinic_folder();
    let receipts = dir.path().join("receipts");
    let expected = dropouts(dir.path(), &["--format", "csv"]).text();
    let newest = fs::read(receipts.join("2026-10_shaho_RECEIPTC.UKE")).unwrap();
    write(&receipts, "9-cut.UKE", &newest[..newest.len() / 2]);
    write(&receipts, "9-other.UKE", b"IR,1,13,1,7654321,,,202611,00,\r\nGO,0,0,99\r\n");
    let fewer = demo(1, japan::Month::new(2026, 10).unwrap(), DemoSize { n_patients: 20, n_months: 12 });
    let fewer = fewer.receipts.iter().find(|it| it.name == "2026-10_kokuho_RECEIPTC.UKE").unwrap();
    write(&receipts, "9-fewer.UKE", &fewer.bytes);
    write(&receipts, "9-list.pdf", b"%PDF-1.7");
    let ran = dropouts(dir.path(), &["--format", "csv"]);
    assert_eq!(ran.exit, Exit::Success);
    assert_eq!(ran.text(), expected);
    assert_snapshot!(ran.messages, @"
    9-cut.UKE:119: [footer-missing] 最後のGO（診療報酬請求書）がありません。ファイルが途中で切れています。レセコンから出力し直してください。
    9-fewer.UKE:1: [waiting] 前のファイルにいる患者27人のうち18人がいないため、使いませんでした（確認待ち）。置き換えるなら前のファイルをフォルダーから除いてください。
    9-list.pdf:1: [pdf-file] PDFファイルです。レセコンの「レセプト電算データ（UKE）」の出力を選び、RECEIPTC.UKEを送ってください。
    9-other.UKE:1: [other-clinic] 別の医療機関のレセプトです（医療機関コードが登録と違います）。自院のファイルを選び直してください。
    レセプトに注意が1件あります。kayoi receipts check で内容を確かめられます。
    ");
}

#[test]
fn conditions_that_lack_their_masters_or_rosters_name_them() {
    let dir = clinic_folder();
    let messages = |condition: &str| {
        with_groups(dir.path(), condition);
        let ran = dropouts(dir.path(), &[]);
        assert_eq!((ran.exit, ran.data.len()), (Exit::Errors, 0));
        ran.messages
    };
    assert_snapshot!(messages(r#"{"not":{"disease":{"icd10":["I10"]}}}"#), @"エラー: グループ「g」の条件 icd10 には傷病名マスターが必要です。--masters に、そのファイルのあるフォルダーを指定してください。");
    assert_snapshot!(messages(r#"{"all":[{"drug":{"price_list":["3962"]}}]}"#), @"エラー: グループ「g」の条件 price_list には医薬品マスターが必要です。--masters に、そのファイルのあるフォルダーを指定してください。");
    assert_snapshot!(messages(r#"{"chief_complaint":{"contains":["頭痛"]}}"#), @"エラー: グループ「g」の条件 chief_complaint には問診のCSVが必要です。--rosters に、そのファイルのあるフォルダーを指定してください。");
    assert_snapshot!(messages(r#"{"past_history":{"contains":["喘息"]}}"#), @"エラー: グループ「g」の条件 past_history には問診のCSVが必要です。--rosters に、そのファイルのあるフォルダーを指定してください。");
    assert_snapshot!(messages(r#"{"disease":{"code":["8833421"]}}"#), @"エラー: グループの設定が読み取れません。1行124列付近の書き方を確かめてください: unknown field `code`, expected one of `codes`, `icd10`, `within_months` at line 1 column 124");
}

#[test]
fn masters_and_rosters_are_used() {
    let dir = clinic_folder();
    let master = |code: &str, letter: &str, change: &str| {
        let mut columns = vec![String::new(); 40];
        (columns[0], columns[1], columns[2]) = (change.to_owned(), letter.to_owned(), code.to_owned());
        (columns[5], columns[15], columns[23]) = ("高血圧症".to_owned(), "I10".to_owned(), "99999999".to_owned());
        columns.join(",") + "\r\n"
    };
    // The difference sorts before the whole file, and yet comes after it.
    write(dir.path(), "masters/a_delta.csv", master("8833421", "B", "5").replace("I10", "I15").as_bytes());
    write(dir.path(), "masters/b_all.csv", master("8833421", "B", "0").as_bytes());
    write(dir.path(), "masters/note.txt", "メモ".as_bytes());
    let complaint = "診察券番号,回答日,主訴\r\n101,2026/04/01,頭痛がする\r\n101,昨日,頭痛\r\n";
    write(dir.path(), "rosters/questionnaire.csv", complaint.as_bytes());
    let (masters, rosters) = (dir.path().join("masters"), dir.path().join("rosters"));
    let more = ["--format", "json", "--masters", masters.to_str().unwrap(), "--rosters", rosters.to_str().unwrap()];

    with_groups(dir.path(), r#"{"disease":{"icd10":["I15"]}}"#);
    let ran = dropouts(dir.path(), &more);
    assert_eq!(ran.exit, Exit::Success);
    assert_snapshot!(ran.messages, @"
    note.txt: [master-refused] 基本マスターのファイルではありません(2列目にB・Z・S・Y・T・Cのどれもありません)。診療報酬情報提供サービスのCSVを、加工せずShift_JISのまま置いてください。
    questionnaire.csv:3: [date_invalid] 「回答日」の日付が読めません。2026/4/1 または 令和8年4月1日 の形で入力してください。
    ");
    assert!(ran.json()["groups"][0]["members"].as_u64().unwrap() > 10);
    assert_eq!(ran.json()["patients"][0]["because"][0]["name"], "高血圧症");

    with_groups(dir.path(), r#"{"chief_complaint":{"contains":["頭痛"]}}"#);
    let ran = dropouts(dir.path(), &more);
    assert!(ran.json()["groups"][0]["members"].as_u64().unwrap() <= 1);
}

#[test]
fn a_date_that_is_none_is_a_wrong_command_line() {
    let ran = kayoi(&["dropouts", "--files", ".", "--groups", "g", "--as-of", "2026-02-30"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert_snapshot!(ran.messages, @"
    エラー: --as-of <日付> に「2026-02-30」は使えません。2026-11-23 の形の日付にしてください。
    詳しくは --help で表示します。
    ");
}

#[test]
fn a_folder_without_receipts_gives_empty_lists() {
    let dir = clinic_folder();
    fs::remove_dir_all(dir.path().join("receipts")).unwrap();
    fs::create_dir(dir.path().join("receipts")).unwrap();
    let ran = dropouts(dir.path(), &["--format", "json"]);
    assert_eq!((ran.exit, &ran.json()["data_through"]), (Exit::Success, &Value::Null));
    fs::remove_dir(dir.path().join("receipts")).unwrap();
    assert_eq!(dropouts(dir.path(), &[]).exit, Exit::Errors);
}
