use japan::Month;
use serde::Serialize;

use super::{Finding, ServiceOutcome};
use crate::{OfficeNumber, Person};

/// What became of a user's table of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserMonth {
    /// Whose table.
    pub person: Person,
    /// The name that the supplement says; may be blank.
    pub name: String,
    /// 対象年月.
    pub month: Month,
    /// By their numbers.
    pub offices: Vec<OfficeMonth>,
    /// 区分支給限度基準額, units a month; `None` where it is not known.
    pub limit_units: Option<i64>,
    /// Rows without 単位数, which the sums leave out.
    pub n_rows_without_units: usize,
    /// By day; offices that have not reported come last.
    pub findings: Vec<Finding>,
}

/// What became of the services of one office for a user in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeMonth {
    /// Which.
    pub office: OfficeNumber,
    /// サービス事業所名.
    pub name: String,
    /// How many times.
    pub counts: OutcomeCounts,
    /// The sum of 単位数 × 回数 of what was planned.
    pub planned_units: i64,
    /// The sum of 単位数 × 回数 of what was done.
    pub done_units: i64,
    /// The part of `planned_units` that nothing was reported for yet.
    pub not_reported_units: i64,
}

/// How many times, by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct OutcomeCounts {
    /// [`ServiceOutcome::Done`].
    pub done: u32,
    /// [`ServiceOutcome::Missed`].
    pub missed: u32,
    /// [`ServiceOutcome::Moved`].
    pub moved: u32,
    /// [`ServiceOutcome::OtherTime`].
    pub other_time: u32,
    /// [`ServiceOutcome::Extra`].
    pub extra: u32,
    /// [`ServiceOutcome::NotReported`].
    pub not_reported: u32,
}

impl UserMonth {
    /// The sum of 単位数 × 回数 of what was planned.
    pub fn planned_units(&self) -> i64 {
        self.offices.iter().map(|it| it.planned_units).sum()
    }

    /// The sum of 単位数 × 回数 of what was done.
    pub fn done_units(&self) -> i64 {
        self.offices.iter().map(|it| it.done_units).sum()
    }

    /// What the month comes to if all that is not reported yet is done as planned.
    pub fn expected_units(&self) -> i64 {
        self.done_units() + self.offices.iter().map(|it| it.not_reported_units).sum::<i64>()
    }

    /// By how much [`UserMonth::expected_units`] is over the limit; below zero where some of it is left.
    /// A plain sum is compared, with what does not count against the limit still in it.
    pub fn over_units(&self) -> Option<i64> {
        self.limit_units.map(|it| self.expected_units() - it)
    }
}

impl OutcomeCounts {
    pub(super) fn add(&mut self, outcome: ServiceOutcome, n_times: u32) {
        *match outcome {
            ServiceOutcome::Done => &mut self.done,
            ServiceOutcome::OtherTime => &mut self.other_time,
            ServiceOutcome::Moved => &mut self.moved,
            ServiceOutcome::Missed => &mut self.missed,
            ServiceOutcome::Extra => &mut self.extra,
            ServiceOutcome::NotReported => &mut self.not_reported,
        } += n_times;
    }
}
