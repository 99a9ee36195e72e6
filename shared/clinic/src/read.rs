use receipt::{Content, EncodingDetector, Issue, IssueCode, Item, Part, Reader, Refusal, sniff};
use sha2::{Digest as _, Sha256};

use crate::{Collector, MonthFacts};

/// The largest claim file that is taken: ten times the month of a large clinic.
pub const RECEIPT_FILE_MAX_BYTES: u64 = 100 * 1024 * 1024;

/// One IR of a claim file, read.
#[derive(Debug)]
pub enum FilePart {
    /// It was read to its end. The facts are there if it may be imported.
    Read {
        /// Counts, checks and issues.
        part: Box<Part>,
        /// The month object; `None` when some issue is an error.
        facts: Option<Box<MonthFacts<'static>>>,
    },
    /// It, or the whole file, is no 医科 claim.
    Refused(Refusal),
}

impl FilePart {
    /// What was found in it.
    pub fn issues(&self) -> Vec<Issue> {
        match self {
            Self::Read { part, .. } => part.issues.clone(),
            Self::Refused(refusal) => vec![refusal.issue()],
        }
    }
}

/// Reads a claim file that is no archive: each IR becomes a part. An empty file has no part but a
/// refusal that is only a warning.
pub fn read_file(bytes: &[u8]) -> Vec<FilePart> {
    match sniff(bytes) {
        Content::Records => {}
        Content::Archive => return vec![FilePart::Refused(Refusal { line: 1, code: IssueCode::ArchiveNested })],
        Content::Refused(refusal) => return vec![FilePart::Refused(refusal)],
    }
    let raw_sha256: [u8; 32] = Sha256::digest(bytes).into();
    let mut detector = EncodingDetector::default();
    detector.feed(bytes);
    let mut reader = Reader::new(bytes, detector.finish());
    let mut parts = Vec::new();
    let mut collector = Collector::default();
    while let Some(item) = reader.read_next().expect("reading from memory does not fail") {
        match item {
            Item::Receipt(receipt) => collector.add(receipt),
            Item::Part(part) => {
                let collected = std::mem::take(&mut collector);
                let facts = if part.is_importable() { collected.finish(&part, raw_sha256) } else { None };
                parts.push(FilePart::Read { part, facts: facts.map(Box::new) });
            }
            Item::Refused(refusal) => {
                collector = Collector::default();
                parts.push(FilePart::Refused(refusal));
            }
        }
    }
    parts
}
