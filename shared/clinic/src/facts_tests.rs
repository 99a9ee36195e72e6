//! Month objects: the same facts give the same bytes, and no bytes make reading or folding them panic.

use encoding_rs::SHIFT_JIS;
use proptest::prelude::*;

use crate::{
    CurrentFile, FactsError, Links, MonthFacts, Rosters, SlotKind, dropouts, fold, read_file,
    test_clinic::{TestFile, cases, group_json, kokuho, receipt, shaho},
};

/// A file with something of everything.
fn rich_file() -> TestFile {
    let first = receipt("2024-06").chart("1").visit(3).disease("8833421").suspected("2500015").ended("4660009", 3);
    let first = first.procedure("113707110", &[3]).prescribed(3).drug("620098801", &[3, 30]);
    let second = receipt("2024-05").name("検証　花子").kana("ケンショウハナコ").female().search_number("77");
    kokuho("2024-07", [first, second.public("12345678", Some(2)), receipt("2024-06").without_kana().born("")])
}

#[test]
fn facts_are_read_as_they_were_written() {
    let facts = rich_file().facts();
    let bytes = facts.to_bytes();
    assert_eq!(MonthFacts::from_bytes(&bytes), Ok(facts));
}

#[test]
fn the_same_file_gives_the_same_bytes_and_another_gives_others() {
    assert_eq!(rich_file().facts().to_bytes(), rich_file().facts().to_bytes());
    let file = rich_file();
    let other = TestFile { receipts: file.receipts[..2].to_vec(), ..file };
    assert_ne!(rich_file().facts().to_bytes(), other.facts().to_bytes());
}

#[test]
fn facts_tell_the_months_the_people_and_the_receipts_of_a_part() {
    let facts = rich_file().facts();
    let months: Vec<String> = facts.months().iter().map(ToString::to_string).collect();
    assert_eq!((facts.n_receipts(), months), (3, vec!["2024-05".to_owned(), "2024-06".to_owned()]));
    let keys: Vec<String> = facts.person_keys().iter().map(|it| it.as_str().to_owned()).collect();
    assert_eq!(keys, ["1", "|ケンショウハナコ|1970-04-01|2", "|検証一郎||1"]);
    assert!(!facts.is_all_reclaims);
    assert!(shaho("2024-07", [receipt("2024-06").search_number("1")]).facts().is_all_reclaims);
}

#[test]
fn bytes_of_another_version_or_of_something_else_are_told_apart() {
    let mut bytes = rich_file().facts().to_bytes();
    assert_eq!(MonthFacts::from_bytes(&bytes[..bytes.len() - 1]), Err(FactsError::Broken));
    bytes[3] += 1;
    assert_eq!(MonthFacts::from_bytes(&bytes), Err(FactsError::Version(bytes[3])));
    for other in ["", "KYM", "KYC\u{1}", "IR,1,13,1,9999999"] {
        assert_eq!(MonthFacts::from_bytes(other.as_bytes()), Err(FactsError::Broken), "{other}");
    }
}

#[test]
fn a_file_with_an_error_has_no_facts() {
    let text = rich_file().text().replace("202405", "209905");
    let parts = read_file(&SHIFT_JIS.encode(&text).0);
    assert!(matches!(&parts[..], [crate::FilePart::Read { facts: None, .. }]));
}

/// Reads bytes as a month object, and folds and evaluates what is read.
fn use_bytes(bytes: &[u8]) {
    let Ok(facts) = MonthFacts::from_bytes(bytes) else { return };
    facts.to_bytes();
    facts.person_keys();
    crate::count_patients(&facts);
    let json = group_json(
        r#"{"any":[{"disease":{"icd10":["I10"]}},{"procedure":{"codes":["113707110"]}},
            {"not":{"drug":{"price_list":["1149"]}}},{"insurance":["public"]},{"age":{"max":60}}]}"#,
    );
    let groups = crate::Groups::from_json(&json).unwrap();
    let (codes, rosters) = (codes::Codes::excerpt(), Rosters::default());
    for as_of in ["2024-06-15", "2024-12-31"] {
        let kinds = [SlotKind::Submission, SlotKind::Inspection];
        let files = kinds.map(|kind| CurrentFile { file: "a.UKE", upload: 1, kind, facts: &facts });
        let folded = fold(&files, &rosters, &Links::default(), as_of.parse().unwrap());
        dropouts(&folded, &groups, &codes, |_| false);
        for patient in &folded.patients {
            patient.visits.half_year(japan::Month::new(2024, 6).unwrap());
            assert_eq!(patient.visits.iter().last().map(|it| it.0), patient.visits.last(), "the last visit");
            assert_eq!(patient.visits.iter().next().map(|it| it.0), patient.visits.first(), "the first visit");
        }
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn no_bytes_behind_the_header_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        use_bytes(&[b"KYM\x01".as_slice(), &bytes].concat());
        use_bytes(&bytes);
    }

    #[test]
    fn no_month_object_with_changed_bytes_makes_it_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = rich_file().facts().to_bytes();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        use_bytes(&bytes);
    }
}

#[test]
fn no_single_changed_byte_makes_it_panic() {
    let bytes = rich_file().facts().to_bytes();
    for index in 4..bytes.len() {
        for byte in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[index] = byte;
            use_bytes(&changed);
        }
    }
}
