use std::collections::BTreeSet;

use super::{
    AttachmentKind, Limits, Outcome, Reason, ReasonCode, SendResult, SentFile, TransferId, TransferKind,
    scope::scope_of, transfer_id,
};
use japan::Month;

use crate::{CheckedFile, OfficeNumber, SendUnit, Serial, Severity, Standard, check_file, units};

/// A file of a bundle as it came.
#[derive(Debug, Clone)]
pub struct LoadedFile {
    /// As the sender called it.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
}

/// A send that may be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSend {
    /// What it will be called.
    pub transfer: TransferId,
    /// What it carries.
    pub kind: TransferKind,
    /// ファイル連番; none for attachments alone.
    pub serial: Option<Serial>,
    /// The version of its unit; none for attachments alone.
    pub standard: Option<Standard>,
    /// 対象年月, of units that have one.
    pub month: Option<Month>,
    /// Its files, those of the unit first.
    pub files: Vec<PlannedFile>,
    /// What it is about: a short hash for each user and plan or month.
    pub scope: Vec<String>,
    /// What somebody should look at.
    pub warnings: Vec<Reason>,
}

/// A file of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFile {
    /// Where it stands: among the files of the destination, then among its attachments.
    pub index: usize,
    /// What it is called in the inbox: the standard's name, or `a1.pdf`.
    pub name: String,
    /// What it is served as.
    pub content_type: &'static str,
}

/// What becomes of one send: a unit with the attachments that go with it, or attachments alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It may be delivered.
    Send(PlannedSend),
    /// It may not; its files stay where they are.
    Failed(SendResult),
}

/// Checks what `sender` sends `receiver`, and decides each unit by itself, oldest serial first (C-064…
/// C-067). Attachments go with the first unit, or alone where there is none.
///
/// `files` have names of the standard, `attachments` any other.
pub fn decide_destination(
    sender: &OfficeNumber,
    receiver: &OfficeNumber,
    files: &[LoadedFile],
    attachments: &[LoadedFile],
    limits: &Limits,
) -> Vec<Decided> {
    let checked: Vec<CheckedFile> = files.iter().map(|it| check_file(&it.name, &it.bytes)).collect();
    let mut units = units(&checked);
    units.sort_by(|one, other| one.serial.cmp(&other.serial));
    let of = Parts { sender, receiver, files, checked: &checked, attachments, limits };
    if units.is_empty() {
        return vec![of.decide(None, true)];
    }
    units.iter().enumerate().map(|(at, unit)| of.decide(Some(unit), at == 0)).collect()
}

/// The most users and plans or months that a send tells of, ten times those of a large office.
const MAX_SCOPE: usize = 5000;

/// What goes to one destination.
struct Parts<'a> {
    sender: &'a OfficeNumber,
    receiver: &'a OfficeNumber,
    files: &'a [LoadedFile],
    checked: &'a [CheckedFile],
    attachments: &'a [LoadedFile],
    limits: &'a Limits,
}

impl Parts<'_> {
    fn decide(&self, unit: Option<&SendUnit>, takes_attachments: bool) -> Decided {
        let (kind, serial) =
            (unit.map_or(TransferKind::Attachments, |it| it.direction.into()), unit.map(|it| &it.serial));
        let of_unit = unit.map_or(&[][..], |it| &it.files);
        let attachments = if takes_attachments { self.attachments } else { &[] };
        let loaded = || of_unit.iter().map(|it| &self.files[*it]).chain(attachments);

        let mut reasons = unit.map_or_else(Vec::new, |it| self.reasons_of(it));
        let mut is_refused = unit.is_some_and(|it| !it.ok());
        if self.sender == self.receiver {
            reasons.push(Reason::of(ReasonCode::ReceiverIsSender));
            is_refused = true;
        }
        if loaded().map(|it| it.bytes.len() as u64).sum::<u64>() > self.limits.send_max_bytes {
            reasons.push(Reason::of(ReasonCode::SendTooLarge));
            is_refused = true;
        }
        let mut files = Vec::new();
        for index in of_unit {
            let name = self.checked[*index].name.as_ref().map_or_else(String::new, ToString::to_string);
            let content_type = if name.ends_with(".jpg") { "image/jpeg" } else { "text/csv" };
            files.push(PlannedFile { index: *index, name, content_type });
        }
        for (at, file) in attachments.iter().enumerate() {
            let kind = AttachmentKind::of(&file.name, &file.bytes);
            match kind.filter(|it| self.limits.attachments.contains(it)) {
                Some(kind) => files.push(PlannedFile {
                    index: self.files.len() + at,
                    name: format!("a{}.{}", at + 1, kind.ending()),
                    content_type: kind.content_type(),
                }),
                None => {
                    let code = if file.bytes.is_empty() { ReasonCode::FileEmpty } else { ReasonCode::ContentUnknown };
                    reasons.push(Reason::of(code).about(&file.name));
                    is_refused = true;
                }
            }
        }
        if is_refused {
            let sent = |it: &LoadedFile| SentFile {
                name: it.name.clone(),
                size: it.bytes.len() as u64,
                sha256: it.sha256.clone(),
            };
            return Decided::Failed(SendResult {
                to: self.receiver.clone(),
                kind: Some(kind),
                serial: serial.cloned(),
                outcome: Outcome::Failed,
                transfer: None,
                reasons,
                files: loaded().map(sent).collect(),
                receipt: None,
            });
        }
        let scope: BTreeSet<String> = of_unit
            .iter()
            .filter_map(|it| Some(scope_of(self.checked[*it].name.as_ref()?, &self.files[*it].bytes)))
            .flatten()
            .collect();
        // Of more than a row can hold nothing is said: such a send makes nothing outdated.
        let scope = if scope.len() > MAX_SCOPE { BTreeSet::new() } else { scope };
        let hashes = loaded().map(|it| it.sha256.as_str());
        Decided::Send(PlannedSend {
            transfer: transfer_id(self.sender, self.receiver, kind, serial, hashes),
            kind,
            serial: serial.cloned(),
            standard: unit.map(|it| it.standard),
            month: of_unit.iter().find_map(|it| self.checked[*it].name.as_ref()?.target_month()),
            files,
            scope: scope.into_iter().collect(),
            warnings: reasons,
        })
    }

    /// What the check found in a unit and its files, errors first.
    fn reasons_of(&self, unit: &SendUnit) -> Vec<Reason> {
        let of_files = unit.files.iter().flat_map(|it| {
            let file = &self.checked[*it];
            file.issues.iter().map(|issue| (Some(&file.file), issue))
        });
        let mut found: Vec<_> = unit.issues.iter().map(|it| (it.file.as_ref(), &it.issue)).chain(of_files).collect();
        found.sort_by_key(|it| it.1.severity != Severity::Error);
        found
            .into_iter()
            .map(|(file, issue)| Reason {
                code: issue.code.as_str().to_owned(),
                message: issue.message.clone(),
                file: file.cloned(),
                line: issue.line,
                column: issue.column,
            })
            .collect()
    }
}
