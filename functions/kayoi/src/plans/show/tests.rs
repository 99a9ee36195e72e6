use std::{fs, path::Path};

use careplan::Standard;
use japan::Month;

use crate::{
    Exit,
    demo::{PlansSize, plans},
    test_run::{kayoi, write},
};

/// The files of the demo office in `standard`, written below `dir`.
fn office(dir: &Path, standard: Standard) -> usize {
    let files = plans(1, Month::new(2026, 2).unwrap(), standard, PlansSize { n_users: 3, n_partners: 2 });
    files.iter().for_each(|it| drop(write(dir, &it.name, &it.bytes)));
    files.len()
}

#[test]
fn a_folder_is_shown_as_one_page_by_user() {
    for standard in [Standard::V3, Standard::V4] {
        let dir = tempfile::tempdir().unwrap();
        assert!(office(dir.path(), standard) > 0);
        let ran = kayoi(&["plans", "show", dir.path().to_str().unwrap()]);
        assert_eq!(ran.exit, Exit::Success);
        // Pictures are no forms.
        assert!(ran.messages.lines().all(|it| it.starts_with("UPKIHON_IMAGE_")), "{}", ran.messages);
        let page = ran.text();
        assert_eq!(page.matches("<article").count(), 3);
        for form in ["第1表", "第2表", "第6表", "第7表"] {
            assert!(page.matches(&format!("<small>{form}</small>")).count() >= 3, "{form}");
        }
    }
}

#[test]
fn the_page_goes_into_a_file_when_asked() {
    let dir = tempfile::tempdir().unwrap();
    let name = "DLTPLAN_202505_9970100013_43_9970200011_11_20250425101500.CSV";
    let file = write(dir.path(), name, b"202407,990010,3280387013,202505\r\n");
    let page = dir.path().join("page.html");
    let ran = kayoi(&["plans", "show", &file, "--output", page.to_str().unwrap()]);
    assert_eq!((ran.exit, ran.data.len()), (Exit::Success, 0));
    assert_eq!(ran.messages, format!("{} に書きました。\n", page.display()));
    assert!(fs::read_to_string(page).unwrap().contains("<h2>サービス利用票（予定）の削除</h2>"));
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str, bytes: &[u8]| write(dir.path(), name, bytes);
    let good =
        path("DLTPLAN_202505_9970100013_43_9970200011_11_20250425101500.CSV", b"202407,990010,3280387013,202505\r\n");
    let short = path("DLTPLAN_202506_9970100013_43_9970200011_11_20250425101500.CSV", b"202407,990010\r\n");
    let other = path("plan.csv", b"");
    let missing = dir.path().join("UP1KYO_9970100013_9970200011_20250425101500.CSV").display().to_string();
    let ran = kayoi(&["plans", "show", &good, &short, &other, &missing]);
    assert_eq!(ran.exit, Exit::Errors);
    assert!(ran.text().contains("2025年5月"));
    assert_eq!(ran.messages.lines().count(), 3, "{}", ran.messages);
    assert!(ran.messages.contains("1行目の項目の数"));

    let ran = kayoi(&["plans", "show", &other]);
    assert_eq!((ran.exit, ran.data.len()), (Exit::Errors, 0));
    assert!(ran.messages.ends_with("エラー: 表示できるファイルがありません。\n"));
}

/// The fixtures beside the workspace.
#[test]
fn the_synthetic_files_are_shown() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/careplan/synthetic");
    if !dir.is_dir() {
        eprintln!("skipped: no synthetic care-plan files beside the workspace");
        return;
    }
    let ran = kayoi(&["plans", "show", dir.to_str().unwrap()]);
    assert_eq!((ran.exit, &*ran.messages), (Exit::Success, ""));
    let page = ran.text();
    for text in ["髙橋　キヨ", "2025年4月20日 (R7)", "<small>第3表</small>", "30,938", "居宅サービス計画書の削除"]
    {
        assert!(page.contains(text), "{text}");
    }
}
