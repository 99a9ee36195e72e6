use std::{fs, path::Path};

use insta::assert_snapshot;

use crate::{
    Exit,
    demo::CARE_OFFICE,
    plans::stand_in::{PARTNER, StandIn, files},
    test_run::{Ran, kayoi},
};

/// A folder with the plan of the month for the first partner.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files(CARE_OFFICE).iter().filter(|it| is_plan(&it.name)) {
        fs::write(dir.path().join(&file.name), &file.bytes).unwrap();
    }
    dir
}

fn is_plan(name: &str) -> bool {
    let name = careplan::FileName::parse(name).unwrap();
    name.receiver.as_str() == PARTNER && name.serial.as_str() == "20260125101500"
}

fn send(server: &StandIn, dir: &Path, more: &[&str]) -> Ran {
    server.plans(&[&["send", dir.to_str().unwrap()], more].concat())
}

#[test]
fn a_folder_goes_to_whom_its_names_say_and_a_repeat_delivers_nothing_twice() {
    let (server, dir) = (StandIn::start(), folder());
    fs::write(dir.path().join("message.txt"), "よろしくお願いします\r\n").unwrap();
    fs::write(dir.path().join("地図.pdf"), b"%PDF-1.7").unwrap();
    let map = format!("地図.pdf={PARTNER}");
    let ran = send(&server, dir.path(), &["--to", &map]);
    assert_eq!((ran.exit, ran.messages.as_str()), (Exit::Success, ""));
    let id = server.state().delivered[0].to_string();
    assert_eq!(ran.text(), format!("成功: {PARTNER} 計画書 20260125101500 4ファイル 送信ID {id}\n"));

    let n_requests = server.state().requests.len();
    let again = send(&server, dir.path(), &["--to", &map]);
    assert_eq!((again.exit, again.text()), (Exit::Success, ran.text()));
    assert_eq!(server.state().requests.len() - n_requests, 3, "who we are, the result, and whether it still holds");
    assert_eq!(server.state().delivered.len(), 1);
}

#[test]
fn what_was_taken_back_is_not_told_as_delivered_when_it_is_sent_again() {
    let (server, dir) = (StandIn::start(), folder());
    assert_eq!(send(&server, dir.path(), &[]).exit, Exit::Success);
    let id = server.state().delivered[0].to_string();
    assert_eq!(server.plans(&["withdraw", &id]).exit, Exit::Success);
    let ran = send(&server, dir.path(), &[]);
    assert_eq!(ran.exit, Exit::Errors);
    assert!(ran.text().contains("was-withdrawn"), "{}", ran.text());
}

#[test]
fn what_does_not_pass_the_check_is_told_by_file_and_line_and_nothing_is_sent() {
    let (server, dir) = (StandIn::start(), folder());
    let name = fs::read_dir(dir.path())
        .unwrap()
        .map(|it| it.unwrap().path())
        .find(|it| it.to_string_lossy().contains("UP1KYO"));
    let name = name.unwrap();
    let text = fs::read(&name).unwrap();
    fs::write(&name, [b"202208,1,2\r\n", &text[..]].concat()).unwrap();
    fs::write(dir.path().join("空.pdf"), b"").unwrap();
    let ran = send(&server, dir.path(), &["--to", "地図.pdf=9970002003"]);
    assert_eq!((ran.exit, ran.text().as_str()), (Exit::Errors, ""));
    assert_snapshot!(ran.messages, @"
    地図.pdf: 宛先（--to や to.txt）に書かれたファイルがありません。名前を確かめてください。
    UP1KYO_9970100013_9970002003_20260125101500.CSV 1行: 項目の数が標準仕様と合いません。介護ソフトの版を確かめ、出力し直してください。（28項目のところ3項目）
    空.pdf: ファイルが空（0バイト）です。出力し直してください。
    エラー: 直すところが3か所あるため、何も送っていません。
    ");
    assert!(server.state().requests.is_empty());
}

#[test]
fn a_first_send_says_the_registered_name_and_how_to_confirm_it() {
    let (server, dir) = (StandIn::start(), folder());
    server.state().confirmed.clear();
    let ran = send(&server, dir.path(), &[]);
    assert_eq!(ran.exit, Exit::Errors);
    assert_snapshot!(ran.text(), @"
    失敗: 9970002003 計画書 20260125101500 3ファイル
      [partner-unconfirmed] はじめて送る宛先です。番号と名称が正しいことを確かめ、_send.jsonのconfirmに書くかAPIで確認してから、もう一度送ってください。
      登録されている名称は「試験訪問介護」です。送る相手に間違いなければ、--confirm '9970002003=試験訪問介護' を付けるか、confirm.txt に 9970002003=試験訪問介護 と書いて送ってください。
    ");
    // The same again is another try, not the old answer.
    server.state().confirmed.insert(careplan::OfficeNumber::new(PARTNER).unwrap());
    assert_eq!(send(&server, dir.path(), &[]).exit, Exit::Success);
    server.state().confirmed.clear();
    let confirm = format!("{PARTNER}=試験訪問介護");
    assert_eq!(send(&server, dir.path(), &["--confirm", &confirm]).exit, Exit::Success);
    assert_eq!(server.state().delivered.len(), 1);
}

#[test]
fn a_name_that_a_person_chose_is_kept_and_its_old_result_is_not_the_new_one() {
    let (server, dir) = (StandIn::start(), folder());
    server.state().confirmed.clear();
    assert_eq!(send(&server, dir.path(), &["--bundle", "b-1"]).exit, Exit::Errors);
    let confirm = format!("{PARTNER}=試験訪問介護");
    let ran = send(&server, dir.path(), &["--bundle", "b-1", "--confirm", &confirm, "--format", "json"]);
    assert_eq!((ran.exit, &ran.json()["bundle"]), (Exit::Success, &"b-1".into()));
    assert_eq!(server.state().results.len(), 1);
}

#[test]
fn what_would_go_to_nobody_is_told_before_anything_is_put() {
    let (server, dir) = (StandIn::start(), folder());
    fs::write(dir.path().join("地図.pdf"), b"%PDF-1.7").unwrap();
    let ran = send(&server, dir.path(), &["--note", "9970300019=至急"]);
    assert_eq!(ran.exit, Exit::Errors);
    assert_snapshot!(ran.messages, @"
    地図.pdf: 宛先不明です。標準仕様のファイル名でないファイルは、--to か to.txt で宛先の事業所番号を指定してください。
    9970300019 に送るファイルはありません。連絡（--note や notes.txt）の番号を確かめてください。
    エラー: 直すところが2か所あるため、何も送っていません。
    ");
    assert_eq!(server.state().requests, ["GET /v1/office"]);
}

#[test]
fn a_wrong_command_line_is_told_in_japanese() {
    let ran = kayoi(&["plans", "send", "a", "--confirm", "123=甲", "--api", "http://127.0.0.1:1", "--token", "x"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.messages.contains("事業所番号は10桁"), "{}", ran.messages);
    let ran = kayoi(&["plans", "send", "a", "--bundle", "a b"]);
    assert_eq!(ran.exit, Exit::Usage);
}

#[test]
fn a_refused_token_is_told_in_the_words_of_the_api() {
    let (server, dir) = (StandIn::start(), folder());
    let ran = kayoi(&["plans", "send", dir.path().to_str().unwrap(), "--api", &server.address, "--token", "kyt_other"]);
    assert_eq!((ran.exit, ran.messages.as_str()), (Exit::Errors, "エラー: できません。トークンが使えません\n"));
}
