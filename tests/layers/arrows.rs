//! functions → host, adapters, pure; adapters → pure; pure → pure; host → nothing of ours.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{files_below, folders, functions, root};

/// No I/O, no clock, no environment, no randomness.
const PURE: [&str; 7] = ["careplan", "clinic", "codes", "delivery", "japan", "picture", "receipt"];

/// Dependencies, by how they begin, that would make a crate impure.
const IMPURE: [&str; 13] = [
    "async",
    "aws",
    "axum",
    "futures",
    "getrandom",
    "hyper",
    "lambda",
    "rand",
    "reqwest",
    "tokio",
    "tower",
    "ureq",
    "uuid",
];

/// Calls and words that would make a crate impure, where its dependencies would not show it.
const IMPURE_CODE: [&str; 10] = [
    "async fn",
    "async move",
    "env::var",
    "fs::",
    "Instant::now",
    "net::",
    "process::",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
];

/// Each outside library that exactly one crate of ours may know.
const KNOWN_BY_ONE: [(&str, &str); 8] = [
    ("aws-sdk-dynamodb", "ledger"),
    ("aws-sdk-pinpointsmsvoicev2", "sms"),
    ("aws-sdk-s3", "files"),
    ("aws-sdk-sesv2", "mail"),
    ("aws-sdk-sqs", "queue"),
    ("lambda_http", "host"),
    ("lambda_runtime", "host"),
    ("serde_dynamo", "ledger"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Function,
    Host,
    Adapter,
    Pure,
    /// The emulator of the local stack.
    Local,
    Tests,
}

struct Package {
    name: String,
    layer: Layer,
    /// What it is built with; not what its tests use.
    dependencies: Vec<String>,
}

#[test]
fn arrows_point_one_way() {
    let packages = packages();
    let layer_of = |name: &str| packages.iter().find(|it| it.name == name).map(|it| it.layer);
    for package in &packages {
        for dependency in &package.dependencies {
            let Some(layer) = layer_of(dependency) else { continue };
            let may = match package.layer {
                Layer::Function if package.name == "kayoi" => !matches!(layer, Layer::Function | Layer::Tests),
                Layer::Function => matches!(layer, Layer::Host | Layer::Adapter | Layer::Pure),
                Layer::Adapter | Layer::Pure => layer == Layer::Pure,
                Layer::Host | Layer::Local => false,
                Layer::Tests => true,
            };
            assert!(may, "{} ({:?}) must not depend on {dependency} ({layer:?})", package.name, package.layer);
        }
    }
}

#[test]
fn pure_crates_depend_on_nothing_that_does_io() {
    for package in packages().iter().filter(|it| it.layer == Layer::Pure) {
        for dependency in &package.dependencies {
            let is_impure = IMPURE.iter().any(|it| dependency.starts_with(it));
            assert!(!is_impure, "{} must not depend on {dependency}", package.name);
        }
    }
}

#[test]
fn pure_crates_do_no_io() {
    for name in folders("shared").iter().filter(|it| PURE.contains(&it.as_str())) {
        for file in files_below(&root().join("shared").join(name).join("src"), ".rs") {
            if file.to_string_lossy().ends_with("tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for (n, line) in code.lines().enumerate().filter(|(_, it)| !it.trim_start().starts_with("//")) {
                let found = IMPURE_CODE.iter().find(|it| line.contains(**it));
                assert!(found.is_none(), "{}:{}: a pure crate has no `{}`", file.display(), n + 1, found.unwrap());
            }
        }
    }
}

#[test]
fn one_crate_knows_each_service() {
    for package in packages().iter().filter(|it| it.layer != Layer::Tests) {
        for (library, owner) in KNOWN_BY_ONE {
            let knows = package.dependencies.iter().any(|it| it == library);
            assert!(!knows || package.name == owner, "{} must reach {library} through {owner}", package.name);
        }
    }
}

#[test]
fn only_main_reads_settings() {
    for name in functions() {
        let dir = root().join("functions").join(&name).join("src");
        for file in files_below(&dir, ".rs").iter().filter(|it| !it.ends_with("main.rs")) {
            let text = fs::read_to_string(file).unwrap();
            assert!(!text.contains("host::setting("), "{}: settings are read in main", file.display());
        }
        let main = fs::read_to_string(dir.join("main.rs")).unwrap();
        // One line a setting: `api` has a dozen.
        assert!(main.lines().count() <= 32, "{name}: main only wires, in at most 32 lines");
    }
}

fn packages() -> Vec<Package> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(root());
    let metadata = cargo.output().unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages: Vec<Package> = metadata["packages"].as_array().unwrap().iter().map(package).collect();
    assert!(packages.len() > 10, "the workspace has more packages than {}", packages.len());
    packages
}

fn package(package: &Value) -> Package {
    let name = package["name"].as_str().unwrap().to_owned();
    let manifest = package["manifest_path"].as_str().unwrap();
    let manifest = manifest.strip_prefix(root().to_str().unwrap()).unwrap();
    let layer = match manifest.split('/').nth(1).unwrap() {
        "functions" => Layer::Function,
        "infra" => Layer::Local,
        "tests" => Layer::Tests,
        _ if name == "host" => Layer::Host,
        _ if PURE.contains(&name.as_str()) => Layer::Pure,
        _ => Layer::Adapter,
    };
    let is_built_with = |it: &&Value| it["kind"].as_str() != Some("dev");
    let dependencies = package["dependencies"].as_array().unwrap().iter().filter(is_built_with);
    let dependencies = dependencies.map(|it| it["name"].as_str().unwrap().to_owned()).collect();
    Package { name, layer, dependencies }
}
