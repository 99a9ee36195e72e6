use super::*;
use crate::{
    IssueCode,
    check::sample::{self, File},
    check_file,
};

fn checked(files: &[File]) -> Vec<CheckedFile> {
    files.iter().map(|it| check_file(&it.0, &it.1)).collect()
}

fn clean(directions: &[Direction], standard: Standard) -> Vec<File> {
    directions.iter().flat_map(|it| sample::unit(*it, standard)).collect()
}

/// Direction, number of files and codes of each unit.
fn shown(files: &[File]) -> Vec<(Direction, usize, Vec<IssueCode>)> {
    let units = units(&checked(files));
    units.iter().map(|it| (it.direction, it.files.len(), it.issues.iter().map(|it| it.issue.code).collect())).collect()
}

/// The only issue of the only unit: file, line, message.
fn only_issue(files: &[File]) -> (Option<String>, Option<u64>, String) {
    let mut units = units(&checked(files));
    assert_eq!((units.len(), units[0].issues.len()), (1, 1), "{units:?}");
    assert!(!units[0].ok());
    let UnitIssue { file, issue } = units.remove(0).issues.remove(0);
    (file, issue.line, issue.message)
}

#[test]
fn files_of_one_serial_are_sorted_into_the_units_of_the_standard() {
    use Direction::*;
    let files = clean(&[Plan, Schedule, Actuals, Delete, Prevention], Standard::V4);
    let expected = [(Plan, 4), (Schedule, 3), (Actuals, 1), (Delete, 1), (Prevention, 3)];
    assert_eq!(shown(&files), expected.map(|(direction, n_files)| (direction, n_files, vec![])));
    let both = [clean(&[Plan], Standard::V3), clean(&[Plan], Standard::V4)].concat();
    assert_eq!(shown(&both), [(Plan, 3, vec![]), (Plan, 4, vec![])]);
    assert_eq!(shown(&clean(&[Assessment], Standard::V4)), [(Assessment, 4, vec![])]);
}

#[test]
fn every_deletion_is_a_unit_of_its_own() {
    let file = |kind| sample::file(Direction::Delete, kind, Standard::V4);
    let files = [file(FileKind::PlanDeletion), file(FileKind::ScheduleDeletion), file(FileKind::PlanDeletion)];
    assert_eq!(shown(&files), [(); 3].map(|()| (Direction::Delete, 1, vec![])));
}

#[test]
fn a_file_whose_name_cannot_be_read_is_in_no_unit() {
    let mut files = clean(&[Direction::Actuals], Standard::V4);
    files.insert(0, ("plan.pdf".to_owned(), b"%PDF".to_vec()));
    let units = units(&checked(&files));
    assert_eq!(units.len(), 1);
    assert_eq!(units[0].files, [1]);
    assert_eq!((units[0].sender.as_str(), units[0].receiver.as_str()), (sample::PARTNER, sample::PLANNER));
    assert_eq!(units[0].serial.as_str(), "20250425101500");
}

#[test]
fn what_lacks_is_told_by_name() {
    let without = |standard, prefixes: &[&str]| {
        let mut files = clean(&[Direction::Plan], standard);
        files.retain(|it| !prefixes.iter().any(|prefix| it.0.starts_with(prefix)));
        only_issue(&files).2
    };
    let told = without(Standard::V3, &["UPHOSOKU"]);
    assert!(told.ends_with("（足りないファイル: UPHOSOKU 利用者補足情報）"), "{told}");
    let told = without(Standard::V4, &["UP1KYO", "UP3KYO"]);
    assert!(told.contains("UP1KYO 居宅サービス計画書（第1表）、UP3KYO 週間サービス計画表（第3表）"), "{told}");
}

#[test]
fn a_supplement_belongs_to_the_plan_or_to_the_month_it_names() {
    let (plan, schedule) = (Direction::Plan, Direction::Schedule);
    let of = |direction| sample::file(direction, FileKind::Supplement, Standard::V3);
    assert_eq!(shown(&[of(plan), of(schedule)]), [plan, schedule].map(|it| (it, 1, vec![IssueCode::UnitFileMissing])));
}

#[test]
fn each_pair_of_service_types_and_each_month_must_be_complete() {
    let mut files = clean(&[Direction::Plan], Standard::V4);
    files.extend(clean(&[Direction::Plan], Standard::V4).into_iter().map(|it| (it.0.replace("_11_", "_A2_"), it.1)));
    assert_eq!(shown(&files), [(Direction::Plan, 8, vec![])]);
    files.retain(|it| !(it.0.starts_with("UP3KYO") && it.0.contains("_A2_")));
    let (_, _, told) = only_issue(&files);
    assert!(told.contains("（サービス種類43からA2、足りないファイル: UP3KYO"), "{told}");
}

#[test]
fn a_second_file_of_one_kind_is_an_error_but_pictures_are_told_by_their_branch() {
    let mut files = clean(&[Direction::Assessment], Standard::V4);
    let picture = files.pop().unwrap();
    files.push((picture.0.replace("_0001.jpg", "_0002.jpg"), picture.1.clone()));
    files.push(picture.clone());
    assert_eq!(shown(&files), [(Direction::Assessment, 5, vec![])]);
    files.push((format!("again/{}", picture.0), picture.1));
    assert_eq!(only_issue(&files).0.unwrap(), files[5].0);
}

#[test]
fn a_record_that_another_file_lacks_is_told_with_its_line_and_never_by_its_number() {
    let mut files = clean(&[Direction::Schedule], Standard::V4);
    let mut table = sample::document(Direction::Schedule, FileKind::Sheet7, Standard::V4);
    table.records.truncate(5);
    files[1].1 = table.write(Standard::V4).unwrap();
    let units = units(&checked(&files));
    let told: Vec<_> = units[0].issues.iter().map(|it| (it.file.clone().unwrap(), it.issue.line)).collect();
    // The second user, in the schedule and in the supplement.
    assert_eq!(told, [(files[0].0.clone(), Some(4)), (files[2].0.clone(), Some(2))]);
    assert!(units[0].issues[0].issue.message.ends_with("（UPSIKYUにありません）"));
    assert!(!format!("{:?}", units[0]).contains("H123456789"));
}

#[test]
fn a_file_that_cannot_be_read_whole_is_not_held_against_the_others() {
    let mut files = clean(&[Direction::Plan], Standard::V4);
    files[1].1 = b"202407,435073\r\n".to_vec();
    files[3].1 = Vec::new();
    let units = units(&checked(&files));
    assert_eq!(units[0].issues, []);
    assert!(!units[0].ok());
}

#[test]
fn the_plan_date_of_sheet_1_is_its_day_of_writing_where_it_is_blank() {
    let mut files = clean(&[Direction::Plan], Standard::V3);
    let mut sheet = sample::document(Direction::Plan, FileKind::Sheet1, Standard::V3);
    sheet.records = sheet.records.into_iter().map(|it| it.with(14, "")).collect();
    files[0].1 = sheet.write(Standard::V3).unwrap();
    assert_eq!(shown(&files), [(Direction::Plan, 3, vec![])]);
}

#[test]
fn sheet_3_need_not_speak_of_every_user() {
    let mut files = clean(&[Direction::Plan], Standard::V4);
    let mut sheet = sample::document(Direction::Plan, FileKind::Sheet3, Standard::V4);
    sheet.records.truncate(3);
    files[2].1 = sheet.write(Standard::V4).unwrap();
    assert_eq!(shown(&files), [(Direction::Plan, 4, vec![])]);
}
