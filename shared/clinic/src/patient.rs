use jiff::civil::Date;
use receipt::{InsuranceType, Payer, Sex};
use serde::{Deserialize, Serialize};

use crate::{PersonKey, Visits, facts::ReceiptFacts};
use japan::Month;

/// 保険種別 as groups ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Insurance {
    /// 社保.
    Employee,
    /// 国保.
    National,
    /// 後期高齢者.
    Elderly,
    /// 退職者.
    Retiree,
    /// 公費単独.
    Public,
}

impl Insurance {
    pub(crate) fn of(receipt: &ReceiptFacts, payer: Payer) -> Option<Self> {
        Some(match (receipt.receipt_type()?.insurance(), payer) {
            (InsuranceType::PublicOnly, _) => Self::Public,
            (InsuranceType::Elderly, _) => Self::Elderly,
            (InsuranceType::Retiree, _) => Self::Retiree,
            (InsuranceType::Insurance, Payer::Shaho) => Self::Employee,
            (InsuranceType::Insurance, Payer::Kokuho) => Self::National,
        })
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Employee => "社保",
            Self::National => "国保",
            Self::Elderly => "後期高齢者",
            Self::Retiree => "退職者",
            Self::Public => "公費単独",
        }
    }
}

/// A receipt that counts for a patient, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Index into [`crate::Folded::files`].
    pub file: u32,
    /// Index of the receipt in its file.
    pub receipt: u32,
    /// Whether it counts for visits, diseases, procedures and insurance.
    pub counts: bool,
    /// Whether its drugs count.
    pub drugs: bool,
}

/// A patient as the current files show them. Borrowed from the month objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patient<'a> {
    /// Who it is, for the id; sorted, at least one.
    pub keys: Vec<PersonKey>,
    /// Normalised; of the newest receipt that has one.
    pub chart_number: Option<&'a str>,
    /// As the newest receipt writes it.
    pub name: &'a str,
    /// As the newest receipt writes it; empty where it has none.
    pub kana: &'a str,
    /// Of the newest receipt where it can be read.
    pub birth_date: Option<Date>,
    /// Of the newest receipt where it can be read.
    pub sex: Option<Sex>,
    /// Of the newest receipt.
    pub insurance: Option<Insurance>,
    /// The days the patient came, none later than the day of the fold.
    pub visits: Visits,
    /// The month a 転帰 of death counts from: no later month has a visit.
    pub died: Option<Month>,
    /// Somebody else has the same chart number: 要確認, no message.
    pub is_chart_shared: bool,
    /// The receipts that count, the newest first.
    pub sources: Vec<Source>,
    /// Every chart number the patient has; rosters name patients by them.
    pub(crate) charts: Vec<&'a str>,
}

impl Patient<'_> {
    /// Years completed on `day`. A birthday on 29 February falls on the 28th in other years.
    pub fn age_on(&self, day: Date) -> Option<i16> {
        let birth = self.birth_date.filter(|it| *it <= day)?;
        let birthday = Date::new(day.year(), birth.month(), birth.day())
            .or_else(|_| Date::new(day.year(), birth.month(), 28))
            .ok()?;
        Some(day.year() - birth.year() - i16::from(day < birthday))
    }
}
