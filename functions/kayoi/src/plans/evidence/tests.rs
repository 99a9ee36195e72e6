use std::{
    fs,
    io::{Cursor, Read as _},
    path::Path,
};

use careplan::{
    OfficeNumber, Serial,
    exchange::{Fact, FactKind, LogEnd, Sealed, TransferId, TransferKind},
};
use zip::ZipArchive;

use super::archive;
use crate::{
    Exit,
    demo::CARE_OFFICE,
    plans::stand_in::{PARTNER, StandIn, seal},
    test_run::{Ran, kayoi},
};

/// A log of October to December: each transfer delivered and, most of them, fetched and answered.
fn log() -> Vec<Sealed> {
    let office = |it: &str| OfficeNumber::new(it).unwrap();
    let mut end = LogEnd::default();
    let facts = [
        ("2026-10-31T14:59:59Z", FactKind::Delivered, "1"),
        // The first moment of November in Japan.
        ("2026-10-31T15:00:00Z", FactKind::Fetched, "1"),
        ("2026-11-02T00:00:00Z", FactKind::Delivered, "2"),
        ("2026-11-02T00:10:00Z", FactKind::Imported, "2"),
        ("2026-11-03T00:00:00Z", FactKind::Delivered, "3"),
        ("2026-12-01T00:00:00Z", FactKind::Withdrawn, "3"),
        // Found out late.
        ("2026-11-30T14:59:59Z", FactKind::Rejected, "1"),
        ("2026-12-02T00:00:00Z", FactKind::Fetched, "2"),
    ];
    let entry = |(at, event, digit): (&str, FactKind, &str)| {
        let fact = Fact {
            at: at.parse().unwrap(),
            event,
            transfer: TransferId::parse(&digit.repeat(32)).unwrap(),
            sender: office(CARE_OFFICE),
            receiver: office(PARTNER),
            kind: TransferKind::Plan,
            serial: Serial::new("20260125101500"),
            sha256: vec!["ab".repeat(32), "cd".repeat(32)],
        };
        let (sealed, next) = end.append(&office(CARE_OFFICE), fact, &seal()).unwrap();
        end = next;
        sealed
    };
    facts.into_iter().map(entry).collect()
}

fn fetch(month: &str, file: &Path) -> Ran {
    let server = StandIn::start();
    server.state().log = log();
    server.plans(&["evidence", "--month", month, "--output", file.to_str().unwrap()])
}

fn verify(file: &Path, more: &[&str]) -> Ran {
    kayoi(&[&["plans", "evidence", "--verify", file.to_str().unwrap()], more].concat())
}

fn text(zip: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(zip)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_month_is_one_zip_that_verifies_and_is_the_same_again() {
    let dir = tempfile::tempdir().unwrap();
    let [one, other] = ["one.zip", "other.zip"].map(|it| dir.path().join(it));
    let ran = fetch("2026-11", &one);
    assert_eq!((ran.exit, ran.text()), (Exit::Success, format!("{}\n", one.display())));
    fetch("2026-11", &other);
    let zip = fs::read(&one).unwrap();
    assert_eq!(zip, fs::read(&other).unwrap());
    assert_eq!(text(&zip, "public-key.txt"), format!("{}\n", seal().key()));
    assert!(text(&zip, "README.txt").contains("kayoi plans evidence --verify"));

    let ran = verify(&one, &["--key", &seal().key()]);
    assert_eq!((ran.exit, ran.text().as_str()), (Exit::Success, "改ざんなし: 6件（番号 2〜7）\n"));
    assert_eq!(ran.messages, "");
    // The entries before it and behind it bind the month to those beside it.
    let opened = archive::open(&zip).unwrap();
    assert_eq!(opened.log.entries, log());
}

#[test]
fn the_page_tells_each_transfer_and_each_entry() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.zip");
    fetch("2026-11", &file);
    let page = text(&fs::read(&file).unwrap(), "index.html");
    let row = format!(
        "<tr><td>送信</td><td>{PARTNER}</td><td>計画書</td><td>20260125101500</td><td>2026-11-02 09:00:00</td><td></td>\
         <td>取込済 2026-11-02 09:10:00</td><td></td><td><code>{}</code></td></tr>",
        "2".repeat(32)
    );
    assert!(page.contains(&row), "{page}");
    let entry = format!(
        "<tr><td>2</td><td>2026-11-01 00:00:00</td><td>取得</td><td>{CARE_OFFICE}</td><td>{PARTNER}</td><td>計画書</td>\
         <td>20260125101500</td><td><code>{}<br>{}</code></td></tr>",
        "ab".repeat(32),
        "cd".repeat(32)
    );
    assert!(page.contains(&entry), "{page}");
    assert!(!page.contains("<td>1</td>"), "the entry before the month is not of it");
}

#[test]
fn a_month_without_entries_says_so_and_still_verifies() {
    let dir = tempfile::tempdir().unwrap();
    for month in ["2026-09", "2027-01"] {
        let file = dir.path().join(month);
        assert_eq!(fetch(month, &file).exit, Exit::Success);
        let ran = verify(&file, &[]);
        assert_eq!((ran.exit, ran.text().as_str()), (Exit::Success, "改ざんなし: 0件\n"));
        assert!(text(&fs::read(&file).unwrap(), "index.html").contains("この月の記録はありません"));
    }
}

#[test]
fn whatever_is_changed_shows() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.zip");
    fetch("2026-11", &file);
    let opened = archive::open(&fs::read(&file).unwrap()).unwrap();

    let stranger = careplan::exchange::Seal::of_secret(b"stranger").key();
    let ran = verify(&file, &["--key", &stranger]);
    assert_eq!((ran.exit, ran.text().as_str()), (Exit::Errors, "改ざんの疑い: 1番目の記録の署名が合いません\n"));

    // No ZIP is made of a changed log; one that somebody made is told.
    let mut changed = opened.log.clone();
    changed.entries[2].text = changed.entries[2].text.replace("delivered", "withdrawn");
    assert!(archive::zip(&changed).is_err());
    let mut short = opened.log;
    short.entries.remove(3);
    for (log, told) in
        [(changed, "3番目の記録の署名が合いません"), (short, "4番目の記録が、その前の記録につながりません")]
    {
        write_zip(&file, &[("log.json", &serde_json::to_string(&log).unwrap())]);
        let ran = verify(&file, &[]);
        assert_eq!((ran.exit, ran.text()), (Exit::Errors, format!("改ざんの疑い: {told}\n")));
    }
}

#[test]
fn what_was_taken_away_at_an_end_of_the_month_shows() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.zip");
    fetch("2026-11", &file);
    let log = archive::open(&fs::read(&file).unwrap()).unwrap().log;
    for n_taken in 1..=3 {
        let mut without_start = log.clone();
        without_start.entries.drain(..n_taken);
        fs::write(&file, archive::zip(&without_start).unwrap()).unwrap();
        let ran = verify(&file, &[]);
        assert_eq!(
            (ran.exit, ran.text().as_str()),
            (Exit::Errors, "改ざんの疑い: この月のはじめの記録が抜かれています\n")
        );
    }
    let mut without_end = log;
    without_end.entries.pop();
    fs::write(&file, archive::zip(&without_end).unwrap()).unwrap();
    let ran = verify(&file, &[]);
    assert_eq!(ran.exit, Exit::Success);
    assert!(ran.messages.contains("最後の方の記録が抜かれていないかまでは確かめられません"), "{}", ran.messages);
}

#[test]
fn a_changed_byte_of_any_file_shows_though_the_log_holds() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.zip");
    fetch("2026-11", &file);
    let files = archive::open(&fs::read(&file).unwrap()).unwrap().files;
    let contents: Vec<(&str, String)> =
        files.iter().map(|it| (it.0.as_str(), String::from_utf8(it.1.clone()).unwrap())).collect();
    for (name, from, to) in [
        ("index.html", "取込済", "取込不可"),
        ("README.txt", "改ざんなし", "改ざんあり"),
        ("public-key.txt", "\n", "\n\n"),
        // Its meaning is the same.
        ("log.json", "{", "{ "),
    ] {
        let changed: Vec<(&str, String)> = contents
            .iter()
            .map(|it| (it.0, if it.0 == name { it.1.replacen(from, to, 1) } else { it.1.clone() }))
            .collect();
        write_zip(&file, &changed.iter().map(|it| (it.0, it.1.as_str())).collect::<Vec<_>>());
        check_told(&file, name);
    }
    let all: Vec<(&str, &str)> = contents.iter().map(|it| (it.0, it.1.as_str())).collect();
    write_zip(&file, &[&all[..], &[("計画書.pdf", "")]].concat());
    check_told(&file, "計画書.pdf");
    write_zip(&file, &all[1..]);
    check_told(&file, "README.txt");
    write_zip(&file, &all);
    assert_eq!(verify(&file, &[]).exit, Exit::Success);
}

#[track_caller]
fn check_told(file: &Path, name: &str) {
    let ran = verify(file, &[]);
    assert_eq!((ran.exit, ran.text().as_str()), (Exit::Errors, "改ざんなし: 6件（番号 2〜7）\n"), "{name}");
    assert!(ran.messages.contains(&format!("{name} は証拠になりません")), "{}", ran.messages);
}

#[test]
fn a_file_that_is_no_evidence_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.zip");
    fs::write(&file, b"PK").unwrap();
    let ran = verify(&file, &[]);
    assert_eq!((ran.exit, ran.text().as_str()), (Exit::Errors, ""));
    assert!(ran.messages.contains("ZIPファイルではありません"), "{}", ran.messages);
    assert_eq!(kayoi(&["plans", "evidence"]).exit, Exit::Usage);
    assert_eq!(kayoi(&["plans", "evidence", "--month", "11月"]).exit, Exit::Usage);
}

fn write_zip(file: &Path, files: &[(&str, &str)]) {
    use std::io::Write as _;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    fs::write(file, writer.finish().unwrap().into_inner()).unwrap();
}
