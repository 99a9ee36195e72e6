use insta::assert_snapshot;

use super::*;
use crate::{Document, FileKind, FileName, Record};

pub(super) const PLAN: &str = "UPPLAN_202505_9970100013_9970200011_20250425101600.CSV";
pub(super) const ACTUALS: &str = "UPJSK_202505_9970200011_9970100013_20250602090000.CSV";
pub(super) const OFFICE: &str = "9970200011";
pub(super) const OTHER_OFFICE: &str = "9970300019";

/// A row: day, times, code and, where they are not the usual ones, `x` times, `u` units, `@` office, `d`
/// for what is billed by the day.
pub(super) fn record(row: &str) -> Record {
    let parts: Vec<&str> = row.split(' ').collect();
    let option = |sign: char, usual| parts[3..].iter().find_map(|it| it.strip_prefix(sign)).unwrap_or(usual);
    let (start, end) = parts[1].split_once('-').unwrap();
    let days = if row.ends_with(" d") { "1111100000000000000000000000000" } else { "" };
    let values = [(2, "990010"), (3, "3280387013"), (5, "202505"), (8, option('u', "387")), (11, days)];
    let record = values.into_iter().fold(Record::blank(FileKind::Schedule), |it, value| it.with(value.0, value.1));
    let values = [(12, start), (13, end), (14, option('x', "1")), (15, parts[2]), (20, option('@', OFFICE))];
    let record = values.into_iter().fold(record, |it, value| it.with(value.0, value.1));
    record.with(10, format!("202505{:0>2}", parts[0])).with(21, "試験")
}

pub(super) fn take(tables: &mut PlannedAndDone, name: &str, rows: &[&str]) {
    let name = FileName::parse(name).unwrap();
    let document = Document { kind: name.kind, records: rows.iter().map(|it| record(it)).collect() };
    tables.take(&name, &document).unwrap();
}

pub(super) fn compared(planned: &[&str], done: &[&str]) -> Reconciliation {
    let mut tables = PlannedAndDone::default();
    take(&mut tables, PLAN, planned);
    take(&mut tables, ACTUALS, done);
    reconcile(&tables)
}

/// Counts by office in the order done, other time, moved, missed, extra, not reported; then sentences.
pub(super) fn shown(reconciliation: &Reconciliation) -> String {
    let mut lines = Vec::new();
    for user in &reconciliation.users {
        for office in &user.offices {
            let it = office.counts;
            let counts = [it.done, it.other_time, it.moved, it.missed, it.extra, it.not_reported];
            lines.push(format!("{} {counts:?} {}/{}", office.office, office.done_units, office.planned_units));
        }
        lines.extend(user.findings.iter().map(|it| it.sentence.clone()));
    }
    lines.join("\n")
}

fn check(planned: &[&str], done: &[&str]) -> String {
    shown(&compared(planned, done))
}

#[test]
fn what_was_done_as_planned_needs_no_words() {
    assert_snapshot!(check(&["1 0900-1000 111211"], &["1 0900-1000 111211"]), @"9970200011 [1, 0, 0, 0, 0, 0] 387/387");
}

#[test]
fn what_was_not_done_and_what_was_not_planned_is_said() {
    assert_snapshot!(check(&["4 0900-1000 111211"], &["20 9999-9999 112171"]), @"
    9970200011 [0, 0, 0, 1, 1, 0] 387/387
    5月4日 9:00-10:00 訪問介護（111211）: 実績がありません
    5月20日 訪問介護（112171）: 予定にない実績です
    ");
}

#[test]
fn another_time_on_the_day_is_told_from_another_day() {
    assert_snapshot!(check(&["1 0900-1000 111211"], &["1 0915-1015 111211"]), @"
    9970200011 [0, 1, 0, 0, 0, 0] 387/387
    5月1日 訪問介護（111211）: 時間が9:00-10:00から9:15-10:15に変わりました
    ");
    assert_snapshot!(check(&["16 0900-1000 111211"], &["17 0900-1000 111211"]), @"
    9970200011 [0, 0, 1, 0, 0, 0] 387/387
    訪問介護（111211）: 5月16日の分が5月17日に行われました
    ");
    assert_snapshot!(check(&["16 0900-1000 111211"], &["17 1400-1500 111211"]), @"
    9970200011 [0, 0, 1, 0, 0, 0] 387/387
    訪問介護（111211）: 5月16日の分が5月17日（14:00-15:00）に行われました
    ");
}

#[test]
fn days_nearest_to_each_other_are_paired_first() {
    let planned = ["1 0900-1000 111211", "20 0900-1000 111211", "28 0900-1000 111211"];
    assert_snapshot!(check(&planned, &["19 0900-1000 111211", "30 0900-1000 111211"]), @"
    9970200011 [0, 0, 2, 1, 0, 0] 774/1161
    5月1日 9:00-10:00 訪問介護（111211）: 実績がありません
    訪問介護（111211）: 5月20日の分が5月19日に行われました
    訪問介護（111211）: 5月28日の分が5月30日に行われました
    ");
}

#[test]
fn times_nearest_to_each_other_are_paired_first() {
    assert_snapshot!(check(&["1 0900-1000 111211", "1 1400-1500 111211"], &["1 1415-1515 111211"]), @"
    9970200011 [0, 1, 0, 1, 0, 0] 387/774
    5月1日 9:00-10:00 訪問介護（111211）: 実績がありません
    5月1日 訪問介護（111211）: 時間が14:00-15:00から14:15-15:15に変わりました
    ");
}

#[test]
fn a_service_given_fewer_times_is_partly_missed() {
    assert_snapshot!(check(&["1 0900-1000 111211 x2"], &["1 0900-1000 111211"]), @"
    9970200011 [1, 0, 0, 1, 0, 0] 387/774
    5月1日 9:00-10:00 訪問介護（111211）: 実績がありません
    ");
    assert_snapshot!(check(&["1 0900-1000 111211"], &["1 0900-1000 111211 x3"]), @"
    9970200011 [1, 0, 0, 0, 2, 0] 1161/387
    5月1日 9:00-10:00 訪問介護（111211）: 予定にない実績です（2回）
    ");
}

#[test]
fn a_row_without_times_of_its_own_matches_any_time_of_the_day() {
    let is_done = |planned, done| assert_eq!(check(&[planned], &[done]), "9970200011 [1, 0, 0, 0, 0, 0] 387/387");
    is_done("1 9999-9999 111211", "1 0915-1015 111211");
    is_done("1 0900-1000 111211", "1 9999-9999 111211");
    // Billed by the day.
    is_done("1 0900-1000 761111 d", "1 1000-1100 761111 d");
}

#[test]
fn an_addition_moves_with_the_service_whose_time_it_carries() {
    let planned = ["1 0900-1000 111211", "1 0900-1000 114001 u200"];
    assert_snapshot!(check(&planned, &["1 0915-1015 111211", "1 0915-1015 114001 u200"]), @"
    9970200011 [1, 1, 0, 0, 0, 0] 587/587
    5月1日 訪問介護（111211）: 時間が9:00-10:00から9:15-10:15に変わりました
    ");
    // 率加減算 may be reported with no units.
    assert_snapshot!(check(&planned, &["1 0915-1015 111211", "1 0915-1015 114001 u0"]), @"
    9970200011 [1, 1, 0, 0, 0, 0] 387/587
    5月1日 訪問介護（111211）: 時間が9:00-10:00から9:15-10:15に変わりました
    ");
}

#[test]
fn another_office_has_not_reported_yet() {
    let planned = ["1 0900-1000 111211", "2 0930-1640 151141 u658 @9970300019"];
    assert_snapshot!(check(&planned, &["1 0900-1000 111211"]), @"
    9970200011 [1, 0, 0, 0, 0, 0] 387/387
    9970300019 [0, 0, 0, 0, 0, 1] 0/658
    試験（9970300019）: 予定1回分の実績がまだ届いていません
    ");
}

#[test]
fn the_same_office_has_not_reported_its_other_service_yet() {
    assert_snapshot!(check(&["1 0900-1000 111211", "2 0900-0930 131111"], &["1 0900-1000 111211"]), @"
    9970200011 [1, 0, 0, 0, 0, 1] 387/774
    試験（9970200011）: 予定1回分の実績がまだ届いていません
    ");
}

#[test]
fn a_file_without_rows_says_that_nothing_was_done() {
    assert_snapshot!(check(&["1 0900-1000 111211", "2 0930-1640 151141 @9970300019"], &[]), @"
    9970200011 [0, 0, 0, 1, 0, 0] 0/387
    9970300019 [0, 0, 0, 0, 0, 1] 0/387
    5月1日 9:00-10:00 訪問介護（111211）: 実績がありません
    試験（9970300019）: 予定1回分の実績がまだ届いていません
    ");
}

#[test]
fn a_service_given_by_another_office_is_missed_there_and_extra_here() {
    let done = ["1 0900-1000 111211 @9970300019", "2 0900-1000 111211"];
    assert_snapshot!(check(&["1 0900-1000 111211", "2 0900-1000 111211"], &done), @"
    9970200011 [1, 0, 0, 1, 0, 0] 387/774
    9970300019 [0, 0, 0, 0, 1, 0] 387/0
    5月1日 9:00-10:00 訪問介護（111211）: 実績がありません
    5月1日 9:00-10:00 訪問介護（111211）: 予定にない実績です
    ");
}
