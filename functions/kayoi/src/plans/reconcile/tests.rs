use std::path::Path;

use careplan::{Document, FileKind, FileName, Record};
use insta::assert_snapshot;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    Exit,
    test_run::{Ran, kayoi, write},
};

const PLAN: &str = "UPPLAN_202505_9970100013_43_9970200011_11_20250425101600.CSV";
const SUPPLEMENT: &str = "UPHOSOKU_202505_9970100013_43_9970200011_11_20250425101600.CSV";
const ACTUALS: &str = "UPJSK_202505_9970200011_11_9970100013_43_20250602090000.CSV";
const CORRECTED: &str = "UPJSK_202505_9970200011_11_9970100013_43_20250603090000.CSV";

fn service(day: &str, start: &str, end: &str) -> Record {
    let record = Record::blank(FileKind::Schedule).with(2, "990010").with(3, "3280387013").with(5, "202505");
    let record = record.with(8, "387").with(10, format!("202505{day}")).with(12, start).with(13, end);
    record.with(14, "1").with(15, "111211").with(20, "9970200011").with(21, "試験訪問介護")
}

fn at_other_office(record: Record) -> Record {
    record.with(15, "151141").with(8, "658").with(20, "9970300019").with(21, "試験デイサービス")
}

fn write_file(dir: &Path, name: &str, records: Vec<Record>) -> String {
    let parsed = FileName::parse(name).unwrap();
    let bytes = Document { kind: parsed.kind, records }.write(parsed.standard).unwrap();
    write(dir, name, &bytes)
}

/// A folder `plan` with a table and its supplement, and a folder `actuals`, whose second file corrects
/// the first.
fn month() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let plan = dir.path().join("plan");
    let day_care = at_other_office(service("02", "0930", "1640"));
    let visits = [service("01", "0900", "1000"), service("04", "0900", "1000"), service("16", "0900", "1000")];
    write_file(&plan, PLAN, [&visits[..], &[day_care]].concat());
    let supplement = Record::blank(FileKind::Supplement).with(2, "990010").with(3, "3280387013").with(6, "髙橋　キヨ");
    write_file(&plan, SUPPLEMENT, vec![supplement.with(19, "1500").with(63, "202505")]);
    let actuals = dir.path().join("actuals");
    write_file(&actuals, ACTUALS, vec![service("30", "0900", "1000")]);
    write_file(&actuals, CORRECTED, vec![service("01", "0915", "1015"), service("17", "0900", "1000")]);
    dir
}

fn reconcile(plan: &Path, actuals: &Path, more: &[&str]) -> Ran {
    let (plan, actuals) = (plan.display().to_string(), actuals.display().to_string());
    kayoi(&[&["plans", "reconcile", &plan, &actuals], more].concat())
}

#[test]
fn a_month_in_folders_is_shown_user_by_user() {
    let dir = month();
    let ran = reconcile(&dir.path().join("plan"), &dir.path().join("actuals"), &[]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    assert_snapshot!(ran.text(), @"
    ■ 被保険者番号 3280387013（髙橋　キヨ）　保険者番号 990010　2025年5月
      試験訪問介護（9970200011）: 時間の変更 1回、日の変更 1回、実績なし 1回
        単位数 予定 1,161、実績 774（差 -387）
        ・5月1日 訪問介護（111211）: 時間が9:00-10:00から9:15-10:15に変わりました
        ・5月4日 9:00-10:00 訪問介護（111211）: 実績がありません
        ・訪問介護（111211）: 5月16日の分が5月17日に行われました
      試験デイサービス（9970300019）: 未着 1回
        単位数 予定 658、実績 0（差 -658）
        ・試験デイサービス（9970300019）: 予定1回分の実績がまだ届いていません
      合計: 単位数 予定 1,819、実績 774（差 -1,045）
      区分支給限度基準額 1,500単位に対して、実績と未着の予定の合計は1,432単位: 残り68単位

    ※ 単位数は「単位数×回数」の単純な合計です。支給限度額に含めない加算なども入っています。
    ");
}

#[test]
fn single_files_are_given_as_json_without_limit_and_name() {
    let dir = month();
    let (plan, actuals) = (dir.path().join("plan").join(PLAN), dir.path().join("actuals").join(CORRECTED));
    let ran = reconcile(&plan, &actuals, &["--format", "json"]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    let user = &ran.json()["users"][0];
    assert_eq!((&user["insurer"], &user["insured"]), (&json!("990010"), &json!("3280387013")));
    assert_eq!((&user["month"], &user["name"]), (&json!("2025-05"), &json!(null)));
    assert_eq!((&user["limit_units"], &user["over_units"]), (&json!(null), &json!(null)));
    assert_snapshot!(user["offices"][0], @r#"{"difference_units":-387,"done":0,"done_units":774,"extra":0,"missed":1,"moved":1,"name":"試験訪問介護","not_reported":0,"office":"9970200011","other_time":1,"planned_units":1161}"#);
    let findings = user["findings"].as_array().unwrap();
    let kinds: Vec<_> = findings.iter().map(|it| (it["kind"].as_str().unwrap(), it["date"].as_str())).collect();
    let days = [("other_time", Some("2025-05-01")), ("missed", Some("2025-05-04")), ("moved", Some("2025-05-16"))];
    assert_eq!(kinds, [&days[..], &[("not_reported", None)]].concat());
    assert_snapshot!(findings[0], @r#"{"actual":{"billed_days":"","code":"111211","date":"2025-05-01","equipment":"","office":"9970200011","time":{"end":"10:15","start":"09:15"},"units":387},"date":"2025-05-01","kind":"other_time","n_times":1,"office":"9970200011","planned":{"billed_days":"","code":"111211","date":"2025-05-01","equipment":"","office":"9970200011","time":{"end":"10:00","start":"09:00"},"units":387},"sentence":"5月1日 訪問介護（111211）: 時間が9:00-10:00から9:15-10:15に変わりました"}"#);
}

#[test]
fn files_of_another_month_are_told_of() {
    let dir = month();
    let june = service("01", "0900", "1000").with(5, "202506").with(10, "20250601");
    let june = write_file(dir.path(), &ACTUALS.replace("202505_", "202506_"), vec![june]);
    let ran = reconcile(&dir.path().join("plan"), Path::new(&june), &[]);
    assert_eq!(ran.exit, Exit::Success);
    assert_snapshot!(ran.messages, @"予定の対象年月（2025-05）と実績の対象年月（2025-06）が違います。同じ月のファイルか確かめてください。");
}

#[test]
fn what_cannot_be_read_is_an_error_and_nothing_is_shown() {
    let dir = month();
    let (plan, actuals) = (dir.path().join("plan"), dir.path().join("actuals"));
    let check = |plan: &Path, actuals: &Path, part: &str| {
        let ran = reconcile(plan, actuals, &[]);
        assert_eq!((ran.exit, ran.data.len()), (Exit::Errors, 0), "{}", ran.messages);
        assert!(ran.messages.contains(part), "{}", ran.messages);
    };
    check(&actuals, &plan, "予定のファイル（UPPLAN_….CSV）がありません");
    check(&plan.join(SUPPLEMENT), &actuals, "利用者補足情報です。予定のファイル（UPPLAN_….CSV）を指定してください");
    check(&plan, &dir.path().join(ACTUALS), "ファイルがありません。パスを確かめてください");
    check(&plan, &dir.path().join("actuals.csv"), "ケアプランデータ連携のファイル名ではありません");

    let broken = write(dir.path(), ACTUALS, b"202407,990010\r\n");
    check(&plan, Path::new(&broken), "1行目の項目の数か引用符が標準仕様と合いません");
    let no_time = vec![service("01", "0900", "1000"), service("02", "2560", "1000"), service("03", "", "1000")];
    let broken = write_file(dir.path(), ACTUALS, no_time);
    check(&plan, Path::new(&broken), "2行目の「サービス開始時刻」を読めません（ほかに1行）");
}

#[test]
fn a_file_of_another_name_in_a_folder_is_passed_over_with_a_word() {
    let dir = month();
    let plan = dir.path().join("plan");
    write(&plan, "UPPLAN_202505.CSV", b"");
    write(&plan, "notes.txt", b"");
    let ran = reconcile(&plan, &dir.path().join("actuals"), &[]);
    assert_eq!(ran.exit, Exit::Success);
    assert_snapshot!(ran.messages, @"UPPLAN_202505.CSV: 読み飛ばしました。ファイル名の項目の数が標準仕様と合いません。介護ソフトが出力した名前のまま送ってください。");
}
