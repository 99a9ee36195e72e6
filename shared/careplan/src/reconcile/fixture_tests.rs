use std::path::Path;

use super::*;
use crate::{Document, FileName, Sheet, layout};

/// The sample files called `names`; `None` where they are not beside the workspace.
fn sample(names: &[&str]) -> Option<Reconciliation> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/careplan/synthetic");
    if !folder.is_dir() {
        eprintln!("skipped: the sample files are not here");
        return None;
    }
    let mut tables = PlannedAndDone::default();
    for name in names {
        let sheet = Sheet::read(std::fs::read(folder.join(name)).unwrap());
        let name = FileName::parse(name).unwrap();
        let layout = layout(name.kind, name.standard).unwrap();
        tables.take(&name, &Document::of(&sheet, layout)).unwrap();
    }
    Some(reconcile(&tables))
}

/// What a user's two offices come to: done, other time, missed and not reported; units done, planned and
/// left of the limit; the findings of the first office.
fn check(user: &UserMonth, n_times: [[u32; 4]; 2], units: [i64; 3], sentences: [&str; 2]) {
    let counts = |it: &OfficeMonth| {
        let counts = it.counts;
        assert_eq!((counts.moved, counts.extra), (0, 0), "{}", it.office);
        [counts.done, counts.other_time, counts.missed, counts.not_reported]
    };
    assert_eq!(user.offices.iter().map(counts).collect::<Vec<_>>(), n_times, "{}", user.person.insured);
    let left = user.over_units().map(|it| -it);
    assert_eq!([Some(user.done_units()), Some(user.planned_units()), left], units.map(Some));
    let found: Vec<&str> = user.findings.iter().map(|it| &*it.sentence).collect();
    assert_eq!(found[..2], sentences);
}

#[test]
fn the_month_of_version_4_is_reconciled() {
    let Some(month) = sample(&[
        "UPHOSOKU_202505_9970100013_43_9970200011_11_20250425101600.CSV",
        "UPPLAN_202505_9970100013_43_9970200011_11_20250425101600.CSV",
        "UPJSK_202505_9970200011_11_9970100013_43_20250602090000.CSV",
    ]) else {
        return;
    };
    let [first, second] = &month.users[..] else { panic!("two users") };
    assert_eq!(first.name, "髙橋　キヨ");
    let changed = "5月1日 訪問介護（111211）: 時間が9:00-10:00から9:15-10:15に変わりました";
    let missed = "5月4日 9:00-10:00 訪問介護（111211）: 実績がありません";
    check(first, [[6, 1, 1, 0], [0, 0, 0, 8]], [2_709, 8_360, 22_965], [changed, missed]);
    assert_eq!(first.findings[2].sentence, "試験デイサービス（9970300019）: 予定8回分の実績がまだ届いていません");
    let changed = "5月10日 訪問介護（111211）: 時間が9:00-10:00から9:15-10:15に変わりました";
    let missed = "5月16日 9:00-10:00 訪問介護（111211）: 実績がありません";
    check(second, [[2, 1, 1, 0], [0, 0, 0, 8]], [1_161, 6_812, 10_340], [changed, missed]);
}

#[test]
fn the_month_of_version_3_is_reconciled() {
    let Some(month) = sample(&[
        "UPHOSOKU_202505_9970100013_9970200011_20250425101600.CSV",
        "UPPLAN_202505_9970100013_9970200011_20250425101600.CSV",
        "UPJSK_202505_9970200011_9970100013_20250602090000.CSV",
    ]) else {
        return;
    };
    let [first, second] = &month.users[..] else { panic!("two users") };
    let changed = "5月1日 訪問介護（111211）: 時間が9:00-10:00から9:15-10:15に変わりました";
    let missed = "5月4日 9:00-10:00 訪問介護（111211）: 実績がありません";
    check(first, [[6, 1, 1, 0], [0, 0, 0, 4]], [2_709, 5_728, 25_597], [changed, missed]);
    let missed = "5月7日 9:00-10:00 訪問介護（111211）: 実績がありません";
    check(second, [[6, 1, 1, 0], [0, 0, 0, 8]], [2_709, 8_360, 8_792], [changed, missed]);
}
