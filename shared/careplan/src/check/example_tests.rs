//! What the standard itself prints, and the synthetic files beside the workspace.

use std::{collections::BTreeSet, fs, path::PathBuf};

use japan::to_cp932;

use crate::{CheckedFile, IssueCode, Severity, check_file, units};

/// The printed example of sheet 2: five rows of one plan.
const SHEET2: &str = "\
201910,123456,123456789,20191010,20191010,1,課題１,1,長期１,短期１,aaaa,bbbb,1,サービス１,Y,訪問介護,1234567890,ＸＸＸ事業所,隔日,cccc,,\r
201910,123456,123456789,20191010,20191010,1,,1,,,,,2,サービス２,,家政婦,,YYY家政婦協会,毎日,dddd,,\r
201910,123456,123456789,20191010,20191010,1,,1,,短期２,,eeee,3,サービス３,Y,福祉用具,1234567891,ZZZZ事業所,,ffff,,\r
201910,123456,123456789,20191010,20191010,1,,2,長期２,短期３,gggg,hhhh,1,サービス４,,医療,,ｘｘｘ病院,1ヶ月に１回,iiii,,\r
201910,123456,123456789,20191010,20191010,2,課題２,1,長期３,短期４,jjjj,kkkk,1,サービス５,Y,訪問看護,1234567892,ｙｙｙ看護ステーション,隔週,llll,,\r
";

/// The printed example of sheet 3, with the codes that real files have in place of words.
const SHEET3: &str = "\
202504,123456,123456789,20191010,20191010,訪問介護,1,1200,1600,,,,\r
202504,123456,123456789,20191010,20191010,通所介護,4,1000,1200,,,,\r
202504,123456,123456789,20191010,20191010,,,,,起床,0600,0600,\r
202504,123456,123456789,20191010,20191010,,,,,就寝,2100,2100,\r
202504,123456,123456789,20191010,20191010,,,,,,,,通院\r
202504,123456,123456789,20191010,20191010,,,,,,,,福祉用具貸与\r
";

fn check(name: &str, text: &str) -> CheckedFile {
    let checked = check_file(name, &to_cp932(text).unwrap());
    assert!(!checked.has_errors(), "{name}: {:?}", checked.issues);
    checked
}

fn codes(checked: &CheckedFile) -> Vec<IssueCode> {
    let codes: BTreeSet<IssueCode> = checked.issues.iter().map(|it| it.code).collect();
    codes.into_iter().collect()
}

#[test]
fn the_printed_rows_of_sheet_2_are_read_with_warnings_only() {
    use IssueCode::*;
    let name = "UP2KYO_0300000100_43_0300000005_11_20191025200201.CSV";
    let checked = check(name, SHEET2);
    let expected =
        [NameOfficeCheckDigit, TextUnquoted, VersionNotOfName, InsurerCheckDigit, InsuredNineDigits, OfficeCheckDigit];
    assert_eq!((codes(&checked), checked.rows), (expected.to_vec(), Some(5)));
    // The printed sender of version 3 has nine digits.
    let checked = check("UP2KYO_123456789_2468135790_20191110102233.CSV", SHEET2);
    assert!(!codes(&checked).contains(&VersionNotOfName));
}

#[test]
fn the_printed_rows_of_sheet_3_are_read_with_warnings_only() {
    use IssueCode::*;
    let checked = check("UP3KYO_0300000100_43_0300000005_11_20191025200201.CSV", SHEET3);
    let expected = [NameOfficeCheckDigit, TextUnquoted, InsurerCheckDigit, InsuredNineDigits];
    assert_eq!((codes(&checked), checked.rows), (expected.to_vec(), Some(6)));
}

#[test]
fn the_printed_names_have_no_errors_by_themselves() {
    for name in [
        "UPHOSOKU_000000_0300000100_43_0300000005_11_20191025200201.CSV",
        "UPHOSOKU_201909_0300000100_43_0300000005_11_20191025200201.CSV",
        "UP1KYO_0300000100_43_0300000005_11_20191025200201.CSV",
        "DLT1KYO_0300000100_43_0300000005_11_20191025200201.CSV",
        "UPPLAN_201912_0300000100_43_0300000005_11_20191025200201.CSV",
        "UPSIKYU_201912_0300000100_43_0300000005_11_20191025200201.CSV",
        "DLTPLAN_201912_0300000100_43_0300000005_11_20191025200201.CSV",
        "UPJSK_201912_0300000005_43_0300000100_11_20191025200201.CSV",
        "UP1KYO_123456789_2468135790_20191110102233.CSV",
        "UPPLAN_201912_0300000100_0300000005_20191025200201.CSV",
        "UPJSK_201912_0300000005_0300000100_20191025200201.CSV",
    ] {
        let checked = check_file(name, b"\r\n");
        let errors: Vec<_> = checked.issues.iter().filter(|it| it.severity == Severity::Error).collect();
        assert_eq!(errors.iter().map(|it| it.code).collect::<Vec<_>>(), [IssueCode::NoRows], "{name}");
    }
}

/// The folder of synthetic files beside the workspace.
fn synthetic() -> Option<PathBuf> {
    let dir = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/careplan/synthetic"));
    if !dir.is_dir() {
        eprintln!("skipped: no synthetic care plans beside the workspace");
        return None;
    }
    Some(dir)
}

#[test]
fn the_synthetic_files_and_their_units_pass() {
    let Some(dir) = synthetic() else { return };
    let mut paths: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    let checked: Vec<CheckedFile> =
        paths.iter().map(|it| check_file(it.to_str().unwrap(), &fs::read(it).unwrap())).collect();
    for file in &checked {
        assert_eq!(file.issues, [], "{}", file.file);
        assert!(file.rows.is_some_and(|it| it > 0), "{}", file.file);
    }
    let units = units(&checked);
    for unit in &units {
        assert!(unit.ok() && unit.issues.is_empty(), "{unit:?}");
    }
    // Plan, schedule, actuals and three deletions in each version.
    assert_eq!((checked.len(), units.len()), (21, 12));
}
