use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

use crate::{AddressFacts, PersonFacts, Refusal, RefusedUntil, refusals};

/// A way to a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// LINE, to a patient who tied it to the clinic's record.
    Line,
    /// A text message to a mobile number of Japan.
    Sms,
    /// Mail.
    Mail,
}

impl Channel {
    /// Every channel, in the order that is tried where a clinic prefers no other.
    pub const ALL: [Self; 3] = [Self::Line, Self::Sms, Self::Mail];

    /// As rows and settings write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Sms => "sms",
            Self::Mail => "mail",
        }
    }
}

/// What is known of a patient's addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// LINE.
    pub line: AddressFacts,
    /// SMS.
    pub sms: AddressFacts,
    /// Mail.
    pub mail: AddressFacts,
}

impl Reach {
    /// What is known of the address on `channel`.
    pub fn on(&self, channel: Channel) -> &AddressFacts {
        match channel {
            Channel::Line => &self.line,
            Channel::Sms => &self.sms,
            Channel::Mail => &self.mail,
        }
    }
}

/// Why a channel cannot be used whoever the patient is, or for this message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closed {
    /// It refused this message for good: the next is a fallback.
    Failed,
    /// The text is longer than the channel takes.
    TextTooLong,
    /// LINE: the month's messages are used up.
    QuotaSpent,
    /// The month's budget of the clinic is used up.
    BudgetSpent,
}

/// Why a channel was passed over. The lower it is, the more it says: what to show when one must do.
/// Serialized as the text of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassedOver {
    /// The gate is closed; the gravest reason.
    Refused(Refusal),
    /// The channel takes nothing now.
    Closed(Closed),
    /// The patient has no address there.
    NoAddress,
    /// The clinic does not use it.
    NotUsed,
}

impl PassedOver {
    /// The stable text of the code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.as_str(),
            Self::Closed(Closed::Failed) => "failed",
            Self::Closed(Closed::TextTooLong) => "text-too-long",
            Self::Closed(Closed::QuotaSpent) => "quota-spent",
            Self::Closed(Closed::BudgetSpent) => "budget-spent",
            Self::NoAddress => "no-address",
            Self::NotUsed => "not-used",
        }
    }

    /// What staff read, in a Japanese sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.sentence(),
            Self::Closed(Closed::Failed) => "この方法では届きませんでした。",
            Self::Closed(Closed::TextTooLong) => "本文が長すぎて、この方法では送れません。",
            Self::Closed(Closed::QuotaSpent) => "LINEの今月の送信数を使い切りました。",
            Self::Closed(Closed::BudgetSpent) => "今月の予算を使い切りました。",
            Self::NoAddress => "この方法の宛先が登録されていません。",
            Self::NotUsed => "この医療機関では使わない方法です。",
        }
    }
}

impl Serialize for PassedOver {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What a clinic uses, and what is closed for the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// What the clinic uses, best first.
    pub order: Vec<Channel>,
    /// What takes nothing now, and why.
    pub closed: BTreeMap<Channel, Closed>,
}

impl Default for Ways {
    fn default() -> Self {
        Self { order: Channel::ALL.to_vec(), closed: BTreeMap::new() }
    }
}

/// The channel a message takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The channel.
    pub channel: Channel,
    /// The better ones and why each was passed over, in the clinic's order.
    pub because: Vec<(Channel, PassedOver)>,
}

/// When no channel leads to a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}", self.reason().sentence())]
pub struct Unreachable {
    /// Every channel and why it was passed over, in the clinic's order, those it does not use last.
    pub because: Vec<(Channel, PassedOver)>,
}

impl Unreachable {
    /// The reason that says most: that a patient opted out of mail rather than that there is no LINE.
    pub fn reason(&self) -> PassedOver {
        self.because.iter().map(|it| it.1).min().unwrap_or(PassedOver::NotUsed)
    }

    /// The refusal that ends first, where a channel is refused: a message that one of them only holds is held.
    pub fn until(&self) -> RefusedUntil {
        let ends = |until| {
            let mut refusals = self.because.iter();
            refusals.any(|(_, it)| matches!(it, PassedOver::Refused(refusal) if refusal.until() == until))
        };
        let first = [RefusedUntil::Tomorrow, RefusedUntil::Resumed].into_iter().find(|it| ends(*it));
        first.unwrap_or(RefusedUntil::FactsChange)
    }
}

/// The first channel in the clinic's order that leads to the patient on `today`.
///
/// # Errors
///
/// [`Unreachable`] when none does.
pub fn choose(person: &PersonFacts, reach: &Reach, ways: &Ways, today: Date) -> Result<Choice, Unreachable> {
    let mut because: Vec<(Channel, PassedOver)> = Vec::new();
    for channel in &ways.order {
        if because.iter().any(|(it, _)| it == channel) {
            continue;
        }
        match passed_over(person, reach.on(*channel), ways.closed.get(channel).copied(), today) {
            None => return Ok(Choice { channel: *channel, because }),
            Some(reason) => because.push((*channel, reason)),
        }
    }
    let unused = Channel::ALL.into_iter().filter(|it| !ways.order.contains(it));
    because.extend(unused.map(|it| (it, PassedOver::NotUsed)));
    Err(Unreachable { because })
}

fn passed_over(
    person: &PersonFacts,
    address: &AddressFacts,
    closed: Option<Closed>,
    today: Date,
) -> Option<PassedOver> {
    let refusal = refusals(person, address, today).first().copied();
    let refused = refusal.map(PassedOver::Refused);
    // Nobody is asked to consent to a channel without an address; what is against the person still counts.
    if address.address.is_none() {
        return refused.filter(|_| refusal.is_some_and(Refusal::is_of_person)).or(Some(PassedOver::NoAddress));
    }
    refused.or(closed.map(PassedOver::Closed))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::gate::tests::{nothing_against, reachable};

    const TODAY: Date = date(2026, 11, 23);

    fn everywhere() -> Reach {
        Reach { line: reachable("l"), sms: reachable("s"), mail: reachable("m") }
    }

    #[track_caller]
    fn check(reach: &Reach, ways: &Ways, expected: &str) {
        let list = |because: &[(Channel, PassedOver)]| {
            because.iter().map(|(channel, why)| format!(" {}:{}", channel.as_str(), why.as_str())).collect::<String>()
        };
        let shown = match choose(&nothing_against(), reach, ways, TODAY) {
            Ok(choice) => format!("{}{}", choice.channel.as_str(), list(&choice.because)),
            Err(none) => format!("none ({}){}", none.reason().as_str(), list(&none.because)),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn line_comes_before_sms_and_sms_before_mail() {
        let mut reach = everywhere();
        check(&reach, &Ways::default(), "line");
        reach.line.is_blocked = true;
        check(&reach, &Ways::default(), "sms line:blocked");
        reach.sms.address = None;
        check(&reach, &Ways::default(), "mail line:blocked sms:no-address");
        reach.mail.opted_out_on = Some(TODAY);
        check(&reach, &Ways::default(), "none (opted-out) line:blocked sms:no-address mail:opted-out");
        check(&Reach::default(), &Ways::default(), "none (no-address) line:no-address sms:no-address mail:no-address");
    }

    #[test]
    fn the_clinic_says_which_it_uses_and_in_which_order() {
        let ways = |order: &[Channel]| Ways { order: order.to_vec(), ..Ways::default() };
        check(&everywhere(), &ways(&[Channel::Mail, Channel::Line]), "mail");
        let no_mail = Reach { mail: AddressFacts::default(), ..everywhere() };
        check(&no_mail, &ways(&[Channel::Mail, Channel::Mail, Channel::Sms]), "sms mail:no-address");
        check(&no_mail, &ways(&[Channel::Mail]), "none (no-address) mail:no-address line:not-used sms:not-used");
        check(&no_mail, &ways(&[]), "none (not-used) line:not-used sms:not-used mail:not-used");
    }

    #[test]
    fn a_channel_that_takes_nothing_now_is_passed_over() {
        let closed = BTreeMap::from([(Channel::Line, Closed::QuotaSpent), (Channel::Sms, Closed::Failed)]);
        check(&everywhere(), &Ways { closed, ..Ways::default() }, "mail line:quota-spent sms:failed");
    }

    #[test]
    fn what_is_against_the_person_is_said_of_every_channel() {
        let dead = PersonFacts { is_dead: true, ..nothing_against() };
        let none = choose(&dead, &Reach::default(), &Ways::default(), TODAY).unwrap_err();
        assert!(none.because.iter().all(|it| it.1 == PassedOver::Refused(Refusal::Died)));
        assert_eq!(none.until(), RefusedUntil::FactsChange);
        assert_eq!(none.to_string(), "亡くなった患者です。");
    }

    fn any_address() -> impl Strategy<Value = AddressFacts> {
        (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(has, consents, bounced, shared)| {
            let full = reachable("a");
            AddressFacts {
                address: full.address.filter(|_| has),
                consent: full.consent.filter(|_| consents),
                has_bounced: bounced,
                is_shared_with_messaged_today: shared,
                ..AddressFacts::default()
            }
        })
    }

    proptest! {
        #[test]
        fn what_is_chosen_is_open_and_everything_better_has_its_reason(
            line in any_address(), sms in any_address(), mail in any_address(),
            order in prop::sample::subsequence(&Channel::ALL, 0..=3).prop_shuffle(),
        ) {
            let reach = Reach { line, sms, mail };
            let ways = Ways { order: order.clone(), ..Ways::default() };
            match choose(&nothing_against(), &reach, &ways, TODAY) {
                Ok(choice) => {
                    prop_assert!(reach.on(choice.channel).address.is_some());
                    prop_assert_eq!(refusals(&nothing_against(), reach.on(choice.channel), TODAY), []);
                    let better: Vec<Channel> = choice.because.iter().map(|it| it.0).collect();
                    prop_assert_eq!(&better[..], &order[..better.len()]);
                    prop_assert_eq!(order[better.len()], choice.channel);
                }
                Err(none) => prop_assert_eq!(none.because.len(), 3),
            }
        }
    }
}
