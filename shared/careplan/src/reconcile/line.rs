use std::fmt;

use japan::Month;
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::{FileKind, OfficeNumber, Person, Record, Standard, layout};

/// A row of 第6表: a service that was planned or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLine {
    /// For whom.
    pub person: Person,
    /// 対象年月.
    pub month: Month,
    /// What, where and when.
    pub service: Service,
    /// サービス回数: how many times.
    pub n_times: u32,
    /// サービス事業所名.
    pub office_name: String,
}

/// What is given at an office on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Service {
    /// サービス利用日.
    pub date: Date,
    /// `None` where the row shows no time (`9999`).
    pub time: Option<ServiceTime>,
    /// サービスコード, six characters, the first two of which are the service type.
    pub code: String,
    /// サービス事業者コード.
    pub office: OfficeNumber,
    /// 単位数 of one time; `None` where the row says none.
    pub units: Option<i64>,
    /// 日割対象日: 31 times `0` or `1`; empty for what is not billed by the day.
    pub billed_days: String,
    /// TAISコード, 福祉用具届出コード and 明細判別コード: which equipment is lent. Version 3 has but the last.
    pub equipment: String,
}

/// From when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ServiceTime {
    /// サービス開始時刻.
    pub start: Clock,
    /// サービス終了時刻, which may lie on the next day.
    pub end: Clock,
}

/// A time of day: minutes since midnight, up to 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock(u16);

/// When an item of a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{line}行目の「{item}」を読めません")]
pub struct Unread {
    /// The first physical line of the row.
    pub line: u64,
    /// The name of the item.
    pub item: &'static str,
}

impl ServiceLine {
    /// Reads a record of 第6表.
    ///
    /// # Errors
    ///
    /// Names the first item that cannot be read.
    pub fn of(record: &Record) -> Result<Self, Unread> {
        let month = month(record.text(5)).ok_or_else(|| unread(record, 5))?;
        let date = date(record.text(10)).filter(|it| Month::of(*it) == month);
        let code = Some(record.text(15)).filter(|it| is_service_code(it));
        Ok(Self {
            person: Person::of(record),
            month,
            service: Service {
                date: date.ok_or_else(|| unread(record, 10))?,
                time: ServiceTime::of(record)?,
                code: code.ok_or_else(|| unread(record, 15))?.to_owned(),
                office: OfficeNumber::new(record.text(20)).ok_or_else(|| unread(record, 20))?,
                units: units(record.text(8)).map_err(|()| unread(record, 8))?,
                billed_days: record.text(11).to_owned(),
                equipment: [16, 17, 19].map(|it| record.text(it)).join(" ").trim().to_owned(),
            },
            n_times: n_times(record.text(14)).ok_or_else(|| unread(record, 14))?,
            office_name: record.text(21).to_owned(),
        })
    }
}

impl Service {
    /// サービス種類, the first two characters of the code.
    pub fn service_type(&self) -> &str {
        self.code.get(..2).unwrap_or_default()
    }
}

impl ServiceTime {
    fn of(record: &Record) -> Result<Option<Self>, Unread> {
        let clock = |number| match record.text(number) {
            "9999" => Ok(None),
            text => Clock::read(text).map(Some).ok_or_else(|| unread(record, number)),
        };
        let (start, end) = (clock(12)?, clock(13)?);
        Ok(start.zip(end).map(|(start, end)| Self { start, end }))
    }
}

/// `9:00-10:00`.
impl fmt::Display for ServiceTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

impl Clock {
    /// Reads `HHMM`.
    pub fn read(text: &str) -> Option<Self> {
        let hours_minutes = digits::<u16>(text, 4..=4)?;
        let (hours, minutes) = (hours_minutes / 100, hours_minutes % 100);
        let minutes_of_day = hours * 60 + minutes;
        (minutes < 60 && minutes_of_day <= 24 * 60).then_some(Self(minutes_of_day))
    }

    /// Minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

/// `9:00`.
impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// `09:00`.
impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:02}:{:02}", self.0 / 60, self.0 % 60))
    }
}

/// Reads `YYYYMM`.
pub(super) fn month(text: &str) -> Option<Month> {
    digits(text, 6..=6).and_then(Month::from_packed)
}

/// The item with `number` of 第6表, which `record` is a row of.
fn unread(record: &Record, number: usize) -> Unread {
    let items = layout(FileKind::Schedule, Standard::V4).map_or(&[][..], |it| &it.items);
    Unread { line: record.line, item: number.checked_sub(1).and_then(|it| items.get(it)).map_or("", |it| it.name) }
}

fn date(text: &str) -> Option<Date> {
    let packed = digits::<u32>(text, 8..=8)?;
    Month::from_packed(packed / 100)?.day((packed % 100) as i8)
}

fn n_times(text: &str) -> Option<u32> {
    digits(text, 1..=2)
}

/// Units, below zero for reductions; `None` where there are none.
pub(super) fn units(text: &str) -> Result<Option<i64>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let (sign, number) = text.strip_prefix('-').map_or((1, text), |it| (-1, it));
    digits::<i64>(number, 1..=9).map(|it| Some(sign * it)).ok_or(())
}

fn is_service_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|it| it.is_ascii_alphanumeric())
}

/// A number of ASCII digits, as many as `lengths` allows.
fn digits<T: std::str::FromStr>(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<T> {
    let fits = lengths.contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}
