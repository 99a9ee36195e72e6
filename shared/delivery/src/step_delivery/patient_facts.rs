mod packed;

use std::{collections::BTreeSet, fmt};

use japan::Month;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{StepDelivery, Timing};

/// What timings and exits look at, of one patient, as of a day: nothing later took part but what is booked.
///
/// `Debug` shows nothing: days of treatment do not belong into logs.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientFacts {
    /// The first day of the patient's chart number.
    #[serde(with = "packed::option")]
    pub first_visit: Option<Date>,
    /// The days the patient came in the newest month with any.
    pub last_visits: Option<DaysOfMonth>,
    /// 診療開始日 of what is neither suspected nor ended in its newest month.
    pub diseases: Vec<DiseaseStart>,
    /// Each code in its newest month.
    pub procedures: Vec<ProcedureDays>,
    /// Each code in its newest month.
    pub drugs: Vec<DrugDays>,
    /// Days booked and not attended or cancelled, sorted; those gone by too.
    #[serde(with = "packed::list")]
    pub appointments: Vec<Date>,
    /// The newest answer of a questionnaire.
    #[serde(with = "packed::option")]
    pub answered_on: Option<Date>,
    /// 最終更新日 of the clinic's register.
    #[serde(with = "packed::option")]
    pub profile_updated_on: Option<Date>,
    /// The newest reply to a message.
    #[serde(with = "packed::option")]
    pub replied_on: Option<Date>,
    /// The groups the patient is in.
    pub memberships: Vec<Membership>,
}

/// A disease and when its treatment began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiseaseStart {
    /// 傷病名コード.
    pub code: u32,
    /// 診療開始日.
    #[serde(with = "packed")]
    pub started: Date,
}

/// A procedure and when it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcedureDays {
    /// 診療行為コード.
    pub code: u32,
    /// When.
    pub days: DaysOfMonth,
}

/// A drug, when it was prescribed, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrugDays {
    /// 医薬品コード.
    pub code: u32,
    /// When.
    pub days: DaysOfMonth,
    /// Days of supply of one prescription (回数 of the row, shared among its days).
    pub supply_days: u16,
}

/// Days of one calendar month; at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(u32, u32)", try_from = "(u32, u32)")]
pub struct DaysOfMonth {
    month: Month,
    /// Bit 0 for the first of the month.
    days: u32,
}

/// That a patient is in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Id of the group.
    pub group: String,
    /// See [`super::Joined::on`].
    #[serde(with = "packed::option")]
    pub joined_on: Option<Date>,
    /// The first day of 離脱予備群, if the patient does not come before.
    #[serde(with = "packed")]
    pub at_risk_on: Date,
}

impl DaysOfMonth {
    /// The days of `month` whose bits are set, bit 0 for the first; `None` without a day that the month has.
    pub fn new(month: Month, days: u32) -> Option<Self> {
        let days = days & (u32::MAX >> (32 - month.last_day().day()));
        (days != 0).then_some(Self { month, days })
    }

    /// `date` alone.
    pub fn of(date: Date) -> Self {
        Self { month: Month::of(date), days: 1 << (date.day() - 1) }
    }

    /// The last of them.
    pub fn last(self) -> Date {
        let day = 32 - self.days.leading_zeros();
        self.month.day(day as i8).unwrap_or_else(|| self.month.last_day())
    }

    /// Whether `date` is one of them.
    pub fn contains(self, date: Date) -> bool {
        Month::of(date) == self.month && self.days & (1 << (date.day() - 1)) != 0
    }
}

impl PatientFacts {
    /// The newest day the patient came.
    pub fn last_visit(&self) -> Option<Date> {
        self.last_visits.map(DaysOfMonth::last)
    }

    /// The membership in the group called `group`.
    pub fn membership(&self, group: &str) -> Option<&Membership> {
        self.memberships.iter().find(|it| it.group == group)
    }

    /// Whether an appointment lies on `today` or later.
    pub fn is_booked(&self, today: Date) -> bool {
        self.appointments.last().is_some_and(|it| *it >= today)
    }

    /// Puts 次回受診予定日, as staff typed it, in the place of what is booked from `today` on. One that has
    /// gone by says nothing any more.
    pub fn take_typed_next_visit(&mut self, typed: Option<Date>, today: Date) {
        let Some(typed) = typed.filter(|it| *it >= today) else { return };
        self.appointments.retain(|it| *it < today);
        self.appointments.push(typed);
    }
}

impl fmt::Debug for PatientFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PatientFacts").finish_non_exhaustive()
    }
}

impl From<DaysOfMonth> for (u32, u32) {
    fn from(days: DaysOfMonth) -> Self {
        (days.month.packed(), days.days)
    }
}

impl TryFrom<(u32, u32)> for DaysOfMonth {
    type Error = &'static str;

    fn try_from((month, days): (u32, u32)) -> Result<Self, Self::Error> {
        Month::from_packed(month).and_then(|it| Self::new(it, days)).ok_or("no such days")
    }
}

/// The codes of which facts are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedCodes {
    /// 傷病名コード.
    pub diseases: Wanted,
    /// 診療行為コード.
    pub procedures: Wanted,
    /// 医薬品コード.
    pub drugs: Wanted,
}

/// Codes of one master.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Whatever is there: a delivery that is about to be written may ask for any.
    All,
    /// These alone.
    These(BTreeSet<u32>),
}

impl Default for Wanted {
    /// None.
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl Wanted {
    /// Whether facts of `code` are wanted.
    pub fn wants(&self, code: u32) -> bool {
        match self {
            Self::All => true,
            Self::These(codes) => codes.contains(&code),
        }
    }

    /// Whether facts of no code are.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::These(codes) if codes.is_empty())
    }

    fn add(&mut self, more: &[u32]) {
        if let Self::These(codes) = self {
            codes.extend(more);
        }
    }
}

impl WantedCodes {
    /// Every code there is.
    pub const ALL: Self = Self { diseases: Wanted::All, procedures: Wanted::All, drugs: Wanted::All };

    /// What the timings of `deliveries` look for.
    pub fn of<'d>(deliveries: impl IntoIterator<Item = &'d StepDelivery>) -> Self {
        let mut wanted = Self::default();
        for delivery in deliveries {
            let codes = delivery.timing.codes();
            match &delivery.timing {
                Timing::DiseaseStarted { .. } => wanted.diseases.add(codes),
                Timing::ProcedureDone { .. } => wanted.procedures.add(codes),
                Timing::DrugPrescribed { .. } | Timing::DrugRunsOut { .. } => wanted.drugs.add(codes),
                _ => {}
            }
        }
        wanted
    }
}
