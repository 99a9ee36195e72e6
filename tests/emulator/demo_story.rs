//! The invented clinic through the API and every function, and from a folder by the command line.

use std::fs;
use std::path::Path;

use clinic::Groups;
use codes::Codes;
use files::Files;
use jiff::civil::{Date, date};
use kayoi::demo::{CLINIC_CODE, DemoSize, demo, groups_json};
use kayoi::{Exit, Output};
use ledger::{ClinicId, ClinicRow, Ledger, Opens, TokenHash, TokenRow};
use receipt::ClinicCode;
use serde_json::{Value, json};

use super::Deployed;
use crate::harness::stack::state_dir;

const TODAY: Date = date(2026, 11, 24);
const TOKEN: &str = "kyt_of_the_demo_story";

#[test]
fn the_lists_of_the_api_are_those_of_the_command_line() {
    let Some(stack) = Deployed::start("demo-story") else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(set_up(&stack));
    let folder = state_dir().join("demo-story/files");
    let files = write_files(&folder);
    let api = format!("{}/_aws/execute-api/{}", stack.emulator.endpoint(), stack.output("ApiId"));
    let mut changes = local::Changes::of_table(stack.emulator.endpoint(), stack.output("CoreTable")).unwrap();

    let upload = || {
        let mut arguments = vec!["upload", "--api", &api, "--token", TOKEN, "--format", "json"];
        arguments.extend(files.iter().map(String::as_str));
        kayoi(&arguments)
    };
    let uploaded = upload();
    let outcomes = |uploads: &Value| -> Vec<Value> {
        let uploads = uploads.as_array().unwrap().iter();
        uploads.map(|it| json!([it["upload"]["status"], it["upload"]["parts"][0]["outcome"]["code"]])).collect()
    };
    assert_eq!(outcomes(&uploaded), vec![json!(["done", "added"]); files.len()], "{uploaded:#}");
    assert!(n_patient_writes(&mut changes) >= 60);

    let groups = folder.parent().unwrap().join("groups.json");
    fs::write(&groups, groups_json()).unwrap();
    let (folder, groups, today) = (folder.to_str().unwrap(), groups.to_str().unwrap(), TODAY.to_string());
    let expected = kayoi(&["dropouts", "--files", folder, "--groups", groups, "--as-of", &today, "--format", "json"]);
    assert_same_lists(&api, &expected);

    // The same files once more change no patient and no list.
    assert_eq!(outcomes(&upload()), vec![json!(["done", "unchanged"]); files.len()]);
    assert_eq!(n_patient_writes(&mut changes), 0);
    assert_same_lists(&api, &expected);
}

async fn set_up(stack: &Deployed) {
    let ledger = Ledger::in_dynamodb(&stack.aws().await, stack.output("CoreTable"), stack.output("AuthTable"));
    let clinic = ClinicId::parse("demo").unwrap();
    let row = ClinicRow { name: "架空".to_owned(), clinic_code: ClinicCode::parse(CLINIC_CODE).unwrap() };
    ledger.set_today(TODAY).await.unwrap();
    assert!(ledger.add_clinic(&clinic, &row).await.unwrap());
    let before = ledger.groups(&clinic).await.unwrap();
    ledger.set_groups(&clinic, Groups::from_json(groups_json()).unwrap(), &before).await.unwrap();
    // Where no masters were put in, the functions bring an excerpt with some names, and the command line
    // shows codes as themselves: both are to know the same names, here none.
    let files = Files::in_s3(&stack.aws().await, stack.output("DataBucket"));
    files.put("codes/current", Codes::empty().to_bytes(), "application/octet-stream").await.unwrap();
    let token = TokenRow {
        opens: Opens::Clinic(clinic),
        label: "story".to_owned(),
        person: None,
        expires_at_s: host::now().as_second() + 3600,
    };
    ledger.add_token(&TokenHash::of(TOKEN), &token).await.unwrap();
}

/// The claim files of a small clinic; returns their paths in byte order, as the command line takes them.
fn write_files(folder: &Path) -> Vec<String> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    let files = demo(1, "2026-10".parse().unwrap(), DemoSize { n_patients: 60, n_months: 3 }).receipts;
    let mut paths: Vec<String> = files
        .iter()
        .map(|it| {
            let path = folder.join(&it.name);
            fs::write(&path, &it.bytes).unwrap();
            path.to_str().unwrap().to_owned()
        })
        .collect();
    paths.sort();
    paths
}

/// What a command writes, as JSON.
fn kayoi(arguments: &[&str]) -> Value {
    let (mut data, mut messages) = (Vec::new(), Vec::new());
    let output = Output { data: &mut data, messages: &mut messages, shows_progress: false };
    let arguments = ["kayoi"].iter().chain(arguments).copied();
    let exit = kayoi::run(arguments, TODAY, output).unwrap();
    let (data, messages) = (String::from_utf8(data).unwrap(), String::from_utf8(messages).unwrap());
    assert_eq!(exit, Exit::Success, "{data}{messages}");
    serde_json::from_str(&data).unwrap()
}

/// Rows of patients and of lists that changed since the last call.
fn n_patient_writes(changes: &mut local::Changes) -> usize {
    changes.take().unwrap().iter().filter(|(pk, _)| pk.ends_with("#P") || pk.contains("#L#")).count()
}

#[track_caller]
fn assert_same_lists(api: &str, expected: &Value) {
    let counts = get(api, "/v1/groups/counts");
    assert_eq!(counts["is_current"], true);
    assert_eq!(counts["as_of"], expected["as_of"]);
    assert_eq!(counts["data_through"], expected["data_through"]);

    let mut listed = Vec::new();
    for (count, group) in counts["groups"].as_array().unwrap().iter().zip(expected["groups"].as_array().unwrap()) {
        for key in ["id", "name", "members", "regular", "at_risk", "dropped_out", "excluded"] {
            assert_eq!(count[key], group[key], "{} {key}", group["id"]);
        }
        for status in ["regular", "at_risk", "dropped_out"] {
            let id = group["id"].as_str().unwrap();
            listed.extend(members(api, &format!("/v1/groups/{id}/patients?status={status}&limit=7")));
        }
    }
    let (listed, expected) = (sorted(listed), sorted(expected["patients"].as_array().unwrap().clone()));
    for (listed, expected) in listed.iter().zip(&expected) {
        assert_eq!(listed, expected);
    }
    assert_eq!(listed.len(), expected.len());
}

/// Every page of a list, without what only the API has.
fn members(api: &str, path: &str) -> Vec<Value> {
    let mut members = Vec::new();
    let mut next = String::new();
    loop {
        let page = get(api, &format!("{path}{next}"));
        for member in page["patients"].as_array().unwrap() {
            let mut member = member.as_object().unwrap().clone();
            member.remove("patient");
            member.remove("contacted");
            members.push(Value::Object(member));
        }
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return members,
        }
    }
}

fn sorted(mut rows: Vec<Value>) -> Vec<String> {
    rows.sort_by_key(|it| format!("{}{}{}", it["group"], it["last_visit"], it["chart_number"]));
    rows.iter().map(Value::to_string).collect()
}

fn get(api: &str, path: &str) -> Value {
    let request = ureq::get(format!("{api}{path}")).header("Authorization", format!("Bearer {TOKEN}"));
    request.call().unwrap().body_mut().read_json().unwrap()
}
