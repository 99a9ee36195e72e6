use japan::Month;
use rustc_hash::FxHashMap;

use crate::{MonthFacts, Source, fold::CurrentFile, slot::SlotKind};

/// A receipt of one patient, before it is known whether it counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    /// Index into the sorted files: later files are newer.
    pub(crate) file: u32,
    pub(crate) receipt: u32,
}

/// What remains of a patient's claims, and the receipts that look counted twice.
pub(crate) struct Remaining {
    pub(crate) sources: Vec<Source>,
    pub(crate) counted_twice: Vec<Claim>,
}

/// The newest claim with each 検索番号, within a kind. It wins over the others whoever they are of: a
/// claim may be made again because it named the wrong patient.
#[derive(Debug, Default)]
pub(crate) struct SearchNumbers<'a>(FxHashMap<(SlotKind, &'a str), (Month, u64)>);

impl<'a> SearchNumbers<'a> {
    /// Of the receipts that are not of a month after `until`.
    pub(crate) fn new(files: &[CurrentFile<'a>], until: Month) -> Self {
        let mut newest = Self::default();
        for file in files {
            let facts: &'a MonthFacts<'a> = file.facts;
            let taking_part = facts.receipts.iter().filter(|it| it.packed_month() <= until.packed());
            for receipt in taking_part.filter(|it| !facts.search_number(it).is_empty()) {
                let claim = newest.0.entry((file.kind, facts.search_number(receipt))).or_insert(file.order());
                *claim = file.order().max(*claim);
            }
        }
        newest
    }

    /// Whether a newer claim has the number of `claim`.
    fn supersede(&self, claim: &ClaimView<'_>) -> bool {
        claim.is_made_again() && self.0.get(&(claim.kind, claim.search_number)).is_some_and(|it| *it > claim.order)
    }
}

/// The receipts of a patient that count (design: Merging 点検用 and 提出用). Inside each kind a later claim of
/// the same receipt wins, and so does a claim made again over one with the same month and type and a
/// day in common. Then both kinds are united: 提出用 gives everything but drugs, 点検用 the drugs.
///
/// A claim that is superseded itself still wins over those before it.
pub(crate) fn supersede(files: &[CurrentFile<'_>], claims: &[Claim], search_numbers: &SearchNumbers<'_>) -> Remaining {
    let mut views: Vec<ClaimView<'_>> = claims.iter().map(|it| ClaimView::of(files, *it)).collect();
    views.sort_unstable_by_key(|it| (it.month, it.claim.file, it.claim.receipt));
    let mut remaining = Remaining { sources: Vec::with_capacity(views.len()), counted_twice: Vec::new() };
    for month in views.chunk_by(|one, next| one.month == next.month) {
        let is_superseded = |older: &ClaimView<'_>| {
            search_numbers.supersede(older) || month.iter().any(|newer| newer.supersedes(older))
        };
        let kept: Vec<&ClaimView<'_>> = month.iter().filter(|it| !is_superseded(it)).collect();
        for (at, one) in kept.iter().enumerate() {
            if kept[..at].iter().any(|it| it.claim.file != one.claim.file && it.is_same_receipt(one)) {
                remaining.counted_twice.push(one.claim);
            }
            let is_submission = one.kind == SlotKind::Submission;
            let has_twin = kept.iter().any(|it| it.kind != one.kind && it.is_same_receipt_of_any_kind(one));
            remaining.sources.push(Source {
                file: one.claim.file,
                receipt: one.claim.receipt,
                counts: is_submission || !has_twin,
                drugs: !is_submission || !has_twin,
            });
        }
    }
    remaining
}

/// A claim with what the rules compare.
struct ClaimView<'a> {
    claim: Claim,
    kind: SlotKind,
    month: u32,
    receipt_type: u16,
    payer: receipt::Payer,
    insurer: &'a str,
    search_number: &'a str,
    days: u32,
    /// Claim month and upload.
    order: (Month, u64),
}

impl<'a> ClaimView<'a> {
    fn of(files: &[CurrentFile<'a>], claim: Claim) -> Self {
        let file = &files[claim.file as usize];
        let facts: &'a MonthFacts<'a> = file.facts;
        let receipt = &facts.receipts[claim.receipt as usize];
        Self {
            claim,
            kind: file.kind,
            month: receipt.packed_month(),
            receipt_type: receipt.packed_type(),
            payer: facts.payer,
            insurer: &facts.texts[receipt.insurer as usize],
            search_number: facts.search_number(receipt),
            days: receipt.visited,
            order: file.order(),
        }
    }

    /// Whether 検索番号 is filled.
    fn is_made_again(&self) -> bool {
        !self.search_number.is_empty()
    }

    fn is_same_receipt_of_any_kind(&self, other: &Self) -> bool {
        self.receipt_type == other.receipt_type && self.payer == other.payer && self.insurer == other.insurer
    }

    fn is_same_receipt(&self, other: &Self) -> bool {
        self.kind == other.kind && self.is_same_receipt_of_any_kind(other)
    }

    /// Whether this claim takes the place of `older`, which is of the same month.
    fn supersedes(&self, older: &Self) -> bool {
        let is_claimed_later = self.order.0 > older.order.0 && self.is_same_receipt(older);
        let is_made_again = self.is_made_again()
            && self.kind == older.kind
            && self.order > older.order
            && self.receipt_type == older.receipt_type
            && self.days & older.days != 0;
        is_claimed_later || is_made_again
    }
}
