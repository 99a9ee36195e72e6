use std::collections::BTreeMap;

use japan::Month;
use jiff::civil::Date;
use receipt::{Receipt, ServiceKind};
use serde::{Deserialize, Serialize};

/// How a day of attendance is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitSource {
    /// A receipt names the day.
    Receipt,
    /// An appointment is marked 来院.
    Appointment,
    /// A receipt names no day: the last day of its month stands for it.
    MonthEnd,
}

/// The days of attendance that one receipt shows, bit 0 for the first of the month, and whether they
/// are only assumed (design: 受診日).
///
/// JD tells first; where it names no day, the days on which a procedure is counted; where there is none
/// either, the last day of the month, unless 診療実日数 is stated as 0 throughout.
pub(crate) fn attended_days(receipt: &Receipt, month: Month) -> (u32, bool) {
    let attended = receipt.attendances.iter().fold(0, |days, it| days | it.visited);
    if attended != 0 {
        return (attended, false);
    }
    let procedures = receipt.services.iter().filter(|it| it.kind == ServiceKind::Procedure);
    let counted = procedures.fold(0, |days, it| days | it.days.mask());
    if counted != 0 {
        return (counted, false);
    }
    let states_no_day = !receipt.coverages.is_empty() && receipt.coverages.iter().all(|it| it.n_days == Some(0));
    if states_no_day { (0, false) } else { (1 << (month.last_day().day() - 1), true) }
}

/// Those of `days` of `month` that are not after `as_of`, a day of that month or a later one.
pub(crate) fn days_until(days: u32, month: u32, as_of: Date) -> u32 {
    if month == Month::of(as_of).packed() { days & (u32::MAX >> (32 - as_of.day())) } else { days }
}

/// The days a patient came, by month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Visits {
    months: BTreeMap<Month, MonthVisits>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct MonthVisits {
    receipts: u32,
    appointments: u32,
    assumed: u32,
}

impl MonthVisits {
    fn days(self) -> u32 {
        self.receipts | self.appointments | self.assumed
    }
}

impl Visits {
    pub(crate) fn add_receipt(&mut self, month: Month, days: u32, is_assumed: bool) {
        if days == 0 {
            return;
        }
        let visits = self.months.entry(month).or_default();
        if is_assumed {
            visits.assumed |= days;
        } else {
            visits.receipts |= days;
        }
    }

    pub(crate) fn add_appointment(&mut self, date: Date) {
        let day = 1 << (date.day() - 1);
        self.months.entry(Month::of(date)).or_default().appointments |= day;
    }

    /// Takes out what lies after `as_of`.
    pub(crate) fn keep_until(&mut self, as_of: Date) {
        let month = Month::of(as_of);
        self.months.retain(|it, _| *it <= month);
        if let Some(visits) = self.months.get_mut(&month) {
            let until = |days| days_until(days, month.packed(), as_of);
            *visits = MonthVisits {
                receipts: until(visits.receipts),
                appointments: until(visits.appointments),
                assumed: until(visits.assumed),
            };
            if visits.days() == 0 {
                self.months.remove(&month);
            }
        }
    }

    /// Whether no day is known.
    pub fn is_empty(&self) -> bool {
        self.months.is_empty()
    }

    /// The first day.
    pub fn first(&self) -> Option<Date> {
        let (month, visits) = self.months.first_key_value()?;
        month.day(visits.days().trailing_zeros() as i8 + 1)
    }

    /// The last day.
    pub fn last(&self) -> Option<Date> {
        let (month, visits) = self.months.last_key_value()?;
        month.day(32 - visits.days().leading_zeros() as i8)
    }

    /// The days of the newest month with any, bit 0 for the first of the month.
    pub(crate) fn newest_days(&self) -> Option<(Month, u32)> {
        self.months.last_key_value().map(|(month, visits)| (*month, visits.days()))
    }

    /// The month of the last day.
    pub(crate) fn last_month(&self) -> Option<Month> {
        self.months.last_key_value().map(|(month, _)| *month)
    }

    /// Every day with what shows it, from the first on. A day both a receipt and an appointment show
    /// comes once, from the receipt.
    pub fn iter(&self) -> impl Iterator<Item = (Date, VisitSource)> + '_ {
        self.months.iter().flat_map(|(month, visits)| {
            (1..=31_i8).filter_map(move |day| {
                let bit = 1 << (day - 1);
                let source = match () {
                    () if visits.receipts & bit != 0 => VisitSource::Receipt,
                    () if visits.appointments & bit != 0 => VisitSource::Appointment,
                    () if visits.assumed & bit != 0 => VisitSource::MonthEnd,
                    () => return None,
                };
                Some((month.day(day)?, source))
            })
        })
    }

    /// How many days the patient came in each of the six months that end with `month`, the oldest
    /// first (この半年間の受診状況).
    pub fn half_year(&self, month: Month) -> [u8; 6] {
        std::array::from_fn(|index| {
            let month = month.plus(index as i32 - 5);
            self.months.get(&month).map_or(0, |it| it.days().count_ones() as u8)
        })
    }
}
