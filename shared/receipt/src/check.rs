use std::collections::BTreeMap;

use japan::Month;
use serde::Serialize;

use crate::{
    Header, Issue, IssueCode, Kind, Receipt, Severity,
    columns::Columns,
    digits::{Number, number},
    issue::Issues,
    kind::KindEvidence,
};

/// What GO says: 総件数, which counts HO and KO, and 総合計点数. Both stand only in the last volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Declared {
    /// GO column 2 総件数: HO and KO records.
    pub receipts: Option<i64>,
    /// GO column 3 総合計点数, in points.
    pub points: Option<i64>,
}

/// How many HO and KO were compared with their rows, and how many agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PayerTotals {
    /// HO and KO compared.
    pub checked: u64,
    /// Those whose 合計点数 is Σ(点数×回数) of the rows with their 負担区分.
    pub matched: u64,
}

/// One IR to its GO: what was read and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// Counted from 1 in the file.
    pub number: u32,
    /// The IR.
    pub header: Header,
    /// 点検用 or 提出用, by content.
    pub kind: Kind,
    /// RE records.
    pub n_receipts: u64,
    /// RE records that are claims made again (検索番号 filled).
    pub n_reclaims: u64,
    /// HO and KO records.
    pub n_coverages: u64,
    /// Points by the definition of GO: of HO, or of the first KO where there is no HO.
    pub points: i64,
    /// GO as written; `None` when it is missing.
    pub declared: Option<Declared>,
    /// The comparison of payers' totals.
    pub payer_totals: PayerTotals,
    /// How often each record occurred. Types that are not two letters or digits count under `?`.
    pub records: BTreeMap<String, u64>,
    /// In the order of their lines.
    pub issues: Vec<Issue>,
}

impl Part {
    /// Whether nothing forbids importing it.
    pub fn is_importable(&self) -> bool {
        self.issues.iter().all(|it| it.severity != Severity::Error)
    }

    /// The counts over all volumes that stand before this part in the same file.
    pub(crate) fn sums(&self) -> Sums {
        Sums { n_coverages: self.n_coverages, points: self.points }
    }
}

/// What GO of a last volume counts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    pub(crate) n_coverages: u64,
    pub(crate) points: i64,
}

impl Sums {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { n_coverages: self.n_coverages + other.n_coverages, points: self.points.saturating_add(other.points) }
    }
}

/// The checks of a part while its receipts are read.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    pub(crate) issues: Issues,
    kind: KindEvidence,
    numbers: ReceiptNumbers,
}

/// The numbers of receipts that came, a bit for each: they have at most six digits.
#[derive(Debug, Default)]
struct ReceiptNumbers(Vec<u64>);

impl ReceiptNumbers {
    /// Adds `number`. Returns whether it came before.
    fn has_or_adds(&mut self, number: u32) -> bool {
        let (index, bit) = ((number / u64::BITS) as usize, 1 << (number % u64::BITS));
        if index >= self.0.len() {
            self.0.resize(index + 1, 0);
        }
        let came_before = self.0[index] & bit != 0;
        self.0[index] |= bit;
        came_before
    }
}

impl Checks {
    /// Checks a whole receipt and adds it to the part's counts.
    pub(crate) fn receipt(&mut self, part: &mut Part, receipt: &Receipt) {
        part.n_receipts += 1;
        part.n_reclaims += u64::from(receipt.is_reclaim());
        part.n_coverages += receipt.coverages.len() as u64;
        part.points = part.points.saturating_add(receipt.points());
        self.kind.see(&receipt.services);
        self.payer_totals(part, receipt);
        if let (Some(month), Some(claim_month)) = (receipt.month, part.header.claim_month) {
            self.month(month, claim_month, receipt.line);
        }
        if receipt.number.is_some_and(|it| self.numbers.has_or_adds(it)) {
            self.issues.add(receipt.line, IssueCode::ReceiptNumberRepeated);
        }
        if receipt.coverages.is_empty() {
            self.issues.add(receipt.line, IssueCode::CoverageMissing);
        }
    }

    fn month(&mut self, month: Month, claim_month: Month, line: u64) {
        match claim_month.since(month) {
            ..0 => self.issues.add(line, IssueCode::ReceiptMonthAfterClaim),
            0 => self.issues.add(line, IssueCode::ReceiptMonthIsClaimMonth),
            61.. => self.issues.add(line, IssueCode::ReceiptMonthVeryOld),
            _ => {}
        }
    }

    /// Compares each payer's 合計点数 with the rows that are claimed from it.
    fn payer_totals(&mut self, part: &mut Part, receipt: &Receipt) {
        let mut totals = [0_i64; 8];
        for service in &receipt.services {
            let points = service.total_points();
            if points != 0 {
                service.burden.positions().for_each(|it| totals[it % totals.len()] += points);
            }
        }
        for coverage in &receipt.coverages {
            part.payer_totals.checked += 1;
            if totals.get(usize::from(coverage.position)) == Some(&coverage.points) {
                part.payer_totals.matched += 1;
            } else {
                self.issues.add(coverage.line, IssueCode::PayerTotalDiffers);
            }
        }
    }

    /// Reads GO and compares it with what was read. `before` holds the volumes of the same claim
    /// that stand before this part in the file; `None` when they do not all stand there.
    pub(crate) fn footer(&mut self, part: &mut Part, columns: &Columns<'_>, line: u64, before: Option<Sums>) {
        let receipts = number(columns.get(2), 6);
        let points = number(columns.get(3), 10);
        part.declared = Some(Declared { receipts: receipts.value(), points: points.value() });
        // Only the last volume has totals; it is called 99, and so is the only one. Anything else
        // there is the rest of a line cut short.
        let is_last = columns.get(4) == b"99";
        let is_volume = part.header.volume > 0 && number(columns.get(4), 2).value().is_some();
        if is_volume && !is_last && (receipts, points) == (Number::Blank, Number::Blank) {
            return;
        }
        if !is_last {
            self.issues.add(line, IssueCode::FooterUnreadable);
            return;
        }
        let (Number::Value(receipts), Number::Value(points)) = (receipts, points) else {
            self.issues.add(line, IssueCode::FooterUnreadable);
            return;
        };
        let Some(before) = before else {
            self.issues.add(line, IssueCode::VolumeTotalsNotChecked);
            return;
        };
        let n_coverages = (before.n_coverages + part.n_coverages) as i64;
        if receipts != n_coverages {
            let facts = format!("GOは{receipts}件、実際は{n_coverages}件");
            self.issues.add_with_facts(line, IssueCode::FooterCountDiffers, &facts);
        }
        let sum = before.plus(part.sums()).points;
        if points != sum {
            let facts = format!("GOは{points}点、実際は{sum}点");
            self.issues.add_with_facts(line, IssueCode::FooterPointsDiffer, &facts);
        }
    }

    /// Ends the part: its kind is known, and its issues are in order.
    pub(crate) fn finish(self, part: &mut Part, last_line: u64) {
        part.kind = self.kind.kind();
        part.issues = self.issues.finish(last_line);
    }
}
