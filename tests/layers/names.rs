//! A function's folder, package, binary, events and template name are the same.

use std::fs;

use aws_lambda_events::sqs::SqsEvent;
use serde_json::Value;

use super::{files_below, folders, functions, root};

#[test]
fn folders_are_packages_of_the_same_name() {
    for parent in ["functions", "shared"] {
        for name in folders(parent) {
            let manifest = fs::read_to_string(root().join(parent).join(&name).join("Cargo.toml")).unwrap();
            assert!(
                manifest.contains(&format!("\nname = \"{name}\"\n")),
                "{parent}/{name}: its package has another name"
            );
            assert!(manifest.contains("[lints]\nworkspace = true"), "{parent}/{name}: takes the workspace's lints");
        }
    }
}

#[test]
fn every_function_has_events_that_parse() {
    assert_eq!(folders("events"), functions(), "events/ holds a folder for every function");
    for name in functions() {
        let events = files_below(&root().join("events").join(&name), ".json");
        assert!(!events.is_empty(), "events/{name} is empty");
        for event in events {
            let text = fs::read_to_string(&event).unwrap();
            let parsed: Value = serde_json::from_str(&text).unwrap_or_else(|err| panic!("{}: {err}", event.display()));
            if parsed.get("Records").is_some() {
                serde_json::from_str::<SqsEvent>(&text).unwrap_or_else(|err| panic!("{}: {err}", event.display()));
            }
        }
    }
}
