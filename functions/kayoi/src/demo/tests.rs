//! The files are read here byte by byte, without the code that wrote them: in Windows-31J no comma
//! and no line break is part of a character.

use std::collections::{BTreeMap, BTreeSet};

use japan::Month;

use super::*;

fn october() -> Month {
    Month::new(2026, 10).unwrap()
}

fn small() -> Demo {
    demo(7, october(), DemoSize { n_patients: 300, n_months: 12 })
}

/// The records of a claim file, columns as text where they are ASCII, else empty.
fn records(file: &DemoFile) -> Vec<Vec<String>> {
    let (last, lines) = file.bytes.split_last().unwrap();
    assert_eq!(*last, 0x1A, "{}", file.name);
    let lines = lines.strip_suffix(b"\r\n").unwrap().split(|it| *it == b'\n');
    let column = |it: &[u8]| String::from_utf8(it.to_vec()).unwrap_or_default();
    let columns = |it: &[u8]| it.strip_suffix(b"\r").unwrap_or(it).split(|it| *it == b',').map(column).collect();
    lines.map(columns).collect()
}

/// The receipts of a claim file, each from its RE on.
fn receipts(file: &DemoFile) -> Vec<Vec<Vec<String>>> {
    let mut receipts: Vec<Vec<Vec<String>>> = Vec::new();
    for record in records(file) {
        match record[0].as_str() {
            "IR" | "GO" => {}
            "RE" => receipts.push(vec![record]),
            _ => receipts.last_mut().unwrap().push(record),
        }
    }
    receipts
}

fn all_receipts(demo: &Demo) -> Vec<Vec<Vec<String>>> {
    demo.receipts.iter().flat_map(receipts).collect()
}

fn number(text: &str) -> u32 {
    text.parse().unwrap()
}

/// 合計点数 of each payer as declared, and as its units add up.
fn points(receipt: &[Vec<String>]) -> (BTreeMap<char, u32>, BTreeMap<char, u32>) {
    let (mut declared, mut counted) = (BTreeMap::new(), BTreeMap::new());
    let mut publics = "12".chars();
    for record in receipt {
        let payers = match record[0].as_str() {
            "HO" => {
                declared.insert('H', number(&record[5]));
                continue;
            }
            "KO" => {
                declared.insert(publics.next().unwrap(), number(&record[5]));
                continue;
            }
            "SI" | "IY" if !record[5].is_empty() => match record[2].as_str() {
                "1" => "H",
                "5" => "1",
                "2" => "H1",
                "3" => "H2",
                "4" => "H12",
                other => panic!("負担区分 {other}"),
            },
            _ => continue,
        };
        for payer in payers.chars() {
            *counted.entry(payer).or_default() += number(&record[5]) * number(&record[6]);
        }
    }
    (declared, counted)
}

#[test]
fn a_full_year_is_two_files_a_month_of_a_plausible_size() {
    let demo = demo(1, october(), DemoSize::default());
    let names: Vec<&str> = demo.receipts.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), 24);
    assert_eq!(names[0], "2025-11_shaho_RECEIPTC.UKE");
    assert_eq!(names[23], "2026-10_kokuho_RECEIPTC.UKE");

    let receipts = all_receipts(&demo);
    assert!((14_000..30_000).contains(&receipts.len()), "{}", receipts.len());
    for file in &demo.receipts {
        assert!((200_000..3_000_000).contains(&file.bytes.len()), "{} {}", file.name, file.bytes.len());
    }
    let charts: BTreeSet<u32> = receipts.iter().map(|it| number(&it[0][13])).collect();
    assert!((1_950..=2_000).contains(&charts.len()), "{}", charts.len());
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    assert_eq!(small(), small());
    let other = demo(8, october(), DemoSize { n_patients: 300, n_months: 12 });
    assert_ne!(small().receipts, other.receipts);
}

#[test]
fn a_shorter_demo_is_the_end_of_a_longer_one() {
    let names = |it: Vec<DemoFile>| it.into_iter().map(|it| it.name).collect::<Vec<String>>();
    let short = demo(7, october(), DemoSize { n_patients: 300, n_months: 2 });
    assert_eq!(short.receipts[2..], small().receipts[22..]);
    assert_eq!(names(short.receipts), names(small().receipts.split_off(20)));
    assert_eq!(short.rosters, small().rosters);
}

#[test]
fn no_patients_and_no_months_are_still_valid_files() {
    let demo = demo(1, october(), DemoSize { n_patients: 0, n_months: 0 });
    assert_eq!(demo.receipts.len(), 2);
    assert_eq!(records(&demo.receipts[0])[1], ["GO", "0", "0", "99"]);
}

#[test]
fn every_record_has_the_columns_of_its_kind() {
    let columns = BTreeMap::from([
        ("IR", 10),
        ("RE", 38),
        ("HO", 15),
        ("KO", 12),
        ("SN", 9),
        ("JD", 33),
        ("MF", 33),
        ("SY", 8),
        ("SI", 44),
        ("IY", 44),
        ("CO", 5),
        ("GO", 4),
    ]);
    let demo = small();
    let records: Vec<Vec<String>> = demo.receipts.iter().flat_map(records).collect();
    for record in &records {
        assert_eq!(record.len(), columns[record[0].as_str()], "{}", record[0]);
    }
    let kinds: BTreeSet<&str> = records.iter().map(|it| it[0].as_str()).collect();
    assert_eq!(kinds.len(), columns.len());
}

#[test]
fn records_of_a_receipt_come_in_the_order_of_the_specification() {
    const ORDER: [&str; 8] = ["RE", "HO", "KO", "SN", "JD", "MF", "SY", "SI"];
    for receipt in all_receipts(&small()) {
        let place = |it: &Vec<String>| ORDER.iter().position(|name| *name == it[0]).unwrap_or(7);
        assert!(receipt.iter().map(place).is_sorted());
        let sections = receipt.iter().filter(|it| matches!(it[0].as_str(), "SI" | "IY") && !it[1].is_empty());
        assert!(sections.map(|it| number(&it[1])).is_sorted());
        assert!(receipt.iter().any(|it| it[0] == "SY"));
        assert_eq!(receipt.iter().filter(|it| it[0] == "SY" && it[6] == "01").count(), 1);
    }
}

#[test]
fn what_each_payer_is_asked_for_is_what_its_units_add_up_to() {
    for receipt in all_receipts(&small()) {
        let (declared, counted) = points(&receipt);
        assert_eq!(declared, counted, "{:?}", receipt[0]);
        let n_payers = declared.len().to_string();
        assert_eq!(receipt[0][2][2..3], n_payers, "{:?}", receipt[0]);
    }
}

#[test]
fn the_last_record_counts_the_file() {
    for file in &small().receipts {
        let payers: Vec<BTreeMap<char, u32>> = receipts(file).iter().map(|it| points(it).0).collect();
        let n_payers: usize = payers.iter().map(BTreeMap::len).sum();
        let points: u32 = payers.iter().map(|it| it.get(&'H').unwrap_or_else(|| &it[&'1'])).sum();
        let go = records(file).pop().unwrap();
        assert_eq!(go, ["GO", &n_payers.to_string(), &points.to_string(), "99"], "{}", file.name);
    }
}

#[test]
fn days_agree_with_each_other_in_every_receipt() {
    for receipt in all_receipts(&small()) {
        let mut days_of_visits = BTreeSet::new();
        let mut named = Vec::new();
        for record in &receipt {
            match record[0].as_str() {
                "SI" | "IY" => {
                    let times: Vec<u32> = record[13..].iter().map(|it| it.parse().unwrap_or(0)).collect();
                    assert_eq!(times.iter().sum::<u32>(), number(&record[6]));
                    let days = times.iter().zip(1..).filter(|(it, _)| **it > 0).map(|(_, day)| day);
                    days_of_visits.extend(days);
                }
                "JD" => {
                    let days = record[2..].iter().zip(1..).filter(|(it, _)| *it == "1").map(|(_, day)| day);
                    named.push(days.collect::<BTreeSet<i32>>());
                }
                _ => {}
            }
        }
        let n_days = days_of_visits.len().to_string();
        assert!(receipt.iter().filter(|it| matches!(it[0].as_str(), "HO" | "KO")).all(|it| it[4] == n_days));
        assert!(named.iter().all(|it| *it == days_of_visits));
    }
}

#[test]
fn the_older_quarter_is_for_submission_and_without_drugs_from_outside() {
    for (place, file) in small().receipts.iter().enumerate() {
        let records = records(file);
        let has = |name: &str| records.iter().any(|it| it[0] == name);
        assert_eq!((has("IY"), has("CO")), (place >= 6, place >= 6), "{}", file.name);
        assert!(records.iter().any(|it| it[0] == "SI" && it[3] == "120002910"), "{}", file.name);
        let padded = records.iter().filter(|it| it[0] == "RE").all(|it| it[13].len() == 5);
        assert_eq!(padded, place >= 6, "{}", file.name);
    }
}

#[test]
fn every_kind_of_receipt_is_among_them() {
    let demo = demo(1, october(), DemoSize { n_patients: 1_000, n_months: 12 });
    let receipts = all_receipts(&demo);
    let n_with = |test: &dyn Fn(&Vec<String>) -> bool| receipts.iter().filter(|it| it.iter().any(test)).count();

    let n_without_days = receipts.len() - n_with(&|it| it[0] == "JD");
    assert!(n_without_days * 5 < receipts.len() && n_without_days > 0);
    assert!(n_with(&|it| it[0] == "SY" && it[4] == "8002") > 50);
    assert!(n_with(&|it| it[0] == "SY" && it[3] == "2") > 50);
    assert!(n_with(&|it| it[0] == "SY" && it[3] == "3") > 3);
    assert!(n_with(&|it| it[0] == "KO" && it[1].starts_with("12")) > 10);
    for burden in ["1", "2", "3", "4", "5"] {
        assert!(n_with(&|it| it[0] == "SI" && it[2] == burden) > 0, "負担区分 {burden}");
    }
    let kinds: BTreeSet<&str> = receipts.iter().map(|it| it[0][2].as_str()).collect();
    for kind in ["1112", "1116", "1118", "1110", "1122", "1132", "1212", "1318", "1310"] {
        assert!(kinds.contains(kind), "種別 {kind}");
    }

    let mut of_month: BTreeMap<(u32, &str), u32> = BTreeMap::new();
    for receipt in &receipts {
        *of_month.entry((number(&receipt[0][13]), &receipt[0][3])).or_default() += 1;
    }
    assert!(of_month.values().filter(|it| **it == 2).count() > 3, "two receipts in a month");
}

#[test]
fn a_late_claim_is_in_the_file_of_the_month_after() {
    let mut n_late = 0;
    for file in &small().receipts {
        let month: Month = file.name[..7].parse().unwrap();
        assert_eq!(records(file)[0][7], month.plus(1).packed().to_string());
        for receipt in receipts(file) {
            let of = Month::from_packed(number(&receipt[0][3])).unwrap();
            let is_late = of == month.plus(-1);
            assert!(is_late || of == month);
            n_late += u32::from(is_late);
        }
    }
    assert!((3..60).contains(&n_late), "{n_late}");
}

#[test]
fn most_patients_still_come_and_a_few_have_stopped() {
    let people: Vec<Person> = {
        let window = Window { first: october().plus(-11), until: october() };
        (0..2_000).map(|index| people::person(1, index, window)).collect()
    };
    let n_between = |from: i32, to: i32| {
        let ago = |it: &Person| it.course.visits.last().map(|it| (october().last_day() - it.date).get_days());
        people
            .iter()
            .filter(|it| !it.conditions.is_empty() && ago(it).is_some_and(|it| (from..=to).contains(&it)))
            .count()
    };
    assert!((1_480..1_640).contains(&n_between(0, 59)), "{}", n_between(0, 59));
    assert!((190..290).contains(&n_between(60, 160)), "{}", n_between(60, 160));
    assert!((110..190).contains(&n_between(184, 366)), "{}", n_between(184, 366));
}

#[test]
fn insurers_and_public_payers_end_in_their_check_digit() {
    let demo = demo(1, october(), DemoSize { n_patients: 1_000, n_months: 1 });
    for record in demo.receipts.iter().flat_map(records).filter(|it| matches!(it[0].as_str(), "HO" | "KO")) {
        assert_eq!(record[1].len(), 8);
        let digits = record[1].trim_start().bytes().rev().map(|it| u32::from(it - b'0'));
        let sum: u32 = digits
            .zip([1, 2].into_iter().cycle())
            .map(|(digit, weight)| digit * weight)
            .map(|it| it / 10 + it % 10)
            .sum();
        assert_eq!(sum % 10, 0, "{}", record[1]);
    }
}

#[test]
fn rosters_name_everyone_and_only_invented_contacts() {
    let demo = small();
    let [patients, appointments] = demo.rosters.as_slice() else { panic!("two rosters") };
    let text = std::str::from_utf8(patients.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap()).unwrap();
    assert_eq!(text.lines().count(), 301);
    let mut phones = BTreeSet::new();
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        assert_eq!(columns.len(), 9);
        assert!(columns[5].is_empty() || columns[5][3..].starts_with("-0000-"));
        assert!(columns[5].is_empty() || phones.insert(columns[5]));
        assert!(columns[6].is_empty() || columns[6].ends_with("@example.jp"));
    }
    assert!(std::str::from_utf8(&appointments.bytes).is_err());
    let n_appointments = appointments.bytes.iter().filter(|it| **it == b'\n').count();
    assert!((200..800).contains(&n_appointments), "{n_appointments}");
}

#[test]
fn every_name_can_be_written_in_a_claim_file() {
    for (name, kana) in names::FAMILY.iter().chain(&names::MALE).chain(&names::FEMALE) {
        assert!(japan::to_cp932(name).is_ok(), "{name}");
        assert!(kana.chars().all(|it| ('ァ'..='ー').contains(&it)), "{kana}");
    }
}

#[test]
fn groups_name_diseases_that_patients_have() {
    for disease in [&diseases::HYPERTENSION, &diseases::DIABETES, &diseases::DYSLIPIDAEMIA] {
        assert_eq!(groups_json().matches(disease.code).count(), 2);
    }
}
