//! For every code a file, or a unit, that trips it and only it.

use insta::assert_snapshot;
use japan::to_cp932;

use super::sample::{self, File, OTHER, PARTNER, PLANNER};
use crate::{Direction, Document, FileKind, Issue, IssueCode, Standard, check_file, units};

use Direction::{Actuals, Assessment, Delete, Plan, Prevention, Schedule};

/// What is damaged.
enum Case {
    /// One file, checked without its unit.
    File(File),
    /// A unit.
    Unit(Vec<File>),
}

fn renamed(kind: FileKind, name: &str) -> Case {
    Case::File((name.to_owned(), sample::file(Delete, kind, Standard::V4).1))
}

/// A clean file with `bytes` instead of its own.
fn containing(kind: FileKind, bytes: impl Into<Vec<u8>>) -> Case {
    Case::File((sample::name(Delete, kind, Standard::V4), bytes.into()))
}

/// A clean file in which the first `from` has become `to`.
fn replaced(kind: FileKind, from: &str, to: &[u8]) -> Case {
    let (name, bytes) = sample::file(Plan, kind, Standard::V4);
    let from = to_cp932(from).unwrap();
    let at = bytes.windows(from.len()).position(|it| it == from).unwrap();
    Case::File((name, [&bytes[..at], to, &bytes[at + from.len()..]].concat()))
}

fn edited(direction: Direction, kind: FileKind, edit: impl FnOnce(&mut Document)) -> File {
    let mut document = sample::document(direction, kind, Standard::V4);
    edit(&mut document);
    (sample::name(direction, kind, Standard::V4), document.write(Standard::V4).unwrap())
}

fn set(document: &mut Document, row: usize, number: usize, value: &str) {
    let record = document.records[row].clone();
    document.records[row] = record.with(number, value);
}

/// A clean file with `value` in the item with `number` of one row.
fn changed(direction: Direction, kind: FileKind, row: usize, number: usize, value: &str) -> Case {
    Case::File(edited(direction, kind, |it| set(it, row, number, value)))
}

/// A clean unit in which one file is edited.
fn unit_with(direction: Direction, kind: FileKind, edit: impl FnOnce(&mut Document)) -> Case {
    let (name, bytes) = edited(direction, kind, edit);
    let mut files = sample::unit(direction, Standard::V4);
    files.iter_mut().find(|it| it.0 == name).unwrap().1 = bytes;
    Case::Unit(files)
}

fn damaged(code: IssueCode) -> Case {
    use FileKind::{
        BasicInformationPicture, PlanDeletion, ScheduleDeletion, Sheet1, Sheet2, Sheet3, Sheet7, Supplement,
    };
    let (done, table, dlt) = (FileKind::Actuals, FileKind::Schedule, PlanDeletion);
    match code {
        IssueCode::NameUnknown => renamed(dlt, "DLT4KYO_9970100013_43_9970200011_11_20250425101500.CSV"),
        IssueCode::NameParts => renamed(dlt, "DLT1KYO_9970100013_20250425101500.CSV"),
        IssueCode::NameMonthUnexpected => renamed(dlt, "DLT1KYO_202505_9970100013_43_9970200011_11_20250425101500.CSV"),
        IssueCode::NameMonth => renamed(table, "UPPLAN_202533_9970100013_43_9970200011_11_20250425101500.CSV"),
        IssueCode::NameOffice => renamed(dlt, "DLT1KYO_997010001_43_99702000111_11_20250425101500.CSV"),
        IssueCode::NameServiceType => renamed(dlt, "DLT1KYO_9970100013_4_9970200011_11_20250425101500.CSV"),
        IssueCode::NameSerial => renamed(dlt, "DLT1KYO_9970100013_43_9970200011_11_202504251015001.CSV"),
        IssueCode::NameNotInVersion => renamed(Sheet3, "UP3KYO_9970100013_9970200011_20250425101500.CSV"),
        IssueCode::NameServiceTypeLong => renamed(dlt, "DLT1KYO_9970100013_430_9970200011_110_20250425101500.CSV"),
        IssueCode::NameOfficeCheckDigit => renamed(dlt, "DLT1KYO_9970100014_43_9970200011_11_20250425101500.CSV"),
        IssueCode::NameServiceTypeRole => renamed(dlt, "DLT1KYO_9970100013_11_9970200011_43_20250425101500.CSV"),
        IssueCode::NameServiceExcluded => renamed(dlt, "DLT1KYO_9970100013_43_9970200011_33_20250425101500.CSV"),
        IssueCode::SameOffice => renamed(dlt, "DLT1KYO_9970100013_43_9970100013_11_20250425101500.CSV"),

        IssueCode::EmptyFile => containing(dlt, ""),
        IssueCode::NoRows => containing(dlt, "\r\n\r\n"),
        IssueCode::OtherEncoding => {
            let (name, bytes) = sample::file(Plan, Sheet1, Standard::V4);
            let text = encoding_rs::SHIFT_JIS.decode(&bytes).0.into_owned();
            Case::File((name, text.into_bytes()))
        }
        IssueCode::PictureNotJpeg => containing(BasicInformationPicture, "%PDF-1.7"),
        IssueCode::TooManyRows => containing(dlt, "\r\n".repeat(300_001)),
        IssueCode::QuoteOpen => containing(dlt, "202407,435073,\"1234567890,20250420\r\n"),
        IssueCode::QuoteMisplaced => containing(dlt, "202407,435073,\"1234567890\"1,20250420\r\n"),
        IssueCode::TextUnquoted => replaced(Sheet3, "\"起床\"", &to_cp932("起床").unwrap()),
        IssueCode::BlankLine => {
            containing(dlt, "202407,435073,1234567890,20250420\r\n\r\n202407,435073,1234567891,20250420\r\n\r\n")
        }
        IssueCode::ColumnCount => containing(dlt, "202407,435073,1234567890,20250420,\r\n"),

        IssueCode::CharacterUnreadable => replaced(Sheet3, "起床", b"\xFF\x81"),
        IssueCode::Gaiji => replaced(Sheet3, "起床", b"\xF0\x40"),
        IssueCode::ControlCharacter => replaced(Sheet3, "起床", b"a\x0Bb"),
        IssueCode::TooLong => changed(Plan, Sheet1, 0, 5, "100-00001"),
        IssueCode::RequiredMissing => changed(Actuals, done, 1, 14, ""),
        IssueCode::LikelyRequiredMissing => changed(Actuals, done, 1, 7, ""),

        IssueCode::VersionMalformed => changed(Delete, dlt, 0, 1, "4.1"),
        IssueCode::VersionUnknown => Case::File(edited(Delete, dlt, |it| {
            set(it, 0, 1, "202410");
            set(it, 1, 1, "202410");
        })),
        IssueCode::VersionNotOfName => Case::File(edited(Delete, dlt, |it| {
            set(it, 0, 1, "202208");
            set(it, 1, 1, "202208");
        })),
        IssueCode::VersionMixed => changed(Delete, dlt, 1, 1, "202504"),
        IssueCode::InsurerMalformed => changed(Delete, dlt, 1, 2, "4350A3"),
        IssueCode::InsurerCheckDigit => changed(Delete, dlt, 1, 2, "435074"),
        IssueCode::InsuredMalformed => changed(Delete, dlt, 1, 3, "A123456789"),
        IssueCode::InsuredNineDigits => changed(Delete, dlt, 1, 3, "123456789"),
        IssueCode::DateInvalid => changed(Delete, dlt, 1, 4, "20250431"),
        IssueCode::MonthInvalid => changed(Delete, ScheduleDeletion, 1, 4, "202513"),
        IssueCode::SupplementMode => changed(Schedule, Supplement, 1, 4, "20250420"),
        IssueCode::TimeInvalid => changed(Plan, Sheet3, 0, 9, "1060"),
        IssueCode::PostcodeMalformed => changed(Plan, Sheet1, 0, 5, "1000001"),
        IssueCode::CodeUnknown => changed(Plan, Sheet1, 0, 16, "31"),
        IssueCode::OfficeMalformed => changed(Plan, Sheet1, 0, 13, "99701A0013"),
        IssueCode::OfficeCheckDigit => changed(Plan, Sheet1, 0, 13, "9970100014"),
        IssueCode::ServiceTypeMalformed => changed(Delete, FileKind::ActualsDeletion, 0, 6, "1"),
        IssueCode::ServiceCodeMalformed => changed(Actuals, done, 0, 15, "11121"),
        IssueCode::ServiceTypeUnknown => changed(Delete, FileKind::ActualsDeletion, 0, 6, "1Z"),
        IssueCode::ServiceExcluded => changed(Actuals, done, 0, 15, "331111"),
        IssueCode::DaysMalformed => changed(Schedule, table, 2, 11, "111"),
        IssueCode::NumberMalformed => changed(Actuals, done, 0, 8, "38.7"),
        IssueCode::OrderNumberMalformed => changed(Plan, Sheet2, 0, 13, "0"),
        IssueCode::OrderNumberMissing => changed(Plan, Sheet2, 1, 6, ""),
        IssueCode::NotHalfWidth => changed(Plan, Supplement, 0, 12, "０３－１２３４"),

        IssueCode::UserTwice => Case::File(edited(Plan, Sheet1, |it| it.records.push(it.records[0].clone()))),
        IssueCode::Sheet2Twice => changed(Plan, Sheet2, 1, 13, "1"),
        IssueCode::Sheet2TextDiffers => changed(Plan, Sheet2, 1, 9, "走る"),
        IssueCode::Sheet2TextMissing => changed(Plan, Sheet2, 2, 7, ""),
        IssueCode::Sheet3RowKind => changed(Plan, Sheet3, 0, 13, "通院"),
        IssueCode::DateOutsideMonth => changed(Actuals, done, 0, 10, "20250401"),
        IssueCode::MonthNotOfName => changed(Delete, ScheduleDeletion, 1, 4, "202506"),
        IssueCode::EquipmentCodeMissing => changed(Schedule, table, 2, 16, ""),
        IssueCode::DetailCodeUnexpected => changed(Schedule, table, 0, 19, "A1"),
        IssueCode::ServiceTwice => changed(Actuals, done, 1, 10, "20250501"),
        IssueCode::TotalMissing => Case::File(edited(Schedule, Sheet7, |it| drop(it.records.pop()))),
        IssueCode::TotalTwice => {
            Case::File(edited(Schedule, Sheet7, |it| it.records.push(it.records[it.records.len() - 1].clone())))
        }
        IssueCode::SubtotalMissing => Case::File(edited(Schedule, Sheet7, |it| drop(it.records.remove(2)))),
        IssueCode::SubtotalDiffers => changed(Schedule, Sheet7, 2, 18, "3195"),
        IssueCode::TotalDiffers => changed(Schedule, Sheet7, 4, 18, "5829"),

        IssueCode::UnitFileMissing => {
            Case::Unit(sample::unit(Plan, Standard::V4).into_iter().filter(|it| !it.0.starts_with("UP3KYO")).collect())
        }
        IssueCode::UnitFileTwice => {
            let files = sample::unit(Prevention, Standard::V4);
            Case::Unit([&files[..], &files[..1]].concat())
        }
        IssueCode::UnitRecordMissing => unit_with(Plan, Sheet3, |it| set(it, 2, 3, "1234567899")),
        IssueCode::UserUnrelated => unit_with(Plan, Sheet2, |it| set(it, 0, 17, OTHER)),
        IssueCode::UserWithoutOffice => unit_with(Plan, Sheet2, |it| {
            set(it, 0, 17, "");
            set(it, 2, 17, "");
        }),
        IssueCode::PlannerUnrelated => unit_with(Actuals, done, |it| set(it, 0, 6, OTHER)),
        IssueCode::ActualsOfOther => unit_with(Actuals, done, |it| set(it, 0, 20, OTHER)),

        // Only with another code, more often than it is listed.
        IssueCode::MoreIssues => containing(dlt, "202407,435073,1234567890,20250431\r\n".repeat(102)),
    }
}

fn issues_of(case: Case) -> Vec<(Option<String>, Issue)> {
    match case {
        Case::File((name, bytes)) => {
            check_file(&name, &bytes).issues.into_iter().map(|it| (Some(name.clone()), it)).collect()
        }
        Case::Unit(files) => sample::issues_of(&files),
    }
}

#[test]
fn clean_units_have_no_issues_at_all() {
    for standard in [Standard::V3, Standard::V4] {
        for direction in [Plan, Schedule, Actuals, Delete, Prevention, Assessment] {
            let files = sample::unit(direction, standard);
            assert_eq!(sample::issues_of(&files), [], "{direction:?} {standard:?}");
            let checked: Vec<_> = files.iter().map(|it| check_file(&it.0, &it.1)).collect();
            for unit in units(&checked) {
                assert!(unit.ok(), "{direction:?} {standard:?}");
                assert_eq!((unit.direction, unit.standard), (direction, standard));
            }
        }
        for kind in [FileKind::ScheduleDeletion, FileKind::ActualsDeletion] {
            assert_eq!(sample::issues_of(&[sample::file(Delete, kind, standard)]), [], "{kind:?} {standard:?}");
        }
    }
    assert!(PLANNER != PARTNER);
}

#[test]
fn every_code_has_a_file_or_unit_that_trips_it_and_only_it() {
    for code in IssueCode::ALL {
        let issues = issues_of(damaged(*code));
        let codes: Vec<&str> = issues.iter().map(|it| it.1.code.as_str()).collect();
        match code {
            IssueCode::MoreIssues => {
                assert_eq!(codes[..100], [IssueCode::DateInvalid.as_str(); 100]);
                assert_eq!(codes[100..], [code.as_str()]);
            }
            _ => assert_eq!(codes, [code.as_str()], "{issues:#?}"),
        }
    }
}

#[test]
fn an_issue_says_where_it_is() {
    let shown: Vec<String> = IssueCode::ALL
        .iter()
        .map(|code| {
            let issue = issues_of(damaged(*code)).pop().unwrap().1;
            let place = match (issue.line, issue.column) {
                (Some(line), Some(column)) => format!("{line}行 {column}.{}", issue.item.unwrap()),
                (Some(line), None) => format!("{line}行"),
                _ => "ファイル".to_owned(),
            };
            let facts = issue.message.trim_start_matches(code.advice());
            format!("{:?} {}: {place}{facts}", issue.severity, code.as_str())
        })
        .collect();
    assert_snapshot!(shown.join("\n"), @"
    Error name-unknown: ファイル
    Error name-parts: ファイル
    Error name-month-unexpected: ファイル
    Error name-month: ファイル
    Error name-office: ファイル
    Error name-service-type: ファイル
    Error name-serial: ファイル
    Error name-not-in-version: ファイル
    Warning name-service-type-long: ファイル
    Warning name-office-check-digit: ファイル
    Warning name-service-type-role: ファイル
    Error name-service-excluded: ファイル
    Error same-office: ファイル
    Error empty-file: ファイル
    Error no-rows: ファイル
    Error other-encoding: ファイル（UTF-8です）
    Error picture-not-jpeg: ファイル
    Error too-many-rows: ファイル
    Error quote-open: 1行
    Error quote-misplaced: 1行
    Warning text-unquoted: 2行 10.主な日常生活上の活動（全部で1か所）
    Warning blank-line: 2行
    Error column-count: 1行（4項目のところ5項目）
    Error character-unreadable: 2行 10.主な日常生活上の活動
    Error gaiji: 2行 10.主な日常生活上の活動
    Error control-character: 2行 10.主な日常生活上の活動
    Error too-long: 1行 5.利用者郵便番号（最大8文字のところ9文字）
    Error required-missing: 2行 14.サービス回数
    Warning likely-required-missing: 2行 7.プラン担当者名
    Error version-malformed: 1行 1.CSVバージョン
    Warning version-unknown: 1行 1.CSVバージョン
    Warning version-not-of-name: 1行 1.CSVバージョン
    Error version-mixed: 2行 1.CSVバージョン
    Error insurer-malformed: 2行 2.保険者番号
    Warning insurer-check-digit: 2行 2.保険者番号
    Error insured-malformed: 2行 3.被保険者番号
    Warning insured-nine-digits: 2行 3.被保険者番号
    Error date-invalid: 2行 4.居宅サービス計画作成（変更）日
    Error month-invalid: 2行 4.削除対象年月
    Error supplement-mode: 2行 4.居宅サービス計画作成（変更）日
    Error time-invalid: 1行 9.終了時間
    Warning postcode-malformed: 1行 5.利用者郵便番号
    Error code-unknown: 1行 16.計画書区分
    Error office-malformed: 1行 13.介護支援事業者コード
    Warning office-check-digit: 1行 13.介護支援事業者コード
    Error service-type-malformed: 1行 6.サービス種類コード
    Error service-code-malformed: 1行 15.サービスコード
    Warning service-type-unknown: 1行 6.サービス種類コード
    Error service-excluded: 1行 15.サービスコード
    Error days-malformed: 3行 11.日割対象日
    Error number-malformed: 1行 8.単位数
    Error order-number-malformed: 1行 13.援助内容ＮＯ
    Warning order-number-missing: 2行 6.課題ＮＯ
    Warning not-half-width: 1行 12.利用者電話番号
    Error user-twice: 5行
    Error sheet2-twice: 2行 13.援助内容ＮＯ
    Error sheet2-text-differs: 2行 9.長期目標
    Warning sheet2-text-missing: 3行 7.課題
    Error sheet3-row-kind: 1行
    Error date-outside-month: 1行 10.サービス利用日
    Error month-not-of-name: 2行 4.削除対象年月
    Error equipment-code-missing: 3行 16.TAISコード
    Warning detail-code-unexpected: 1行 19.明細判別コード
    Warning service-twice: 2行 10.サービス利用日
    Error total-missing: 6行 9.サービスコード
    Error total-twice: 8行 9.サービスコード
    Error subtotal-missing: 1行 9.サービスコード
    Error subtotal-differs: 3行 18.給付管理単位数
    Error total-differs: 5行 18.給付管理単位数
    Error unit-file-missing: ファイル（足りないファイル: UP3KYO 週間サービス計画表（第3表））
    Error unit-file-twice: ファイル
    Error unit-record-missing: 3行（UPHOSOKU、UP1KYO、UP2KYOにありません）
    Error user-unrelated: 1行 17.サービス事業者コード
    Warning user-without-office: 1行 17.サービス事業者コード
    Error planner-unrelated: 1行 6.プラン担当業者コード
    Warning actuals-of-other: 1行 20.サービス事業者コード
    Error more-issues: ファイル（date-invalid: ほかに2件）
    ");
}

#[test]
fn no_sentence_of_an_issue_quotes_a_user() {
    for code in IssueCode::ALL {
        for (_, issue) in issues_of(damaged(*code)) {
            for told in ["1234567890", "H123456789", "123456789", "検証", "歩きたい", "435073"] {
                assert!(!issue.message.contains(told), "{}", issue.message);
            }
        }
    }
}

#[test]
fn the_texts_of_codes_are_all_different_and_all_advice_is_a_sentence() {
    let mut texts: Vec<&str> = IssueCode::ALL.iter().map(|it| it.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), IssueCode::ALL.len());
    for code in IssueCode::ALL {
        assert!(code.as_str().bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-'));
        assert!(code.advice().ends_with('。'), "{}", code.advice());
    }
}
