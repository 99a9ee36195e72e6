use serde::{Deserialize, Serialize};

/// The version of the standard a file is laid out by. Its name tells (standard 4.1 §4.1): from version
/// 4 on each office number is followed by a service type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standard {
    /// 第3版, CSVバージョン 202208; the earlier 201910 and 202003 are read alike.
    V3,
    /// 第4.1版, CSVバージョン 202407; 202504 of 第4.0版 is read alike.
    V4,
}

impl Standard {
    /// The CSVバージョン that a file of this version is written with.
    pub fn csv_version(self) -> &'static str {
        match self {
            Self::V3 => "202208",
            Self::V4 => "202407",
        }
    }

    /// The standard of a known CSVバージョン (別紙 CSVバージョン履歴).
    pub fn of_csv_version(version: &str) -> Option<Self> {
        match version {
            "201910" | "202003" | "202208" => Some(Self::V3),
            "202504" | "202407" => Some(Self::V4),
            _ => None,
        }
    }
}
