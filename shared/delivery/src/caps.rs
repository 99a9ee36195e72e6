mod block;

use std::num::NonZeroU16;

pub use block::{Block, DayCap, Taken};
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

/// How often one patient may be written to, over all deliveries and channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatientCap {
    /// Messages in `days` days.
    pub max: NonZeroU16,
    /// Days that count, the day of sending the last of them: 1 is that day alone. With 0 there is no cap.
    pub days: u16,
}

/// What a cap says of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CapDecision {
    /// It may be sent.
    Allowed,
    /// Held: the first day on which it may be sent, if nothing else is until then.
    Held {
        /// That day.
        until: Date,
    },
}

impl PatientCap {
    /// Whether a patient who was sent messages on `sent_on`, in any order and a day for each message, may be
    /// sent one more on `day`. A message already due after `day` counts too.
    pub fn decide(self, sent_on: &[Date], day: Date) -> CapDecision {
        let days = i64::from(self.days).days();
        if self.days == 0 {
            return CapDecision::Allowed;
        }
        let mut newest_first: Vec<Date> = sent_on.to_vec();
        newest_first.sort_unstable_by(|one, other| other.cmp(one));
        // There is room once this one, the oldest that fills the cap, no longer counts.
        let Some(filling) = newest_first.get(usize::from(self.max.get()) - 1) else { return CapDecision::Allowed };
        let until = filling.saturating_add(days);
        if until <= day { CapDecision::Allowed } else { CapDecision::Held { until } }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check((max, days): (u16, u16), sent_on: &[Date], expected: CapDecision) {
        assert_eq!(
            PatientCap { max: NonZeroU16::new(max).unwrap(), days }.decide(sent_on, date(2026, 3, 10)),
            expected
        );
    }

    #[test]
    fn a_message_is_held_until_an_older_one_no_longer_counts() {
        let day = |day| date(2026, 3, day);
        check((1, 1), &[day(9)], CapDecision::Allowed);
        check((1, 1), &[day(10)], CapDecision::Held { until: day(11) });
        check((1, 7), &[day(3)], CapDecision::Allowed);
        check((1, 7), &[day(4)], CapDecision::Held { until: day(11) });
        check((2, 7), &[day(4), day(9), day(1)], CapDecision::Held { until: day(11) });
        check((2, 7), &[day(9), day(10), day(10)], CapDecision::Held { until: day(17) });
        check((1, 30), &[date(2026, 2, 28)], CapDecision::Held { until: day(30) });
        check((1, 7), &[day(12)], CapDecision::Held { until: day(19) });
    }

    #[test]
    fn zero_days_is_no_cap_and_zero_messages_is_no_setting() {
        assert!(serde_json::from_str::<PatientCap>(r#"{"max":0,"days":7}"#).is_err());
        check((1, 0), &[date(2026, 3, 10)], CapDecision::Allowed);
        check((1, 7), &[], CapDecision::Allowed);
    }

    proptest! {
        #[test]
        fn whoever_follows_the_cap_never_breaks_it(
            max in 1..4_u16, days in 1..10_u16, tries in prop::collection::vec(0..40_i64, 0..40),
        ) {
            let start = date(2026, 1, 1);
            let cap = PatientCap { max: NonZeroU16::new(max).unwrap(), days };
            let mut tries = tries;
            tries.sort_unstable();
            let mut sent_on = Vec::new();
            for n in tries {
                let day = start.saturating_add(n.days());
                match cap.decide(&sent_on, day) {
                    CapDecision::Allowed => sent_on.push(day),
                    CapDecision::Held { until } => {
                        prop_assert!(until > day);
                        prop_assert_eq!(cap.decide(&sent_on, until), CapDecision::Allowed);
                        prop_assert!(cap.decide(&sent_on, until.yesterday().unwrap()) != CapDecision::Allowed);
                    }
                }
            }
            for first in &sent_on {
                let end = first.saturating_add(i64::from(days).days());
                let n_in_window = sent_on.iter().filter(|it| *first <= **it && **it < end).count();
                prop_assert!(n_in_window <= usize::from(max));
            }
        }
    }
}
