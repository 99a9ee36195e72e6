use std::collections::BTreeMap;

use delivery::{Channel, MilliYen, PlanReason};
use serde::Serialize;

use super::{
    records::{Record, RecordState},
    settings::Prices,
};

/// What the messages that would be sent come to.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Forecast {
    /// Messages, by channel.
    pub(super) by_channel: BTreeMap<Channel, u32>,
    /// Messages that no channel leads to the patient for.
    pub(super) unreachable: u32,
    /// Parts of all text messages.
    pub(super) sms_parts: u32,
    /// What they cost, a begun yen counted as one.
    pub(super) yen: u64,
}

impl Forecast {
    pub(super) fn of(records: &[Record], prices: &Prices) -> Self {
        let mut by_channel: BTreeMap<Channel, u32> = BTreeMap::new();
        for channel in records.iter().filter_map(|it| it.channel) {
            *by_channel.entry(channel).or_default() += 1;
        }
        let is_unreachable =
            |it: &&Record| it.state == RecordState::Suppressed && matches!(it.reason, PlanReason::Unreachable(_));
        let sms_parts = records.iter().filter_map(|it| it.sms).map(|it| it.n_parts).sum();
        let n = |channel| by_channel.get(&channel).copied().unwrap_or_default();
        let costs =
            [prices.line.times(n(Channel::Line)), prices.sms.times(sms_parts), prices.mail.times(n(Channel::Mail))];
        Self {
            unreachable: records.iter().filter(is_unreachable).count() as u32,
            sms_parts,
            yen: costs.into_iter().sum::<MilliYen>().yen(),
            by_channel,
        }
    }
}
