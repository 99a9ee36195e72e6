//! How long a refresh computes: 5,000 patients over 36 months, from month objects in memory to lists.
//!
//! `cargo bench -p clinic --bench fold` prints the best and the median of five runs.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures")]

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use clinic::{CurrentFile, FilePart, Groups, Links, MonthFacts, Rosters, SlotKind, dropouts, fold, read_file};
use codes::Codes;
use japan::Month;
use jiff::civil::{Date, date};

const N_PATIENTS: usize = 5_000;
const N_MONTHS: i32 = 36;
const N_RUNS: usize = 5;
const AS_OF: Date = date(2026, 11, 23);

const DISEASES: [&str; 8] = ["8833421", "2500015", "8844446", "4779004", "5301002", "8840042", "7840024", "4660009"];
const PROCEDURES: [&str; 10] = [
    "112007410",
    "112011010",
    "113707110",
    "120001210",
    "120002910",
    "113001810",
    "111000110",
    "113010370",
    "112015770",
    "113041810",
];
const DRUGS: [&str; 8] =
    ["612170710", "620002430", "621974701", "622110501", "620098801", "620160501", "620002023", "622404401"];

const GROUPS: &str = r#"{"groups":[
    {"id":"htn","name":"高血圧","at_risk_after":{"days":60},"dropped_out_after":{"months":6},
     "match":{"disease":{"codes":["8833421"],"icd10":["I10"]}}},
    {"id":"age","name":"年齢","at_risk_after":{"days":60},"dropped_out_after":{"months":6},
     "match":{"any":[{"age":{"min":40,"max":74}},{"sex":"female"}]}},
    {"id":"dm","name":"糖尿病薬","at_risk_after":{"weeks":8},"dropped_out_after":{"months":4},
     "match":{"drug":{"codes":["620098801"],"price_list":["3962"],"within_months":6}}},
    {"id":"elderly","name":"後期高齢者","at_risk_after":{"days":30},"dropped_out_after":{"days":90},
     "match":{"all":[{"insurance":["elderly"]},{"not":{"insurance":["public"]}}]}}]}"#;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// The claim file of one month and payer: odd patients are insured with 社保.
fn claim_file(month: Month, payer: usize, numbers: &mut Numbers) -> String {
    let claim_month = month.plus(1).packed();
    let mut text = format!("IR,{},13,1,9999999,,ダミー内科クリニック,{claim_month},00,\r\n", payer + 1);
    let patients = (0..N_PATIENTS).filter(|it| it % 2 == payer);
    let mut n_receipts = 0;
    for patient in patients {
        n_receipts += 1;
        write_receipt(&mut text, patient, n_receipts, month, numbers);
    }
    write!(text, "GO,{n_receipts},0,99\r\n").unwrap();
    text
}

fn write_receipt(text: &mut String, patient: usize, number: usize, month: Month, numbers: &mut Numbers) {
    let (born, month) = (19_300_101 + patient % 90 * 10_000, month.packed());
    let receipt_type = if patient.is_multiple_of(10) { 1318 } else { 1112 };
    let kana: String =
        (0..3).map(|it| ['ア', 'カ', 'サ', 'タ', 'ナ', 'ハ', 'マ', 'ヤ'][patient >> (it * 3) & 7]).collect();
    let (blanks, more) = (",".repeat(7), ",".repeat(23));
    write!(
        text,
        "RE,{number},{receipt_type},{month},検証　{kana},{},{born}{blanks}{patient:05}{more}ケンショウ{kana},\r\nHO,01130012,,1,2,0\r\n",
        patient % 2 + 1
    )
    .unwrap();
    for index in 0..4 {
        let modifier = if numbers.below(8) == 0 { "8002" } else { "" };
        write!(text, "SY,{},20200110,1,{modifier},,,\r\n", DISEASES[(patient + index * 3) % 8]).unwrap();
    }
    let (first, second) = (1 + numbers.below(14), 15 + numbers.below(14));
    let counts = |day: usize| format!("{}1", ",".repeat(day - 1));
    for index in 0..8 {
        let (code, day) = (PROCEDURES[(patient + index) % 10], if index < 4 { first } else { second });
        write!(text, "SI,12,1,{code},,0,1,,,,,,,{}\r\n", counts(day)).unwrap();
    }
    for _ in 0..4 {
        let code = DRUGS[numbers.below(8)];
        write!(text, "IY,21,1,{code},1,0,28,,,,,,,{}\r\n", counts(second)).unwrap();
    }
    let jd: String = (1..=31).map(|it| if it == first || it == second { ",1" } else { "," }).collect();
    write!(text, "JD,1{jd}\r\n").unwrap();
}

/// The month objects of the clinic.
fn objects() -> Vec<Vec<u8>> {
    let mut numbers = Numbers(1);
    let first = Month::of(AS_OF).plus(-N_MONTHS);
    let mut objects = Vec::new();
    for month in (0..N_MONTHS).map(|it| first.plus(it)) {
        for payer in 0..2 {
            let text = claim_file(month, payer, &mut numbers);
            let bytes = encoding_rs::SHIFT_JIS.encode(&text).0;
            match &read_file(&bytes)[..] {
                [FilePart::Read { facts: Some(facts), .. }] => objects.push(facts.to_bytes()),
                other => panic!("{other:?}"),
            }
        }
    }
    objects
}

/// One run: how long reading, folding and listing took.
fn run(objects: &[Vec<u8>], groups: &Groups, codes: &Codes) -> [Duration; 3] {
    let started = Instant::now();
    let facts: Vec<MonthFacts<'_>> = objects.iter().map(|it| MonthFacts::from_bytes(it).unwrap()).collect();
    let read = started.elapsed();

    let started = Instant::now();
    let files: Vec<CurrentFile<'_>> = (1..)
        .zip(&facts)
        .map(|(upload, facts)| CurrentFile { file: "RECEIPTC.UKE", upload, kind: SlotKind::Submission, facts })
        .collect();
    let (rosters, links) = (Rosters::default(), Links::default());
    let folded = fold(&files, &rosters, &links, AS_OF);
    let fold = started.elapsed();

    let started = Instant::now();
    let lists = dropouts(&folded, groups, codes, |_| false);
    let list = started.elapsed();
    assert_eq!(folded.patients.len(), N_PATIENTS);
    assert!(lists.groups.iter().all(|it| it.members > 0), "{:?}", lists.groups);
    [read, fold, list]
}

fn main() {
    let objects = objects();
    let n_bytes: usize = objects.iter().map(Vec::len).sum();
    println!("{N_PATIENTS} patients x {N_MONTHS} months: {} month objects, {n_bytes} bytes", objects.len());
    let (groups, codes) = (Groups::from_json(GROUPS).unwrap(), Codes::excerpt());
    let mut runs: Vec<[Duration; 3]> = (0..N_RUNS).map(|_| run(&objects, &groups, &codes)).collect();
    for (phase, name) in ["from_bytes", "fold", "dropouts"].into_iter().enumerate() {
        print_figures(name, runs.iter().map(|it| it[phase]).collect());
    }
    print_figures("all", runs.drain(..).map(|it| it.into_iter().sum()).collect());
}

fn print_figures(name: &str, mut durations: Vec<Duration>) {
    durations.sort_unstable();
    let ms = |it: Duration| it.as_secs_f64() * 1_000.0;
    println!("{name:<11} best {:7.1} ms, median {:7.1} ms", ms(durations[0]), ms(durations[durations.len() / 2]));
}
