//! How long planning computes: 5,000 patients × 20 deliveries, and a night of many such clinics.
//!
//! `cargo bench -p delivery --bench plan` prints the best and the median of five runs of one clinic, then a
//! night of 50 clinics; `cargo bench -p delivery --bench plan -- 10000` a night of as many.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures")]

use std::time::{Duration, Instant};

use delivery::{
    AddressFacts, Attendance, Consent, ConsentSource, DaysOfMonth, DeliverySettings, DiseaseStart, DrugDays,
    Membership, MessageId, PatientFacts, PatientToPlan, PersonFacts, PlanRules, PlanState, Planner, ProcedureDays,
    Reach, RunningDelivery, StepDelivery,
};
use japan::Month;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};

const N_PATIENTS: usize = 5_000;
const N_RUNS: usize = 5;
const TODAY: Date = date(2026, 11, 23);

const DISEASES: [u32; 4] = [8_833_421, 2_500_015, 8_844_446, 4_779_004];
const PROCEDURES: [u32; 6] = [112_007_410, 112_011_010, 113_707_110, 120_001_210, 120_002_910, 113_001_810];
const DRUGS: [u32; 4] = [612_170_710, 620_002_430, 621_974_701, 620_098_801];
const GROUPS: [&str; 4] = ["htn", "dm", "lipid", "lifestyle-40-74"];

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn day_before(&mut self, n_days: usize) -> Date {
        TODAY.saturating_sub((self.below(n_days) as i64).days())
    }
}

/// All twelve timings, some more than once, with every kind of interval.
fn deliveries() -> Vec<RunningDelivery> {
    let mut settings = Vec::new();
    let mut add = |timing: String, offset: &str, interval: &str, exit: &str, target: &str| {
        let n = settings.len();
        settings.push(format!(
            r#"{{"id":"d{n}","name":"配信{n}","timing":{timing},"offset":{offset},"target":"{target}","interval":{interval},"exit":{exit},"approval":"automatic"}}"#
        ));
    };
    let once = r#"{"per":"trigger"}"#;
    for group in GROUPS {
        add(
            format!(r#"{{"kind":"became_at_risk","group":"{group}"}}"#),
            r#"{"days":3}"#,
            r#"{"every":{"weeks":2},"max":4}"#,
            r#"["visited","booked"]"#,
            group,
        );
    }
    for (index, code) in PROCEDURES.iter().enumerate() {
        let offset = format!(r#"{{"months":{}}}"#, 1 + index);
        add(format!(r#"{{"kind":"procedure_done","codes":["{code}"]}}"#), &offset, once, r#"["booked"]"#, "everyone");
    }
    add(
        format!(r#"{{"kind":"disease_started","codes":["{:07}"]}}"#, DISEASES[0]),
        r#"{"months":1}"#,
        r#"{"every":{"months":1},"max":12}"#,
        "[]",
        "htn",
    );
    add(format!(r#"{{"kind":"drug_prescribed","codes":["{}"]}}"#, DRUGS[0]), r#"{"weeks":1}"#, once, "[]", "everyone");
    add(
        format!(r#"{{"kind":"drug_runs_out","codes":["{}","{}"]}}"#, DRUGS[1], DRUGS[2]),
        r#"{"days":-3}"#,
        once,
        r#"["visited"]"#,
        "everyone",
    );
    add(r#"{"kind":"next_visit"}"#.to_owned(), r#"{"days":-1}"#, once, "[]", "everyone");
    add(r#"{"kind":"first_visit"}"#.to_owned(), r#"{"weeks":1}"#, r#"{"per":"ever"}"#, "[]", "everyone");
    add(r#"{"kind":"joined_group","group":"dm"}"#.to_owned(), r#"{"days":0}"#, once, "[]", "dm");
    add(r#"{"kind":"answered_questionnaire"}"#.to_owned(), r#"{"days":2}"#, once, "[]", "everyone");
    add(r#"{"kind":"profile_updated"}"#.to_owned(), r#"{"days":2}"#, once, "[]", "everyone");
    add(r#"{"kind":"manual"}"#.to_owned(), r#"{"days":0}"#, once, "[]", "everyone");
    add(r#"{"kind":"scheduled_at","at":"2026-12-24T10:00"}"#.to_owned(), r#"{"days":0}"#, once, "[]", "lipid");
    let settings = settings.iter().map(|it| serde_json::from_str::<DeliverySettings>(it).unwrap());
    let start = date(2026, 1, 1);
    let running = settings.map(|it| RunningDelivery {
        delivery: StepDelivery::new(&it).unwrap(),
        start,
        revision: 1,
        author: "author".to_owned(),
        is_stopped: false,
    });
    running.collect()
}

fn facts(numbers: &mut Numbers) -> PatientFacts {
    let last_visit = numbers.day_before(200);
    let days =
        |numbers: &mut Numbers| DaysOfMonth::new(Month::of(numbers.day_before(300)), 1 << numbers.below(28)).unwrap();
    PatientFacts {
        first_visit: Some(numbers.day_before(1000)),
        last_visits: Some(DaysOfMonth::of(last_visit)),
        diseases: DISEASES.iter().map(|code| DiseaseStart { code: *code, started: numbers.day_before(900) }).collect(),
        procedures: PROCEDURES.iter().map(|code| ProcedureDays { code: *code, days: days(numbers) }).collect(),
        drugs: DRUGS.iter().map(|code| DrugDays { code: *code, days: days(numbers), supply_days: 28 }).collect(),
        appointments: (numbers.below(3) == 0)
            .then(|| TODAY.saturating_add((numbers.below(60) as i64).days()))
            .into_iter()
            .collect(),
        answered_on: (numbers.below(4) == 0).then(|| numbers.day_before(100)),
        profile_updated_on: Some(numbers.day_before(700)),
        replied_on: None,
        memberships: GROUPS
            .iter()
            .filter(|_| numbers.below(2) == 0)
            .map(|group| Membership {
                group: (*group).to_owned(),
                joined_on: None,
                at_risk_on: last_visit.saturating_add(61.days()),
            })
            .collect::<Vec<_>>(),
    }
}

struct Clinic {
    ids: Vec<String>,
    facts: Vec<PatientFacts>,
}

fn clinic(seed: u64) -> Clinic {
    let mut numbers = Numbers(seed);
    let facts = (0..N_PATIENTS).map(|_| facts(&mut numbers)).collect();
    Clinic { ids: (0..N_PATIENTS).map(|it| format!("patient-{it:05}")).collect(), facts }
}

struct Clinics {
    deliveries: Vec<RunningDelivery>,
    rules: PlanRules,
    attendance: Attendance,
    person: PersonFacts,
    reach: Reach,
}

/// How long planning a clinic took, its rows, and how many of them are to be made; each gets its message id.
fn plan(clinics: &Clinics, clinic: &Clinic) -> (Duration, usize, usize) {
    let started = Instant::now();
    let Clinics { deliveries, rules, attendance, person, reach } = clinics;
    let planner = Planner { deliveries, rules, attendance, today: TODAY };
    let (mut n_rows, mut n_due) = (0, 0);
    for (id, facts) in clinic.ids.iter().zip(&clinic.facts) {
        let rows = planner.rows(&PatientToPlan { id, facts, person, reach, made: &[], sent_on: &[], existing: &[] });
        n_rows += rows.len();
        for row in rows.iter().filter(|it| it.state == PlanState::Due) {
            let running = deliveries.iter().find(|it| it.delivery.id == row.delivery).unwrap();
            let id = MessageId::of(&running.delivery.message_key("clinic", &row.patient, row.trigger, row.repetition));
            n_due += usize::from(!id.as_str().is_empty());
        }
    }
    (started.elapsed(), n_rows, n_due)
}

fn clinics() -> Clinics {
    let consent = Consent { given_on: date(2026, 1, 1), source: ConsentSource::Paper, record: "roster".to_owned() };
    let mail = AddressFacts { address: Some("hash".to_owned()), consent: Some(consent), ..AddressFacts::default() };
    let mut attendance = Attendance::default();
    attendance.learn(date(2026, 11, 10), Some(date(2026, 10, 31)));
    let person = PersonFacts {
        is_dead: false,
        is_excluded: false,
        is_erased: false,
        has_complained: false,
        opted_out_on: None,
        is_delivery_stopped: false,
        is_clinic_paused: false,
        is_all_paused: false,
    };
    let reach = Reach { mail, ..Reach::default() };
    Clinics { deliveries: deliveries(), rules: PlanRules::default(), attendance, person, reach }
}

/// The most memory this process has had, in MB; `None` where the system does not say.
fn peak_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|it| it.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

fn main() {
    let clinics = clinics();
    assert_eq!(clinics.deliveries.len(), 20);
    let one = clinic(1);
    let mut runs: Vec<(Duration, usize, usize)> = (0..N_RUNS).map(|_| plan(&clinics, &one)).collect();
    runs.sort_unstable();
    let ms = |it: Duration| it.as_secs_f64() * 1_000.0;
    let (best, median) = (ms(runs[0].0), ms(runs[N_RUNS / 2].0));
    println!(
        "plan: {N_PATIENTS} patients x 20 deliveries, {} rows, {} to be made: best {best:.1} ms, median {median:.1} ms",
        runs[0].1, runs[0].2
    );

    let n_clinics: u64 = std::env::args().skip(1).find_map(|it| it.parse().ok()).unwrap_or(50);
    let (started, mut planning, mut n_due) = (Instant::now(), Duration::ZERO, 0);
    for seed in 0..n_clinics {
        let (took, _, due) = plan(&clinics, &clinic(seed));
        planning += took;
        n_due += due;
        if seed == n_clinics / 10 || seed + 1 == n_clinics {
            println!("  after {} clinics: {:?} MB at most", seed + 1, peak_mb());
        }
    }
    println!(
        "night: {n_clinics} clinics x {N_PATIENTS} patients, {n_due} to be made: planning {:.1} s, with making up \
         their facts {:.1} s; 10,000 such clinics plan in {:.0} s on one core",
        planning.as_secs_f64(),
        started.elapsed().as_secs_f64(),
        planning.as_secs_f64() / n_clinics as f64 * 10_000.0
    );
}
