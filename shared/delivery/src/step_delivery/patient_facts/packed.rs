//! Days as numbers, `yyyymmdd`, 0 for none: facts of thousands of patients are kept for each day.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub(super) fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    pack(*date).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    unpack(u32::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("no such day"))
}

fn pack(date: Date) -> u32 {
    (date.year().max(0) as u32 * 100 + date.month() as u32) * 100 + date.day() as u32
}

fn unpack(packed: u32) -> Option<Date> {
    let year = i16::try_from(packed / 10_000).ok()?;
    Date::new(year, (packed / 100 % 100) as i8, (packed % 100) as i8).ok()
}

/// A day or none.
pub(super) mod option {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        date.map_or(0, pack).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        match u32::deserialize(deserializer)? {
            0 => Ok(None),
            packed => unpack(packed).map(Some).ok_or_else(|| D::Error::custom("no such day")),
        }
    }
}

/// Any number of days.
pub(super) mod list {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(dates: &[Date], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(dates.iter().map(|it| pack(*it)))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Date>, D::Error> {
        let packed = Vec::<u32>::deserialize(deserializer)?;
        let dates: Option<Vec<Date>> = packed.into_iter().map(unpack).collect();
        dates.ok_or_else(|| D::Error::custom("no such day"))
    }
}
