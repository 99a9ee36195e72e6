//! Two months of the demo clinic day by day: what is made is what the command line says would be, row by row.

use std::{collections::BTreeMap, fs, path::Path};

use clinic::Groups;
use delivery::{Channel, DeliverySettings, PlanRowKey, PlanState};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use kayoi::{
    Exit, Output,
    demo::{Demo, DemoSize, demo, groups_json},
};
use serde_json::{Value, json};

use super::stage::{approve_all, charts, deliveries, night, open_every_day, plan_again, rows, start};
use crate::harness::{stack::state_dir, world::World};

const FROM: Date = date(2026, 11, 1);
const TO: Date = date(2026, 12, 31);

/// All twelve timings; `manual` is one that never comes by itself.
fn settings() -> Value {
    let body = "{医療機関名}です。{患者氏名|患者}様へのお知らせです。";
    let all = json!([
        {"id": "joined", "timing": {"kind": "joined_group", "group": "odd"}, "target": "odd"},
        {"id": "welcome", "timing": {"kind": "joined_group", "group": "dm"}, "target": "dm", "include_existing": true,
         "offset": {"days": 3}},
        {"id": "answered", "timing": {"kind": "answered_questionnaire"}, "offset": {"days": 2}},
        {"id": "updated", "timing": {"kind": "profile_updated"}, "offset": {"weeks": 6}},
        {"id": "started", "timing": {"kind": "disease_started", "codes": ["8833421"]}, "target": "htn",
         "offset": {"months": 1}, "interval": {"every": {"months": 1}, "max": 24}},
        {"id": "treated", "timing": {"kind": "procedure_done", "codes": ["112007410"]}, "offset": {"weeks": 5}, "exit": ["booked"]},
        {"id": "prescribed", "timing": {"kind": "drug_prescribed", "codes": ["620007853", "622358001", "622448601"]}, "offset": {"days": 40}},
        {"id": "runs-out", "timing": {"kind": "drug_runs_out", "codes": ["620007853", "622358001", "622448601"]}, "offset": {"days": -3}},
        {"id": "remind", "timing": {"kind": "next_visit"}, "offset": {"days": -1}},
        {"id": "first", "timing": {"kind": "first_visit"}, "offset": {"months": 11}, "interval": {"per": "ever"}},
        {"id": "manual", "timing": {"kind": "manual"}},
        {"id": "new-year", "timing": {"kind": "scheduled_at", "at": "2026-12-28T10:00"}},
        {"id": "recall", "timing": {"kind": "became_at_risk", "group": "htn"}, "target": "htn", "offset": {"days": 3},
         "exit": ["visited", "booked"], "interval": {"every": {"weeks": 2}, "max": 3}},
    ]);
    let with_defaults = all.as_array().unwrap().iter().map(|it| {
        let mut delivery = json!({"name": it["id"], "target": "everyone", "subject": "お知らせ", "body": body});
        delivery.as_object_mut().unwrap().extend(it.as_object().unwrap().clone());
        delivery
    });
    with_defaults.collect()
}

/// The groups of the demo clinic, and those whose age is odd: half of those who have a birthday join.
fn groups() -> Value {
    let mut groups: Value = serde_json::from_str(groups_json()).unwrap();
    let ages = (21..100).step_by(2).map(|age| json!({"age": {"min": age, "max": age}}));
    let odd = json!({"id": "odd", "name": "奇数", "at_risk_after": {"days": 60}, "dropped_out_after": {"months": 6},
        "match": {"any": ages.collect::<Vec<Value>>()}});
    groups["groups"].as_array_mut().unwrap().push(odd);
    groups
}

fn files() -> Demo {
    demo(1, "2026-10".parse().unwrap(), DemoSize { n_patients: 120, n_months: 12 })
}

/// Answers on days of the two months, of patients who are there.
const ANSWERS: &str = "診察券番号,回答日,主訴\n101,2026/11/5,頭痛\n102,2026/11/20,頭痛\n103,2026/12/1,頭痛\n\
    104,2026/12/28,頭痛\n105,2026/12/29,頭痛\n106,2026/12/30,頭痛\n";

/// Somebody comes now and then, so that it is known who has come until then: what was held is released.
const CAME: &str = "診察券番号,予約日,来院状況\n111,2026/11/24,来院\n112,2026/12/8,来院\n113,2026/12/22,来院\n";

/// What became of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    date: Date,
    state: &'static str,
    /// Of what was not sent; of what was, its own row no longer says it.
    reason: Option<String>,
    channel: Option<Channel>,
}

type Records = BTreeMap<(String, String, Date, u32), Record>;

/// What the functions make of the days, approved as it comes.
async fn by_the_functions() -> Records {
    let world = World::on(FROM).await;
    let before = world.ledger.groups(&world.clinic).await.unwrap();
    let with_odd = Groups::from_json(&groups().to_string()).unwrap();
    world.ledger.set_groups(&world.clinic, with_odd, &before).await.unwrap();
    let demo = files();
    let mut announced = Vec::new();
    for file in &demo.receipts {
        announced.push(world.drop_file(&file.name, &file.bytes).await);
    }
    world.imported(&announced).await;
    for (name, bytes) in rosters(&demo) {
        let roster = world.drop_roster(&name, &bytes).await;
        world.rosters_imported(&[roster]).await;
    }
    let settings: Vec<DeliverySettings> = deliveries(&settings());
    start(&world, &settings, FROM).await;
    open_every_day(&world).await;

    let mut records = BTreeMap::new();
    let mut today = FROM;
    while today <= TO {
        night(&world, today).await;
        // Rows that are new today and due today are approved today.
        while approve_all(&world, today).await > 0 {
            plan_again(&world, today).await;
        }
        note(&world, today, &mut records).await;
        today = today.saturating_add(1.day());
    }
    let charts = charts(&world).await;
    let of_chart = |(key, record): (PlanRowKey, Record)| {
        ((key.delivery, charts[&key.patient].clone(), key.trigger, key.repetition), record)
    };
    records.into_iter().map(of_chart).collect()
}

/// What the rows whose day has come say today; of a message that was made, the day it was.
async fn note(world: &World, today: Date, records: &mut BTreeMap<PlanRowKey, Record>) {
    for (key, row) in rows(world).await.into_iter().filter(|it| it.1.due <= today) {
        let state = match row.state {
            PlanState::Made => "due",
            PlanState::Held => "held",
            PlanState::Suppressed | PlanState::Expired => "suppressed",
            other => panic!("everything was approved: {other:?} {:?}", row.reason),
        };
        let is_made = state == "due";
        if is_made && records.get(&key).is_some_and(|it| it.state == "due") {
            continue;
        }
        let record = Record {
            date: if is_made { today } else { row.due },
            state,
            // What was suppressed until it was too late, nobody approved: in a dry run nobody needs to.
            reason: (!is_made).then(|| row.reason.as_str().replace("not-approved", "late")),
            channel: row.channel.filter(|_| is_made),
        };
        records.insert(key, record);
    }
}

fn rosters(demo: &Demo) -> Vec<(String, Vec<u8>)> {
    let mut rosters: Vec<(String, Vec<u8>)> =
        demo.rosters.iter().map(|it| (it.name.clone(), it.bytes.clone())).collect();
    for (name, text) in [("questionnaire.csv", ANSWERS), ("came.csv", CAME)] {
        rosters.push((name.to_owned(), text.as_bytes().to_vec()));
    }
    rosters
}

/// What `kayoi deliveries plan` says of the same files and settings.
fn by_hand() -> Records {
    let folder = state_dir().join("two-months");
    let _ = fs::remove_dir_all(&folder);
    let demo = files();
    let write = |sub: &str, name: &str, bytes: &[u8]| {
        fs::create_dir_all(folder.join(sub)).unwrap();
        fs::write(folder.join(sub).join(name), bytes).unwrap();
    };
    demo.receipts.iter().for_each(|it| write("files", &it.name, &it.bytes));
    rosters(&demo).iter().for_each(|(name, bytes)| write("rosters", name, bytes));
    let all = json!({"groups": groups()["groups"], "deliveries": settings(), "patient_cap": {"max": 1, "days": 1}});
    write("", "settings.json", all.to_string().as_bytes());
    let plan = dry_run(&folder);
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    let day = |it: &Value| it.as_str().unwrap().parse::<Date>().unwrap();
    let record = |row: &Value| {
        let state = ["due", "held", "suppressed"].into_iter().find(|it| row["state"] == *it).unwrap();
        let record = Record {
            date: day(&row["date"]),
            state,
            reason: (state != "due").then(|| text(&row["reason"])),
            channel: serde_json::from_value(row["channel"].clone()).unwrap(),
        };
        let repetition = row["repetition"].as_u64().unwrap() as u32;
        ((text(&row["delivery"]), text(&row["chart_number"]), day(&row["trigger_date"]), repetition), record)
    };
    plan["rows"].as_array().unwrap().iter().map(record).collect()
}

fn dry_run(folder: &Path) -> Value {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (files, rosters, settings) = (path("files"), path("rosters"), path("settings.json"));
    let (from, to) = (FROM.to_string(), TO.to_string());
    let arguments = ["kayoi", "deliveries", "plan", "--files", &files, "--rosters", &rosters, "--settings", &settings];
    let arguments = arguments.iter().copied().chain(["--from", &from, "--to", &to, "--format", "json"]);
    let (mut data, mut messages) = (Vec::new(), Vec::new());
    let output = Output { data: &mut data, messages: &mut messages, shows_progress: false };
    let exit = kayoi::run(arguments, FROM, output).unwrap();
    assert_eq!((exit, String::from_utf8(messages).unwrap()), (Exit::Success, String::new()));
    serde_json::from_slice(&data).unwrap()
}

#[tokio::test]
async fn two_months_of_days_are_what_the_dry_run_says_row_by_row() {
    let (made, expected) = (by_the_functions().await, by_hand());
    for (key, record) in &expected {
        assert_eq!(made.get(key), Some(record), "{key:?}");
    }
    for (key, record) in &made {
        assert!(expected.contains_key(key), "{key:?} {record:?}");
    }
    // Every timing but the one that has none was sent on some day, and every kind of end is there.
    let n_due = |id: &str| expected.iter().filter(|it| it.0.0 == id && it.1.state == "due").count();
    for id in settings().as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()) {
        assert_eq!(n_due(id) > 0, id != "manual", "{id}");
    }
    let n = |state: &str| expected.values().filter(|it| it.state == state).count();
    assert!(n("held") > 0 && n("suppressed") > 0);
    eprintln!("{} sent, {} held, {} not sent: the same", n("due"), n("held"), n("suppressed"));
}
