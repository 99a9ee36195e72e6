use serde::Serialize;

use crate::FileKind;

/// A difference between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanChange {
    /// Where it is.
    pub sheet: FileKind,
    /// What happened.
    pub kind: ChangeKind,
    /// For people, on one line.
    pub sentence: String,
}

/// What happened between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The new version alone has it.
    Added,
    /// The old version alone has it.
    Removed,
    /// It says something else.
    Changed,
    /// The same things in another order, or under other numbers.
    Reordered,
}

/// The changes of one sheet while they are found.
pub(super) struct Changes {
    sheet: FileKind,
    found: Vec<PlanChange>,
}

impl Changes {
    pub(super) fn of(sheet: FileKind) -> Self {
        Self { sheet, found: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn finish(self) -> Vec<PlanChange> {
        self.found
    }

    /// Adds a change; the sentence is put on one line.
    pub(super) fn push(&mut self, kind: ChangeKind, sentence: &str) {
        let sentence = sentence.replace("\r\n", "↵").replace(['\r', '\n'], "↵");
        self.found.push(PlanChange { sheet: self.sheet, kind, sentence });
    }

    /// `what` is there now.
    pub(super) fn added(&mut self, what: &str) {
        self.push(ChangeKind::Added, &format!("{what}が加わりました"));
    }

    /// `what` is there no more.
    pub(super) fn removed(&mut self, what: &str) {
        self.push(ChangeKind::Removed, &format!("{what}がなくなりました"));
    }

    /// The free text `what` says something else.
    pub(super) fn text(&mut self, what: &str, old: &str, new: &str) {
        if old != new {
            self.push(ChangeKind::Changed, &format!("{what}が{}から{}に変わりました", quoted(old), quoted(new)));
        }
    }
}

/// Free text in a sentence.
pub(super) fn quoted(text: &str) -> String {
    if text.is_empty() { "空欄".to_owned() } else { format!("「{text}」") }
}
