//! What holds for every history of a message, whatever comes in whatever order.

use proptest::prelude::*;

use super::test_row::row;
use super::{Effect, Event, Hold, Limits, OutboxRow, Status, step};
use crate::Channel;
use crate::model_trace::{TraceStep, trace};

fn history() -> impl Strategy<Value = (OutboxRow, Vec<TraceStep>)> {
    let start =
        (proptest::sample::select(&Channel::ALL[..]), proptest::sample::select(vec![Hold::Review, Hold::RetryOnce]));
    (start, proptest::collection::vec(any::<u16>(), 0..60)).prop_map(|((channel, hold), tape)| {
        let row = OutboxRow { hold, ..row(channel) };
        (row.clone(), trace(row, &tape, &Limits::default()))
    })
}

/// The row before each step beside the step.
fn with_before<'a>(row: &'a OutboxRow, steps: &'a [TraceStep]) -> impl Iterator<Item = (&'a OutboxRow, &'a TraceStep)> {
    std::iter::once(row).chain(steps.iter().map(|it| &it.row)).zip(steps)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn an_attempt_calls_at_most_once((_, steps) in history()) {
        let effects = steps.iter().filter_map(|it| it.effects.as_ref().ok()).flatten();
        let mut attempts: Vec<u32> =
            effects.filter_map(|it| if let Effect::Call(call) = it { Some(call.attempt()) } else { None }).collect();
        let n_calls = attempts.len();
        attempts.dedup();
        prop_assert_eq!(attempts.len(), n_calls);
        prop_assert!(attempts.is_sorted());
    }

    #[test]
    fn what_is_sent_stays_sent((row, steps) in history()) {
        for (before, it) in with_before(&row, &steps).filter(|(before, _)| before.status == Status::Sent) {
            prop_assert_eq!(it.row.status, Status::Sent);
            prop_assert!(it.row.report >= before.report);
            let is_report = matches!(it.event, Event::Reported { .. });
            prop_assert!(it.effects.is_err() || is_report);
        }
    }

    #[test]
    fn an_event_that_comes_again_changes_nothing((_, steps) in history()) {
        for it in steps.iter().filter(|it| it.effects.is_ok()) {
            let again = step(&it.row, &it.event, it.now, &Limits::default());
            prop_assert!(again.is_err(), "{:?} {:?}", it, again);
        }
    }

    #[test]
    fn what_is_not_final_is_in_the_index_and_nothing_else_is((_, steps) in history()) {
        for it in &steps {
            prop_assert_eq!(it.row.due.is_some(), !it.row.status.is_final(), "{:?}", it);
            prop_assert!(it.row.review_since.is_none() || it.row.status == Status::Unknown, "{:?}", it);
            // Nothing that waits is looked at only after its time.
            prop_assert!(it.row.status != Status::Pending || it.row.due <= Some(it.row.send_before), "{:?}", it);
        }
    }

    #[test]
    fn the_sweeper_alone_brings_everything_to_an_end((row, steps) in history()) {
        let (mut row, mut now) = steps.into_iter().next_back().map_or((row.clone(), row.send_after), |it| (it.row, it.now));
        for _ in 0..2_000 {
            if row.is_decided() {
                return Ok(());
            }
            now = row.due.unwrap().max(now);
            row = step(&row, &Event::Sweep, now, &Limits::default()).unwrap().row;
        }
        prop_assert!(false, "never decided: {row:?}");
    }

    #[test]
    fn what_may_have_been_accepted_is_never_said_to_be_unsent_nor_handed_on((row, steps) in history()) {
        for (before, it) in with_before(&row, &steps) {
            let hands_on = it.effects.iter().flatten().any(|it| matches!(it, Effect::PutNextChannel { .. }));
            // Answers and reports are evidence of what became of it.
            let is_told = matches!(it.event, Event::Settled { .. } | Event::Reported { .. });
            let is_report = matches!(it.event, Event::Reported { .. });
            if before.tainted && !is_report || before.call_started.is_some() && !is_told {
                let is_unsent = matches!(it.row.status, Status::Failed | Status::Cancelled | Status::Expired);
                prop_assert!(!is_unsent, "{:?}", it);
                prop_assert!(!hands_on, "{:?}", it);
            }
        }
    }

    #[test]
    fn nothing_is_called_outside_its_time_nor_after_it_was_stopped((row, steps) in history()) {
        for (before, it) in with_before(&row, &steps) {
            if it.effects.iter().flatten().any(|it| matches!(it, Effect::Call(_))) {
                prop_assert!(before.send_after <= it.now && it.now < before.send_before);
                prop_assert!(before.stop.is_none() && before.lease_until.is_some_and(|until| it.now < until));
            }
        }
    }

    #[test]
    fn a_row_is_read_back_as_it_was_written((_, steps) in history()) {
        for it in &steps {
            let text = serde_json::to_string(&it.row).unwrap();
            prop_assert_eq!(&serde_json::from_str::<OutboxRow>(&text).unwrap(), &it.row);
        }
    }
}
