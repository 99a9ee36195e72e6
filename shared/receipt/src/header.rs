use std::fmt;

use japan::{Month, parse_claim_month};
use serde::{Deserialize, Serialize};

use crate::{IssueCode, columns::Columns, issue::Issues};

/// The payer a file is claimed from, 審査支払機関 (table 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// 社会保険診療報酬支払基金.
    Shaho,
    /// 国民健康保険団体連合会.
    Kokuho,
}

impl fmt::Display for Payer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shaho => "shaho",
            Self::Kokuho => "kokuho",
        })
    }
}

/// 医療機関コード: seven digits, unique within a prefecture and fee table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClinicCode(u32);

impl ClinicCode {
    /// The code written as `digits`, if they are seven.
    pub fn parse(digits: &str) -> Option<Self> {
        let valid = digits.len() == 7 && digits.bytes().all(|it| it.is_ascii_digit());
        valid.then(|| digits.parse().ok().map(Self))?
    }
}

impl fmt::Display for ClinicCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:07}", self.0)
    }
}

impl Serialize for ClinicCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClinicCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        Self::parse(&digits).ok_or_else(|| serde::de::Error::custom("not seven digits"))
    }
}

/// IR 医療機関情報: whose claims to whom, for which month. Fields that cannot be read are `None`, with an
/// issue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// Line of the IR, counted from 1.
    pub line: u64,
    /// Column 2 審査支払機関.
    pub payer: Option<Payer>,
    /// Column 3 都道府県, 1 to 47 (table 2).
    pub prefecture: Option<u8>,
    /// Column 5 医療機関コード.
    pub clinic_code: Option<ClinicCode>,
    /// Column 7 医療機関名称, as written.
    pub clinic_name: Box<str>,
    /// Column 8 請求年月: the month after the treatment for claims on time.
    pub claim_month: Option<Month>,
    /// Column 9 マルチボリューム識別情報: 0 where the claim is in one file, else 1, 2, ….
    pub volume: u8,
    /// Column 10 電話番号.
    pub phone: Option<Box<str>>,
}

impl Header {
    /// Reads an IR. `Err` names what the file is when it is not 医科.
    pub(crate) fn read(columns: &Columns<'_>, line: u64, issues: &mut Issues) -> Result<Self, IssueCode> {
        match columns.get(4) {
            b"1" => {}
            b"3" => return Err(IssueCode::DentalFile),
            b"4" => return Err(IssueCode::PharmacyFile),
            b"6" => return Err(IssueCode::HomeNursingFile),
            _ => return Err(IssueCode::UnknownFeeTable),
        }
        let payer = match columns.get(2) {
            b"1" => Some(Payer::Shaho),
            b"2" => Some(Payer::Kokuho),
            _ => None,
        };
        let header = Self {
            line,
            payer,
            prefecture: columns.text(3).parse().ok().filter(|it| (1..=47).contains(it)),
            clinic_code: ClinicCode::parse(&columns.text(5)),
            clinic_name: columns.text(7).into(),
            claim_month: parse_claim_month(&columns.text(8)),
            volume: columns.text(9).parse().unwrap_or(0),
            phone: Some(columns.text(10)).filter(|it| !it.is_empty()).map(Into::into),
        };
        let missing = [
            (header.payer.is_none(), IssueCode::PayerUnreadable),
            (header.clinic_code.is_none(), IssueCode::ClinicCodeUnreadable),
            (header.claim_month.is_none(), IssueCode::ClaimMonthUnreadable),
        ];
        for (is_missing, code) in missing {
            if is_missing {
                issues.add(line, code);
            }
        }
        Ok(header)
    }
}
