use std::fmt;

use japan::Month;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::{FileKind, IssueCode, OfficeNumber, ServiceType, Standard};

/// The name of a file of the standard (standard 4.1 §4.1), which tells what it is, whose and for whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    /// What it holds.
    pub kind: FileKind,
    /// By how many parts there are.
    pub standard: Standard,
    /// For the kinds with [`FileKind::has_month`], and for them alone.
    pub month: Option<NameMonth>,
    /// 送信元.
    pub sender: OfficeNumber,
    /// From version 4 on.
    pub sender_type: Option<ServiceType>,
    /// 送信先.
    pub receiver: OfficeNumber,
    /// From version 4 on.
    pub receiver_type: Option<ServiceType>,
    /// ファイル連番, the same for all files of a send unit.
    pub serial: Serial,
    /// 枝番, of pictures alone: four digits.
    pub branch: Option<String>,
}

/// The month in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameMonth {
    /// `000000`: a supplement that goes with a plan.
    OfPlan,
    /// 対象年月.
    Of(Month),
}

/// When the files of a unit were put out, to the second, as 14 digits. Later units of two offices are
/// told by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Serial(String);

impl Serial {
    /// Reads `YYYYMMDDhhmmss`; `None` where it is no time that ever was.
    pub fn new(text: &str) -> Option<Self> {
        let is_time = text.len() == 14 && text.bytes().all(|it| it.is_ascii_digit());
        (is_time && DateTime::strptime("%Y%m%d%H%M%S", text).is_ok()).then(|| Self(text.to_owned()))
    }

    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FileName {
    /// 対象年月, where the name says one.
    pub fn target_month(&self) -> Option<Month> {
        match self.month {
            Some(NameMonth::Of(month)) => Some(month),
            Some(NameMonth::OfPlan) | None => None,
        }
    }

    /// Reads a name, without a folder before it. Upper and lower case of the ending are alike.
    ///
    /// # Errors
    ///
    /// The code that says what part of the name is wrong.
    pub fn parse(name: &str) -> Result<Self, IssueCode> {
        let (stem, ending) = name.rsplit_once('.').ok_or(IssueCode::NameUnknown)?;
        let kind = FileKind::ALL
            .into_iter()
            .find(|it| stem.strip_prefix(it.prefix()).is_some_and(|rest| rest.starts_with('_')))
            .ok_or(IssueCode::NameUnknown)?;
        let is_picture = kind == FileKind::BasicInformationPicture;
        if !ending.eq_ignore_ascii_case(if is_picture { "jpg" } else { "csv" }) {
            return Err(IssueCode::NameUnknown);
        }
        let mut parts: Vec<&str> = stem[kind.prefix().len() + 1..].split('_').collect();
        let branch = is_picture.then(|| parts.pop()).flatten();
        if branch.is_some_and(|it| it.len() != 4 || !it.bytes().all(|it| it.is_ascii_digit())) {
            return Err(IssueCode::NameParts);
        }
        let month = match (kind.has_month(), parts.len()) {
            (true, 4 | 6) => Some(read_month(parts.remove(0), kind)?),
            (false, 3 | 5) => None,
            (false, 4 | 6) => return Err(IssueCode::NameMonthUnexpected),
            _ => return Err(IssueCode::NameParts),
        };
        let office = |text| OfficeNumber::new(text).ok_or(IssueCode::NameOffice);
        let service_type = |text| ServiceType::new(text).ok_or(IssueCode::NameServiceType);
        let (standard, sender, sender_type, receiver, receiver_type, serial) = match parts[..] {
            [sender, receiver, serial] => (Standard::V3, sender, None, receiver, None, serial),
            [sender, sender_type, receiver, receiver_type, serial] => {
                (Standard::V4, sender, Some(sender_type), receiver, Some(receiver_type), serial)
            }
            _ => return Err(IssueCode::NameParts),
        };
        if standard == Standard::V3 && !kind.is_in_v3() {
            return Err(IssueCode::NameNotInVersion);
        }
        Ok(Self {
            kind,
            standard,
            month,
            sender: office(sender)?,
            sender_type: sender_type.map(service_type).transpose()?,
            receiver: office(receiver)?,
            receiver_type: receiver_type.map(service_type).transpose()?,
            serial: Serial::new(serial).ok_or(IssueCode::NameSerial)?,
            branch: branch.map(str::to_owned),
        })
    }
}

fn read_month(text: &str, kind: FileKind) -> Result<NameMonth, IssueCode> {
    if text == "000000" && kind == FileKind::Supplement {
        return Ok(NameMonth::OfPlan);
    }
    let is_digits = text.len() == 6 && text.bytes().all(|it| it.is_ascii_digit());
    let month = is_digits.then(|| text.parse().ok().and_then(Month::from_packed)).flatten();
    month.map(NameMonth::Of).ok_or(IssueCode::NameMonth)
}

/// The name as the standard writes it.
impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.prefix())?;
        match self.month {
            Some(NameMonth::OfPlan) => f.write_str("_000000")?,
            Some(NameMonth::Of(month)) => write!(f, "_{:06}", month.packed())?,
            None => {}
        }
        for (office, service_type) in [(&self.sender, &self.sender_type), (&self.receiver, &self.receiver_type)] {
            write!(f, "_{office}")?;
            if let Some(service_type) = service_type {
                write!(f, "_{}", service_type.as_str())?;
            }
        }
        write!(f, "_{}", self.serial.as_str())?;
        match &self.branch {
            Some(branch) => write!(f, "_{branch}.jpg"),
            None => f.write_str(".CSV"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_in_both_forms_and_written_as_it_was() {
        for name in [
            "UPHOSOKU_000000_0300000100_0300000005_20191025200201.CSV",
            "UPHOSOKU_201909_0300000100_43_0300000005_11_20191025200201.CSV",
            "UP1KYO_0300000100_43_0300000005_11_20191025200201.CSV",
            "UP1KYO_123456789_2468135790_20191110102233.CSV",
            "UP2KYO_0300000100_0300000005_20191025200201.CSV",
            "UP3KYO_0300000100_43_0300000005_11_20191025200201.CSV",
            "DLT1KYO_0300000100_0300000005_20191025200201.CSV",
            "UPPLAN_201912_0300000100_0300000005_20191025200201.CSV",
            "UPSIKYU_201912_0300000100_43_0300000005_11_20191025200201.CSV",
            "UPJSK_201912_0300000005_43_0300000100_11_20191025200201.CSV",
            "DLTPLAN_201912_0300000100_43_0300000005_11_20191025200201.CSV",
            "DLTJSK_201912_0300000005_0300000100_20191025200201.CSV",
            "UPKIHON_0300000100_46_0300000005_62_20191025200201.CSV",
            "UPKIHON_SUB1_0300000100_46_0300000005_62_20191025200201.CSV",
            "UPKIHON_SUB2_0300000100_46_0300000005_62_20191025200201.CSV",
            "UPKIHON_IMAGE_0300000100_46_0300000005_62_20191025200201_0001.jpg",
            "DLTKIHON_0300000100_46_0300000005_62_20191025200201.CSV",
            "UPYOBO_0300000100_46_0300000005_62_20191025200201.CSV",
            "UPYOBO_SUB_0300000100_46_0300000005_62_20191025200201.CSV",
            "DLTYOBO_0300000100_46_0300000005_62_20191025200201.CSV",
            // Version 4.0 wrote three characters for a service type.
            "UP1KYO_0300000100_430_0300000005_110_20191025200201.CSV",
        ] {
            let read = FileName::parse(name).unwrap_or_else(|code| panic!("{name}: {code:?}"));
            assert_eq!(read.to_string(), name);
        }
    }

    #[test]
    fn the_ending_may_be_in_lower_case() {
        let name = FileName::parse("DLT1KYO_0300000100_0300000005_20191025200201.csv").unwrap();
        assert_eq!(name.to_string(), "DLT1KYO_0300000100_0300000005_20191025200201.CSV");
    }

    #[test]
    fn a_wrong_part_is_named() {
        let check = |name: &str, expected| assert_eq!(FileName::parse(name).unwrap_err(), expected, "{name}");
        check("plan.pdf", IssueCode::NameUnknown);
        check("UP1KYO", IssueCode::NameUnknown);
        check("UP4KYO_0300000100_0300000005_20191025200201.CSV", IssueCode::NameUnknown);
        check("UP1KYO_0300000100_0300000005_20191025200201.txt", IssueCode::NameUnknown);
        check("UP1KYO_0300000100_20191025200201.CSV", IssueCode::NameParts);
        check("UPPLAN_0300000100_0300000005_20191025200201.CSV", IssueCode::NameParts);
        check("UPKIHON_IMAGE_0300000100_46_0300000005_62_20191025200201_1.jpg", IssueCode::NameParts);
        check("DLT1KYO_202304_4444444444_0300000005_20191025200201.csv", IssueCode::NameMonthUnexpected);
        check("UPPLAN_000000_0300000100_0300000005_20191025200201.CSV", IssueCode::NameMonth);
        check("UPPLAN_201933_0300000100_0300000005_20191025200201.CSV", IssueCode::NameMonth);
        check("UPPLAN_2019１2_0300000100_0300000005_20191025200201.CSV", IssueCode::NameMonth);
        check("UP1KYO_03000001000_0300000005_20191025200201.CSV", IssueCode::NameOffice);
        check("UP1KYO_0300000100_4_0300000005_11_20191025200201.CSV", IssueCode::NameServiceType);
        check("UP1KYO_0300000100_0300000005_20193325200201.CSV", IssueCode::NameSerial);
        check("UP1KYO_0300000100_0300000005_201910252002011.CSV", IssueCode::NameSerial);
        check("UP1KYO_0300000100_0300000005_20190229200201.CSV", IssueCode::NameSerial);
        check("UP3KYO_0300000100_0300000005_20191025200201.CSV", IssueCode::NameNotInVersion);
    }
}
