use jiff::{
    SignedDuration, ToSpan as _,
    civil::{Date, DateTime, Time},
};

use super::{PlanReason, PlanRow, StepDelivery, TimingKind};
use crate::{Hours, MessageId};

/// When a clinic's messages go.
#[derive(Debug, Clone, Copy)]
pub struct SendTimes<'a> {
    /// When it sends at all.
    pub hours: &'a Hours,
    /// The time of those that name none of their own.
    pub send_at: Time,
    /// Over how long those are spread: the providers and the tables take a day's messages of all clinics, whose
    /// hour is the same.
    pub spread: SignedDuration,
}

/// From when until when a message may be sent, civil in Asia/Tokyo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendWindow {
    /// Not before.
    pub from: DateTime,
    /// Not at or after.
    pub before: DateTime,
}

impl SendWindow {
    /// The window of the message `id` for `row`, which is due on `today`, where it is `now`.
    ///
    /// # Errors
    ///
    /// The reason why it can no longer go: the clinic is closed until the appointment that it was to come before
    /// is over.
    pub fn of(
        row: &PlanRow,
        delivery: &StepDelivery,
        id: &MessageId,
        times: &SendTimes<'_>,
        today: Date,
        now: DateTime,
    ) -> Result<Self, PlanReason> {
        let at = delivery.time().unwrap_or(times.send_at).to_datetime(today);
        let mut from = times.hours.next_allowed(at.max(now));
        if delivery.time().is_none() && from > now {
            from = spread(id, from, times);
        }
        let last_day = row.until.unwrap_or(today).max(from.date());
        let mut before = day_after(last_day);
        if delivery.comes_before_its_day(row) {
            let end = day_after(row.trigger.date);
            if from >= end {
                return Err(PlanReason::AppointmentPassed);
            }
            before = before.min(end);
        }
        Ok(Self { from, before })
    }
}

impl StepDelivery {
    /// Whether the row is of a message that means nothing once its day has gone by.
    fn comes_before_its_day(&self, row: &PlanRow) -> bool {
        self.timing.kind() == TimingKind::NextVisit && row.due < row.trigger.date
    }
}

/// Midnight after `day`.
fn day_after(day: Date) -> DateTime {
    day.saturating_add(1.day()).at(0, 0, 0, 0)
}

/// `from` moved later by a part of the spread that is the message's own: the same however often it is planned.
/// Where the clinic closes before, it stays.
fn spread(id: &MessageId, from: DateTime, times: &SendTimes<'_>) -> DateTime {
    let seconds = times.spread.as_secs().max(0) as u64;
    if seconds == 0 {
        return from;
    }
    // FNV-1a, of which the upper half is taken: the lower tells the partition of the due index, and a second of
    // the hour must not belong to a few of them alone.
    let hash = id
        .as_str()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, it| (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
    let later = from.saturating_add((((hash >> 32) % seconds) as i64).seconds());
    if times.hours.allows(later) && later.date() == from.date() { later } else { from }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        HoursSettings, PlanState, QuietHours,
        step_delivery::{Trigger, test_patient::delivery},
    };

    const TUESDAY: Date = date(2026, 11, 24);

    fn hours(closed: &[Date]) -> Hours {
        let quiet = Some(QuietHours { from: time(20, 0, 0, 0), until: time(9, 0, 0, 0) });
        Hours::new(HoursSettings { quiet, closed_dates: closed.iter().copied().collect(), ..HoursSettings::default() })
            .unwrap()
    }

    fn row(due: Date, trigger: Date, until: Date) -> PlanRow {
        PlanRow {
            delivery: "d".to_owned(),
            patient: "p".to_owned(),
            trigger: Trigger { date: trigger, basis: trigger },
            repetition: 0,
            due,
            state: PlanState::Due,
            reason: PlanReason::OnDay,
            channel: None,
            until: Some(until),
            decision: None,
        }
    }

    /// When the message of a delivery with `settings` goes, where it is `now`.
    fn window(settings: Value, row: &PlanRow, hours: &Hours, now: DateTime) -> Result<SendWindow, PlanReason> {
        let id = MessageId::parse(&"a".repeat(32)).unwrap();
        let times = SendTimes { hours, send_at: time(10, 0, 0, 0), spread: SignedDuration::from_hours(1) };
        SendWindow::of(row, &delivery(settings), &id, &times, now.date(), now)
    }

    fn first_visit() -> Value {
        json!({"timing": {"kind": "first_visit"}})
    }

    #[test]
    fn a_message_goes_at_the_hour_of_the_clinic_or_at_once_and_until_its_grace_is_over() {
        let row = row(TUESDAY, TUESDAY, date(2026, 11, 27));
        let at_night = window(first_visit(), &row, &hours(&[]), TUESDAY.at(2, 0, 0, 0)).unwrap();
        assert_eq!((at_night.from.date(), at_night.from.hour()), (TUESDAY, 10));
        assert_eq!(at_night.before, date(2026, 11, 28).at(0, 0, 0, 0));
        let now = TUESDAY.at(14, 30, 0, 0);
        assert_eq!(window(first_visit(), &row, &hours(&[]), now).unwrap().from, now);
        let late = window(first_visit(), &row, &hours(&[]), TUESDAY.at(21, 0, 0, 0)).unwrap();
        assert_eq!((late.from.date(), late.from.hour()), (date(2026, 11, 25), 9));
    }

    #[test]
    fn a_day_on_which_the_clinic_is_closed_is_waited_for_beyond_the_grace() {
        let row = row(TUESDAY, TUESDAY, TUESDAY);
        let window = window(first_visit(), &row, &hours(&[TUESDAY]), TUESDAY.at(2, 0, 0, 0)).unwrap();
        assert_eq!((window.from.date(), window.before), (date(2026, 11, 25), date(2026, 11, 26).at(0, 0, 0, 0)));
    }

    #[test]
    fn a_time_of_its_own_is_kept_to_the_minute() {
        let settings = json!({"timing": {"kind": "scheduled_at", "at": "2026-11-24T18:05"}});
        let row = row(TUESDAY, TUESDAY, TUESDAY);
        let window = window(settings, &row, &hours(&[]), TUESDAY.at(2, 0, 0, 0)).unwrap();
        assert_eq!(window.from, TUESDAY.at(18, 5, 0, 0));
    }

    #[test]
    fn what_comes_before_an_appointment_never_comes_after_its_day() {
        let settings = json!({"timing": {"kind": "next_visit"}, "offset": {"days": -1}});
        let appointment = date(2026, 11, 25);
        let row = row(TUESDAY, appointment, date(2026, 11, 27));
        let night = TUESDAY.at(2, 0, 0, 0);
        let end = date(2026, 11, 26).at(0, 0, 0, 0);
        assert_eq!(window(settings.clone(), &row, &hours(&[]), night).unwrap().before, end);
        let closed = [TUESDAY, appointment];
        assert_eq!(window(settings, &row, &hours(&closed), night), Err(PlanReason::AppointmentPassed));
    }
}
