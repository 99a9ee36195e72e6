use jiff::civil::{Date, DateTime};

use crate::{
    Channel, Closed, Hours, Moment, OutboxRow, PassedOver, PatientCap, PersonFacts, Reach, ReasonCode, Refusal,
    RefusedUntil, Ways, caps::CapDecision, choose, refusals,
};

/// What is known when a message is about to be sent. All times are civil, in Asia/Tokyo.
#[derive(Debug)]
pub struct SendFacts<'a> {
    /// The message.
    pub row: &'a OutboxRow,
    /// The patient.
    pub person: &'a PersonFacts,
    /// The patient's addresses.
    pub reach: &'a Reach,
    /// The channels, with those closed that earlier rows of this message failed on.
    pub ways: &'a Ways,
    /// When the clinic sends.
    pub hours: &'a Hours,
    /// How often the patient is written to.
    pub cap: PatientCap,
    /// The days of other messages to the patient.
    pub sent_on: &'a [Date],
    /// Now.
    pub at: DateTime,
    /// When it is void.
    pub send_before: DateTime,
}

/// What may be done with a message that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clearance {
    /// It may be leased.
    Go {
        /// The row's channel, or where that leads nowhere and nothing was called yet, the one chosen anew.
        channel: Channel,
    },
    /// Not now.
    Hold {
        /// When to look again; `None` where it ends when somebody says so.
        until: Option<DateTime>,
        /// Why.
        because: ReasonCode,
    },
    /// Never.
    Stop {
        /// Why.
        because: ReasonCode,
    },
}

/// Asks the gate, the clinic's hours and the patient's cap, in this order.
pub fn clearance(facts: &SendFacts<'_>) -> Clearance {
    let channel = match channel(facts) {
        Ok(channel) => channel,
        Err((because, until)) => return not_now(facts, because, until),
    };
    match facts.hours.moment(facts.at, Some(facts.send_before)) {
        Moment::Now => {}
        Moment::Held { until } | Moment::Expires { next: until } => {
            return Clearance::Hold { until: Some(until), because: code("hours") };
        }
    }
    match facts.cap.decide(facts.sent_on, facts.at.date()) {
        CapDecision::Allowed => Clearance::Go { channel },
        CapDecision::Held { until } => {
            let until = facts.hours.next_allowed(until.at(0, 0, 0, 0));
            Clearance::Hold { until: Some(until), because: code("patient-cap") }
        }
    }
}

/// The channel it goes by, or why by none and until when.
fn channel(facts: &SendFacts<'_>) -> Result<Channel, (PassedOver, RefusedUntil)> {
    let (row, today) = (facts.row, facts.at.date());
    let refusal = refusals(facts.person, facts.reach.on(row.channel), today).first().copied();
    if !row.may_change_channel() {
        let refused = |it: Refusal| (PassedOver::Refused(it), it.until());
        return refusal.map_or(Ok(row.channel), |it| Err(refused(it)));
    }
    let is_open = facts.ways.order.contains(&row.channel) && !facts.ways.closed.contains_key(&row.channel);
    if is_open && refusal.is_none() && facts.reach.on(row.channel).address.is_some() {
        return Ok(row.channel);
    }
    match choose(facts.person, facts.reach, facts.ways, today) {
        Ok(choice) => Ok(choice.channel),
        // Another channel does not lead there, and this one opens again: the message waits for that.
        Err(none) => match none.because.iter().find(|(_, it)| opens_again(*it)) {
            Some((_, closed)) => Err((*closed, RefusedUntil::Resumed)),
            None => Err((none.reason(), none.until())),
        },
    }
}

fn opens_again(passed_over: PassedOver) -> bool {
    matches!(passed_over, PassedOver::Closed(Closed::QuotaSpent | Closed::BudgetSpent))
}

fn not_now(facts: &SendFacts<'_>, because: PassedOver, until: RefusedUntil) -> Clearance {
    let because = code(because.as_str());
    match until {
        RefusedUntil::Resumed => Clearance::Hold { until: None, because },
        RefusedUntil::Tomorrow => {
            let tomorrow = facts.at.date().tomorrow().unwrap_or(Date::MAX);
            Clearance::Hold { until: Some(facts.hours.next_allowed(tomorrow.at(0, 0, 0, 0))), because }
        }
        RefusedUntil::FactsChange => Clearance::Stop { because },
    }
}

fn code(text: &str) -> ReasonCode {
    ReasonCode::parse(text).unwrap_or_default()
}

#[cfg(test)]
mod tests;
