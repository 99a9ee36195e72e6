use std::collections::BTreeMap;

use delivery::{Channel, Forecast, Moment, PassedOver};
use jiff::civil::{Date, DateTime};
use serde::Serialize;
use utoipa::ToSchema;

/// What sending would do, in sums. Every patient is counted once: among the messages, `unreachable`, `n_missing`,
/// `over_patient_cap` or `n_over_day_cap`.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForecastView {
    n_patients: u32,
    n_messages: u32,
    /// Messages by channel.
    #[schema(value_type = Object)]
    by_channel: BTreeMap<Channel, u32>,
    /// Better channels that were passed over for them.
    passed_over: Vec<PassedOverCount>,
    /// Patients whom nothing reaches, by the reason that says most.
    unreachable: Vec<ReasonCount>,
    /// Patients who lack a value that the text has no fallback for.
    n_missing: u32,
    /// Patients who wait because they were written to often enough, by the day they wait for.
    #[schema(value_type = Object)]
    over_patient_cap: BTreeMap<Date, u32>,
    /// Patients whom the clinic's cap of the day leaves for the next.
    n_over_day_cap: u32,
    /// Parts of all text messages.
    n_sms_parts: u32,
    /// Text messages of more than one part.
    n_sms_split: u32,
    /// What the text messages cost, in yen; a begun yen counts as one.
    sms_yen: u64,
    /// LINE messages left this month after these; `null` without a channel or without a limit.
    line_quota_left: Option<u64>,
    /// Messages that quiet hours or closed days hold.
    n_held: u32,
    /// Until when they hold them, in Tokyo.
    #[schema(value_type = Option<String>)]
    held_until: Option<DateTime>,
    /// Patients whose values lost characters that nobody sees.
    n_cleaned: u32,
}

/// How many patients a reason keeps away.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReasonCount {
    /// Stable.
    #[schema(value_type = String)]
    code: &'static str,
    /// In Japanese.
    #[schema(value_type = String)]
    reason: &'static str,
    n: u32,
}

/// How many messages go elsewhere because a channel was passed over.
#[derive(Serialize, ToSchema)]
pub(crate) struct PassedOverCount {
    #[schema(value_type = String)]
    channel: Channel,
    #[serde(flatten)]
    reason: ReasonCount,
}

fn count(reason: PassedOver, n: u32) -> ReasonCount {
    ReasonCount { code: reason.as_str(), reason: reason.sentence(), n }
}

impl From<Forecast> for ForecastView {
    fn from(forecast: Forecast) -> Self {
        let n_messages = forecast.n_messages();
        let passed_over = forecast.passed_over.into_iter().flat_map(|(channel, reasons)| {
            reasons.into_iter().map(move |(reason, n)| PassedOverCount { channel, reason: count(reason, n) })
        });
        Self {
            n_patients: forecast.n_patients,
            n_messages,
            by_channel: forecast.by_channel,
            passed_over: passed_over.collect(),
            unreachable: forecast.unreachable.into_iter().map(|(reason, n)| count(reason, n)).collect(),
            n_missing: forecast.missing.len() as u32,
            over_patient_cap: forecast.over_patient_cap,
            n_over_day_cap: forecast.over_day_cap,
            n_sms_parts: forecast.n_sms_parts,
            n_sms_split: forecast.n_sms_split,
            sms_yen: forecast.sms_cost.yen(),
            line_quota_left: forecast.line_quota_left,
            n_held: forecast.n_held,
            held_until: match forecast.moment {
                Moment::Held { until } => Some(until),
                Moment::Now | Moment::Expires { .. } => None,
            },
            n_cleaned: forecast.n_cleaned,
        }
    }
}
