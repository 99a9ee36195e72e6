use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use crate::{
    CapDecision, Channel, Choice, Closed, Composed, DayCap, Hours, MilliYen, MissingValues, Moment, NotComposed,
    PatientCap, PersonFacts, Reach, SmsParts, Tag, Template, Unreachable, Values, Ways, Writing, compose,
};

/// A patient on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// What is known against writing to the patient.
    pub person: PersonFacts,
    /// What is known of the patient's addresses.
    pub reach: Reach,
    /// What the tags stand for; a sample link of the right length for the page.
    pub values: Values,
    /// The day of each message the patient was or will be sent, over all deliveries and channels.
    pub sent_on: Vec<Date>,
}

/// What is to be sent, when, and within which limits.
#[derive(Debug, Clone)]
pub struct SendPlan<'a> {
    /// The message.
    pub template: &'a Template,
    /// What the clinic uses, and what is closed.
    pub ways: Ways,
    /// When the clinic sends.
    pub hours: &'a Hours,
    /// When the message is due, a civil time in Asia/Tokyo.
    pub due: DateTime,
    /// When it is void.
    pub send_before: Option<DateTime>,
    /// The cap of each patient.
    pub patient_cap: PatientCap,
    /// The cap of the clinic.
    pub day_cap: DayCap,
    /// Messages the clinic has sent or approved for the day on which these would go.
    pub n_sent_that_day: u32,
    /// LINE messages left this month; `None` where the plan has no limit.
    pub line_quota_left: Option<u64>,
    /// Of one part of a text message.
    pub sms_part_price: MilliYen,
}

impl SendPlan<'_> {
    /// When the messages are sent.
    pub fn moment(&self) -> Moment {
        self.hours.moment(self.due, self.send_before)
    }
}

/// What would happen to one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Prospect {
    /// A message goes out.
    Message {
        /// On which channel, and why on no better one.
        choice: Choice,
        /// What it takes as a text message, if it is one.
        sms: Option<SmsParts>,
        /// Tags whose value lost characters that nobody sees.
        cleaned: BTreeSet<Tag>,
    },
    /// No channel leads to the patient.
    Unreachable(Unreachable),
    /// A tag has neither a value nor a fallback.
    Missing(MissingValues),
    /// The patient was written to often enough.
    OverPatientCap {
        /// The first day on which it may be sent.
        until: Date,
    },
    /// The clinic sent enough that day.
    OverDayCap,
}

/// What `plan` would do to each of `recipients`, in their order: who comes first has the last of a quota, and
/// of two patients with one address the first gets the message.
pub fn prospects(recipients: &[Recipient], plan: &SendPlan<'_>) -> Vec<Prospect> {
    let mut so_far = SoFar {
        day: plan.hours.next_allowed(plan.due).date(),
        line_quota_left: plan.line_quota_left,
        day_room: plan.day_cap.0.saturating_sub(plan.n_sent_that_day),
        addresses: BTreeSet::new(),
    };
    recipients.iter().map(|it| so_far.prospect(it, plan)).collect()
}

/// What the recipients before left.
struct SoFar {
    day: Date,
    line_quota_left: Option<u64>,
    day_room: u32,
    addresses: BTreeSet<(Channel, String)>,
}

impl SoFar {
    fn prospect(&mut self, recipient: &Recipient, plan: &SendPlan<'_>) -> Prospect {
        let reach = self.with_shared(&recipient.reach);
        let mut ways = plan.ways.clone();
        if self.line_quota_left == Some(0) {
            ways.closed.entry(Channel::Line).or_insert(Closed::QuotaSpent);
        }
        let to = Writing { person: &recipient.person, reach: &reach, ways: &ways, day: self.day };
        let Composed { choice, rendered, sms } = match compose(plan.template, &recipient.values, &to) {
            Ok(composed) => composed,
            Err(NotComposed::Unreachable(unreachable)) => return Prospect::Unreachable(unreachable),
            Err(NotComposed::Missing(missing)) => return Prospect::Missing(missing),
        };
        match plan.patient_cap.decide(&recipient.sent_on, self.day) {
            CapDecision::Allowed => {}
            CapDecision::Held { until } => return Prospect::OverPatientCap { until },
        }
        if self.day_room == 0 {
            return Prospect::OverDayCap;
        }
        self.take(choice.channel, &reach);
        Prospect::Message { choice, sms, cleaned: rendered.cleaned }
    }

    /// `reach` with the addresses marked that somebody before was written to at.
    fn with_shared(&self, reach: &Reach) -> Reach {
        let mut reach = reach.clone();
        let of_channel =
            [(Channel::Line, &mut reach.line), (Channel::Sms, &mut reach.sms), (Channel::Mail, &mut reach.mail)];
        for (channel, address) in of_channel {
            let is_taken = address.address.as_ref().is_some_and(|it| self.addresses.contains(&(channel, it.clone())));
            address.is_shared_with_messaged_today |= is_taken;
        }
        reach
    }

    fn take(&mut self, channel: Channel, reach: &Reach) {
        self.day_room -= 1;
        if channel == Channel::Line {
            self.line_quota_left = self.line_quota_left.map(|it| it.saturating_sub(1));
        }
        self.addresses.extend(reach.on(channel).address.clone().map(|it| (channel, it)));
    }
}
