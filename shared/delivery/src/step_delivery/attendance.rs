use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

/// Until which day a clinic's attendance is known, and since when that was known (design: Freshness).
///
/// A small record that a refresh adds to. It tells when a held message was released, whatever night it is
/// asked, so that planning late gives the same rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attendance {
    /// Both days rise.
    learned: Vec<Learned>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Learned {
    on: Date,
    through: Date,
}

/// Days for which the record is kept: longer than anything can be held.
const KEPT_DAYS: i64 = 400;

impl Attendance {
    /// Takes in that on `on` attendance is known through `through`. A repeat, and a day before the last that
    /// was taken in, change nothing; files that were taken back make it less.
    pub fn learn(&mut self, on: Date, through: Option<Date>) {
        if self.learned.last().is_some_and(|it| it.on > on) {
            return;
        }
        self.learned.retain(|it| through.is_some_and(|through| it.through <= through));
        if let Some(through) = through
            && self.learned.last().is_none_or(|it| it.through < through)
        {
            self.learned.push(Learned { on, through });
        }
        let oldest = on.saturating_sub(KEPT_DAYS.days());
        while self.learned.get(1).is_some_and(|it| it.on < oldest) {
            self.learned.remove(0);
        }
    }

    /// Until which day attendance is known; `None` where nothing is.
    pub fn through(&self) -> Option<Date> {
        self.learned.last().map(|it| it.through)
    }

    /// The first day on which attendance of `day` was known; `None` while it is not.
    pub fn known_on(&self, day: Date) -> Option<Date> {
        self.learned.iter().find(|it| it.through >= day).map(|it| it.on)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_on_which_a_day_became_known_does_not_move() {
        let mut attendance = Attendance::default();
        let day = |month, day| date(2026, month, day);
        attendance.learn(day(11, 1), None);
        assert_eq!((attendance.through(), attendance.known_on(day(10, 1))), (None, None));
        attendance.learn(day(11, 10), Some(day(10, 31)));
        attendance.learn(day(11, 11), Some(day(10, 31)));
        attendance.learn(day(12, 10), Some(day(11, 30)));
        attendance.learn(day(12, 9), Some(day(10, 31)));
        assert_eq!(attendance.known_on(day(10, 31)), Some(day(11, 10)));
        assert_eq!(attendance.known_on(day(11, 1)), Some(day(12, 10)));
        assert_eq!(attendance.known_on(day(12, 1)), None);
        // The file of November was the wrong one.
        attendance.learn(day(12, 11), Some(day(10, 31)));
        assert_eq!(attendance.known_on(day(11, 1)), None);
        assert_eq!(attendance.through(), Some(day(10, 31)));
    }

    #[test]
    fn the_record_stays_small() {
        let mut attendance = Attendance::default();
        let mut today = date(2016, 1, 1);
        while today < date(2036, 1, 1) {
            attendance.learn(today, Some(today));
            today = today.saturating_add(1.day());
        }
        assert!(attendance.learned.len() < 410, "{}", attendance.learned.len());
    }
}
