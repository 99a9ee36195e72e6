use std::collections::BTreeMap;

use crate::columns::{trimmed, unquote};

/// The type of a record, as its first column says it: two capital letters or digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RecordType(
    /// Index in the order of letters and digits; beyond it the constants.
    u16,
);

/// What a record means to a reader of 医科 claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Record {
    /// IR.
    Header,
    /// RE.
    Receipt,
    /// HO.
    Insurer,
    /// KO.
    PublicPayer,
    /// SN.
    Eligibility,
    /// JD.
    Attendance,
    /// MF.
    CounterPayment,
    /// GR.
    Unbundled,
    /// SY.
    Disease,
    /// SI.
    Procedure,
    /// IY.
    Drug,
    /// TO.
    Device,
    /// CO.
    Comment,
    /// SJ.
    SymptomDetail,
    /// TI, of an organ donor, who is no patient.
    Donor,
    /// TR.
    DonorReceipt,
    /// TS.
    DonorPoints,
    /// GO.
    Footer,
    /// A row that a payer put before a claim made again: it begins with a number.
    History,
    /// Of DPC claims alone.
    Dpc,
    /// Of 労災 claims alone.
    WorkersAccident,
    /// Outside the layout: a removed record, or one of claims sent back.
    Known,
    /// Of no specification at hand.
    Unknown,
}

const N_LETTERS: u16 = 36;
/// Stands for whatever is not two capital letters or digits.
const OTHER: RecordType = RecordType(N_LETTERS * N_LETTERS);
const HISTORY: RecordType = RecordType(N_LETTERS * N_LETTERS + 1);
const N_TYPES: usize = (N_LETTERS * N_LETTERS) as usize + 2;

static RECORDS: [Record; N_TYPES] = {
    let mut records = [Record::Unknown; N_TYPES];
    let mut index = 0;
    while index < N_TYPES as u16 {
        records[index as usize] = meaning(RecordType(index));
        index += 1;
    }
    records
};

const fn meaning(record: RecordType) -> Record {
    if record.0 == HISTORY.0 {
        return Record::History;
    }
    match &record.name() {
        b"IR" => Record::Header,
        b"RE" => Record::Receipt,
        b"HO" => Record::Insurer,
        b"KO" => Record::PublicPayer,
        b"SN" => Record::Eligibility,
        b"JD" => Record::Attendance,
        b"MF" => Record::CounterPayment,
        b"GR" => Record::Unbundled,
        b"SY" => Record::Disease,
        b"SI" => Record::Procedure,
        b"IY" => Record::Drug,
        b"TO" => Record::Device,
        b"CO" => Record::Comment,
        b"SJ" => Record::SymptomDetail,
        b"TI" => Record::Donor,
        b"TR" => Record::DonorReceipt,
        b"TS" => Record::DonorPoints,
        b"GO" => Record::Footer,
        b"BU" | b"SB" | b"KK" | b"SK" | b"GA" | b"HH" | b"GT" | b"BT" => Record::Dpc,
        b"RR" | b"RS" => Record::WorkersAccident,
        b"KH" | b"NI" | b"UK" | b"HR" | b"JY" | b"EX" | b"RC" | b"MD" | b"MN" | b"HG" | b"HI" | b"ON" | b"RT"
        | b"JR" | b"MK" => Record::Known,
        _ => Record::Unknown,
    }
}

impl RecordType {
    /// The type that the first column of `line` says.
    #[inline]
    pub(crate) fn of(line: &[u8]) -> Self {
        match line {
            [one, other, b',', ..] if one.is_ascii_uppercase() && is_letter(*other) => Self::named([*one, *other]),
            _ => unusual_type(line),
        }
    }

    #[inline]
    fn named([one, other]: [u8; 2]) -> Self {
        let place = |it: u8| u16::from(if it.is_ascii_digit() { it - b'0' + 26 } else { it.wrapping_sub(b'A') });
        Self(place(one) * N_LETTERS + place(other))
    }

    const fn name(self) -> [u8; 2] {
        const LETTERS: &[u8; N_LETTERS as usize] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        match self {
            OTHER => *b"? ",
            HISTORY => *b"# ",
            Self(index) => [LETTERS[(index / N_LETTERS) as usize], LETTERS[(index % N_LETTERS) as usize]],
        }
    }

    /// What records of the type mean.
    #[inline]
    pub(crate) fn record(self) -> Record {
        RECORDS[usize::from(self.0)]
    }
}

impl Record {
    /// How many columns the layout gives it; `None` where it has no place in a claim.
    pub(crate) fn n_columns(self) -> Option<usize> {
        Some(match self {
            Self::Header | Self::Donor => 10,
            Self::Receipt => 38,
            Self::Insurer => 15,
            Self::PublicPayer => 12,
            Self::Eligibility => 9,
            Self::Attendance | Self::CounterPayment => 33,
            Self::Unbundled | Self::SymptomDetail => 3,
            Self::Disease => 8,
            Self::Procedure | Self::Drug => 44,
            Self::Device => 48,
            Self::Comment | Self::DonorPoints => 5,
            Self::DonorReceipt => 18,
            Self::Footer => 4,
            Self::History | Self::Dpc | Self::WorkersAccident | Self::Known | Self::Unknown => return None,
        })
    }
}

fn unusual_type(line: &[u8]) -> RecordType {
    if line.contains(&b'"') {
        // Type and number are ASCII; whatever else there is makes neither.
        let mut unquoted = line.iter().copied().map(char::from).collect();
        unquote(&mut unquoted);
        return unusual_type(unquoted.as_bytes());
    }
    let id = line.split(|it| *it == b',').next().unwrap_or_default();
    match trimmed(id) {
        [] => OTHER,
        id if id.iter().all(u8::is_ascii_digit) => HISTORY,
        [one, other] if is_letter(*one) && is_letter(*other) => RecordType::named([*one, *other]),
        _ => OTHER,
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// How often each record type occurred in a part.
#[derive(Debug)]
pub(crate) struct RecordCounts {
    /// By index of the type.
    counts: Vec<u64>,
}

impl Default for RecordCounts {
    fn default() -> Self {
        Self { counts: vec![0; N_TYPES] }
    }
}

impl RecordCounts {
    #[inline]
    pub(crate) fn add(&mut self, record: RecordType) {
        self.counts[usize::from(record.0)] += 1;
    }

    /// By type, as a part shows them.
    pub(crate) fn by_type(&self) -> BTreeMap<String, u64> {
        let shown = |record: RecordType| record.name().into_iter().map(char::from).filter(|it| *it != ' ').collect();
        let counted = (0..).map(RecordType).zip(&self.counts).filter(|(_, count)| **count > 0);
        counted.map(|(record, count)| (shown(record), *count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_column_says_the_type() {
        for (line, expected) in [
            ("SI,12,1", "SI"),
            ("GO", "GO"),
            ("\"RE\",\"1\"", "RE"),
            ("R\"E\",1", "RE"),
            ("\"RE,1", "RE"),
            ("\"RE,\"1", "? "),
            (" RE ,1", "RE"),
            ("1,2,0,RE", "# "),
            ("12,", "# "),
            ("R1,", "R1"),
            ("re,1", "? "),
            ("REX,1", "? "),
            (",RE", "? "),
            ("", "? "),
        ] {
            assert_eq!(RecordType::of(line.as_bytes()).name(), expected.as_bytes(), "{line}");
        }
    }
}
