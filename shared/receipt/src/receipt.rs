use std::borrow::Cow;

use japan::Month;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Comment, Coverage, Disease, Eligibility, Encoding, IssueCode, ReceiptType, Service, SymptomDetail,
    columns::Columns,
    digits::{date_of, month_of, number},
    issue::Issues,
    lines::MarkedLine,
    rows::read_date,
    service::{DayCounts, filled_days},
    text::{Text, Texts},
    usual::UsualRow,
};

/// 男女区分 (table 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 1 男.
    Male,
    /// 2 女.
    Female,
}

/// JD 受診日等: what one payer's record says of each day of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// Column 2 負担者種別: 1 the insurer, 2 to 5 the first to fourth 公費.
    pub position: u8,
    /// The days with 1, a visit counted in 診療実日数, or 2, one that is not; bit 0 is the first of the
    /// month. 9, which says that claim and record differ, is left out.
    pub visited: u32,
}

/// One claim statement (レセプト): RE and the records below it. Fields that cannot be read are `None`, with
/// an issue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    /// Line of the RE, counted from 1.
    pub line: u64,
    /// Offset of the RE in the file, in bytes.
    pub offset: u64,
    /// Length of the RE and its records in the file, in bytes.
    pub size_bytes: u64,
    /// RE column 2 レセプト番号.
    pub number: Option<u32>,
    /// RE column 3 レセプト種別.
    pub receipt_type: Option<ReceiptType>,
    /// RE column 4 診療年月: the month of treatment, which the receipt belongs to.
    pub month: Option<Month>,
    /// RE column 5 氏名, as written.
    pub name: Text,
    /// RE column 6 男女区分.
    pub sex: Option<Sex>,
    /// RE column 7 生年月日.
    pub birth_date: Option<Date>,
    /// RE column 8 給付割合, in percent.
    pub benefit_percent: Option<u8>,
    /// RE column 9 入院年月日.
    pub admitted: Option<Date>,
    /// RE column 11 一部負担金等の区分 (table 8).
    pub copayment_class: Option<u8>,
    /// RE column 12 特記事項: codes of two characters (table 9), in order, unsplit.
    pub special_notes: Text,
    /// RE column 13 病床数.
    pub n_beds: Option<u16>,
    /// RE column 14 カルテ番号等, as written; empty where the software leaves it out.
    pub chart_number: Text,
    /// RE column 19 検索番号, of claims made again.
    pub search_number: Text,
    /// RE column 21 請求情報, the software's own.
    pub claim_information: Text,
    /// RE column 22 診療科名 of the first department (table 10).
    pub department: Text,
    /// RE column 37 カタカナ氏名, as written; empty in files of 36 columns.
    pub kana: Text,
    /// RE column 38 患者の状態: codes of three digits (table 27), unsplit.
    pub conditions: Text,
    /// HO and KO, in the order of the file.
    pub coverages: Vec<Coverage>,
    /// SN, since treatment in September 2021.
    pub eligibilities: Vec<Eligibility>,
    /// JD, one a payer.
    pub attendances: Vec<Attendance>,
    /// MF column 2 窓口負担額区分 (table 31).
    pub counter_payment_class: Option<u8>,
    /// GR column 2, why a receipt lies outside the bundled payment (table 17).
    pub unbundled_reason: Option<u8>,
    /// SY.
    pub diseases: Vec<Disease>,
    /// SI, IY and TO, in the order of the file.
    pub services: Vec<Service>,
    /// CO.
    pub comments: Vec<Comment>,
    /// SJ.
    pub symptom_details: Vec<SymptomDetail>,
    pub(crate) texts: Texts,
    pub(crate) day_counts: DayCounts,
}

impl Receipt {
    /// The points that GO adds up: those of the insurer, else of the first 公費.
    pub fn points(&self) -> i64 {
        self.coverages.first().map_or(0, |it| it.points)
    }

    /// Whether it is a claim made again (再請求): 検索番号 is filled.
    pub fn is_reclaim(&self) -> bool {
        !self.search_number.is_empty()
    }

    /// What a text column of the receipt says, as written, with U+FFFD for bytes that are no character; empty
    /// where nothing stands there. Borrowed where it is ASCII.
    pub fn text(&self, text: Text) -> Cow<'_, str> {
        self.texts.get(text)
    }

    /// The days of a service of the receipt, 1 to 31, with what was counted on each: times for procedures; for
    /// drugs often days of supply.
    pub fn day_counts(&self, service: &Service) -> impl Iterator<Item = (i8, u16)> + '_ {
        self.day_counts.of(service.days)
    }

    /// The encoding of its file.
    pub fn encoding(&self) -> Encoding {
        self.texts.encoding()
    }

    /// A text column of the receipt as its file writes it, in [`Receipt::encoding`]: enough to tell whether two
    /// receipts say the same, without decoding what they say.
    pub fn written(&self, text: Text) -> &[u8] {
        self.texts.written(text)
    }

    /// Begins the next receipt with its RE.
    pub(crate) fn begin(&mut self, columns: &Columns<'_>, line: u64, offset: u64, issues: &mut Issues) {
        self.clear(columns.encoding(), line, offset);
        let mut numbers = |column, max_digits| crate::coverage::read_number(columns, column, max_digits, line, issues);
        self.number = numbers(2, 6).map(|it| it as u32);
        self.benefit_percent = numbers(8, 3).map(|it| it.min(255) as u8);
        self.copayment_class = numbers(11, 1).map(|it| it as u8);
        self.n_beds = numbers(13, 4).map(|it| it as u16);
        self.receipt_type = ReceiptType::read(columns.get(3));
        self.month = columns.month(4);
        self.sex = Sex::read(columns.get(6));
        self.birth_date = columns.date(7);
        self.admitted = read_date(columns, 9, line, issues);
        for column in [5, 12, 14, 19, 21, 22, 37, 38] {
            self.keep_text(column, columns.get(column));
        }
        for (is_missing, code) in [
            (self.month.is_none(), IssueCode::ReceiptMonthUnreadable),
            (self.receipt_type.is_none(), IssueCode::ReceiptTypeUnreadable),
            (self.sex.is_none(), IssueCode::SexUnreadable),
            (self.birth_date.is_none(), IssueCode::BirthDateUnreadable),
        ] {
            if is_missing {
                issues.add(line, code);
            }
        }
    }

    /// [`Receipt::begin`] for usual rows of 36 to 38 columns. Where it gives `None`, the receipt is to be
    /// begun with [`Receipt::begin`].
    #[inline(always)]
    pub(crate) fn begin_usual(
        &mut self,
        row: MarkedLine<'_>,
        encoding: Encoding,
        line: u64,
        offset: u64,
    ) -> Option<()> {
        self.clear(encoding, line, offset);
        let mut columns = UsualRow::new(row)?;
        self.number = columns.number(6)?;
        self.receipt_type = Some(ReceiptType::read(columns.text()?)?);
        self.month = Some(month_of(columns.digits(6)?)?);
        let name = columns.text()?;
        self.keep_text(5, name);
        self.sex = Some(Sex::read(columns.text()?)?);
        self.birth_date = Some(date_of(columns.digits(8)?)?);
        let mut filled = columns.filled_from(8)?;
        while let Some((column, start, len)) = filled.next() {
            match column {
                8 => self.benefit_percent = Some(columns.number_at(start, len, 3)?.min(255) as u8),
                9 | 11 | 13 => return None,
                _ => self.keep_text(column, columns.text_at(start, len)?),
            }
        }
        (36..=38).contains(&filled.n_columns()).then_some(())
    }

    /// Empties the receipt for another RE. The room of its lists is kept.
    fn clear(&mut self, encoding: Encoding, line: u64, offset: u64) {
        (self.line, self.offset, self.size_bytes) = (line, offset, 0);
        (self.number, self.receipt_type, self.month, self.sex) = (None, None, None, None);
        (self.birth_date, self.admitted) = (None, None);
        (self.benefit_percent, self.copayment_class, self.n_beds) = (None, None, None);
        (self.counter_payment_class, self.unbundled_reason) = (None, None);
        for text in [
            &mut self.name,
            &mut self.special_notes,
            &mut self.chart_number,
            &mut self.search_number,
            &mut self.claim_information,
            &mut self.department,
            &mut self.kana,
            &mut self.conditions,
        ] {
            *text = Text::default();
        }
        self.coverages.clear();
        self.eligibilities.clear();
        self.attendances.clear();
        self.diseases.clear();
        self.services.clear();
        self.comments.clear();
        self.symptom_details.clear();
        self.texts.begin(encoding);
        self.day_counts.clear();
    }

    /// Keeps column `column` of the RE, where it is read as text.
    fn keep_text(&mut self, column: usize, written: &[u8]) {
        let text = match column {
            5 => &mut self.name,
            12 => &mut self.special_notes,
            14 => &mut self.chart_number,
            19 => &mut self.search_number,
            21 => &mut self.claim_information,
            22 => &mut self.department,
            37 => &mut self.kana,
            38 => &mut self.conditions,
            _ => return,
        };
        *text = self.texts.keep(written);
    }
}

impl Sex {
    fn read(class: &[u8]) -> Option<Self> {
        match class {
            b"1" => Some(Self::Male),
            b"2" => Some(Self::Female),
            _ => None,
        }
    }
}

impl Attendance {
    /// Reads a JD in a month with `days`.
    pub(crate) fn read(columns: &Columns<'_>, days: u32, line: u64, issues: &mut Issues) -> Self {
        let mut visited = 0;
        for day in filled_days(columns, 3) {
            if matches!(columns.get(3 + day), b"1" | b"2") {
                visited |= 1 << day;
            }
        }
        let within = visited & days;
        if within != visited {
            issues.add(line, IssueCode::DayOutsideMonth);
        }
        let position = number(columns.get(2), 1).value().unwrap_or(0) as u8;
        Self { position, visited: within }
    }

    /// [`Attendance::read`] for usual rows.
    #[inline(always)]
    pub(crate) fn read_usual(row: MarkedLine<'_>, days: u32) -> Option<Self> {
        let mut columns = UsualRow::new(row)?;
        let position = columns.number(1)?.unwrap_or(0) as u8;
        let mut visited = 0;
        let mut filled = columns.filled_from(3)?;
        while let Some((column, start, len)) = filled.next() {
            if matches!(columns.text_at(start, len)?, b"1" | b"2") {
                visited |= 1_u32.checked_shl(column as u32 - 3)?;
            }
        }
        (filled.n_columns() <= 33 && visited & !days == 0).then_some(Self { position, visited })
    }
}
