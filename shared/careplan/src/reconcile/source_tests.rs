use insta::assert_snapshot;

use super::{
    tests::{ACTUALS, OFFICE, PLAN, record, shown, take},
    *,
};
use crate::{Document, FileKind, FileName, Record};

#[test]
fn what_is_sent_again_stands_in_the_place_of_what_came_before() {
    let mut tables = PlannedAndDone::default();
    take(&mut tables, PLAN, &["1 0900-1000 111211", "2 0900-1000 111211"]);
    take(&mut tables, ACTUALS, &["1 0900-1000 111211", "3 0930-1640 151141"]);
    take(&mut tables, ACTUALS, &["2 0900-1000 111211"]);
    assert_snapshot!(shown(&reconcile(&tables)), @"
    9970200011 [1, 0, 0, 1, 1, 0] 774/774
    5月1日 9:00-10:00 訪問介護（111211）: 実績がありません
    5月3日 9:30-16:40 通所介護（151141）: 予定にない実績です
    ");
}

#[test]
fn what_is_taken_back_counts_no_more() {
    let mut tables = PlannedAndDone::default();
    take(&mut tables, PLAN, &["1 0900-1000 111211"]);
    take(&mut tables, ACTUALS, &["1 0900-1000 111211"]);
    let mut withdraw = |name: &str, values: &[(usize, &str)]| {
        let name = FileName::parse(name).unwrap();
        let blank = Record::blank(name.kind).with(2, "990010").with(3, "3280387013").with(4, "202505");
        let record = values.iter().fold(blank, |it, value| it.with(value.0, value.1));
        tables.take(&name, &Document { kind: name.kind, records: vec![record] }).unwrap();
        shown(&reconcile(&tables))
    };
    let by_office = [(5, OFFICE), (6, "11")];
    assert_snapshot!(withdraw("DLTJSK_202505_9970200011_9970100013_20250603090000.CSV", &by_office), @"
    9970200011 [0, 0, 0, 0, 0, 1] 0/387
    試験（9970200011）: 予定1回分の実績がまだ届いていません
    ");
    assert_snapshot!(withdraw("DLTPLAN_202505_9970100013_9970200011_20250604090000.CSV", &[]), @"");
}

#[test]
fn units_are_held_against_the_limit_with_what_is_still_to_come() {
    let mut tables = PlannedAndDone::default();
    take(&mut tables, PLAN, &["1 0900-1000 111211 x2", "2 0930-1640 151141 u658 @9970300019"]);
    take(&mut tables, ACTUALS, &["1 0900-1000 111211"]);
    assert_eq!(reconcile(&tables).users[0].over_units(), None);
    let name = FileName::parse("UPHOSOKU_202505_9970100013_9970200011_20250425101600.CSV").unwrap();
    let supplement = Record::blank(FileKind::Supplement).with(2, "990010").with(3, "3280387013");
    let supplement = supplement.with(6, "試験").with(19, "1000").with(63, "202505");
    tables.take(&name, &Document { kind: name.kind, records: vec![supplement] }).unwrap();
    let user = &reconcile(&tables).users[0];
    assert_eq!((&*user.name, user.limit_units), ("試験", Some(1000)));
    assert_eq!((user.planned_units(), user.done_units(), user.expected_units()), (1432, 387, 1045));
    assert_eq!((user.over_units(), user.n_rows_without_units), (Some(45), 0));
}

#[test]
fn rows_that_cannot_be_read_are_named_by_item() {
    let check = |number, value: &str, item| {
        let record = record("1 0900-1000 111211").with(number, value);
        assert_eq!(ServiceLine::of(&record), Err(Unread { line: 0, item }), "{value}");
    };
    check(5, "202513", "対象年月");
    check(10, "20250532", "サービス利用日");
    check(10, "20250601", "サービス利用日");
    check(12, "0960", "サービス開始時刻");
    check(13, "2401", "サービス終了時刻");
    check(14, "", "サービス回数");
    check(14, "100", "サービス回数");
    check(8, "1.5", "単位数");
    check(15, "11121", "サービスコード");
    check(20, "", "サービス事業者コード");
}
