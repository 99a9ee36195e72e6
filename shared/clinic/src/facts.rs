use std::borrow::Cow;

use japan::Month;
use jiff::civil::Date;
use receipt::{ClinicCode, Kind, Outcome, Payer, ReceiptType, Sex};
use serde::{Deserialize, Serialize};

use crate::PersonKey;

/// What the fold needs of one part of a claim file: the content of a month object.
///
/// Text is borrowed from the object's bytes; rows stand in flat lists, each receipt owning the next
/// few of each, so that a clinic's years are decoded in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFacts<'a> {
    /// 医療機関コード of the IR.
    pub clinic_code: ClinicCode,
    /// 審査支払機関 of the IR.
    pub payer: Payer,
    /// 請求年月 of the IR.
    pub claim_month: Month,
    /// 点検用 or 提出用, as the content shows.
    pub content_kind: Kind,
    /// マルチボリューム識別情報: 0 for a claim in one file.
    pub volume: u8,
    /// SHA-256 of the raw file, whose byte ranges the receipts name.
    pub raw_sha256: [u8; 32],
    /// Which part of the raw file, counted from 1.
    pub part: u32,
    /// Points by the definition of GO.
    pub points: i64,
    /// Whether every receipt is a claim made again (検索番号 filled).
    pub is_all_reclaims: bool,
    #[serde(borrow)]
    pub(crate) texts: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) persons: Vec<PersonFacts<'a>>,
    pub(crate) receipts: Vec<ReceiptFacts>,
    pub(crate) diseases: Vec<DiseaseFacts>,
    pub(crate) procedures: Vec<ProcedureFacts>,
    pub(crate) drugs: Vec<DrugFacts>,
}

/// Why bytes are no month object, or no facts object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Written by another version of the program; it is made again from what it was made of.
    #[error("the object has version {0}")]
    Version(u8),
    /// Not such an object, or cut short.
    #[error("the bytes are no such object")]
    Broken,
}

const MAGIC: &[u8; 3] = b"KYM";
const VERSION: u8 = 1;

impl<'a> MonthFacts<'a> {
    /// The month object: a header with a version, then the facts. The same facts give the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(VERSION);
        postcard::to_extend(self, bytes).expect("a growing list of bytes takes any facts")
    }

    /// Reads a month object, borrowing its text from `bytes`.
    ///
    /// # Errors
    ///
    /// [`FactsError::Version`] when another version wrote it, [`FactsError::Broken`] when it is none.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, FactsError> {
        match bytes {
            [b'K', b'Y', b'M', VERSION, rest @ ..] => {
                let facts: Self = postcard::from_bytes(rest).map_err(|_| FactsError::Broken)?;
                facts.is_sound().then_some(facts).ok_or(FactsError::Broken)
            }
            [b'K', b'Y', b'M', version, ..] => Err(FactsError::Version(*version)),
            _ => Err(FactsError::Broken),
        }
    }

    /// Whether every index lies inside its list, so that reading it can never panic.
    fn is_sound(&self) -> bool {
        let mut n_rows = [0_usize; 3];
        for receipt in &self.receipts {
            n_rows[0] += usize::from(receipt.n_diseases);
            n_rows[1] += usize::from(receipt.n_procedures);
            n_rows[2] += usize::from(receipt.n_drugs);
            let is_inside = (receipt.person as usize) < self.persons.len()
                && (receipt.insurer as usize) < self.texts.len()
                && (receipt.search_number as usize) < self.texts.len()
                && Month::from_packed(receipt.month).is_some();
            if !is_inside {
                return false;
            }
        }
        n_rows == [self.diseases.len(), self.procedures.len(), self.drugs.len()]
    }

    /// How many receipts the part has.
    pub fn n_receipts(&self) -> usize {
        self.receipts.len()
    }

    /// 検索番号 of a receipt of these facts; empty where it is no claim made again.
    pub(crate) fn search_number(&self, receipt: &ReceiptFacts) -> &str {
        &self.texts[receipt.search_number as usize]
    }

    /// The months of treatment, each once, in order.
    pub fn months(&self) -> Vec<Month> {
        let mut months: Vec<Month> = self.receipts.iter().map(|it| it.month()).collect();
        months.sort_unstable();
        months.dedup();
        months
    }

    /// Who the receipts are of, each once, in order: by chart number, or where there is none by name,
    /// birth date and sex.
    pub fn person_keys(&self) -> Vec<PersonKey> {
        let mut keys: Vec<PersonKey> = self.persons.iter().map(PersonKey::coarse).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// A person as one file writes them; raw except for the chart number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PersonFacts<'a> {
    /// Normalised; empty where the file has none.
    #[serde(borrow)]
    pub(crate) chart_number: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    /// Empty in files of 36 columns.
    #[serde(borrow)]
    pub(crate) kana: Cow<'a, str>,
    /// `yyyymmdd`, 0 where it cannot be read.
    birth_date: u32,
    /// 1 male, 2 female, 0 where it cannot be read.
    sex: u8,
}

impl<'a> PersonFacts<'a> {
    pub(crate) fn new(
        chart_number: Cow<'a, str>,
        name: Cow<'a, str>,
        kana: Cow<'a, str>,
        birth_date: Option<Date>,
        sex: Option<Sex>,
    ) -> Self {
        let sex = match sex {
            None => 0,
            Some(Sex::Male) => 1,
            Some(Sex::Female) => 2,
        };
        Self { chart_number, name, kana, birth_date: birth_date.map_or(0, pack), sex }
    }

    pub(crate) fn birth_date(&self) -> Option<Date> {
        unpack(self.birth_date)
    }

    pub(crate) fn sex(&self) -> Option<Sex> {
        match self.sex {
            1 => Some(Sex::Male),
            2 => Some(Sex::Female),
            _ => None,
        }
    }
}

/// A receipt: who, when, from whom, and how many of the next rows are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReceiptFacts {
    /// Index of the person.
    pub(crate) person: u32,
    /// Line of the RE, counted from 1.
    pub(crate) line: u32,
    /// Where the receipt stands in the raw file, in bytes.
    pub(crate) offset: u64,
    pub(crate) size_bytes: u32,
    /// レセプト種別 as a number; 0 where it cannot be read.
    receipt_type: u16,
    /// 診療年月 as `yyyymm`.
    month: u32,
    /// Index of the text of 保険者番号, or of the first 公費負担者番号.
    pub(crate) insurer: u32,
    /// Index of the text of 検索番号; 0 is the empty text.
    pub(crate) search_number: u32,
    /// By the definition of GO.
    pub(crate) points: i64,
    /// The days of attendance, bit 0 for the first of the month.
    pub(crate) visited: u32,
    /// Whether `visited` is only the last day of the month, because the receipt names no day.
    pub(crate) is_visit_assumed: bool,
    /// Whether a 処方箋料 is charged: a pharmacy outside dispenses.
    pub(crate) is_prescribed_outside: bool,
    /// Whether some disease ended with 転帰 3.
    pub(crate) is_death: bool,
    pub(crate) n_diseases: u16,
    pub(crate) n_procedures: u16,
    pub(crate) n_drugs: u16,
}

impl ReceiptFacts {
    /// The facts of a receipt before its rows are counted; the caller knows the month is readable.
    pub(crate) fn new(person: u32, line: u64, receipt_type: Option<ReceiptType>, month: Month) -> Self {
        Self {
            person,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            offset: 0,
            size_bytes: 0,
            receipt_type: receipt_type.map_or(0, ReceiptType::packed),
            month: month.packed(),
            insurer: 0,
            search_number: 0,
            points: 0,
            visited: 0,
            is_visit_assumed: false,
            is_prescribed_outside: false,
            is_death: false,
            n_diseases: 0,
            n_procedures: 0,
            n_drugs: 0,
        }
    }

    pub(crate) fn month(&self) -> Month {
        Month::from_packed(self.month).expect("reading a month object checks its months")
    }

    pub(crate) fn packed_month(&self) -> u32 {
        self.month
    }

    pub(crate) fn packed_type(&self) -> u16 {
        self.receipt_type
    }

    pub(crate) fn receipt_type(&self) -> Option<ReceiptType> {
        ReceiptType::from_packed(self.receipt_type)
    }
}

/// A SY row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DiseaseFacts {
    pub(crate) code: u32,
    /// Lines below the RE.
    pub(crate) line_offset: u32,
    /// `yyyymmdd`, 0 where it cannot be read.
    started: u32,
    /// Bits: 1 suspected, 2 ended (転帰 2, 3 or 4), 4 main.
    flags: u8,
}

impl DiseaseFacts {
    pub(crate) fn new(disease: &receipt::Disease, code: u32, line_offset: u32) -> Self {
        let ended = disease.outcome != Outcome::Continuing;
        let flags = u8::from(disease.is_suspected()) | u8::from(ended) << 1 | u8::from(disease.is_main) << 2;
        Self { code, line_offset, started: disease.started.map_or(0, pack), flags }
    }

    /// Neither suspected nor ended.
    pub(crate) fn is_present(&self) -> bool {
        self.flags & 0b11 == 0
    }

    pub(crate) fn started(&self) -> Option<Date> {
        unpack(self.started)
    }
}

/// A SI row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProcedureFacts {
    pub(crate) code: u32,
    pub(crate) line_offset: u32,
    /// The days something was counted on, bit 0 for the first of the month.
    pub(crate) days: u32,
}

/// An IY row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DrugFacts {
    pub(crate) code: u32,
    pub(crate) line_offset: u32,
    pub(crate) days: u32,
    /// 回数: for drugs taken by mouth the days of supply.
    pub(crate) times: u16,
    pub(crate) is_dispensed_outside: bool,
}

fn pack(date: Date) -> u32 {
    (date.year() as u32 * 100 + date.month() as u32) * 100 + date.day() as u32
}

fn unpack(packed: u32) -> Option<Date> {
    let year = i16::try_from(packed / 10_000).ok()?;
    Date::new(year, (packed / 100 % 100) as i8, (packed % 100) as i8).ok().filter(|_| packed != 0)
}
