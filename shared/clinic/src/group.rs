use std::collections::BTreeSet;

use japan::Span;
use serde::{Deserialize, Serialize};

use crate::{Condition, Needs};

/// 患者グループ: a condition and the two spans that tell who drops out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Chosen by the clinic, 1 to 64 characters of `A-Z a-z 0-9 _ -`, unique within it.
    pub id: String,
    /// What staff call it.
    pub name: String,
    /// 離脱予備群 from the day after this span without a visit.
    pub at_risk_after: Span,
    /// 離脱 from the day after this span without a visit; always longer than the other.
    pub dropped_out_after: Span,
    /// Who belongs to it.
    #[serde(rename = "match")]
    pub condition: Condition,
}

/// The groups of a clinic, in the order staff gave them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// The groups; no id twice.
    pub groups: Vec<Group>,
}

/// Why groups cannot be used, in Japanese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupsError {
    /// The JSON is no list of groups; an unknown key is an error too.
    #[error("グループの設定が読み取れません。{line}行{column}列付近の書き方を確かめてください: {reason}")]
    Form {
        /// Line of the JSON, counted from 1.
        line: usize,
        /// Column of the JSON, counted from 1.
        column: usize,
        /// What the reader expected; settings hold no patient's data.
        reason: String,
    },
    /// An id that is empty, too long or has other characters.
    #[error("グループのID「{0}」は使えません。半角の英数字、ハイフン、下線で64文字までにしてください。")]
    Id(String),
    /// An id that occurs twice.
    #[error("グループのID「{0}」が2つあります。別のIDにしてください。")]
    Repeated(String),
    /// A name that is empty or too long.
    #[error("グループ「{0}」の名前は1文字から60文字にしてください。")]
    Name(String),
    /// A span of zero, or of more than ten years.
    #[error("グループ「{0}」の期間は、1日以上、約10年以内にしてください。")]
    Span(String),
    /// The spans are not in order.
    #[error("グループ「{0}」の離脱予備群の期間は、離脱の期間より必ず短くしてください。")]
    SpanOrder(String),
    /// A condition that cannot be evaluated.
    #[error("グループ「{id}」の条件が使えません。{reason}")]
    Condition {
        /// The group.
        id: String,
        /// What to change.
        reason: String,
    },
}

impl Groups {
    /// Reads `{"groups":[…]}` and checks it.
    ///
    /// # Errors
    ///
    /// The first thing that makes the groups unusable.
    pub fn from_json(json: &str) -> Result<Self, GroupsError> {
        let groups: Self = serde_json::from_str(json).map_err(|err| GroupsError::Form {
            line: err.line(),
            column: err.column(),
            reason: err.to_string(),
        })?;
        groups.check()?;
        Ok(groups)
    }

    /// Checks every group and that no id occurs twice.
    ///
    /// # Errors
    ///
    /// The first thing that makes the groups unusable.
    pub fn check(&self) -> Result<(), GroupsError> {
        let mut ids = BTreeSet::new();
        for group in &self.groups {
            group.check()?;
            if !ids.insert(&group.id) {
                return Err(GroupsError::Repeated(group.id.clone()));
            }
        }
        Ok(())
    }

    /// What the conditions of all groups need beside receipts.
    pub fn needs(&self) -> Needs {
        self.groups.iter().fold(Needs::default(), |needs, it| needs.and(it.condition.needs()))
    }
}

impl Group {
    /// Checks the id, the name, the spans and the condition.
    ///
    /// # Errors
    ///
    /// The first thing that makes the group unusable.
    pub fn check(&self) -> Result<(), GroupsError> {
        let id = || self.id.clone();
        let is_id = (1..=64).contains(&self.id.len())
            && self.id.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
        if !is_id {
            return Err(GroupsError::Id(id()));
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 60 {
            return Err(GroupsError::Name(id()));
        }
        if self.at_risk_after.checked().and(self.dropped_out_after.checked()).is_err() {
            return Err(GroupsError::Span(id()));
        }
        if !self.at_risk_after.always_ends_before(self.dropped_out_after) {
            return Err(GroupsError::SpanOrder(id()));
        }
        self.condition.check().map_err(|reason| GroupsError::Condition { id: id(), reason })
    }
}
