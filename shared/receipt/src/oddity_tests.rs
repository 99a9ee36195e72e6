//! The oddities of real files, a test each: data in, what was read out.

use encoding_rs::{EUC_JP, SHIFT_JIS};
use insta::assert_snapshot;

use crate::{Content, EncodingDetector, Item, Part, Reader, Receipt, open_archive, sniff};

/// The only place that knows how a file is read and shown; each test is data.
fn shown_bytes(bytes: &[u8]) -> String {
    match sniff(bytes) {
        Content::Refused(refusal) => return format!("refused: {}", refusal.code.as_str()),
        Content::Archive => return shown_archive(bytes),
        Content::Records => {}
    }
    let mut detector = EncodingDetector::default();
    detector.feed(bytes);
    let mut reader = Reader::new(bytes, detector.finish());
    let mut shown = Vec::new();
    while let Some(item) = reader.read_next().unwrap() {
        shown.push(match item {
            Item::Receipt(receipt) => shown_receipt(receipt, bytes),
            Item::Part(part) => shown_part(&part),
            Item::Refused(refusal) => format!("line {}: refused: {}", refusal.line, refusal.code.as_str()),
        });
    }
    shown.join("\n")
}

fn shown(text: &str) -> String {
    shown_bytes(&SHIFT_JIS.encode(text).0)
}

fn shown_archive(bytes: &[u8]) -> String {
    match open_archive(bytes) {
        Err(refusal) => format!("refused: {}", refusal.code.as_str()),
        Ok(entries) => entries
            .iter()
            .map(|it| match &it.content {
                Ok(content) => format!("{} ({} bytes)", it.name, content.len()),
                Err(refusal) => format!("{}: {}", it.name, refusal.code.as_str()),
            })
            .collect::<Vec<String>>()
            .join("\n"),
    }
}

fn shown_receipt(receipt: &Receipt, bytes: &[u8]) -> String {
    let range = receipt.offset as usize..(receipt.offset + receipt.size_bytes) as usize;
    assert!(
        bytes[range.clone()].starts_with(b"RE") || bytes[range].starts_with(b"\"RE"),
        "the byte range of a receipt"
    );
    let month = receipt.month.map_or_else(|| "-".to_owned(), |it| it.to_string());
    let birth = receipt.birth_date.map_or_else(|| "-".to_owned(), |it| it.to_string());
    let [name, chart_number, kana] = [receipt.name, receipt.chart_number, receipt.kana].map(|it| receipt.text(it));
    let mut shown = format!("{}: {month} {name} #{chart_number} {birth} {kana}", receipt.line);
    for disease in &receipt.diseases {
        shown += &format!("\n  disease {:?} {:?}", disease.code, disease.modifiers);
    }
    for service in &receipt.services {
        let days: Vec<String> = receipt.day_counts(service).map(|(day, _)| day.to_string()).collect();
        shown += &format!(
            "\n  {:?} {} {:?} {:?}x{} days {}{}",
            service.kind,
            service.category,
            service.code,
            service.points,
            service.times,
            days.join(" "),
            if service.is_dispensed_outside { " outside" } else { "" },
        );
    }
    shown
}

fn shown_part(part: &Part) -> String {
    let issues: Vec<String> =
        part.issues.iter().map(|it| format!("\n  line {}: {}", it.line, it.code.as_str())).collect();
    format!(
        "part {} {:?} {} receipts {} points {}/{} totals{}",
        part.number,
        part.kind,
        part.n_receipts,
        part.points,
        part.payer_totals.matched,
        part.payer_totals.checked,
        issues.concat(),
    )
}

pub(crate) const IR: &str = "IR,1,13,1,9999999,,ダミー内科クリニック,202407,00,03-0000-0000\r\n";
pub(crate) const RE: &str =
    "RE,1,1112,202406,検証　一郎,1,19700401,,,,,,,00123,,,,,,,,,,,,,,,,,,,,,,,ケンショウイチロウ,\r\n";
pub(crate) const ROWS: &str = "HO,01130012,１２３４,５６,1,75,,,,,,,,,\r\nSI,12,1,112007410,,75,1,,,,,,,,,,,,,,,,1\r\n";
const GO: &str = "GO,1,75,99\r\n\x1A";

fn usual() -> String {
    [IR, RE, ROWS, GO].concat()
}

#[test]
fn a_usual_file_is_read_without_issues() {
    assert_snapshot!(shown(&usual()), @"
    2: 2024-06 検証　一郎 #00123 1970-04-01 ケンショウイチロウ
      Procedure 12 Some(112007410) Some(75)x1 days 10
    part 1 Unknown 1 receipts 75 points 1/1 totals
    ");
}

/// Ways to write the usual file that must change nothing of what is read.
#[track_caller]
fn check_reads_as_usual(bytes: &[u8]) {
    assert_eq!(shown_bytes(bytes), shown(&usual()));
}

#[test]
fn the_mark_at_the_end_may_be_missing_glued_to_the_last_line_or_followed_by_blank_lines() {
    for text in [
        usual().replace('\x1A', ""),
        usual().replace("99\r\n\x1A", "99\x1A"),
        usual() + "\r\n\r\n",
        usual().replace('\x1A', "\0\0\x1A"),
        usual().replace("99\r\n\x1A", "99"),
    ] {
        check_reads_as_usual(&SHIFT_JIS.encode(&text).0);
    }
}

#[test]
fn lines_may_end_with_lf_or_cr_alone() {
    check_reads_as_usual(&SHIFT_JIS.encode(&usual().replace("\r\n", "\n")).0);
    check_reads_as_usual(&SHIFT_JIS.encode(&usual().replace("\r\n", "\r")).0);
}

#[test]
fn a_file_saved_again_in_another_encoding_is_read_and_said() {
    let text = usual();
    let expected = shown(&text) + "\n  line 1: ";
    assert_eq!(shown_bytes(text.as_bytes()), expected.clone() + "utf8-file");
    assert_eq!(shown_bytes(format!("\u{FEFF}{text}").as_bytes()), expected.clone() + "utf8-file");
    assert_eq!(shown_bytes(&EUC_JP.encode(&text).0), expected + "euc-jp-file");
}

#[test]
fn characters_of_windows_in_names_are_read() {
    let text = usual().replace("検証　一郎", "髙﨑　德①㈱");
    assert!(shown(&text).starts_with("2: 2024-06 髙﨑　德①㈱ #00123"));
}

#[test]
fn user_defined_characters_are_kept_and_flagged() {
    let bytes = SHIFT_JIS.encode(&usual().replace("検証", "@@")).0.into_owned();
    let at = memchr::memmem::find(&bytes, b"@@").unwrap();
    let bytes = [&bytes[..at], b"\xF0\x40\xF9\xFC", &bytes[at + 2..]].concat();
    assert_snapshot!(shown_bytes(&bytes).replace('\u{E000}', "(U+E000)").replace('\u{E757}', "(U+E757)"), @"
    2: 2024-06 (U+E000)(U+E757)　一郎 #00123 1970-04-01 ケンショウイチロウ
      Procedure 12 Some(112007410) Some(75)x1 days 10
    part 1 Unknown 1 receipts 75 points 1/1 totals
      line 2: user-defined-characters
    ");
}

#[test]
fn broken_bytes_are_kept_as_replacement_and_flagged() {
    let bytes = SHIFT_JIS.encode(&usual()).0.into_owned();
    let at = memchr::memmem::find(&bytes, b",1,19700401").unwrap();
    let bytes = [&bytes[..at], b"\xFF", &bytes[at..]].concat();
    assert_snapshot!(shown_bytes(&bytes), @"
    2: 2024-06 検証　一郎� #00123 1970-04-01 ケンショウイチロウ
      Procedure 12 Some(112007410) Some(75)x1 days 10
    part 1 Unknown 1 receipts 75 points 1/1 totals
      line 2: broken-bytes
    ");
}

#[test]
fn names_in_half_width_kana_or_with_substitutes_are_kept_as_written() {
    for name in ["ｹﾝｼｮｳ ﾊﾅｺ", "検証一郎", "●田　■子"] {
        assert!(shown(&usual().replace("検証　一郎", name)).starts_with(&format!("2: 2024-06 {name} #00123")));
    }
}

#[test]
fn the_kana_column_is_not_split_and_may_be_absent_in_rows_of_36_columns() {
    let short = usual().replace(",ケンショウイチロウ,\r\n", "\r\n");
    assert_eq!(short.lines().nth(1).map(|it| it.split(',').count()), Some(36));
    assert!(shown(&short).starts_with("2: 2024-06 検証　一郎 #00123 1970-04-01 \n"));
}

#[test]
fn short_rows_are_filled_and_long_rows_flagged() {
    assert_snapshot!(shown("IR,1,13,1,9999999,,ダミー,202407,00\r\nRE,1,1112,202406,検証,2,19410105\r\nHO,01130012,,,1,75\r\nSI,12,1,112007410,,75,1\r\nGO,1,75,99\r\n"), @"
    2: 2024-06 検証 # 1941-01-05 
      Procedure 12 Some(112007410) Some(75)x1 days 
    part 1 Unknown 1 receipts 75 points 1/1 totals
    ");
    let comma_in_name = usual().replace("検証　一郎", "検証,一郎");
    assert_snapshot!(shown(&comma_in_name), @"
    2: 2024-06 検証 # - 
      Procedure 12 Some(112007410) Some(75)x1 days 10
    part 1 Unknown 1 receipts 75 points 1/1 totals
      line 2: extra-columns
      line 2: number-unreadable
      line 2: sex-unreadable
      line 2: birth-date-unreadable
    ");
}

#[test]
fn quoted_columns_lose_their_quotes() {
    let quoted: String = usual()
        .lines()
        .filter(|it| !it.starts_with('\x1A'))
        .map(|line| line.split(',').map(|it| format!("\"{it}\"")).collect::<Vec<String>>().join(",") + "\r\n")
        .collect();
    check_reads_as_usual(&SHIFT_JIS.encode(&quoted).0);
}

#[test]
fn spaces_that_pad_an_insurers_number_are_trimmed_and_a_lost_zero_put_back() {
    let number = |text: &str| {
        let bytes = SHIFT_JIS.encode(text).0.into_owned();
        let mut reader = Reader::new(bytes.as_slice(), crate::Encoding::Cp932);
        match reader.read_next().unwrap() {
            Some(Item::Receipt(receipt)) => receipt.text(receipt.coverages[0].number).into_owned(),
            _ => "none".to_owned(),
        }
    };
    assert_eq!(number(&usual().replace("01130012", "  138057")), "138057");
    assert_eq!(number(&usual().replace("01130012", "1130012")), "01130012");
}

#[test]
fn both_calendars_are_told_by_the_length_of_the_date() {
    let old = usual().replace("202407", "50607").replace("202406", "50606").replace("19700401", "3450401");
    check_reads_as_usual(&SHIFT_JIS.encode(&old).0);
}

#[test]
fn a_late_claim_keeps_its_month_of_treatment() {
    assert!(shown(&usual().replace("202406", "202403")).starts_with("2: 2024-03"));
    assert_snapshot!(shown(&usual().replace("202406", "202408")).lines().last().unwrap(), @"  line 2: receipt-month-after-claim");
    assert_snapshot!(shown(&usual().replace("202406", "202407")).lines().last().unwrap(), @"  line 2: receipt-month-is-claim-month");
    assert_snapshot!(shown(&usual().replace("202406", "198906")).lines().last().unwrap(), @"  line 2: receipt-month-very-old");
}

#[test]
fn history_rows_and_records_of_returned_claims_are_skipped() {
    let history = format!("1,1,0,{RE}1,2,0,HO,01130012,,,1,75\r\nHR,50606,1,,,理由\r\nRC,DUMMY\r\n");
    assert_snapshot!(shown(&[IR, RE, ROWS, &history, GO].concat()), @"
    2: 2024-06 検証　一郎 #00123 1970-04-01 ケンショウイチロウ
      Procedure 12 Some(112007410) Some(75)x1 days 10
    part 1 Unknown 1 receipts 75 points 1/1 totals
      line 5: history-rows
    ");
}

#[test]
fn several_headers_in_a_file_are_parts_of_their_own() {
    let second = IR.replace("9999999", "8888888").replace("202407", "202408");
    assert_snapshot!(shown(&[IR, RE, ROWS, GO, "\r\n", &second, "GO,0,0,99\r\n"].concat()), @"
    2: 2024-06 検証　一郎 #00123 1970-04-01 ケンショウイチロウ
      Procedure 12 Some(112007410) Some(75)x1 days 10
    part 1 Unknown 1 receipts 75 points 1/1 totals
    part 2 Unknown 0 receipts 0 points 0/0 totals
    ");
}

#[test]
fn volumes_are_added_up_when_they_stand_in_one_file_and_left_unchecked_when_not() {
    let first = IR.replace(",00,", ",01,");
    let second = IR.replace(",00,", ",02,");
    let joined = [&first, RE, ROWS, "GO,,,01\r\n", &second, RE, ROWS, "GO,2,150,99\r\n"].concat();
    assert!(!shown(&joined).contains("line "), "{}", shown(&joined));
    let alone = [&second, RE, ROWS, "GO,2,150,99\r\n"].concat();
    assert!(shown(&alone).ends_with("line 5: volume-totals-not-checked"));
    let wrong = joined.replace("GO,2,150,99", "GO,3,150,99");
    assert!(shown(&wrong).ends_with("line 10: footer-count-differs"));
}

#[test]
fn a_side_without_claims_is_valid() {
    assert_eq!(shown(&[IR, "GO,0,0,99\r\n"].concat()), "part 1 Unknown 0 receipts 0 points 0/0 totals");
    assert_eq!(shown(""), "refused: empty-file");
    assert_eq!(crate::IssueCode::EmptyFile.severity(), crate::Severity::Warning);
}

#[test]
fn files_of_other_kinds_are_named() {
    assert_eq!(shown(&usual().replace("IR,1,13,1,", "IR,1,13,3,")), "line 1: refused: dental-file");
    assert_eq!(shown(&usual().replace("IR,1,13,1,", "IR,1,13,4,")), "line 1: refused: pharmacy-file");
    assert_eq!(shown(&usual().replace("IR,1,13,1,", "IR,1,13,6,")), "line 1: refused: home-nursing-file");
    assert_eq!(shown(&[IR, "RE", &",".repeat(29), "\r\n"].concat()), "line 2: refused: dpc-file");
    assert!(shown(&[IR, RE, "BU,1,2\r\n"].concat()).starts_with("line 3: refused: dpc-file"));
    assert_eq!(shown(&[IR, "RR,1\r\n"].concat()), "line 2: refused: workers-accident-file");
}

#[test]
fn records_without_header_and_receipt_are_refused() {
    assert_eq!(shown("UK,2,13,3,1234567,,x,202201,0117,00\r\n"), "line 1: refused: header-missing");
}

#[test]
fn a_table_renamed_to_uke_is_refused_by_content() {
    assert_eq!(shown("患者番号,氏名\r\n1,検証\r\n"), "refused: not-a-receipt-file");
}

#[test]
fn a_file_cut_short_does_not_pass() {
    let bytes = SHIFT_JIS.encode(&usual()).0.into_owned();
    let whole = bytes.len() - "\r\n\x1A".len();
    for cut in 1..whole {
        let shown = shown_bytes(&bytes[..cut]);
        let passes = !shown.contains("footer-") && !shown.contains("refused") && !shown.contains("unreadable");
        assert!(!passes, "cut at {cut}: {shown}");
    }
}

#[test]
fn a_disease_without_a_code_and_modifiers_of_odd_length_are_kept() {
    let rows = "SY,0000999,20240610,1,,ダミー病名,,\r\nSY,2500015,20240610,1,800220,,,\r\nSY,,20240610,1,,,,\r\n";
    assert_snapshot!(shown(&[IR, RE, rows, ROWS, GO].concat()), @"
    2: 2024-06 検証　一郎 #00123 1970-04-01 ケンショウイチロウ
      disease Some(999) []
      disease Some(2500015) [8002, 20]
      disease None []
      Procedure 12 Some(112007410) Some(75)x1 days 10
    part 1 Unknown 1 receipts 75 points 1/1 totals
      line 4: code-unreadable
      line 5: code-unreadable
    ");
}

#[test]
fn units_carry_their_category_and_close_with_points() {
    let rows = "HO,01130012,,,1,135,,,,,,,,,\r\n\
        IY,21,1,622242501,1,,28,,,,,,,,,,,,,,,,28\r\nIY,,1,620098801,1,0,28,,,,,,,,,,,,,,,,28\r\nCO,,1,810000001,１日１回朝食後\r\n\
        SI,80,1,120002910,,60,1,,,,,,,,,,,,,,,,1\r\nIY,23,1,620003855,5,75,1,,,,,,,,,,,,,,,,1\r\nCO,99,1,810000001,摘要\r\n";
    assert_snapshot!(shown(&[IR, RE, rows, "GO,1,135,99\r\n"].concat()), @"
    2: 2024-06 検証　一郎 #00123 1970-04-01 ケンショウイチロウ
      Drug 21 Some(622242501) Nonex28 days 10 outside
      Drug 21 Some(620098801) Some(0)x28 days 10 outside
      Procedure 80 Some(120002910) Some(60)x1 days 10
      Drug 23 Some(620003855) Some(75)x1 days 10
    part 1 Inspection 1 receipts 135 points 1/1 totals
    ");
}

#[test]
fn a_prescription_fee_without_its_drugs_tells_a_file_for_claiming() {
    let text = usual().replace("112007410", "120002910");
    assert!(shown(&text).contains("part 1 Submission"));
}

#[test]
fn a_day_that_the_month_lacks_is_flagged_and_not_counted() {
    let text = usual().replace(",,,,,,,,,1\r\nGO", ",,,,,,,,,1,,,,,,,,,,,,,,,,,,,,,1\r\nGO");
    assert!(shown(&text).contains("days 10\n"), "{}", shown(&text));
    assert!(shown(&text).ends_with("day-outside-month"));
}

#[test]
fn unknown_records_are_counted_and_reading_goes_on() {
    let text = [IR, RE, "ZZ,x\r\nKH,x\r\nNI,,,,1\r\n", ROWS, GO].concat();
    assert_snapshot!(shown(&text), @"
    2: 2024-06 検証　一郎 #00123 1970-04-01 ケンショウイチロウ
      Procedure 12 Some(112007410) Some(75)x1 days 10
    part 1 Unknown 1 receipts 75 points 1/1 totals
      line 3: unknown-records
    ");
}

#[test]
fn an_organ_donor_is_never_taken_for_a_patient() {
    let donor = "TI,1,1,13,1,9999999,,,,\r\nTR,1,1111,202406,,2,19600101,,,,,,,999\r\nTS,1,100,,\r\n";
    assert_eq!(shown(&[IR, RE, ROWS, donor, GO].concat()).replace("4,", ""), shown(&usual()));
}

#[test]
fn an_archive_of_claim_files_is_opened_and_its_limits_hold() {
    use std::io::Write as _;
    let archive = |files: &[(&str, &[u8])]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let file = SHIFT_JIS.encode(&usual()).0.into_owned();
    let mixed =
        archive(&[("shaho/RECEIPTC.UKE", &file), ("kokuho/RECEIPTC.UKE", b""), ("shaho/一覧.pdf", b"%PDF-1.7")]);
    assert_snapshot!(shown_bytes(&mixed), @"
    kokuho/RECEIPTC.UKE: empty-file
    shaho/RECEIPTC.UKE (254 bytes)
    ");
    assert_eq!(shown_bytes(&archive(&[("[Content_Types].xml", b"<x/>")])), "refused: office-file");
    assert_eq!(shown_bytes(&archive(&[("a.txt", b"x")])), "refused: archive-without-receipts");
    assert_eq!(shown_bytes(&archive(&[("a.zip", &mixed)])), "refused: archive-nested");
    let many: Vec<(String, &[u8])> = (0..201).map(|it| (format!("{it}.UKE"), file.as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(shown_bytes(&archive(&many)), "refused: archive-too-large");
    let bomb = vec![b','; 50_000_000];
    assert_eq!(shown_bytes(&archive(&[("bomb.UKE", &bomb)])), "refused: archive-too-large");
    assert_eq!(shown_bytes(&mixed[..mixed.len() / 2]), "refused: archive-unreadable");
}

#[test]
fn the_sample_files_are_all_read_with_every_payer_total_matched() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/receipt");
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("skipped: the sample files are not here");
        return;
    };
    let (mut n_receipts, mut checked, mut matched) = (0, 0, 0);
    for file in files {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let mut detector = EncodingDetector::default();
        detector.feed(&bytes);
        let mut reader = Reader::new(bytes.as_slice(), detector.finish());
        while let Some(item) = reader.read_next().unwrap() {
            if let Item::Part(part) = item {
                assert!(part.is_importable(), "{:?}", part.issues);
                n_receipts += part.n_receipts;
                checked += part.payer_totals.checked;
                matched += part.payer_totals.matched;
            }
        }
    }
    assert_eq!((n_receipts, checked, matched), (84, 150, 150));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        shown_bytes(&[SHIFT_JIS.encode(IR).0.as_ref(), b"RE,1", &bytes].concat());
    }

    #[test]
    fn a_flipped_byte_never_makes_it_panic(at in 0..270_usize, byte in proptest::num::u8::ANY) {
        let mut bytes = SHIFT_JIS.encode(&usual()).0.into_owned();
        if let Some(it) = bytes.get_mut(at) {
            *it = byte;
        }
        let mut reader = Reader::new(bytes.as_slice(), crate::Encoding::Cp932);
        while reader.read_next().unwrap().is_some() {}
    }
}
