use serde_json::json;

use crate::{
    Exit,
    plans::stand_in::{PARTNER, StandIn},
};

const ID: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";

#[test]
fn an_answer_is_sent_as_it_was_given() {
    let server = StandIn::start();
    server.state().receive(ID, PARTNER, Some("20260302091500"), &[]);
    let rejected = ["ack", "0a0a0a0a", "--rejected", "--reason", "利用者が未登録", "--file", "UPJSK", "--line", "3"];
    let ran = server.plans(&rejected);
    assert_eq!((ran.exit, ran.messages.as_str()), (Exit::Success, "取込不可と回答しました。\n"));
    assert_eq!(server.plans(&["ack", ID, "--imported", "--rows", "12"]).exit, Exit::Success);
    let reason = json!({"file": "UPJSK", "line": 3, "message": "利用者が未登録"});
    assert_eq!(
        server.state().answers,
        [
            json!({"transfer": ID, "result": "rejected", "reasons": [reason]}),
            json!({"transfer": ID, "result": "imported", "rows": 12}),
        ]
    );
    let ran = server.plans(&rejected);
    assert_eq!(ran.exit, Exit::Errors);
    assert!(ran.messages.contains("取込済みの送信を取込不可にはできません。"), "{}", ran.messages);
}

#[test]
fn an_answer_must_say_one_thing() {
    let server = StandIn::start();
    for wrong in [
        &[][..],
        &["--imported", "--rejected", "--reason", "x"],
        &["--imported", "--reason", "x"],
        &["--rejected"],
        &["--rejected", "--reason", " "],
        &["--rejected", "--reason", "x", "--rows", "1"],
    ] {
        assert_eq!(server.plans(&[&["ack", ID], wrong].concat()).exit, Exit::Usage, "{wrong:?}");
    }
    assert_eq!(server.plans(&["ack", "../etc", "--imported"]).exit, Exit::Usage);
    let long = "長".repeat(501);
    assert_eq!(server.plans(&["ack", ID, "--rejected", "--reason", &long]).exit, Exit::Errors);
    assert!(server.state().requests.is_empty());
}

#[test]
fn what_was_fetched_is_not_taken_back_but_deleted() {
    let (server, dir) = (StandIn::start(), tempfile::tempdir().unwrap());
    let (fetched, open) = ("1".repeat(32), "2".repeat(32));
    server.state().send(&fetched, PARTNER, "imported");
    server.state().send(&open, PARTNER, "notified");
    assert_eq!(server.plans(&["withdraw", "22222222"]).exit, Exit::Success);
    assert_eq!(server.state().sent[1]["state"], "withdrawn");

    let ran = server.plans(&["withdraw", &fetched]);
    assert_eq!(ran.exit, Exit::Errors);
    assert!(ran.messages.contains("取得した後なので") && ran.messages.contains("--deletion"), "{}", ran.messages);
    let deletion = dir.path().join("削除");
    let ran = server.plans(&["withdraw", &fetched, "--deletion", deletion.to_str().unwrap()]);
    assert_eq!(ran.exit, Exit::Success);
    let path = deletion.join("DLT1KYO_9970100013_9970200011_20260125101500.CSV");
    assert_eq!(ran.text(), format!("{}\n", path.display()));
    assert_eq!(std::fs::read(path).unwrap(), b"202208\r\n");
}

#[test]
fn a_beginning_must_be_of_one_transfer() {
    let server = StandIn::start();
    for last in ["0", "1"] {
        server.state().receive(&format!("{}{last}", &ID[..31]), PARTNER, None, &[]);
    }
    let told = |given: &str| server.plans(&["ack", given, "--imported"]).messages;
    assert!(told("0a0a0a0a0a").contains("2つ以上"));
    assert!(told("ffffffff").contains("ありません"));
}
