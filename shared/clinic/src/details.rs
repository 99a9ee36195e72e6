use codes::{Codes, Kind};
use japan::Month;
use jiff::civil::Date;
use receipt::Payer;
use rustc_hash::FxHashMap;

use crate::{Folded, Patient, SlotKind, Source, visits::days_until};

/// What the current files say of one patient, row by row, with names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// The receipts that count, the newest first.
    pub receipts: Vec<ReceiptDetail>,
    /// Each code once, the newest first.
    pub diseases: Vec<CodeDetail>,
    /// Each code once, the newest first.
    pub procedures: Vec<CodeDetail>,
    /// Each code once, the newest first.
    pub drugs: Vec<CodeDetail>,
}

/// A receipt and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptDetail {
    /// 診療年月.
    pub month: Month,
    /// 請求年月.
    pub claim_month: Month,
    /// 審査支払機関.
    pub payer: Payer,
    /// 点検用 or 提出用.
    pub kind: SlotKind,
    /// By the definition of GO.
    pub points: i64,
    /// What people call the file.
    pub file: String,
    /// Line of the RE, counted from 1.
    pub line: u32,
    /// SHA-256 of the raw file.
    pub raw_sha256: [u8; 32],
    /// Where the receipt begins in the raw file, in bytes.
    pub offset: u64,
    /// How long it is there, in bytes.
    pub size_bytes: u32,
}

/// A code in its newest row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeDetail {
    /// With its leading zeros.
    pub code: String,
    /// What it is called; the code where no master knows it.
    pub name: String,
    /// 診療年月 of the newest row.
    pub month: Month,
    /// 診療開始日 of a disease; the newest day of a procedure or a drug.
    pub date: Option<Date>,
    /// Of a disease: some row of its newest month is neither suspected nor ended. Of a drug or a
    /// procedure: always.
    pub is_present: bool,
    /// Of a drug: 回数 of the newest row, by mouth the days of supply.
    pub times: Option<u16>,
    /// Of a drug: whether a pharmacy outside dispensed it.
    pub is_dispensed_outside: bool,
    /// What people call the file.
    pub file: String,
    /// Line in that file, counted from 1.
    pub line: u32,
}

/// The rows of a list as they are found, each code once.
#[derive(Default)]
struct Found {
    rows: Vec<CodeDetail>,
    by_code: FxHashMap<u32, usize>,
}

impl Found {
    /// A row of `code`, unless a newer month had one; of one month a present one counts.
    fn add(&mut self, code: u32, row: impl FnOnce() -> CodeDetail, month: Month, is_present: bool) {
        match self.by_code.get(&code) {
            None => {
                self.by_code.insert(code, self.rows.len());
                self.rows.push(row());
            }
            Some(index) => {
                let known = &mut self.rows[*index];
                if known.month == month && is_present && !known.is_present {
                    *known = row();
                }
            }
        }
    }
}

impl Folded<'_> {
    /// What the files say of `patient`, one of [`Folded::patients`], up to the day of the fold.
    pub fn details(&self, patient: &Patient<'_>, codes: &Codes) -> Details {
        let [mut diseases, mut procedures, mut drugs] = [(); 3].map(|()| Found::default());
        for source in &patient.sources {
            let source = *source;
            let receipt = self.receipt(source);
            let month = receipt.month();
            let last_day = |days: u32| {
                let days = days_until(days, month.packed(), self.as_of);
                days.checked_ilog2().and_then(|it| month.day(it as i8 + 1))
            };
            let detail = |kind: Kind, code: u32, line_offset: u32, date: Option<Date>| CodeDetail {
                code: kind.written(code),
                name: codes.name_or_code(kind, code, month).into_owned(),
                month,
                date,
                is_present: true,
                times: None,
                is_dispensed_outside: false,
                file: self.file(source).file.to_owned(),
                line: receipt.line.saturating_add(line_offset),
            };
            if source.counts {
                for row in self.diseases(source) {
                    let is_present = row.is_present();
                    let shown =
                        || CodeDetail { is_present, ..detail(Kind::Disease, row.code, row.line_offset, row.started()) };
                    diseases.add(row.code, shown, month, is_present);
                }
                for row in self.procedures(source) {
                    let shown = || detail(Kind::Procedure, row.code, row.line_offset, last_day(row.days));
                    procedures.add(row.code, shown, month, true);
                }
            }
            if source.drugs {
                for row in self.drugs(source) {
                    let shown = || CodeDetail {
                        times: Some(row.times),
                        is_dispensed_outside: row.is_dispensed_outside,
                        ..detail(Kind::Drug, row.code, row.line_offset, last_day(row.days))
                    };
                    drugs.add(row.code, shown, month, true);
                }
            }
        }
        let receipts = patient.sources.iter().map(|it| self.receipt_detail(*it)).collect();
        Details { receipts, diseases: diseases.rows, procedures: procedures.rows, drugs: drugs.rows }
    }

    fn receipt_detail(&self, source: Source) -> ReceiptDetail {
        let (file, receipt) = (self.file(source), self.receipt(source));
        ReceiptDetail {
            month: receipt.month(),
            claim_month: file.facts.claim_month,
            payer: file.facts.payer,
            kind: file.kind,
            points: receipt.points,
            file: file.file.to_owned(),
            line: receipt.line,
            raw_sha256: file.facts.raw_sha256,
            offset: receipt.offset,
            size_bytes: receipt.size_bytes,
        }
    }
}
