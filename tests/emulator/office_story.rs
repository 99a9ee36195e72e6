//! Two offices that have nothing but the command line, with every function running.

use std::{fs, path::Path};

use jiff::civil::{Date, date};
use kayoi::{
    Exit, Output,
    demo::{CARE_OFFICE, PlansSize, plan_partners, plans},
};
use ledger::{Ledger, Opens, PartnerRow, TokenHash, TokenRow};
use serde_json::Value;

use super::Deployed;
use crate::harness::{offices::office, stack::state_dir};

const TODAY: Date = date(2026, 11, 24);

#[test]
fn two_offices_send_fetch_answer_and_prove_by_the_command_line() {
    let Some(stack) = Deployed::start("office-story") else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (partner, partner_name) = plan_partners(2).remove(0);
    let offices = [(CARE_OFFICE, "居宅"), (partner.as_str(), partner_name.as_str())];
    runtime.block_on(add_offices(&stack, offices));
    let dir = state_dir().join("office-story/files");
    let _ = fs::remove_dir_all(&dir);
    write_files(&dir, partner.as_str());
    let api = format!("{}/_aws/execute-api/{}", stack.emulator.endpoint(), stack.output("ApiId"));
    let as_office = |number: &str, arguments: &[&str]| {
        let token = format!("kyt_{number}");
        let mut all = vec!["kayoi", "plans"];
        all.extend(arguments);
        all.extend(["--api", &api, "--token", &token]);
        kayoi(&all)
    };
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();

    // The care office sends plans and the month; its partner's watch takes them and answers.
    as_office(CARE_OFFICE, &["send", &path("kyotaku")]);
    let folder = path("watched");
    as_office(partner.as_str(), &["watch", &folder, "--once"]);
    let received: Vec<_> = fs::read_dir(dir.join("watched/inbox")).unwrap().map(|it| it.unwrap().path()).collect();
    assert_eq!(received.len(), 2, "a plan and a schedule");
    for it in &received {
        fs::write(it.join("imported.txt"), "").unwrap();
    }
    as_office(partner.as_str(), &["watch", &folder, "--once"]);
    let sent: Value = serde_json::from_str(&as_office(CARE_OFFICE, &["sent", "--format", "json"])).unwrap();
    let states: Vec<&str> = sent.as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["imported", "imported"], "{sent:#}");

    // 実績 back, fetched, and held against what was planned.
    as_office(partner.as_str(), &["send", &path("service")]);
    as_office(CARE_OFFICE, &["fetch", "--into", &path("received")]);
    let actuals = fs::read_dir(dir.join("received")).unwrap().next().unwrap().unwrap().path();
    let arguments = ["kayoi", "plans", "reconcile", &path("kyotaku"), actuals.to_str().unwrap(), "--format", "json"];
    let reconciled: Value = serde_json::from_str(&kayoi(&arguments)).unwrap();
    assert!(reconciled["users"].as_array().is_some_and(|it| !it.is_empty()), "{reconciled:#}");

    let zip = path("evidence.zip");
    let month = jiff::tz::offset(9).to_datetime(host::now()).strftime("%Y-%m").to_string();
    as_office(CARE_OFFICE, &["evidence", "--month", &month, "--output", &zip]);
    kayoi(&["kayoi", "plans", "evidence", "--verify", &zip]);
}

async fn add_offices(stack: &Deployed, offices: [(&str, &str); 2]) {
    let ledger = Ledger::in_dynamodb(&stack.aws().await, stack.output("CoreTable"), stack.output("AuthTable"));
    let now = host::now();
    for ((number, name), (partner, partner_name)) in [(offices[0], offices[1]), (offices[1], offices[0])] {
        let row = ledger::OfficeRow {
            name: name.to_owned(),
            service_types: Vec::new(),
            notify_address: None,
            terms_accepted_at: Some(now),
        };
        assert!(ledger.save_office(&office(number), &row, 0).await.unwrap());
        let known = PartnerRow { number: office(partner), name: partner_name.to_owned(), confirmed_at: now };
        ledger.confirm_partner(&office(number), &known).await.unwrap();
        let token = TokenRow {
            opens: Opens::Office(office(number)),
            label: "story".to_owned(),
            person: None,
            expires_at_s: now.as_second() + 3600,
        };
        ledger.add_token(&TokenHash::of(&format!("kyt_{number}")), &token).await.unwrap();
    }
}

/// What each has to send the other of the invented month.
fn write_files(dir: &Path, partner: &str) {
    let month = "2026-11".parse().unwrap();
    let files = plans(1, month, careplan::Standard::V4, PlansSize { n_users: 4, n_partners: 2 });
    for (folder, from, kinds) in [
        ("kyotaku", CARE_OFFICE, &["UP1KYO", "UP2KYO", "UP3KYO", "UPHOSOKU", "UPPLAN", "UPSIKYU"][..]),
        ("service", partner, &["UPJSK"]),
    ] {
        fs::create_dir_all(dir.join(folder)).unwrap();
        for file in &files {
            let name = careplan::FileName::parse(&file.name).unwrap();
            let is_theirs = name.sender.as_str() == from
                && (name.receiver.as_str() == partner || from == partner)
                && kinds.contains(&name.kind.prefix());
            if is_theirs {
                fs::write(dir.join(folder).join(&file.name), &file.bytes).unwrap();
            }
        }
    }
}

/// What a command writes to standard output; it must end well.
#[track_caller]
fn kayoi(arguments: &[&str]) -> String {
    let (mut data, mut messages) = (Vec::new(), Vec::new());
    let output = Output { data: &mut data, messages: &mut messages, shows_progress: false };
    let exit = kayoi::run(arguments.iter().copied(), TODAY, output).unwrap();
    let (data, messages) = (String::from_utf8(data).unwrap(), String::from_utf8(messages).unwrap());
    assert_eq!(exit, Exit::Success, "{arguments:?}\n{data}{messages}");
    data
}
