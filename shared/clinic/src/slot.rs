use std::fmt;

use japan::Month;
use receipt::{Kind, Payer};
use serde::{Deserialize, Serialize};

use crate::{MonthFacts, PersonKey};

/// The kind of a slot: what the uploader states, else what the content shows; undecidable goes to 提出用.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// 提出用.
    Submission,
    /// 点検用.
    Inspection,
}

impl SlotKind {
    /// The kind to file content under, unless the uploader `stated` another.
    pub fn of(content: Kind, stated: Option<Self>) -> Self {
        stated.unwrap_or(match content {
            Kind::Inspection => Self::Inspection,
            Kind::Submission | Kind::Unknown => Self::Submission,
        })
    }
}

/// What a claim file is for: 請求年月, payer and kind, within a clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SlotKey {
    /// 請求年月.
    pub claim_month: Month,
    /// 審査支払機関.
    pub payer: Payer,
    /// 点検用 or 提出用.
    pub kind: SlotKind,
}

impl SlotKey {
    /// The slot that `facts` belong to, unless the uploader `stated` another kind.
    pub fn of(facts: &MonthFacts<'_>, stated: Option<SlotKind>) -> Self {
        Self { claim_month: facts.claim_month, payer: facts.payer, kind: SlotKind::of(facts.content_kind, stated) }
    }
}

impl fmt::Display for SlotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            SlotKind::Submission => "submission",
            SlotKind::Inspection => "inspection",
        };
        write!(f, "{}#{}#{kind}", self.claim_month, self.payer)
    }
}

/// A part that is current in a slot: what the slot remembers of a month object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRef {
    /// SHA-256 of the month object in hex: its key.
    pub object_sha256: String,
    /// SHA-256 of the raw file in hex.
    pub raw_sha256: String,
    /// Which part of the raw file, counted from 1.
    pub part: u32,
    /// The number of the upload that made it current.
    pub upload: u64,
    /// What people call the file.
    pub file: String,
    /// マルチボリューム識別情報.
    pub volume: u8,
    /// Whether every receipt is a claim made again.
    pub is_all_reclaims: bool,
    /// RE records.
    pub n_receipts: u32,
    /// Patients, by chart number or name.
    pub n_patients: u32,
    /// By the definition of GO.
    pub points: i64,
}

impl PartRef {
    /// The reference to the month object of `facts` with SHA-256 `object_sha256`.
    pub fn new(facts: &MonthFacts<'_>, object_sha256: String, upload: u64, file: String) -> Self {
        Self {
            object_sha256,
            raw_sha256: hex(&facts.raw_sha256),
            part: facts.part,
            upload,
            file,
            volume: facts.volume,
            is_all_reclaims: facts.is_all_reclaims,
            n_receipts: facts.n_receipts() as u32,
            n_patients: facts.person_keys().len() as u32,
            points: facts.points,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

/// The parts that are current for one [`SlotKey`]: volumes, departments and re-claims come as separate
/// files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Slot {
    /// In the order they became current.
    pub parts: Vec<PartRef>,
}

/// What becomes of a slot when a part is published to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// The bytes are current already: nothing changes.
    Unchanged,
    /// The part is added to the others.
    Added(Slot),
    /// The part takes the place of another.
    Replaced(Slot, Replacement),
    /// The part would take the place of one of a newer upload: nothing changes.
    Older,
    /// The part would take the place of another and lose many patients: somebody must decide.
    Waiting(Replacement),
}

/// Which part gives way, and what that means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// Month object of the part that gives way.
    pub object_sha256: String,
    /// Patients it has.
    pub n_patients_before: u32,
    /// Patients of the new part.
    pub n_patients_after: u32,
    /// Patients of the old part whom the new one does not name.
    pub n_patients_lost: u32,
}

impl Replacement {
    /// More than a tenth and more than 5 of the patients would go, or all of them.
    fn loses_many(&self) -> bool {
        let is_emptied = self.n_patients_before > 0 && self.n_patients_after == 0;
        is_emptied || (self.n_patients_lost > 5 && self.n_patients_lost * 10 > self.n_patients_before)
    }
}

impl Slot {
    /// What publishing `part` with the patients `persons` means (design: Publish). `persons_of` gives
    /// the patients of each current part, in the order of [`Slot::parts`].
    ///
    /// Another volume, a part of claims made again alone, and one with no patient in common are
    /// added; otherwise the part takes the place of the one it overlaps most. The number of the
    /// upload, not the order of arrival, says what is newer.
    pub fn publish(&self, part: PartRef, persons: &[PersonKey], persons_of: &[Vec<PersonKey>]) -> Publication {
        if self.parts.iter().any(|it| it.object_sha256 == part.object_sha256) {
            return Publication::Unchanged;
        }
        match self.overlapped(&part, persons, persons_of) {
            None => Publication::Added(self.with(part)),
            Some((index, _)) if self.parts[index].upload > part.upload => Publication::Older,
            Some((index, replacement)) if !replacement.loses_many() => {
                Publication::Replaced(self.replacing(index, part), replacement)
            }
            Some((_, replacement)) => Publication::Waiting(replacement),
        }
    }

    /// The slot with `part` beside the others.
    pub fn with(&self, part: PartRef) -> Self {
        let mut slot = self.clone();
        slot.parts.push(part);
        slot
    }

    /// The slot with `part` in the place of the part with month object `object_sha256`; beside the
    /// others if that one is gone.
    pub fn with_in_place_of(&self, object_sha256: &str, part: PartRef) -> Self {
        match self.parts.iter().position(|it| it.object_sha256 == object_sha256) {
            Some(index) => self.replacing(index, part),
            None => self.with(part),
        }
    }

    /// The slot without the part with month object `object_sha256`.
    pub fn without(&self, object_sha256: &str) -> Self {
        Self { parts: self.parts.iter().filter(|it| it.object_sha256 != object_sha256).cloned().collect() }
    }

    fn replacing(&self, index: usize, part: PartRef) -> Self {
        let mut slot = self.clone();
        slot.parts[index] = part;
        slot
    }

    /// The current part that a new one overlaps most, if it is to give way.
    fn overlapped(
        &self,
        part: &PartRef,
        persons: &[PersonKey],
        persons_of: &[Vec<PersonKey>],
    ) -> Option<(usize, Replacement)> {
        if part.is_all_reclaims {
            return None;
        }
        let mut most: Option<(usize, usize)> = None;
        for (index, (current, current_persons)) in self.parts.iter().zip(persons_of).enumerate() {
            let common = current_persons.iter().filter(|it| persons.binary_search(it).is_ok()).count();
            let gives_way = current.volume == part.volume && !current.is_all_reclaims;
            // A file without any receipt overlaps nothing and yet is meant to take the place of one.
            let overlaps = common > 0 || persons.is_empty() || current_persons.is_empty();
            if gives_way && overlaps && most.is_none_or(|it| common >= it.1) {
                most = Some((index, common));
            }
        }
        let (index, common) = most?;
        let n_patients_before = persons_of[index].len();
        let replacement = Replacement {
            object_sha256: self.parts[index].object_sha256.clone(),
            n_patients_before: n_patients_before as u32,
            n_patients_after: persons.len() as u32,
            n_patients_lost: (n_patients_before - common) as u32,
        };
        Some((index, replacement))
    }
}
