use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::{Value, json};

use super::pause;
use crate::{
    Exit,
    demo::CARE_OFFICE,
    plans::{
        stand_in::{PARTNER, StandIn, files},
        steps::killed_at,
    },
    test_run::Ran,
};

const RECEIVED: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
const RECEIVED_DIR: &str = "9970002003_20260302091500_0a0a0a0a";

/// A folder with one bundle in its outbox, and a server with 実績 in its inbox.
struct World {
    server: StandIn,
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { server: StandIn::start(), dir: tempfile::tempdir().unwrap() };
        for file in files(CARE_OFFICE).iter().filter(|it| it.name.contains(PARTNER) && it.name.contains("20260125")) {
            let path = world.path("outbox/二月分").join(&file.name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.bytes).unwrap();
        }
        fs::write(world.path("outbox/二月分/message.txt"), "よろしく").unwrap();
        let actuals = &files(PARTNER)[0];
        let received = [(actuals.name.as_str(), actuals.name.as_str(), &actuals.bytes[..])];
        world.server.state().receive(RECEIVED, PARTNER, Some("20260302091500"), &received);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn watch(&self) -> Ran {
        self.server.plans(&["watch", self.dir.path().to_str().unwrap(), "--once", "--settle", "0"])
    }

    fn result(&self, folder: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path("outbox").join(folder).join("_result.json")).unwrap()).unwrap()
    }
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_put_into_the_outbox_is_sent_and_moves_and_what_came_lies_in_the_inbox() {
    let world = World::new();
    let ran = world.watch();
    assert_eq!((ran.exit, ran.text().as_str()), (Exit::Success, ""));
    assert!(names(&world.path("outbox")).is_empty());
    let sent = names(&world.path("sent"));
    assert!(sent.len() == 1 && sent[0].ends_with("_二月分"), "{sent:?}");
    assert!(world.path("sent").join(&sent[0]).join("_result.json").exists());
    assert_eq!(names(&world.path("inbox")), [RECEIVED_DIR]);
    // The plan, the schedule, and two deletions.
    let n_delivered = world.server.state().delivered.len();
    let n_requests = world.server.state().requests.len();
    assert_eq!(world.watch().exit, Exit::Success);
    assert_eq!(world.server.state().delivered.len(), n_delivered);
    assert_eq!(world.server.state().requests.len() - n_requests, 1, "the list of what was received");
}

#[test]
fn a_kill_between_any_two_steps_loses_nothing_and_sends_nothing_twice() {
    let whole = World::new();
    whole.watch();
    for at in 0.. {
        let world = World::new();
        fs::create_dir_all(world.path("inbox")).unwrap();
        let ended = killed_at(at, || world.watch());
        assert_eq!(world.watch().exit, Exit::Success, "step {at}");
        fs::write(world.path("inbox").join(RECEIVED_DIR).join("imported.txt"), "3").unwrap();
        let answered = killed_at(at % 3, || world.watch());
        let again = world.watch();
        assert_eq!(again.exit, Exit::Success, "step {at}: {}", again.messages);

        assert!(names(&world.path("outbox")).is_empty(), "step {at}");
        assert_eq!(names(&world.path("sent")).len(), 1, "step {at}");
        assert_eq!(world.server.state().delivered, whole.server.state().delivered, "step {at}");
        let mut files = names(&whole.path("inbox").join(RECEIVED_DIR));
        files.push("imported.sent.txt".to_owned());
        files.sort();
        assert_eq!(names(&world.path("inbox").join(RECEIVED_DIR)), files, "step {at}");
        assert_eq!(names(&world.path("inbox")), [RECEIVED_DIR], "step {at}");
        let answers = world.server.state().answers.clone();
        let expected = json!({"transfer": RECEIVED, "result": "imported", "rows": 3});
        assert!(!answers.is_empty() && answers.iter().all(|it| *it == expected), "step {at}: {answers:?}");
        assert!(answered.is_some() || at % 3 < 2, "step {at}");
        if ended.is_some() {
            assert!(at > 15, "{at} steps");
            return;
        }
    }
}

#[test]
fn what_cannot_be_sent_stays_with_its_reasons_until_it_changes() {
    let world = World::new();
    world.server.state().confirmed.clear();
    let ran = world.watch();
    assert_eq!(ran.exit, Exit::Errors);
    assert!(ran.messages.contains("confirm.txt に 9970002003=試験訪問介護 と書いて"), "{}", ran.messages);
    let result = world.result("二月分");
    assert_eq!(result["result"]["sends"][0]["reasons"][0]["code"], "partner-unconfirmed");

    let n_requests = world.server.state().requests.len();
    let ran = world.watch();
    assert!(ran.exit == Exit::Errors && ran.messages.starts_with("送れないままです: 二月分"), "{}", ran.messages);
    assert_eq!(world.server.state().requests.len() - n_requests, 1, "nothing is sent again");
    fs::write(world.path("outbox/二月分/confirm.txt"), "9970002003=試験訪問介護\r\n").unwrap();
    assert_eq!(world.watch().exit, Exit::Success);
    assert!(names(&world.path("outbox")).is_empty());
}

#[test]
fn a_file_with_errors_is_told_and_the_other_folders_go_on() {
    let world = World::new();
    fs::create_dir_all(world.path("outbox/一月分")).unwrap();
    fs::write(world.path("outbox/一月分/地図.pdf"), b"MZ").unwrap();
    fs::create_dir_all(world.path("outbox/三月分/中")).unwrap();
    fs::create_dir_all(world.path("outbox/空")).unwrap();
    assert_eq!(world.watch().exit, Exit::Errors);
    assert_eq!(names(&world.path("outbox")), ["一月分", "三月分", "空"]);
    assert_eq!(world.result("一月分")["problems"][0]["file"], "地図.pdf");
}

#[test]
fn a_break_of_the_network_is_told_and_leaves_everything_for_later() {
    for n_broken in 1..8 {
        let world = World::new();
        world.server.state().n_broken = n_broken;
        let ran = world.watch();
        if ran.exit == Exit::Errors {
            assert!(ran.messages.contains("つながりません"), "{}", ran.messages);
        }
        world.server.state().n_broken = 0;
        assert_eq!(world.watch().exit, Exit::Success);
        assert!(names(&world.path("outbox")).is_empty());
        assert_eq!(names(&world.path("inbox")), [RECEIVED_DIR]);
    }
}

#[test]
fn an_answer_that_is_not_taken_says_so_in_its_name() {
    let world = World::new();
    world.watch();
    let folder = world.path("inbox").join(RECEIVED_DIR);
    fs::write(folder.join("rejected.txt"), "").unwrap();
    let ran = world.watch();
    assert!(ran.exit == Exit::Errors && ran.messages.contains("理由を書いて"), "{}", ran.messages);
    fs::write(folder.join("rejected.txt"), "利用者が未登録").unwrap();
    assert_eq!(world.watch().exit, Exit::Success);
    assert_eq!(world.server.state().answers[0]["reasons"], json!([{"message": "利用者が未登録"}]));
    world.server.state().received[0]["state"] = json!("imported");
    fs::write(folder.join("rejected.txt"), "やはり未登録").unwrap();
    let ran = world.watch();
    assert!(ran.messages.contains("受け付けられませんでした"), "{}", ran.messages);
    assert!(folder.join("rejected.refused.txt").exists() && folder.join("rejected.sent.txt").exists());
    fs::write(folder.join("rejected.txt"), "a").unwrap();
    fs::write(folder.join("imported.txt"), "").unwrap();
    assert!(world.watch().messages.contains("両方"));
}

#[test]
fn pauses_grow_while_nothing_can_be_reached_and_have_an_end() {
    let seconds = |every, n_failed| pause(Duration::from_secs(every), n_failed).as_secs();
    assert_eq!([0, 1, 2, 3, 4, 99].map(|it| seconds(30, it)), [30, 60, 120, 240, 300, 300]);
    assert_eq!(seconds(3600, 5), 3600);
}
