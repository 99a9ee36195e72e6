//! The file's parts: checked, and kept as raw file and month objects before anything is published.

use anyhow::Result;
use clinic::{FilePart, MonthFacts, PartRef, SlotKey, SlotKind, read_file};
use japan::Month;
use jiff::civil::Date;
use ledger::{ClinicId, ClinicRow, IssueRow, PartOutcome, UploadPart};
use receipt::{Content, Issue, IssueCode, Part, Refusal, Severity, open_archive, sniff};

use crate::ImportReceipts;

/// How many issues an upload's row keeps, so that it never nears the size of an item.
const MAX_ISSUES: usize = 200;

/// What `bytes` hold, each part with its outcome so far: pending, refused or empty. `Err` when the
/// file as a whole is no claim file.
#[expect(clippy::too_many_arguments, reason = "they are the facts the check rests on, each by its name")]
pub(crate) async fn parts(
    deps: &ImportReceipts,
    clinic: &ClinicId,
    row: &ClinicRow,
    bytes: Vec<u8>,
    file_name: &str,
    stated: Option<SlotKind>,
    upload: u64,
    today: Date,
) -> Result<Result<Vec<UploadPart>, Refusal>> {
    let files = match unpacked(bytes, file_name) {
        Ok(files) => files,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut parts = Vec::new();
    for (file, content) in files {
        let read = match content {
            Ok(bytes) => {
                let read = read_file(&bytes);
                deps.files.keep_raw(clinic.as_str(), bytes).await?;
                read
            }
            Err(refusal) => vec![FilePart::Refused(refusal)],
        };
        for part in read {
            parts.push(upload_part(deps, clinic, row, &file, part, stated, upload, today).await?);
        }
    }
    limit_issues(&mut parts);
    Ok(Ok(parts))
}

/// The claim files in `bytes`, with what people call them.
#[expect(clippy::type_complexity, reason = "a name, and the bytes or why there are none")]
fn unpacked(bytes: Vec<u8>, file_name: &str) -> Result<Vec<(String, Result<Vec<u8>, Refusal>)>, Refusal> {
    match sniff(&bytes) {
        Content::Records => Ok(vec![(file_name.to_owned(), Ok(bytes))]),
        Content::Archive => {
            let entries = open_archive(&bytes)?;
            Ok(entries.into_iter().map(|it| (format!("{file_name}!{}", it.name), it.content)).collect())
        }
        Content::Refused(refusal) if refusal.code.severity() == Severity::Error => Err(refusal),
        Content::Refused(refusal) => Ok(vec![(file_name.to_owned(), Err(refusal))]),
    }
}

#[expect(clippy::too_many_arguments, reason = "they are the facts the check rests on, each by its name")]
async fn upload_part(
    deps: &ImportReceipts,
    clinic: &ClinicId,
    row: &ClinicRow,
    file: &str,
    part: FilePart,
    stated: Option<SlotKind>,
    upload: u64,
    today: Date,
) -> Result<UploadPart> {
    let (part, facts) = match part {
        FilePart::Read { part, facts } => (part, facts),
        FilePart::Refused(refusal) => return Ok(refused(file, refusal)),
    };
    let issues = issues(&part, row, today);
    let is_importable = issues.iter().all(|it| it.severity != Severity::Error);
    let facts: Option<Box<MonthFacts<'static>>> = facts.filter(|_| is_importable);
    let mut upload_part = UploadPart {
        file: file.to_owned(),
        part: part.number,
        slot: None,
        content_kind: Some(part.kind),
        payer: part.header.payer,
        claim_month: part.header.claim_month,
        n_receipts: part.n_receipts,
        points: part.points,
        reference: None,
        issues: issues.into_iter().map(IssueRow::from).collect(),
        outcome: PartOutcome::Refused,
    };
    if let Some(facts) = facts {
        let sha256 = deps.files.keep_month(clinic.as_str(), &facts).await?;
        upload_part.slot = Some(SlotKey::of(&facts, stated));
        upload_part.reference = Some(PartRef::new(&facts, sha256, upload, file.to_owned()));
        upload_part.outcome = PartOutcome::Pending;
    }
    Ok(upload_part)
}

/// The part's own issues and those that only its clinic and day can show.
fn issues(part: &Part, row: &ClinicRow, today: Date) -> Vec<Issue> {
    let mut issues = part.issues.clone();
    if part.header.clinic_code.is_some_and(|it| it != row.clinic_code) {
        issues.insert(0, Issue::new(part.header.line, IssueCode::OtherClinic));
    }
    // Claims of a month are made from its last days on.
    if part.header.claim_month.is_some_and(|it| it > Month::of(today).plus(1)) {
        issues.insert(0, Issue::new(part.header.line, IssueCode::ClaimMonthInFuture));
    }
    issues
}

fn refused(file: &str, refusal: Refusal) -> UploadPart {
    let is_error = refusal.code.severity() == Severity::Error;
    UploadPart {
        file: file.to_owned(),
        part: 1,
        slot: None,
        content_kind: None,
        payer: None,
        claim_month: None,
        n_receipts: 0,
        points: 0,
        reference: None,
        issues: vec![refusal.issue().into()],
        outcome: if is_error { PartOutcome::Refused } else { PartOutcome::Empty },
    }
}

/// Keeps the most important issues of all parts.
fn limit_issues(parts: &mut [UploadPart]) {
    let mut room = MAX_ISSUES;
    for severity in ["error", "warning", "info"] {
        for part in parts.iter_mut() {
            let (kept, others): (Vec<IssueRow>, Vec<IssueRow>) =
                std::mem::take(&mut part.issues).into_iter().partition(|it| it.severity == severity);
            let kept: Vec<IssueRow> = kept.into_iter().take(room).collect();
            room -= kept.len();
            part.issues = others;
            part.issues.extend(kept);
        }
    }
    for part in parts {
        part.issues.sort_by_key(|it| it.line);
    }
}
