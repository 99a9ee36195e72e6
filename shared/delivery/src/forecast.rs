mod prospect;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
pub use prospect::{Prospect, Recipient, SendPlan, prospects};
use serde::Serialize;

use crate::{Channel, MilliYen, Moment, PassedOver, Tag};

/// What sending to a list would do: shown before anybody approves it. Every patient is counted once, in
/// `by_channel`, `unreachable`, `missing`, `over_patient_cap` or `over_day_cap`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// Patients on the list.
    pub n_patients: u32,
    /// Messages, by channel.
    pub by_channel: BTreeMap<Channel, u32>,
    /// Better channels that were passed over for those messages, by channel and code of the reason.
    pub passed_over: BTreeMap<Channel, BTreeMap<PassedOver, u32>>,
    /// Patients whom nothing reaches, by the code of the reason that says most.
    pub unreachable: BTreeMap<PassedOver, u32>,
    /// Patients who lack a value without a fallback, by index, and what they lack.
    pub missing: BTreeMap<u32, Vec<Tag>>,
    /// Patients whom the cap holds until later, by that day.
    pub over_patient_cap: BTreeMap<Date, u32>,
    /// Patients whom the clinic's cap of the day leaves for the next.
    pub over_day_cap: u32,
    /// Parts of all text messages.
    pub n_sms_parts: u32,
    /// Text messages of more than one part.
    pub n_sms_split: u32,
    /// What the text messages cost.
    pub sms_cost: MilliYen,
    /// LINE messages left this month after these; `None` where the plan has no limit.
    pub line_quota_left: Option<u64>,
    /// Messages that quiet hours or closed days hold: all or none, because all are due at once.
    pub n_held: u32,
    /// When they are sent, or that they would expire before.
    pub moment: Moment,
    /// Patients whose values lost characters that nobody sees.
    pub n_cleaned: u32,
}

impl Forecast {
    /// What `plan` would do to `recipients`.
    pub fn of(recipients: &[Recipient], plan: &SendPlan<'_>) -> Self {
        Self::of_prospects(&prospects(recipients, plan), plan)
    }

    /// The sums of what [`prospects`] says of each recipient.
    pub fn of_prospects(prospects: &[Prospect], plan: &SendPlan<'_>) -> Self {
        let mut forecast = Self {
            n_patients: prospects.len() as u32,
            by_channel: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            unreachable: BTreeMap::new(),
            missing: BTreeMap::new(),
            over_patient_cap: BTreeMap::new(),
            over_day_cap: 0,
            n_sms_parts: 0,
            n_sms_split: 0,
            sms_cost: MilliYen(0),
            line_quota_left: plan.line_quota_left,
            n_held: 0,
            moment: plan.moment(),
            n_cleaned: 0,
        };
        for (index, prospect) in prospects.iter().enumerate() {
            forecast.add(index as u32, prospect);
        }
        forecast.sms_cost = plan.sms_part_price.times(forecast.n_sms_parts);
        if matches!(forecast.moment, Moment::Held { .. }) {
            forecast.n_held = forecast.n_messages();
        }
        let n_line = u64::from(forecast.by_channel.get(&Channel::Line).copied().unwrap_or_default());
        forecast.line_quota_left = plan.line_quota_left.map(|it| it.saturating_sub(n_line));
        forecast
    }

    /// Messages on all channels.
    pub fn n_messages(&self) -> u32 {
        self.by_channel.values().sum()
    }

    fn add(&mut self, index: u32, prospect: &Prospect) {
        match prospect {
            Prospect::Message { choice, sms, cleaned } => {
                *self.by_channel.entry(choice.channel).or_default() += 1;
                for (channel, reason) in &choice.because {
                    *self.passed_over.entry(*channel).or_default().entry(*reason).or_default() += 1;
                }
                let n_parts = sms.map_or(0, |it| it.n_parts);
                self.n_sms_parts += n_parts;
                self.n_sms_split += u32::from(n_parts > 1);
                self.n_cleaned += u32::from(!cleaned.is_empty());
            }
            Prospect::Unreachable(unreachable) => *self.unreachable.entry(unreachable.reason()).or_default() += 1,
            Prospect::Missing(missing) => {
                self.missing.insert(index, missing.tags.clone());
            }
            Prospect::OverPatientCap { until } => *self.over_patient_cap.entry(*until).or_default() += 1,
            Prospect::OverDayCap => self.over_day_cap += 1,
        }
    }
}
