use serde::{Deserialize, Serialize};

use crate::Direction;

/// What one office sends another at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// 居宅サービス計画書.
    Plan,
    /// サービス利用票, planned.
    Schedule,
    /// サービス利用票, done.
    Actuals,
    /// Takes something back.
    Delete,
    /// 介護予防サービス・支援計画書.
    Prevention,
    /// 利用者基本情報.
    Assessment,
    /// Files without a unit.
    Attachments,
}

impl TransferKind {
    /// As rows and hashes write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Schedule => "schedule",
            Self::Actuals => "actuals",
            Self::Delete => "delete",
            Self::Prevention => "prevention",
            Self::Assessment => "assessment",
            Self::Attachments => "attachments",
        }
    }
}

impl From<Direction> for TransferKind {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Plan => Self::Plan,
            Direction::Schedule => Self::Schedule,
            Direction::Actuals => Self::Actuals,
            Direction::Delete => Self::Delete,
            Direction::Prevention => Self::Prevention,
            Direction::Assessment => Self::Assessment,
        }
    }
}
