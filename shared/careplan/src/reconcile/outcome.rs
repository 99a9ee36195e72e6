use jiff::civil::Date;
use serde::Serialize;

use super::Service;
use crate::OfficeNumber;

/// What became of a planned service, or where a reported one came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceOutcome {
    /// Done as planned.
    Done,
    /// Done on its day, but at another time.
    OtherTime,
    /// Done on another day of the month.
    Moved,
    /// Not done, though its office reported.
    Missed,
    /// Done, though it was not planned.
    Extra,
    /// Nothing came yet from its office for this kind of service.
    NotReported,
}

/// Something that a care manager should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What; never [`ServiceOutcome::Done`].
    pub kind: ServiceOutcome,
    /// How many times.
    pub n_times: u32,
    /// Where.
    pub office: OfficeNumber,
    /// As it was planned; `None` for extra services, and where an office has not reported.
    pub planned: Option<Service>,
    /// As it was done.
    pub actual: Option<Service>,
    /// For people, in Japanese.
    pub sentence: String,
}

impl Finding {
    /// The day it was planned for, of extra services the day they were given.
    pub fn date(&self) -> Option<Date> {
        self.planned.as_ref().or(self.actual.as_ref()).map(|it| it.date)
    }
}
