use crate::{
    IssueCode, Text,
    columns::Columns,
    digits::{Number, number},
    issue::Issues,
    lines::MarkedLine,
    text::Texts,
    usual::UsualRow,
};

/// What a receipt was issued for, レセプト種別 (table 5): four digits, the first 1 for 医科.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptType(u16);

/// The second digit of [`ReceiptType`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InsuranceType {
    /// 1 医保・国保, whose payer tells which.
    Insurance,
    /// 2 公費単独.
    PublicOnly,
    /// 3 後期高齢者.
    Elderly,
    /// 4 退職者.
    Retiree,
}

impl ReceiptType {
    /// The type written as four digits, if it is one of 医科.
    pub fn parse(digits: &str) -> Option<Self> {
        Self::read(digits.as_bytes())
    }

    pub(crate) fn read(digits: &[u8]) -> Option<Self> {
        let valid = matches!(digits, [b'1', b'1'..=b'4', b'1'..=b'5', b'0'..=b'9']);
        let packed = number(digits, 4).value().filter(|_| valid)?;
        Some(Self(packed as u16))
    }

    /// The four digits as a number, for compact storage.
    pub fn packed(self) -> u16 {
        self.0
    }

    /// The type whose digits are `packed`.
    pub fn from_packed(packed: u16) -> Option<Self> {
        Self::parse(&format!("{packed:04}"))
    }

    /// Who insures.
    pub fn insurance(self) -> InsuranceType {
        match self.0 / 100 % 10 {
            1 => InsuranceType::Insurance,
            2 => InsuranceType::PublicOnly,
            3 => InsuranceType::Elderly,
            _ => InsuranceType::Retiree,
        }
    }

    /// Whether the patient was in a bed: the last digit is odd.
    pub fn is_inpatient(self) -> bool {
        self.0 % 2 == 1
    }
}

impl std::fmt::Display for ReceiptType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// HO 保険者 or KO 公費: one of those who pay for a receipt, with what it is claimed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Line of the record, counted from 1.
    pub line: u64,
    /// 0 for HO, 1 to 4 for the first to fourth KO: the bit of [`Burden`].
    pub position: u8,
    /// Column 2: 保険者番号 or 公費負担者番号, without the blanks that pad it. A zero that a spreadsheet
    /// dropped from the front of eight or six digits is put back.
    pub number: Text,
    /// HO column 3 被保険者証等の記号.
    pub symbol: Text,
    /// HO column 4 被保険者証等の番号, KO column 3 受給者番号.
    pub member: Text,
    /// HO and KO column 5 診療実日数, in days.
    pub n_days: Option<u8>,
    /// HO and KO column 6 合計点数, in points.
    pub points: i64,
    /// HO column 12, KO column 7: 負担金額 in yen.
    pub charge_yen: Option<i64>,
    /// HO column 10 職務上の事由 (table 15).
    pub occupational: Option<u8>,
    /// HO column 13 減免区分 (table 16).
    pub reduction: Option<u8>,
    /// HO column 14 減額割合, in percent.
    pub reduction_percent: Option<u8>,
    /// HO column 15 減額金額, in yen.
    pub reduction_yen: Option<i64>,
    /// HO column 9, KO column 12: 食事・生活療養 合計金額 in yen.
    pub meals_yen: Option<i64>,
}

impl Coverage {
    pub(crate) fn read_insurer(columns: &Columns<'_>, line: u64, texts: &mut Texts, issues: &mut Issues) -> Self {
        let mut read = |column, max_digits| read_number(columns, column, max_digits, line, issues);
        Self {
            line,
            position: 0,
            n_days: read(5, 2).map(|it| it as u8),
            points: read(6, 8).unwrap_or(0),
            charge_yen: read(12, 9),
            occupational: read(10, 1).map(|it| it as u8),
            reduction: read(13, 1).map(|it| it as u8),
            reduction_percent: read(14, 3).map(|it| it.min(100) as u8),
            reduction_yen: read(15, 6),
            meals_yen: read(9, 8),
            number: keep_padded(columns.get(2), texts),
            symbol: texts.keep(columns.get(3)),
            member: texts.keep(columns.get(4)),
        }
    }

    pub(crate) fn read_public(
        columns: &Columns<'_>,
        position: u8,
        line: u64,
        texts: &mut Texts,
        issues: &mut Issues,
    ) -> Self {
        let mut read = |column, max_digits| read_number(columns, column, max_digits, line, issues);
        Self {
            line,
            position,
            n_days: read(5, 2).map(|it| it as u8),
            points: read(6, 8).unwrap_or(0),
            charge_yen: read(7, 8),
            meals_yen: read(12, 8),
            number: keep_padded(columns.get(2), texts),
            member: texts.keep(columns.get(3)),
            ..Self::default()
        }
    }
}

impl Coverage {
    /// [`Coverage::read_insurer`] for usual rows: nothing stands behind 合計点数.
    #[inline(always)]
    pub(crate) fn read_usual_insurer(row: MarkedLine<'_>, line: u64, texts: &mut Texts) -> Option<Self> {
        let mut columns = UsualRow::new(row)?;
        let (number, symbol, member) = (columns.text()?, columns.text()?, columns.text()?);
        let n_days = columns.number(2)?.map(|it| it as u8);
        let points = columns.number(8)?.map_or(0, i64::from);
        columns.only_blanks(9)?;
        let number = keep_padded(number, texts);
        let (symbol, member) = (texts.keep(symbol), texts.keep(member));
        Some(Self { line, n_days, points, number, symbol, member, ..Self::default() })
    }
}

/// Insurers' numbers have six or eight digits; five or seven lost their zero to a spreadsheet.
fn keep_padded(number: &[u8], texts: &mut Texts) -> Text {
    match number.len() {
        5 | 7 if number.iter().all(u8::is_ascii_digit) => texts.keep(&[b"0", number].concat()),
        _ => texts.keep(number),
    }
}

pub(crate) fn read_number(
    columns: &Columns<'_>,
    column: usize,
    max_digits: usize,
    line: u64,
    issues: &mut Issues,
) -> Option<i64> {
    if columns.is_empty(column) {
        return None;
    }
    let read = number(columns.get(column), max_digits);
    if read == Number::Unreadable {
        issues.add(line, IssueCode::NumberUnreadable);
    }
    read.value()
}

/// SN 資格確認: how eligibility was confirmed, and the branch number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Eligibility {
    /// Column 2 負担者種別: 1 the insurer, 2 to 5 the first to fourth 公費 (table 28).
    pub position: Option<u8>,
    /// Column 3 確認区分, 1 to 14 (table 29).
    pub confirmation: Option<u8>,
    /// Column 7 枝番, two digits.
    pub branch: Text,
}

impl Eligibility {
    pub(crate) fn read(columns: &Columns<'_>, line: u64, texts: &mut Texts, issues: &mut Issues) -> Self {
        Self {
            position: read_number(columns, 2, 1, line, issues).map(|it| it as u8),
            confirmation: read_number(columns, 3, 2, line, issues).map(|it| it as u8),
            branch: texts.keep(columns.get(7)),
        }
    }
}

impl Eligibility {
    /// [`Eligibility::read`] for usual rows.
    #[inline(always)]
    pub(crate) fn read_usual(row: MarkedLine<'_>, texts: &mut Texts) -> Option<Self> {
        let mut columns = UsualRow::new(row)?;
        let position = columns.number(1)?.map(|it| it as u8);
        let confirmation = columns.number(2)?.map(|it| it as u8);
        // Columns 4 to 6 are never read.
        columns.skip()?;
        columns.skip()?;
        columns.skip()?;
        let branch = columns.text()?;
        columns.skip()?;
        columns.last()?;
        Some(Self { position, confirmation, branch: texts.keep(branch) })
    }
}

/// 負担区分 (table 21): which of a receipt's payers a row is claimed from. Bit 0 is the insurer, bits 1 to
/// 4 the first to fourth 公費.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Burden(pub u8);

impl Burden {
    /// The payers that the character of the column stands for; `None` outside the table.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let [character] = text else { return None };
        let bits = match character {
            b'1' => 0b00001,
            b'5' => 0b00010,
            b'6' => 0b00100,
            b'B' => 0b01000,
            b'C' => 0b10000,
            b'2' => 0b00011,
            b'3' => 0b00101,
            b'E' => 0b01001,
            b'G' => 0b10001,
            b'7' => 0b00110,
            b'H' => 0b01010,
            b'I' => 0b10010,
            b'J' => 0b01100,
            b'K' => 0b10100,
            b'L' => 0b11000,
            b'4' => 0b00111,
            b'M' => 0b01011,
            b'N' => 0b10011,
            b'O' => 0b01101,
            b'P' => 0b10101,
            b'Q' => 0b11001,
            b'R' => 0b01110,
            b'S' => 0b10110,
            b'T' => 0b11010,
            b'U' => 0b11100,
            b'V' => 0b01111,
            b'W' => 0b10111,
            b'X' => 0b11011,
            b'Y' => 0b11101,
            b'Z' => 0b11110,
            b'9' => 0b11111,
            _ => return None,
        };
        Some(Self(bits))
    }

    /// The positions of the payers among them: 0 the insurer, 1 to 4 公費.
    pub(crate) fn positions(self) -> impl Iterator<Item = usize> {
        let mut bits = self.0;
        std::iter::from_fn(move || {
            let position = bits.trailing_zeros();
            bits &= bits.checked_sub(1)?;
            Some(position as usize)
        })
    }

    /// Whether the payer at `position` (0 the insurer, 1 to 4 公費) is among them.
    pub fn includes(self, position: u8) -> bool {
        self.0 >> position & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_payers_has_one_character() {
        let mut seen: Vec<u8> = (0..=255_u8).filter_map(|it| Burden::parse(&[it])).map(|it| it.0).collect();
        seen.sort_unstable();
        assert_eq!(seen, (1..=31).collect::<Vec<u8>>());
    }

    #[test]
    fn a_receipt_type_tells_insurance_and_bed() {
        let elderly = ReceiptType::parse("1318").unwrap();
        assert_eq!((elderly.insurance(), elderly.is_inpatient()), (InsuranceType::Elderly, false));
        assert!(ReceiptType::parse("1111").unwrap().is_inpatient());
        assert_eq!(ReceiptType::parse("3112"), None);
        assert_eq!(ReceiptType::parse("11"), None);
        assert_eq!(ReceiptType::from_packed(elderly.packed()), Some(elderly));
    }

    #[test]
    fn a_zero_lost_to_a_spreadsheet_is_put_back() {
        let mut texts = Texts::default();
        for (number, expected) in [("1130012", "01130012"), ("38057", "038057"), ("138057", "138057")] {
            let text = keep_padded(number.as_bytes(), &mut texts);
            assert_eq!(texts.get(text), expected);
        }
    }
}
