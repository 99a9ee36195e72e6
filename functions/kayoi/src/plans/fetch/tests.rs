use std::{collections::BTreeMap, fs, path::Path};

use crate::{
    Exit,
    plans::{
        stand_in::{PARTNER, StandIn, files},
        steps::killed_at,
    },
};

const ACTUALS: &str = "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a";
const ATTACHED: &str = "ffffffffffffffffffffffffffffffff";
const ACTUALS_DIR: &str = "9970002003_20260302091500_0a0a0a0a";

/// A server with 実績 and, without a serial, attachments with hostile names.
fn server() -> StandIn {
    let server = StandIn::start();
    let actuals = &files(PARTNER)[0];
    let hostile = "../../\u{202E}控え.bat";
    let mut state = server.state();
    state.receive(
        ACTUALS,
        PARTNER,
        Some("20260302091500"),
        &[(&actuals.name, &actuals.name, &actuals.bytes), ("a1.pdf", "地図.pdf", b"%PDF-1.7")],
    );
    state.receive(
        ATTACHED,
        PARTNER,
        None,
        &[("a1.txt", hostile, b"a"), ("a2.txt", "imported.txt", b"b"), ("a3.txt", "imported.txt", b"c")],
    );
    drop(state);
    server
}

/// The files below `dir`, by their paths in it.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(tree(&path).into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            found.insert(name, fs::read(path).unwrap());
        }
    }
    found
}

fn fetch(server: &StandIn, dir: &Path, more: &[&str]) -> crate::test_run::Ran {
    server.plans(&[&["fetch", "--into", dir.to_str().unwrap()], more].concat())
}

#[test]
fn everything_that_was_not_fetched_appears_in_folders_under_safe_names() {
    let (server, dir) = (server(), tempfile::tempdir().unwrap());
    let ran = fetch(&server, dir.path(), &[]);
    assert_eq!((ran.exit, ran.messages.as_str()), (Exit::Success, ""));
    let attached = "9970002003_20261123000000_ffffffff";
    let paths: Vec<String> =
        [ACTUALS_DIR, attached].iter().map(|it| format!("{}\n", dir.path().join(it).display())).collect();
    assert_eq!(ran.text(), paths.concat());
    let name = &files(PARTNER)[0].name;
    let names: Vec<String> = tree(dir.path()).into_keys().collect();
    assert_eq!(
        names,
        [
            format!("{ACTUALS_DIR}/{name}"),
            format!("{ACTUALS_DIR}/_transfer.json"),
            format!("{ACTUALS_DIR}/地図.pdf"),
            format!("{attached}/_..__控え.bat.txt"),
            format!("{attached}/_transfer.json"),
            format!("{attached}/imported (2).txt"),
            format!("{attached}/imported (3).txt"),
        ]
    );
    assert_eq!(tree(dir.path())[&format!("{ACTUALS_DIR}/{name}")], files(PARTNER)[0].bytes);

    let again = fetch(&server, dir.path(), &[]);
    assert_eq!((again.exit, again.text().as_str()), (Exit::Success, ""));
    let named = fetch(&server, dir.path(), &["0a0a0a0a"]);
    assert_eq!((named.exit, named.text().as_str()), (Exit::Success, ""));
    assert!(named.messages.contains("すでにあります"));
    let n_fetches = server.state().requests.iter().filter(|it| it.ends_with("/fetch")).count();
    assert_eq!(n_fetches, 2);
}

#[test]
fn a_file_with_another_content_does_not_appear() {
    let (server, dir) = (server(), tempfile::tempdir().unwrap());
    server.state().spoil(ACTUALS, "a1.pdf", b"%PDF-1.8");
    let ran = fetch(&server, dir.path(), &["0a0a0a0a"]);
    assert_eq!(ran.exit, Exit::Errors);
    assert!(ran.messages.contains("地図.pdf の中身（SHA-256）"), "{}", ran.messages);
    assert!(!dir.path().join(ACTUALS_DIR).exists());
    // The service counts it as fetched; the next run goes on all the same.
    server.state().spoil(ACTUALS, "a1.pdf", b"%PDF-1.7");
    assert_eq!(fetch(&server, dir.path(), &[]).exit, Exit::Success);
    assert!(dir.path().join(ACTUALS_DIR).join("地図.pdf").exists());
}

#[test]
fn what_a_kill_leaves_half_done_the_next_run_makes_whole() {
    let expected = tempfile::tempdir().unwrap();
    fetch(&server(), expected.path(), &[]);
    for at in 0.. {
        let (server, dir) = (server(), tempfile::tempdir().unwrap());
        let ended = killed_at(at, || fetch(&server, dir.path(), &[]));
        for folder in fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap()) {
            let is_hidden = folder.file_name().to_str().unwrap().starts_with('.');
            assert!(is_hidden || folder.path().join("_transfer.json").exists(), "step {at}");
        }
        assert_eq!(fetch(&server, dir.path(), &[]).exit, Exit::Success, "step {at}");
        assert_eq!(tree(dir.path()), tree(expected.path()), "step {at}");
        if ended.is_some() {
            assert!(at > 10);
            return;
        }
    }
}

#[test]
fn what_was_taken_back_leaves_nothing() {
    let (server, dir) = (server(), tempfile::tempdir().unwrap());
    server.state().received[0]["state"] = "withdrawn".into();
    let ran = fetch(&server, dir.path(), &[ACTUALS]);
    assert_eq!(ran.exit, Exit::Errors);
    assert!(ran.messages.contains("取り消した"), "{}", ran.messages);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}
