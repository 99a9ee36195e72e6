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

/// The receipts that count (design: Merging 点検用 and 提出用). Inside each kind a later claim of the same
/// receipt wins, so does one with the same 検索番号, and a claim made again over one with the same
/// month and type and a day in common. Then both kinds are united: 提出用 gives everything but
/// drugs, 点検用 the drugs.
pub(crate) fn supersede(files: &[CurrentFile<'_>], claims: &mut [Claim]) -> Remaining {
    let view = |claim: &Claim| ClaimView::of(files, *claim);
    claims.sort_unstable_by_key(|it| {
        let view = view(it);
        (view.kind, view.month, it.file, it.receipt)
    });
    let mut is_superseded = vec![false; claims.len()];
    let mut counted_twice = Vec::new();
    let mut start = 0;
    while start < claims.len() {
        let first = view(&claims[start]);
        let len = claims[start..].iter().take_while(|it| view(it).is_same_month(&first)).count();
        for older in start..start + len {
            for newer in start..start + len {
                is_superseded[older] |= view(&claims[newer]).supersedes(&view(&claims[older]));
            }
        }
        start += len;
    }
    supersede_by_search_number(files, claims, &mut is_superseded);
    let remaining: Vec<Claim> =
        claims.iter().zip(&is_superseded).filter(|(_, is_superseded)| !**is_superseded).map(|(it, _)| *it).collect();
    for pair in remaining.windows(2) {
        if pair[0].file != pair[1].file && view(&pair[0]).is_same_receipt(&view(&pair[1])) {
            counted_twice.push(pair[1]);
        }
    }
    Remaining { sources: unite(files, &remaining), counted_twice }
}

fn supersede_by_search_number(files: &[CurrentFile<'_>], claims: &[Claim], is_superseded: &mut [bool]) {
    let numbered: Vec<usize> =
        (0..claims.len()).filter(|it| !ClaimView::of(files, claims[*it]).search_number.is_empty()).collect();
    for older in &numbered {
        for newer in &numbered {
            let (one, other) = (ClaimView::of(files, claims[*older]), ClaimView::of(files, claims[*newer]));
            let is_same = one.kind == other.kind && one.search_number == other.search_number;
            is_superseded[*older] |= is_same && other.is_newer_than(&one);
        }
    }
}

/// Unites what remains of both kinds.
fn unite(files: &[CurrentFile<'_>], remaining: &[Claim]) -> Vec<Source> {
    let has_twin = |claim: &Claim| {
        let view = ClaimView::of(files, *claim);
        remaining.iter().any(|it| {
            let other = ClaimView::of(files, *it);
            other.kind != view.kind && other.is_same_receipt_of_any_kind(&view)
        })
    };
    remaining
        .iter()
        .map(|claim| {
            let is_submission = files[claim.file as usize].kind == SlotKind::Submission;
            let has_twin = has_twin(claim);
            Source {
                file: claim.file,
                receipt: claim.receipt,
                counts: is_submission || !has_twin,
                drugs: !is_submission || !has_twin,
            }
        })
        .collect()
}

/// A claim with what the rules compare.
struct ClaimView<'a> {
    kind: SlotKind,
    month: u32,
    receipt_type: u16,
    payer: receipt::Payer,
    insurer: &'a str,
    search_number: &'a str,
    days: u32,
    claim_month: japan::Month,
    /// Position in the sorted files, which is the order of claim month and upload.
    file: u32,
    upload: u64,
}

impl<'a> ClaimView<'a> {
    fn of(files: &[CurrentFile<'a>], claim: Claim) -> Self {
        let file = &files[claim.file as usize];
        let facts: &'a MonthFacts<'a> = file.facts;
        let receipt = &facts.receipts[claim.receipt as usize];
        Self {
            kind: file.kind,
            month: receipt.packed_month(),
            receipt_type: receipt.packed_type(),
            payer: facts.payer,
            insurer: &facts.texts[receipt.insurer as usize],
            search_number: &facts.texts[receipt.search_number as usize],
            days: receipt.visited,
            claim_month: facts.claim_month,
            file: claim.file,
            upload: file.upload,
        }
    }

    fn is_same_month(&self, other: &Self) -> bool {
        (self.kind, self.month) == (other.kind, other.month)
    }

    fn is_same_receipt_of_any_kind(&self, other: &Self) -> bool {
        self.month == other.month
            && self.receipt_type == other.receipt_type
            && self.payer == other.payer
            && self.insurer == other.insurer
    }

    fn is_same_receipt(&self, other: &Self) -> bool {
        self.kind == other.kind && self.is_same_receipt_of_any_kind(other)
    }

    fn is_newer_than(&self, other: &Self) -> bool {
        (self.claim_month, self.upload) > (other.claim_month, other.upload) && self.file != other.file
    }

    /// Whether this claim, of the same kind and month, takes the place of `older`.
    fn supersedes(&self, older: &Self) -> bool {
        let is_claimed_later = self.claim_month > older.claim_month && self.is_same_receipt(older);
        let is_made_again = !self.search_number.is_empty()
            && self.is_newer_than(older)
            && self.receipt_type == older.receipt_type
            && self.days & older.days != 0;
        is_claimed_later || is_made_again
    }
}
