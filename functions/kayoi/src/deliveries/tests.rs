use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    Exit,
    demo::groups_json,
    test_run::{Ran, clinic, kayoi, write},
};

/// The demo clinic in a folder: `receipts/` and `rosters/`.
fn demo_folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let demo = clinic();
    for file in &demo.receipts {
        write(&dir.path().join("receipts"), &file.name, &file.bytes);
    }
    for file in &demo.rosters {
        write(&dir.path().join("rosters"), &file.name, &file.bytes);
    }
    dir
}

/// A folder with one claim file of patient 1 (and 2, who has the disease only), and a patient CSV.
fn small_folder(kind: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let drug = if kind == "点検用" { "IY,21,1,620098801,1,0,28,,,,,,,,,,,,,,,,28\r\n" } else { "" };
    let blanks = ",".repeat(7);
    let text = format!(
        "IR,1,13,1,9999999,,ダミー内科クリニック,202611,00,\r\n\
         RE,1,1112,202610,検証　一郎,1,19700401{blanks}1{more}ケンショウイチロウ,\r\nHO,01130012,,1,1,68\r\n\
         SY,8833421,20261005,1,,,,\r\nSI,80,1,120002910,,68,1,,,,,,,,,,,,,,,,1\r\n{drug}JD,1,,,,,,,,,,1\r\n\
         RE,2,1112,202610,検証　二郎,1,19800401{blanks}2{more}ケンショウジロウ,\r\nHO,01130012,,1,1,0\r\n\
         SY,8833421,20200110,1,,,,\r\nJD,1,,,,,,,,,,,1\r\nGO,2,68,99\r\n",
        more = ",".repeat(23),
    );
    write(&dir.path().join("receipts"), "RECEIPTC.UKE", &japan::to_cp932(&text).unwrap());
    let patients = "診察券番号,氏名,携帯電話,メールアドレス,配信同意,最終更新日\n\
                    1,検証一郎,090-1234-5671,a@example.jp,同意,2026/11/20\n\
                    2,検証二郎,,b@example.jp,,2026/11/20\n\
                    3,検証三郎,03-1234-5678,,同意,2026/11/20\n\
                    4,検証四郎,090-1234-5672,,不同意,2026/11/20\n";
    write(&dir.path().join("rosters"), "patients.csv", patients.as_bytes());
    dir
}

fn with_settings(dir: &TempDir, settings: &Value) {
    write(dir.path(), "settings.json", settings.to_string().as_bytes());
}

fn plan(dir: &TempDir, days: [&str; 2], more: &[&str]) -> Ran {
    let path = |name: &str| dir.path().join(name).display().to_string();
    let (files, rosters, settings) = (path("receipts"), path("rosters"), path("settings.json"));
    let arguments = ["deliveries", "plan", "--files", &files, "--rosters", &rosters, "--settings", &settings];
    kayoi(&[&arguments, &["--from", days[0], "--to", days[1]][..], more].concat())
}

/// Plans `deliveries` over the small clinic, or the folder given, and shows a row a line.
fn rows(dir: &TempDir, deliveries: Value, days: [&str; 2], more: &[&str]) -> String {
    let groups: Value = serde_json::from_str(groups_json()).unwrap();
    with_settings(dir, &json!({"groups": groups["groups"], "deliveries": deliveries}));
    let ran = plan(dir, days, &[&["--format", "json"], more].concat());
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    let json = ran.json();
    let shown = json["rows"].as_array().unwrap().iter().map(|it| {
        let text = |key: &str| it[key].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} #{} for {} k={} {} {} {}",
            text("date"),
            text("delivery"),
            text("chart_number"),
            text("trigger_date"),
            it["repetition"],
            text("state"),
            text("reason"),
            text("channel")
        )
    });
    shown.collect::<Vec<String>>().join("\n")
}

fn delivery(more: Value) -> Value {
    let mut all =
        json!({"id": "d", "name": "試験", "target": "everyone", "subject": "お知らせ", "body": "{医療機関名}です。"});
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!([all])
}

#[test]
fn who_cannot_be_written_to_is_named_with_the_reason() {
    let dir = small_folder("提出用");
    let updated = || delivery(json!({"timing": {"kind": "profile_updated"}, "offset": {"days": 7}}));
    let days = ["2026-11-23", "2026-11-30"];
    assert_snapshot!(rows(&dir, updated(), days, &[]), @r"
    2026-11-27 d #1 for 2026-11-20 k=0 due on-day sms
    2026-11-27 d #2 for 2026-11-20 k=0 suppressed no-consent -
    2026-11-27 d #3 for 2026-11-20 k=0 suppressed no-address -
    2026-11-27 d #4 for 2026-11-20 k=0 suppressed opted-out -
    ");
    // A refusal is no missing record.
    assert_snapshot!(rows(&dir, updated(), days, &["--assume-consent"]), @r"
    2026-11-27 d #1 for 2026-11-20 k=0 due on-day sms
    2026-11-27 d #2 for 2026-11-20 k=0 due on-day mail
    2026-11-27 d #3 for 2026-11-20 k=0 suppressed no-address -
    2026-11-27 d #4 for 2026-11-20 k=0 suppressed opted-out -
    ");
}

#[test]
fn each_timing_falls_on_its_day() {
    let dir = small_folder("点検用");
    let appointments = "診察券番号,予約日,来院状況\n1,2026/11/25,予約\n";
    write(&dir.path().join("rosters"), "appointments.csv", appointments.as_bytes());
    let answers = "診察券番号,回答日,主訴\n1,2026/11/24,頭痛\n1,2026/11/26,頭痛\n";
    write(&dir.path().join("rosters"), "questionnaire.csv", answers.as_bytes());
    let on = |timing: Value, offset: Value| {
        let shown =
            rows(&dir, delivery(json!({"timing": timing, "offset": offset})), ["2026-11-01", "2026-12-31"], &[]);
        shown
            .lines()
            .filter(|it| it.contains("#1 "))
            .map(|it| format!("{}\n", &it[..it.find(" k=").unwrap()]))
            .collect::<String>()
    };
    let of_codes = |kind: &str, code: &str| json!({"kind": kind, "codes": [code]});
    let (htn, today) = (|kind: &str| json!({"kind": kind, "group": "htn"}), || json!({"days": 0}));
    assert_snapshot!(on(of_codes("disease_started", "8833421"), json!({"months": 1})), @"2026-11-05 d #1 for 2026-10-05");
    assert_snapshot!(on(of_codes("procedure_done", "120002910"), json!({"weeks": 4})), @"2026-11-07 d #1 for 2026-10-10");
    assert_snapshot!(on(of_codes("drug_prescribed", "620098801"), json!({"weeks": 4})), @"2026-11-07 d #1 for 2026-10-10");
    assert_snapshot!(on(of_codes("drug_runs_out", "620098801"), json!({"days": -3})), @"2026-11-04 d #1 for 2026-11-07");
    assert_snapshot!(on(json!({"kind": "next_visit"}), json!({"days": -1})), @"2026-11-24 d #1 for 2026-11-25");
    assert_snapshot!(on(json!({"kind": "first_visit"}), json!({"weeks": 5})), @"2026-11-14 d #1 for 2026-10-10");
    assert_snapshot!(on(json!({"kind": "profile_updated"}), today()), @"2026-11-20 d #1 for 2026-11-20");
    assert_snapshot!(on(json!({"kind": "answered_questionnaire"}), today()), @r"
    2026-11-24 d #1 for 2026-11-24
    2026-11-26 d #1 for 2026-11-26
    ");
    assert_snapshot!(on(htn("became_at_risk"), today()), @"2026-12-10 d #1 for 2026-12-10");
    assert_snapshot!(on(json!({"kind": "scheduled_at", "at": "2026-12-24T10:00"}), today()), @"2026-12-24 d #1 for 2026-12-24");
    assert_snapshot!(on(json!({"kind": "manual"}), today()), @"");
    assert_snapshot!(on(htn("joined_group"), today()), @"");
    let existing =
        json!({"timing": htn("joined_group"), "target": "htn", "include_existing": true, "offset": {"days": 2}});
    assert_snapshot!(rows(&dir, delivery(existing), ["2026-11-01", "2026-11-30"], &[]), @r"
    2026-11-03 d #1 for 2026-11-01 k=0 due on-day sms
    2026-11-03 d #2 for 2026-11-01 k=0 suppressed no-consent -
    ");
}

#[test]
fn what_was_sent_stays_sent_when_a_newer_date_takes_its_place() {
    let dir = small_folder("提出用");
    let answers = "診察券番号,回答日,主訴\n1,2026/11/24,頭痛\n1,2026/11/26,頭痛\n";
    write(&dir.path().join("rosters"), "questionnaire.csv", answers.as_bytes());
    let answered = delivery(json!({"timing": {"kind": "answered_questionnaire"}}));
    assert_snapshot!(rows(&dir, answered, ["2026-11-01", "2026-12-31"], &[]), @r"
    2026-11-24 d #1 for 2026-11-24 k=0 due on-day sms
    2026-11-26 d #1 for 2026-11-26 k=0 due on-day sms
    ");
}

#[test]
fn a_patient_who_joins_a_group_while_days_go_by_is_newly_joined() {
    let dir = small_folder("提出用");
    let mut groups: Value = serde_json::from_str(groups_json()).unwrap();
    // 検証一郎 is 57 from 1 April 2027 on.
    groups["groups"][0]["match"] = json!({"age": {"min": 57, "max": 57}});
    let deliveries =
        delivery(json!({"timing": {"kind": "joined_group", "group": "htn"}, "offset": {"days": 1}, "target": "htn"}));
    with_settings(&dir, &json!({"groups": groups["groups"], "deliveries": deliveries}));
    let ran = plan(&dir, ["2027-03-20", "2027-04-10"], &["--format", "json"]);
    let rows = &ran.json()["rows"];
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["date"]), (1, &json!("2027-04-02")));
    assert_eq!(rows[0]["trigger_date"], "2027-04-01");
}

#[test]
fn a_recall_beyond_the_data_is_held_and_what_repeats_counts_up() {
    let dir = small_folder("提出用");
    let recall = json!({
        "timing": {"kind": "became_at_risk", "group": "htn"}, "target": "htn",
        "interval": {"every": {"days": 7}, "max": 3}, "exit": ["visited", "booked"],
    });
    assert_snapshot!(rows(&dir, delivery(recall.clone()), ["2026-12-01", "2026-12-31"], &[]), @r"
    2026-12-10 d #1 for 2026-12-10 k=0 held visit-unknown -
    2026-12-11 d #2 for 2026-12-11 k=0 suppressed no-consent -
    2026-12-17 d #1 for 2026-12-10 k=1 held visit-unknown -
    2026-12-18 d #2 for 2026-12-11 k=1 suppressed no-consent -
    2026-12-24 d #1 for 2026-12-10 k=2 held visit-unknown -
    2026-12-25 d #2 for 2026-12-11 k=2 suppressed no-consent -
    ");
    // Attendance of somebody on the 18th: until then it is known who came.
    let appointments = "診察券番号,予約日,来院状況\n3,2026/12/18,来院\n1,2026/12/28,予約\n";
    write(&dir.path().join("rosters"), "appointments.csv", appointments.as_bytes());
    let mut without_booked = recall;
    without_booked["exit"] = json!(["visited"]);
    assert_snapshot!(rows(&dir, delivery(without_booked), ["2026-12-01", "2026-12-31"], &[]).replace("#2", "#2 …"), @r"
    2026-12-10 d #1 for 2026-12-10 k=0 suppressed next-is-due -
    2026-12-11 d #2 … for 2026-12-11 k=0 suppressed no-consent -
    2026-12-18 d #1 for 2026-12-10 k=1 due released sms
    2026-12-18 d #2 … for 2026-12-11 k=1 suppressed no-consent -
    2026-12-24 d #1 for 2026-12-10 k=2 held visit-unknown -
    2026-12-25 d #2 … for 2026-12-11 k=2 suppressed no-consent -
    ");
}

#[test]
fn the_forecast_counts_what_would_be_sent() {
    let dir = small_folder("提出用");
    let body = format!("{{医療機関名}}です。{{患者氏名}}様\n{}", "あ".repeat(60));
    let deliveries = delivery(json!({"timing": {"kind": "profile_updated"}, "offset": {"days": 7}, "body": body}));
    with_settings(&dir, &json!({"deliveries": deliveries, "prices": {"line": 3, "sms": 12.5, "mail": 0.1}}));
    let ran = plan(&dir, ["2026-11-23", "2026-11-30"], &["--format", "json", "--assume-consent"]);
    assert_snapshot!(ran.json()["forecast"], @r#"{"by_channel":{"mail":1,"sms":1},"sms_parts":3,"unreachable":2,"yen":38}"#);
    // Longer than any text message: the next channel takes it.
    let deliveries =
        delivery(json!({"timing": {"kind": "profile_updated"}, "offset": {"days": 7}, "body": "あ".repeat(700)}));
    with_settings(&dir, &json!({"deliveries": deliveries}));
    let ran = plan(&dir, ["2026-11-23", "2026-11-30"], &["--format", "json"]);
    assert_snapshot!(ran.json()["forecast"], @r#"{"by_channel":{"mail":1},"sms_parts":0,"unreachable":3,"yen":0}"#);
}

#[test]
fn a_text_that_lacks_a_value_is_not_sent() {
    let dir = small_folder("提出用");
    let deliveries =
        delivery(json!({"timing": {"kind": "profile_updated"}, "offset": {"days": 7}, "body": "{次回受診予定日}"}));
    assert_snapshot!(rows(&dir, deliveries, ["2026-11-27", "2026-11-27"], &[]).lines().next().unwrap(), @"2026-11-27 d #1 for 2026-11-20 k=0 suppressed missing-value -");
}

#[test]
fn a_timing_by_drugs_does_not_start_without_inspection_receipts() {
    let dir = small_folder("提出用");
    with_settings(
        &dir,
        &json!({"deliveries": delivery(json!({"timing": {"kind": "drug_runs_out", "codes": ["620098801"]}}))}),
    );
    let ran = plan(&dir, ["2026-11-01", "2026-11-30"], &["--format", "json"]);
    assert_eq!((ran.exit, ran.json()["rows"].as_array().unwrap().len()), (Exit::Success, 0));
    assert_snapshot!(ran.messages, @"配信「d」は開始しません: [no-inspection-receipts] 薬のタイミングには点検用レセプトが必要です。レセコンで「点検用（院外処方含む）」を出力してアップロードしてください。");
}

#[test]
fn settings_that_cannot_be_used_are_refused_with_their_place() {
    let dir = small_folder("提出用");
    let told = |settings: &str| {
        write(dir.path(), "settings.json", settings.as_bytes());
        let ran = plan(&dir, ["2026-11-01", "2026-11-30"], &[]);
        assert_eq!((ran.exit, ran.data.len()), (Exit::Errors, 0));
        ran.messages
    };
    assert_snapshot!(told(r#"{"deliverys":[]}"#), @"エラー: 設定の1行12列付近: 「deliverys」というキーは使えません。使えるのは groups、deliveries、prices、patient_cap です。");
    let delivery = r#"{"id":"d","name":"試験","target":"everyone","timing":{"kind":"first_visit"}}"#;
    let with = |more: &str| {
        format!(
            "{{\"deliveries\":[{delivery},\n{}]}}",
            delivery.replace(r#""d""#, r#""e""#).replace(r#","timing""#, &format!(r#",{more},"timing""#))
        )
    };
    assert_snapshot!(told(&with(r#""ofset":{"days":1}"#)), @"エラー: 設定の deliveries の2番目、2行53列付近: 「ofset」というキーは使えません。使えるのは id、name、timing、offset、target、interval、exit、start、grace_days、include_existing、approval、reply、subject、body です。");
    assert_snapshot!(told(&with(r#""offset":{"day":1}"#)), @"エラー: 設定の deliveries の2番目、2行61列付近: 「day」は使えません。days、weeks、months から選んでください。");
    assert_snapshot!(told(&with(r#""exit":["died"]"#)), @"エラー: 設定の deliveries の2番目、2行60列付近: 「died」は使えません。visited、booked、replied から選んでください。");
    assert_snapshot!(told(&with(r#""grace_days":99"#)), @"エラー: 配信「e」の設定が使えません。grace_daysは30日以内にしてください。");
    assert_snapshot!(told(&format!(r#"{{"deliveries":[{delivery},{delivery}]}}"#)), @"エラー: 配信のID「d」が2つあります。別のIDにしてください。");
    assert_snapshot!(told(&format!(r#"{{"deliveries":[{}]}}"#, delivery.replace("everyone", "htn"))), @"エラー: 配信「d」の target のグループ「htn」が、groups にありません。");
    assert_snapshot!(told(r#"{"prices":{"sms":-1}}"#), @"エラー: 設定の1行20列付近: 書き方を確かめてください: 料金は0円から100000円にしてください");
    fs::remove_file(dir.path().join("settings.json")).unwrap();
    let ran = plan(&dir, ["2026-11-01", "2026-11-30"], &[]);
    assert_eq!(ran.exit, Exit::Errors);
    write(dir.path(), "settings.json", b"{}");
    assert_snapshot!(plan(&dir, ["2026-11-02", "2026-11-01"], &[]).messages, @"エラー: --to は --from と同じ日か、後の日にしてください。");
}

#[test]
fn the_month_ahead_of_the_demo_clinic() {
    let dir = demo_folder();
    let groups: Value = serde_json::from_str(groups_json()).unwrap();
    let deliveries = json!([
        {"id": "remind", "name": "予約の前日", "timing": {"kind": "next_visit"}, "offset": {"days": -1},
         "target": "everyone", "body": "{医療機関名}です。{次回受診予定日}"},
        {"id": "recall", "name": "受診のお願い", "timing": {"kind": "became_at_risk", "group": "htn"},
         "offset": {"days": 3}, "target": "htn", "exit": ["visited", "booked"], "body": "{医療機関名}です。"},
    ]);
    with_settings(&dir, &json!({"groups": groups["groups"], "deliveries": deliveries, "prices": {"mail": 0.1}}));
    let days = ["2026-11-01", "2026-11-30"];
    let ran = plan(&dir, days, &[]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    assert_snapshot!(ran.text(), @"
    2026-11-01 から 2026-11-30 まで　レセプトは 2026-10-31 の診療分まで

    ■ 予約の前日　「次回受診予定日」の1日前　送信 4件　保留 0件　送らない 7件
        日付        診察券番号  きっかけの日  回  状態      方法    理由
        2026-11-01  208         2026-11-02    1   送らない          この方法の宛先が登録されていません。
        2026-11-03  227         2026-11-04    1   送らない          この方法の宛先が登録されていません。
        2026-11-05  179         2026-11-06    1   送信      メール  予定日に送ります。
        2026-11-06  155         2026-11-07    1   送信      メール  予定日に送ります。
        2026-11-10  139         2026-11-11    1   送らない          この方法の宛先が登録されていません。
        2026-11-10  247         2026-11-11    1   送らない          この方法で送ることへの同意の記録がありません。
        2026-11-11  182         2026-11-12    1   送信      メール  予定日に送ります。
        2026-11-13  203         2026-11-14    1   送らない          この方法で送ることへの同意の記録がありません。
        2026-11-16  267         2026-11-17    1   送らない          患者がこの方法での配信を停止しました。
        2026-11-25  147         2026-11-26    1   送らない          この方法の宛先が登録されていません。
        2026-11-26  178         2026-11-27    1   送信      メール  予定日に送ります。

    ■ 受診のお願い　「離脱予備群になった」の3日後　送信 0件　保留 1件　送らない 4件
        日付        診察券番号  きっかけの日  回  状態      方法  理由
        2026-11-22  195         2026-11-19    1   保留            この後に来院した可能性があります。新しい来院のデータが入るか、承認すると送ります。
        2026-11-24  123         2026-11-21    1   送らない        この方法の宛先が登録されていません。
        2026-11-26  253         2026-11-23    1   送らない        この方法の宛先が登録されていません。
        2026-11-27  255         2026-11-24    1   送らない        患者がこの方法での配信を停止しました。
        2026-11-29  144         2026-11-26    1   送らない        この方法の宛先が登録されていません。

    送信の見込み: メール 4件　届けられない 11件　SMS 0通分　1円
    ");
    // Planned again, and in any order of flags, it is the same.
    assert_eq!(plan(&dir, days, &["--format", "text"]).text(), ran.text());
}
