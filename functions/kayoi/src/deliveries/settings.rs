use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context as _, bail};
use clinic::{Group, Groups};
use delivery::{ApprovedBy, DeliverySettings, MilliYen, PatientCap, PlanRules, StepDelivery, Target};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use crate::receipts::message_of;

/// What a plan is made from, checked.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) groups: Groups,
    /// In the order of the file: the first wins where the cap leaves room for one.
    pub(super) deliveries: Vec<StepDelivery>,
    pub(super) prices: Prices,
    pub(super) rules: PlanRules,
}

/// As the file has it; unknown keys are errors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    deliveries: Vec<DeliverySettings>,
    #[serde(default)]
    prices: Prices,
    #[serde(default)]
    patient_cap: Option<PatientCap>,
}

/// What messages cost, in yen; fractions are taken to a thousandth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Prices {
    /// Of a LINE message.
    #[serde(deserialize_with = "yen")]
    pub(super) line: MilliYen,
    /// Of one part of a text message.
    #[serde(alias = "sms_part", deserialize_with = "yen")]
    pub(super) sms: MilliYen,
    /// Of a mail.
    #[serde(deserialize_with = "yen")]
    pub(super) mail: MilliYen,
}

fn yen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<MilliYen, D::Error> {
    let yen = f64::deserialize(deserializer)?;
    if !(0.0..=100_000.0).contains(&yen) {
        return Err(D::Error::custom("料金は0円から100000円にしてください"));
    }
    Ok(MilliYen((yen * 1000.0).round() as u64))
}

impl Settings {
    /// Reads and checks the settings in `path`.
    ///
    /// # Errors
    ///
    /// The first thing that makes them unusable, in Japanese, with its place.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(path).map_err(|err| anyhow::anyhow!("{}: {}", path.display(), message_of(&err)))?;
        let json = String::from_utf8(bytes).context("設定をUTF-8で保存し直してください")?;
        Self::from_json(json.strip_prefix('\u{FEFF}').unwrap_or(&json))
    }

    fn from_json(json: &str) -> anyhow::Result<Self> {
        let file: SettingsFile = serde_json::from_str(json).map_err(|err| anyhow::anyhow!(in_japanese(&err, json)))?;
        let groups = super::checked(file.groups)?;
        let deliveries =
            file.deliveries.iter().map(automatic).map(|it| StepDelivery::new(&it)).collect::<Result<Vec<_>, _>>()?;
        check(&deliveries, &groups)?;
        let rules = PlanRules { patient_cap: file.patient_cap, ..PlanRules::default() };
        Ok(Self { groups, deliveries, prices: file.prices, rules })
    }
}

/// Nobody approves in a dry run: it shows what would be sent if all of it were.
fn automatic(settings: &DeliverySettings) -> DeliverySettings {
    DeliverySettings { approval: ApprovedBy::Automatic, ..settings.clone() }
}

fn check(deliveries: &[StepDelivery], groups: &Groups) -> anyhow::Result<()> {
    let mut ids = BTreeSet::new();
    for delivery in deliveries {
        if !ids.insert(&delivery.id) {
            bail!("配信のID「{}」が2つあります。別のIDにしてください。", delivery.id);
        }
        let target = match &delivery.target {
            Target::Everyone => None,
            Target::Group(group) => Some(group.as_str()),
        };
        for (key, group) in [("target", target), ("timing の group", delivery.timing.group())] {
            if let Some(group) = group.filter(|it| !groups.groups.iter().any(|known| known.id == *it)) {
                bail!("配信「{}」の {key} のグループ「{group}」が、groups にありません。", delivery.id);
            }
        }
    }
    Ok(())
}

/// Says where and what: serde has its words in English alone.
fn in_japanese(err: &serde_json::Error, json: &str) -> String {
    let said = err.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let mut quoted = said.split('`').skip(1).step_by(2);
    let name = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    let problem = if said.starts_with("unknown field") {
        format!("「{name}」というキーは使えません。使えるのは {} です。", known.join("、"))
    } else if said.starts_with("unknown variant") {
        format!("「{name}」は使えません。{} から選んでください。", known.join("、"))
    } else if said.starts_with("missing field") {
        format!("「{name}」がありません。")
    } else if said.starts_with("duplicate field") {
        format!("「{name}」が2つあります。")
    } else {
        format!("書き方を確かめてください: {said}")
    };
    format!("設定の{}{}行{}列付近: {problem}", place(json), err.line(), err.column())
}

/// Which entry of which list cannot be read: `deliveries の2番目、`.
fn place(json: &str) -> String {
    let Ok(Value::Object(file)) = serde_json::from_str(json) else { return String::new() };
    let entries = |key: &str| file.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let group = entries("groups").into_iter().position(|it| serde_json::from_value::<Group>(it).is_err());
    let delivery =
        entries("deliveries").into_iter().position(|it| serde_json::from_value::<DeliverySettings>(it).is_err());
    match (group, delivery) {
        (Some(index), _) => format!(" groups の{}番目、", index + 1),
        (None, Some(index)) => format!(" deliveries の{}番目、", index + 1),
        (None, None) => String::new(),
    }
}
