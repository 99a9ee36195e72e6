use insta::assert_snapshot;
use serde_json::json;

use crate::{
    Exit,
    plans::stand_in::{PARTNER, StandIn},
};

/// Three transfers in the inbox: answered, fetched, and new with a message.
fn server() -> StandIn {
    let server = StandIn::start();
    let mut state = server.state();
    for (digit, serial, how_far) in
        [("1", Some("20260302091500"), "imported"), ("2", Some("20260302091501"), "fetched"), ("3", None, "notified")]
    {
        state.receive(&digit.repeat(32), PARTNER, serial, &[("a1.pdf", "地図.pdf", b"%PDF-")]);
        state.received.last_mut().unwrap()["state"] = json!(how_far);
    }
    state.received[2]["message"] = json!("よろしく\n\u{1b}[31m");
    state.received[1]["superseded_by"] = json!("1".repeat(32));
    drop(state);
    server
}

#[test]
fn what_is_to_be_done_comes_first_and_what_is_answered_only_when_asked() {
    let server = server();
    let ran = server.plans(&["inbox"]);
    assert_eq!((ran.exit, ran.messages.as_str()), (Exit::Success, ""));
    assert_snapshot!(ran.text(), @"
    取得  状態    受信日時          送信元      種別      ファイル連番    数  送信ID
    未    通知済  2026-11-23 00:00  9970002003  添付のみ  -               1   33333333333333333333333333333333
        メッセージ: よろしく / �[31m
    済    取得済  2026-11-23 00:00  9970002003  実績      20260302091501  1   22222222222222222222222222222222
        新しいもの（11111111111111111111111111111111）があります。
    ");
    let all = server.plans(&["inbox", "--all", "--format", "json"]).json();
    let ids: Vec<&str> = all.as_array().unwrap().iter().map(|it| &it["id"].as_str().unwrap()[..1]).collect();
    assert_eq!(ids, ["3", "2", "1"]);
    assert_eq!(all[0]["state_name"], "通知済", "what is not looked at is passed on");
}

#[test]
fn the_sent_list_says_how_far_each_is_and_what_was_answered() {
    let server = StandIn::start();
    let mut state = server.state();
    state.send(&"1".repeat(32), PARTNER, "rejected");
    state.send(&"2".repeat(32), PARTNER, "notified");
    let reason = json!({"file": "UP1KYO", "line": 3, "column": 5, "message": "利用者が未登録"});
    state.sent[0]["answer"] = json!({"at": "2026-11-23T00:00:00Z", "rows": null, "reasons": [reason]});
    state.sent[1]["may_have_been_read"] = json!(true);
    drop(state);
    assert_snapshot!(server.plans(&["sent"]).text(), @"
    取得  状態      送信日時          送信先      種別  ファイル連番    数  送信ID
    未    通知済    2026-11-23 00:00  9970002003  実績  20260125101500  0   22222222222222222222222222222222
        読まれた可能性があります。
    済    取込不可  2026-11-23 00:00  9970002003  実績  20260125101500  0   11111111111111111111111111111111
        回答 2026-11-23 09:00
          UP1KYO 3行 項目5 利用者が未登録
    ");
}

#[test]
fn an_empty_list_says_so() {
    let server = StandIn::start();
    assert_eq!(server.plans(&["inbox"]).text(), "ありません。\n");
    assert_eq!(server.plans(&["sent", "--format", "json"]).text(), "[]\n");
}
