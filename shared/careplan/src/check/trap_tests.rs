//! Where the standard contradicts itself or software differs (traps 1.4), and bytes of any kind.

use japan::to_cp932;
use proptest::prelude::*;

use super::sample::{self, File};
use crate::{CheckedFile, Direction, FileKind, IssueCode, NameMonth, Sheet, Standard, check_file, units};

fn codes(checked: &CheckedFile) -> Vec<IssueCode> {
    checked.issues.iter().map(|it| it.code).collect()
}

/// The codes of a file under `name` with the content of a clean one.
fn codes_under(name: &str, kind: FileKind) -> Vec<IssueCode> {
    codes(&check_file(name, &sample::file(Direction::Delete, kind, Standard::V4).1))
}

/// Edits the text of a clean file of version 4.
fn edited(direction: Direction, kind: FileKind, edit: impl FnOnce(String) -> String) -> CheckedFile {
    let (name, bytes) = sample::file(direction, kind, Standard::V4);
    let text = encoding_rs::SHIFT_JIS.decode(&bytes).0.into_owned();
    check_file(&name, &to_cp932(&edit(text)).unwrap())
}

#[test]
fn service_types_in_the_place_of_one_another_are_a_warning() {
    let checked = codes_under("UPJSK_202505_9970200011_43_9970100013_11_20191025200201.CSV", FileKind::Actuals);
    assert_eq!(checked, [IssueCode::NameServiceTypeRole]);
    assert_eq!(IssueCode::NameServiceTypeRole.severity(), crate::Severity::Warning);
}

#[test]
fn care_management_sends_both_ways_to_the_office_it_works_for() {
    for (name, kind) in [
        ("UPPLAN_202505_9970100013_43_9970200011_46_20191025200201.CSV", FileKind::Schedule),
        ("UPJSK_202505_9970100013_43_9970200011_AF_20191025200201.CSV", FileKind::Actuals),
    ] {
        let checked = check_file(name, &sample::file(Direction::Actuals, kind, Standard::V4).1);
        assert_eq!(codes(&checked), []);
        // Neither names the receiver as a service office, nor need it.
        assert_eq!(checked.facts.strays, []);
    }
}

#[test]
fn a_month_in_a_name_without_one_is_refused_as_the_layout_has_it() {
    let names = [
        ("UPKIHON_000000_9970100013_46_9970200011_62_20191025200201.CSV", FileKind::BasicInformation),
        ("DLT1KYO_202304_9970100013_9970200011_20191025200201.CSV", FileKind::PlanDeletion),
    ];
    for (name, kind) in names {
        assert_eq!(codes_under(name, kind), [IssueCode::NameMonthUnexpected], "{name}");
    }
}

#[test]
fn the_day_of_consultation_has_eight_digits_whatever_the_example_shows() {
    let checked = edited(Direction::Assessment, FileKind::BasicInformation, |it| it.replacen("20250420", "250420", 1));
    assert_eq!(codes(&checked), [IssueCode::DateInvalid]);
}

#[test]
fn days_until_the_month_before_may_have_five_digits_in_sheet_7() {
    let of = |value: &str| {
        let mut document = sample::document(Direction::Schedule, FileKind::Sheet7, Standard::V4);
        document.records[0] = document.records[0].clone().with(30, value);
        let name = sample::name(Direction::Schedule, FileKind::Sheet7, Standard::V4);
        codes(&check_file(&name, &document.write(Standard::V4).unwrap()))
    };
    assert_eq!(of("12345"), []);
    assert_eq!(of("123456"), [IssueCode::TooLong]);
}

#[test]
fn numbers_of_nine_digits_and_wrong_check_digits_are_warnings() {
    let checked = edited(Direction::Plan, FileKind::Sheet1, |it| {
        it.replace("435073", "123456").replace("1234567890", "123456789").replace("9970100013", "0899999995")
    });
    assert!(!checked.has_errors());
    let mut found = codes(&checked);
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, [IssueCode::InsurerCheckDigit, IssueCode::InsuredNineDigits, IssueCode::OfficeCheckDigit]);
}

#[test]
fn another_number_of_columns_is_told_once_a_row_and_nothing_else() {
    // A public generator writes 23 columns of sheet 1.
    let checked = check_file(
        &sample::name(Direction::Plan, FileKind::Sheet1, Standard::V4),
        format!("202407,4350{}\r\n", ",".repeat(21)).repeat(2).as_bytes(),
    );
    assert_eq!(codes(&checked), [IssueCode::ColumnCount; 2]);
    assert!(checked.issues[1].message.ends_with("（28項目のところ23項目）"), "{}", checked.issues[1].message);
    assert_eq!(checked.issues[1].line, Some(2));
}

#[test]
fn a_version_that_never_was_is_told_once_a_file() {
    let checked = edited(Direction::Plan, FileKind::Sheet2, |it| it.replace("202407", "202410"));
    assert_eq!(codes(&checked), [IssueCode::VersionUnknown]);
}

#[test]
fn a_blank_number_of_order_takes_no_part_in_the_check_for_duplicates() {
    let checked = edited(Direction::Plan, FileKind::Sheet2, |it| {
        let line = it.lines().nth(1).unwrap().replacen(",1,\"\",1,", ",1,\"\",,", 1) + "\r\n";
        it + &line + &line
    });
    assert_eq!(codes(&checked), [IssueCode::OrderNumberMissing; 2]);
}

#[test]
fn quotes_around_every_cell_are_as_good_as_around_text() {
    let (name, bytes) = sample::file(Direction::Schedule, FileKind::Schedule, Standard::V4);
    let sheet = Sheet::read(bytes);
    let lines: Vec<String> = sheet
        .rows()
        .map(|row| (0..row.n_cells()).map(|it| format!("\"{}\"", row.text(it))).collect::<Vec<_>>().join(","))
        .collect();
    let checked = check_file(&name, &to_cp932(&lines.join("\n")).unwrap());
    assert_eq!((codes(&checked), checked.rows), (vec![], Some(5)));
}

#[test]
fn what_only_windows_writes_passes() {
    let checked = edited(Direction::Plan, FileKind::Sheet3, |it| it.replace("起床", "髙﨑①㈱～－ｱｶﾞ"));
    assert_eq!(codes(&checked), []);
    assert!(to_cp932("𠮷").is_err());
}

#[test]
fn what_another_program_saved_is_told_by_its_encoding() {
    let (name, bytes) = sample::file(Direction::Plan, FileKind::Sheet1, Standard::V4);
    let text = encoding_rs::SHIFT_JIS.decode(&bytes).0.into_owned();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, encoding) in [
        (text.clone().into_bytes(), "（UTF-8です）"),
        (format!("\u{FEFF}{text}").into_bytes(), "（BOM付きUTF-8です）"),
        ([&[0xFF, 0xFE][..], &utf16].concat(), "（UTF-16です）"),
    ] {
        let checked = check_file(&name, &bytes);
        assert_eq!(codes(&checked), [IssueCode::OtherEncoding]);
        assert!(checked.issues[0].message.ends_with(encoding), "{}", checked.issues[0].message);
    }
}

#[test]
fn folders_before_a_name_are_passed_over() {
    let (name, bytes) = sample::file(Direction::Delete, FileKind::PlanDeletion, Standard::V3);
    for folder in ["a/b/", "C:\\outbox\\", "../../"] {
        let checked = check_file(&format!("{folder}{name}"), &bytes);
        assert_eq!(codes(&checked), []);
        assert_eq!(checked.file, format!("{folder}{name}"));
    }
}

#[test]
fn a_cut_file_is_never_fine_where_it_is_cut_inside_a_record() {
    let (name, bytes) = sample::file(Direction::Plan, FileKind::Sheet1, Standard::V4);
    let fine: Vec<usize> = (0..bytes.len() - 2).filter(|it| !check_file(&name, &bytes[..*it]).has_errors()).collect();
    // Behind the first of two records, before, inside and behind its line end: the unit tells the rest.
    assert_eq!((fine.len(), fine[2] - fine[0]), (3, 2));
    assert!(fine.iter().all(|it| check_file(&name, &bytes[..*it]).rows == Some(1)));
}

fn any_name() -> impl Strategy<Value = String> {
    let clean: Vec<String> = [Standard::V3, Standard::V4]
        .into_iter()
        .flat_map(|standard| {
            let kinds = FileKind::ALL.into_iter().filter(move |it| standard == Standard::V4 || it.is_in_v3());
            kinds.flat_map(move |kind| {
                [Direction::Plan, Direction::Schedule]
                    .map(|direction| sample::name(direction, kind, standard))
                    .into_iter()
                    .filter(|it| crate::FileName::parse(it).is_ok())
            })
        })
        .collect();
    prop_oneof![9 => proptest::sample::select(clean), 1 => "[A-Z0-9_]{0,40}(.CSV|.jpg)?"]
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let cells =
        "([0-9]{0,10}|[A-Z0-9]{6}|202505|20250420|9999999999|999999|11AAAA|\"[あア\"\r\n,]{0,4}\"?|,{0,30}|\r\n){0,60}";
    prop_oneof![proptest::collection::vec(any::<u8>(), 0..300), cells.prop_map(|it| to_cp932(&it).unwrap()),]
}

/// A clean file of any kind with a few bytes changed, so that the checks behind the columns are reached.
fn any_damaged() -> impl Strategy<Value = File> {
    let files: Vec<File> = [Standard::V3, Standard::V4]
        .into_iter()
        .flat_map(|standard| {
            use Direction::*;
            [Plan, Schedule, Actuals, Delete, Prevention, Assessment]
                .into_iter()
                .flat_map(move |direction| sample::unit(direction, standard))
        })
        .collect();
    let damage = proptest::collection::vec((any::<prop::sample::Index>(), "[0-9A,\"\r\n\u{3}]"), 0..6);
    (proptest::sample::select(files), damage).prop_map(|((name, mut bytes), damage)| {
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte.as_bytes()[0];
        }
        (name, bytes)
    })
}

proptest! {
    #[test]
    fn no_bytes_under_any_name_make_the_checks_panic(
        mut files in proptest::collection::vec((any_name(), any_bytes()), 1..6),
        damaged in proptest::collection::vec(any_damaged(), 0..4),
    ) {
        files.extend(damaged);
        let checked: Vec<CheckedFile> = files.iter().map(|it| check_file(&it.0, &it.1)).collect();
        let units = units(&checked);
        // Every file with a name is in exactly one unit.
        let mut in_units: Vec<usize> = units.iter().flat_map(|it| it.files.iter().copied()).collect();
        in_units.sort_unstable();
        let named: Vec<usize> = (0..checked.len()).filter(|it| checked[*it].name.is_some()).collect();
        prop_assert_eq!(in_units, named);
        for unit in &units {
            for file in &unit.files {
                let name = checked[*file].name.as_ref().unwrap();
                prop_assert_eq!((&name.sender, &name.receiver), (&unit.sender, &unit.receiver));
            }
        }
        for file in &checked {
            if let Some(NameMonth::OfPlan) = file.name.as_ref().and_then(|it| it.month) {
                prop_assert_eq!(file.name.as_ref().unwrap().kind, FileKind::Supplement);
            }
        }
    }
}
