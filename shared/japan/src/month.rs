use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar month, years 1868 to 9998. Written `yyyy-mm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(
    /// Months since January of year 0.
    i32,
);

/// When text is not a month written `yyyy-mm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a month written yyyy-mm")]
pub struct MonthError;

impl Month {
    /// The month `month` (1 to 12) of `year`, if there is such a month within the supported years.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        let valid = (1868..=9998).contains(&year) && (1..=12).contains(&month);
        valid.then(|| Self(i32::from(year) * 12 + i32::from(month) - 1))
    }

    /// The month `date` lies in.
    pub fn of(date: Date) -> Self {
        Self(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// The year of the Western calendar.
    pub fn year(self) -> i16 {
        (self.0.div_euclid(12)) as i16
    }

    /// The month of the year, 1 to 12.
    pub fn month(self) -> i8 {
        (self.0.rem_euclid(12) + 1) as i8
    }

    /// The month `n_months` later, earlier when negative.
    pub fn plus(self, n_months: i32) -> Self {
        Self(self.0 + n_months)
    }

    /// How many months `self` lies after `earlier`.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        Date::constant(self.year(), self.month(), 1)
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// Day `day` (1 to 31) of the month, if the month has it.
    pub fn day(self, day: i8) -> Option<Date> {
        Date::new(self.year(), self.month(), day).ok()
    }

    /// `yyyymm` as a number: compact for storage, and sorted as the months are.
    pub fn packed(self) -> u32 {
        self.year() as u32 * 100 + self.month() as u32
    }

    /// The month `packed` stands for, the reverse of [`Month::packed`].
    pub fn from_packed(packed: u32) -> Option<Self> {
        Self::new(i16::try_from(packed / 100).ok()?, (packed % 100) as i8)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        let (year, month) = text.split_once('-').ok_or(MonthError)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(MonthError);
        }
        let year = year.parse().map_err(|_| MonthError)?;
        Self::new(year, month.parse().map_err(|_| MonthError)?).ok_or(MonthError)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_written_as_year_and_two_digits() {
        assert_eq!(Month::new(2026, 3).unwrap().to_string(), "2026-03");
        assert_eq!("2026-03".parse(), Ok(Month::new(2026, 3).unwrap()));
        for bad in ["2026-3", "2026-13", "2026-00", "202603", "", "0000-01"] {
            assert_eq!(bad.parse::<Month>(), Err(MonthError), "{bad}");
        }
    }

    #[test]
    fn counting_crosses_the_year() {
        let december = Month::new(2025, 12).unwrap();
        assert_eq!(december.plus(1), Month::new(2026, 1).unwrap());
        assert_eq!(december.plus(-12), Month::new(2024, 12).unwrap());
        assert_eq!(december.plus(3).since(december), 3);
        assert_eq!(december.last_day().to_string(), "2025-12-31");
        assert_eq!(Month::from_packed(december.packed()), Some(december));
    }

    #[test]
    fn a_day_that_the_month_lacks_is_none() {
        assert_eq!(Month::new(2026, 2).unwrap().day(29), None);
        assert_eq!(Month::new(2024, 2).unwrap().day(29).unwrap().to_string(), "2024-02-29");
    }
}
