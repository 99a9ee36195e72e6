use clinic::{PartRef, Replacement, SlotKind, roster::RosterKind};
use ledger::{Changes, Inbox, IssueRow, PartOutcome, RosterReport, UploadPart, UploadRow, UploadStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::words;

/// An upload and what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct UploadView {
    /// Higher is newer.
    number: u64,
    /// `receipts` or `rosters`.
    #[schema(value_type = String)]
    inbox: &'static str,
    /// What people call the file.
    file_name: String,
    /// What the uploader stated: `inspection`, `submission` or nothing.
    #[schema(value_type = Option<String>)]
    kind: Option<&'static str>,
    /// `accepted`, `checking`, `importing`, `refreshing`, `done`, `waiting`, `failed` or `cancelled`.
    #[schema(value_type = String)]
    status: &'static str,
    /// 受付, 検査, 取込, 集計, 完了, 確認待ち, 失敗 or 取消.
    #[schema(value_type = String)]
    status_name: &'static str,
    #[schema(format = DateTime)]
    created_at: String,
    /// What the file holds, in its order.
    parts: Vec<PartView>,
    /// Why it failed, in Japanese.
    reasons: Vec<String>,
    /// The generation that its last publication made.
    generation: Option<u64>,
    /// What the lists made of it, once they followed.
    changes: Option<ChangesView>,
    /// What became of a roster's rows.
    pub(super) roster: Option<RosterView>,
}

/// What became of the rows of a roster.
#[derive(Serialize, ToSchema)]
pub(crate) struct RosterView {
    /// `patients`, `appointments` or `questionnaire`.
    #[schema(value_type = String)]
    kind: &'static str,
    /// Of chart numbers that were not known.
    n_new: u32,
    n_changed: u32,
    n_unchanged: u32,
    n_rejected: u32,
    /// Columns that were not used, by their headers.
    unknown_columns: Vec<String>,
    /// Where to fetch the rejected rows as CSV with their reasons, for ten minutes; of one upload alone.
    pub(super) rejected_url: Option<String>,
}

/// One claim (IR) of an uploaded file.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartView {
    /// An entry of a ZIP as `a.zip!inner.UKE`.
    file: String,
    /// Counted from 1.
    part: u32,
    /// `shaho` or `kokuho`.
    #[schema(value_type = Option<String>)]
    payer: Option<&'static str>,
    /// 請求年月, `yyyy-mm`.
    claim_month: Option<String>,
    /// `inspection`, `submission` or `unknown`.
    #[schema(value_type = Option<String>)]
    kind: Option<&'static str>,
    n_receipts: u64,
    /// Where it can be imported.
    n_patients: Option<u32>,
    /// By the definition of GO.
    points: i64,
    outcome: OutcomeView,
    issues: Vec<IssueView>,
}

/// What became of a part.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutcomeView {
    /// `pending`, `refused`, `empty`, `unchanged`, `older`, `added`, `replaced`, `waiting` or `cancelled`.
    #[schema(value_type = String)]
    code: &'static str,
    /// In Japanese.
    #[schema(value_type = String)]
    name: &'static str,
    /// Of what it took, or would take, the place.
    before: Option<FiguresView>,
    /// Of the part itself, where it took or would take a place.
    after: Option<FiguresView>,
    /// Patients who would be in no file any more.
    n_patients_lost: Option<u32>,
}

/// Counts of a part.
#[derive(Serialize, ToSchema)]
pub(crate) struct FiguresView {
    n_patients: u32,
    n_receipts: Option<u32>,
    points: Option<i64>,
}

/// Something found in a file; it never quotes a patient's data.
#[derive(Serialize, ToSchema)]
pub(crate) struct IssueView {
    /// Counted from 1.
    line: u64,
    /// `error`, `warning` or `info`.
    severity: String,
    /// Stable.
    code: String,
    /// What to do, in Japanese.
    message: String,
}

/// What the lists made of an upload.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangesView {
    new_patients: u32,
    gone_patients: u32,
    newly_at_risk: u32,
}

impl From<UploadRow> for UploadView {
    fn from(row: UploadRow) -> Self {
        let stated = row.stated_kind;
        Self {
            number: row.number,
            inbox: match row.inbox {
                Inbox::Receipts => "receipts",
                Inbox::Rosters => "rosters",
            },
            file_name: row.file_name,
            kind: stated.map(words::kind),
            status: status(row.status),
            status_name: row.status.name(),
            created_at: row.created_at.to_string(),
            parts: row.parts.into_iter().map(|it| PartView::new(it, stated)).collect(),
            reasons: row.reasons,
            generation: row.generation,
            changes: row.changes.map(ChangesView::from),
            roster: row.roster.map(RosterView::from),
        }
    }
}

pub(crate) fn status(status: UploadStatus) -> &'static str {
    match status {
        UploadStatus::Accepted => "accepted",
        UploadStatus::Checking => "checking",
        UploadStatus::Importing => "importing",
        UploadStatus::Refreshing => "refreshing",
        UploadStatus::Done => "done",
        UploadStatus::Waiting => "waiting",
        UploadStatus::Failed => "failed",
        UploadStatus::Cancelled => "cancelled",
    }
}

impl PartView {
    fn new(part: UploadPart, stated: Option<SlotKind>) -> Self {
        let filed_under = part.slot.map(|it| it.kind).or(stated).map(words::kind);
        Self {
            kind: filed_under.or(part.content_kind.map(words::content_kind)),
            outcome: OutcomeView::new(&part.outcome, part.reference.as_ref()),
            file: part.file,
            part: part.part,
            payer: part.payer.map(words::payer),
            claim_month: part.claim_month.map(|it| it.to_string()),
            n_receipts: part.n_receipts,
            n_patients: part.reference.map(|it| it.n_patients),
            points: part.points,
            issues: part.issues.into_iter().map(IssueView::from).collect(),
        }
    }
}

impl OutcomeView {
    fn new(outcome: &PartOutcome, reference: Option<&PartRef>) -> Self {
        let plain = |code, name| Self { code, name, before: None, after: None, n_patients_lost: None };
        let after = reference.map(FiguresView::from);
        match outcome {
            PartOutcome::Pending => plain("pending", "処理前"),
            PartOutcome::Refused => plain("refused", "取り込めません"),
            PartOutcome::Empty => plain("empty", "空のファイル"),
            PartOutcome::Unchanged => plain("unchanged", "取り込み済み"),
            PartOutcome::Older => plain("older", "新しいファイルが使われています"),
            PartOutcome::Added => plain("added", "追加"),
            PartOutcome::Cancelled => plain("cancelled", "取消"),
            PartOutcome::Replaced(before) => {
                Self { before: Some(FiguresView::from(before)), after, ..plain("replaced", "置き換え") }
            }
            PartOutcome::Waiting(waiting) => {
                let Replacement { n_patients_before, n_patients_lost, .. } = waiting.replacement;
                let before = FiguresView { n_patients: n_patients_before, n_receipts: None, points: None };
                let n_patients_lost = Some(n_patients_lost);
                Self { before: Some(before), after, n_patients_lost, ..plain("waiting", "確認待ち") }
            }
        }
    }
}

impl From<&PartRef> for FiguresView {
    fn from(part: &PartRef) -> Self {
        Self { n_patients: part.n_patients, n_receipts: Some(part.n_receipts), points: Some(part.points) }
    }
}

impl From<IssueRow> for IssueView {
    fn from(issue: IssueRow) -> Self {
        let IssueRow { line, severity, code, message } = issue;
        Self { line, severity, code, message }
    }
}

impl From<Changes> for ChangesView {
    fn from(changes: Changes) -> Self {
        let Changes { new_patients, gone_patients, newly_at_risk } = changes;
        Self { new_patients, gone_patients, newly_at_risk }
    }
}

impl From<RosterReport> for RosterView {
    fn from(report: RosterReport) -> Self {
        Self {
            kind: match report.kind {
                RosterKind::Patients => "patients",
                RosterKind::Appointments => "appointments",
                RosterKind::Questionnaire => "questionnaire",
            },
            n_new: report.n_new,
            n_changed: report.n_changed,
            n_unchanged: report.n_unchanged,
            n_rejected: report.n_rejected,
            unknown_columns: report.unknown_columns,
            rejected_url: None,
        }
    }
}
