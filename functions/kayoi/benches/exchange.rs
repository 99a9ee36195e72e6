//! How long a bundle for 50 offices takes on the local stack, release functions: from its `_send.json` to
//! the result of every destination.
//!
//! ```text
//! cargo bench -p kayoi --bench exchange
//! ```
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use careplan::{FileKind, FileName, OfficeNumber, Standard};
use files::Files;
use kayoi::demo::{CARE_OFFICE, CARE_OFFICE_NAME, DemoFile, PlansSize, plan_partners, plans};
use ledger::{Ledger, OfficeRow, PartnerRow};
use local::{Emulator, Options};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const N_OFFICES: u32 = 50;
const N_USERS: u32 = 200;

fn main() -> Result<()> {
    // `cargo test --benches` only wants to see it built.
    if env::args().all(|it| it != "--bench") {
        return Ok(());
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure())
}

async fn measure() -> Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut names: Vec<String> = fs::read_dir(workspace.join("functions"))?
        .map(|it| Ok(it?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.retain(|it| it != "kayoi");
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut code = Vec::new();
    for (name, binary) in local::build_functions(&workspace, true, &names)? {
        code.push((name, local::zip_bootstrap(&binary)?));
    }
    let target = workspace.join("target");
    let options = Options { state_dir: target.join("kayoi-bench"), venv_dir: target.join("kayoi-venv"), port: None };
    let emulator = Emulator::start(&options)?;
    let template = fs::read_to_string(workspace.join("infra/template.yaml"))?;
    let outputs = emulator.deploy(&template, "kayoi", &[("Stage", "local")], &code)?;
    let output = |name: &str| outputs.get(name).cloned().with_context(|| format!("no output {name}"));

    let aws = config(emulator.endpoint()).await;
    let ledger = Ledger::in_dynamodb(&aws, output("CoreTable")?, output("AuthTable")?);
    register(&ledger).await?;
    let files = Files::in_s3(&aws, output("DataBucket")?);
    let month = "2026-11".parse().map_err(|_| anyhow::anyhow!("a month"))?;
    let units = plans(1, month, Standard::V4, PlansSize { n_users: N_USERS, n_partners: N_OFFICES });
    let units: Vec<DemoFile> = units.into_iter().filter(|it| is_plan_or_schedule(&it.name)).collect();
    for file in &units {
        let key = format!("outbox/{CARE_OFFICE}/b-1/{}", file.name);
        files.put(&key, file.bytes.clone(), "application/octet-stream").await?;
    }
    let started = Instant::now();
    let marker = marker(&units).to_string().into_bytes();
    files.put(&format!("outbox/{CARE_OFFICE}/b-1/_send.json"), marker, "application/json").await?;
    let result = wait_for_result(&files).await?;
    let took = started.elapsed();

    let sends = result["sends"].as_array().context("no sends")?;
    ensure!(sends.iter().all(|it| it["outcome"] == "成功"), "a send failed: {result:#}");
    println!("{N_OFFICES} destinations, {} sends, {} files: {:.1} s", sends.len(), units.len(), took.as_secs_f64());
    Ok(())
}

async fn config(endpoint: &str) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::from_static(local::REGION))
        .credentials_provider(Credentials::from_keys(local::ACCESS_KEY, local::ACCESS_KEY, None))
        .endpoint_url(endpoint)
        .load()
        .await
}

async fn register(ledger: &Ledger) -> Result<()> {
    let now = host::now();
    let care_office = OfficeNumber::new(CARE_OFFICE).context("a number")?;
    let partners = plan_partners(N_OFFICES);
    let offices = partners.iter().cloned().chain([(care_office.clone(), CARE_OFFICE_NAME.to_owned())]);
    for (number, name) in offices {
        let row = OfficeRow { name, service_types: Vec::new(), notify_address: None, terms_accepted_at: Some(now) };
        ensure!(ledger.save_office(&number, &row, 0).await?, "an office is there already");
    }
    for (number, name) in partners {
        ledger.confirm_partner(&care_office, &PartnerRow { number, name, confirmed_at: now }).await?;
    }
    Ok(())
}

fn is_plan_or_schedule(name: &str) -> bool {
    use FileKind::{Schedule, Sheet1, Sheet2, Sheet3, Sheet7, Supplement};
    FileName::parse(name).is_ok_and(|it| matches!(it.kind, Sheet1 | Sheet2 | Sheet3 | Schedule | Sheet7 | Supplement))
}

fn marker(files: &[DemoFile]) -> Value {
    let listed: Vec<Value> = files
        .iter()
        .map(|it| {
            let sha256: String = Sha256::digest(&it.bytes).iter().map(|it| format!("{it:02x}")).collect();
            json!({"name": it.name, "size": it.bytes.len(), "sha256": sha256})
        })
        .collect();
    json!({"id": "b-1", "files": listed})
}

async fn wait_for_result(files: &Files) -> Result<Value> {
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(120) {
        if let Some(json) = files.get(&format!("results/{CARE_OFFICE}/b-1.json"), 16 << 20).await? {
            return Ok(serde_json::from_slice(&json)?);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    anyhow::bail!("no result after two minutes")
}
