use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DeliveryError, Exit, IntervalSettings, Offset, StepDelivery, Timing, TimingKind};
use crate::{Template, TemplateText};

/// A step delivery as it is kept, edited and written in settings; unknown keys are errors.
/// [`StepDelivery::new`] checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliverySettings {
    /// 1 to 64 characters of `A-Z a-z 0-9 _ -`, unique within the clinic.
    pub id: String,
    /// What staff call it.
    pub name: String,
    /// What sets it off.
    pub timing: TimingSettings,
    /// How far from the trigger it is due.
    #[serde(default)]
    pub offset: Offset,
    /// Who gets it.
    pub target: Target,
    /// How often.
    #[serde(default)]
    pub interval: IntervalSettings,
    /// What ends it for a patient, beside what always does.
    #[serde(default)]
    pub exit: BTreeSet<Exit>,
    /// Nothing due before this day is ever sent; `None` for the day it is started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// Days for which a missed day is caught up.
    #[serde(default = "three_days")]
    pub grace_days: u16,
    /// `joined_group`: whether who is in the group when the delivery starts counts as joining then.
    #[serde(default)]
    pub include_existing: bool,
    /// Who approves each message.
    #[serde(default)]
    pub approval: ApprovedBy,
    /// 返信あり.
    #[serde(default)]
    pub reply: bool,
    /// 件名.
    #[serde(default)]
    pub subject: String,
    /// 本文.
    #[serde(default)]
    pub body: String,
}

fn three_days() -> u16 {
    3
}

/// [`Timing`] as settings write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimingSettings {
    /// Which of the twelve.
    pub kind: TimingKind,
    /// Codes of the national master, as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// Id of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// `yyyy-mm-ddThh:mm`, civil in Asia/Tokyo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// Who gets a delivery. In JSON the id of a group, or `"everyone"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// 全員.
    Everyone,
    /// The members of the group with this id.
    Group(String),
}

/// Who approves the messages of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovedBy {
    /// A person, each of them.
    #[default]
    Person,
    /// The 管理者 said once that nobody needs to.
    Automatic,
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Everyone => "everyone",
            Self::Group(id) => id,
        })
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Ok(if id == "everyone" { Self::Everyone } else { Self::Group(id) })
    }
}

impl StepDelivery {
    /// The delivery that `settings` describe.
    ///
    /// # Errors
    ///
    /// [`DeliveryError`] with the first thing that makes it unusable. Whether its groups exist the caller knows.
    pub fn new(settings: &DeliverySettings) -> Result<Self, DeliveryError> {
        let id = &settings.id;
        let is_id =
            (1..=64).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
        if !is_id {
            return Err(DeliveryError::Id(id.clone()));
        }
        if settings.name.trim().is_empty() || settings.name.chars().count() > 60 {
            return Err(DeliveryError::Name(id.clone()));
        }
        let unusable = |reason: &str| DeliveryError::Unusable { id: id.clone(), reason: reason.to_owned() };
        let timing = timing(&settings.timing).map_err(|it| unusable(&it))?;
        let interval = settings.interval.checked().map_err(unusable)?;
        check(settings).map_err(unusable)?;
        let text = TemplateText { subject: settings.subject.clone(), body: settings.body.clone() };
        let template = Template::parse(&text).map_err(|it| unusable(&it.to_string()))?;
        Ok(Self {
            id: id.clone(),
            name: settings.name.clone(),
            timing,
            offset: settings.offset,
            target: settings.target.clone(),
            interval,
            exits: settings.exit.clone(),
            start: settings.start,
            grace_days: settings.grace_days,
            includes_existing: settings.include_existing,
            approved_by: settings.approval,
            takes_replies: settings.reply,
            template,
        })
    }
}

fn check(settings: &DeliverySettings) -> Result<(), &'static str> {
    let kind = settings.timing.kind;
    if settings.offset.is_negative() && !kind.is_ahead() {
        return Err("offsetを負にできるのは、next_visit と drug_runs_out だけです。");
    }
    if !settings.offset.is_reasonable() {
        return Err("offsetは、約10年以内にしてください。");
    }
    if settings.grace_days > 30 {
        return Err("grace_daysは30日以内にしてください。");
    }
    if settings.include_existing && kind != TimingKind::JoinedGroup {
        return Err("include_existingは joined_group でだけ使えます。");
    }
    if kind == TimingKind::NextVisit && settings.exit.contains(&Exit::Booked) {
        return Err("next_visit に exit の booked を付けると、誰にも送られません。exitから外してください。");
    }
    Ok(())
}

/// The timing that is meant; `Err` says in Japanese what is wrong.
fn timing(settings: &TimingSettings) -> Result<Timing, String> {
    use TimingKind as Kind;
    let TimingSettings { kind, codes, group, at } = settings;
    let asks_for = match kind {
        Kind::DiseaseStarted | Kind::ProcedureDone | Kind::DrugPrescribed | Kind::DrugRunsOut => "codes",
        Kind::JoinedGroup | Kind::BecameAtRisk => "group",
        Kind::ScheduledAt => "at",
        _ => "",
    };
    for (key, is_given) in [("codes", !codes.is_empty()), ("group", group.is_some()), ("at", at.is_some())] {
        if is_given && key != asks_for {
            return Err(format!("timingの {kind} に {key} は使えません。"));
        }
        if !is_given && key == asks_for {
            return Err(format!("timingの {kind} には {key} が必要です。"));
        }
    }
    let group = || group.clone().unwrap_or_default();
    Ok(match kind {
        Kind::JoinedGroup => Timing::JoinedGroup { group: group() },
        Kind::AnsweredQuestionnaire => Timing::AnsweredQuestionnaire,
        Kind::ProfileUpdated => Timing::ProfileUpdated,
        Kind::DiseaseStarted => Timing::DiseaseStarted { codes: numbers(codes, 7)? },
        Kind::ProcedureDone => Timing::ProcedureDone { codes: numbers(codes, 9)? },
        Kind::DrugPrescribed => Timing::DrugPrescribed { codes: numbers(codes, 9)? },
        Kind::DrugRunsOut => Timing::DrugRunsOut { codes: numbers(codes, 9)? },
        Kind::NextVisit => Timing::NextVisit,
        Kind::FirstVisit => Timing::FirstVisit,
        Kind::Manual => Timing::Manual,
        Kind::ScheduledAt => Timing::ScheduledAt { at: moment(at.as_deref().unwrap_or_default())? },
        Kind::BecameAtRisk => Timing::BecameAtRisk { group: group() },
    })
}

fn numbers(codes: &[String], n_digits: usize) -> Result<Vec<u32>, String> {
    let number = |code: &String| {
        let is_code = code.len() == n_digits && code.bytes().all(|it| it.is_ascii_digit());
        code.parse().ok().filter(|_| is_code)
    };
    let numbers: Option<Vec<u32>> = codes.iter().map(number).collect();
    numbers.ok_or_else(|| format!("timingのcodesは{n_digits}桁の数字で指定してください。"))
}

fn moment(text: &str) -> Result<DateTime, String> {
    let is_plain = text.len() == 16 && text.as_bytes()[10] == b'T';
    let moment = text.parse().ok().filter(|_| is_plain);
    moment.ok_or_else(|| "timingのatは 2026-12-01T10:00 の形の日時にしてください。".to_owned())
}
