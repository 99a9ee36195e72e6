use std::fmt;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

macro_rules! timings {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $japanese:literal, $source:ident;)*) => {
        /// What sets a delivery off (K-073 to K-083, and one of our own).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum TimingKind { $($(#[$doc])* $name,)* }

        impl TimingKind {
            /// Every kind, in the order authors are offered them.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$name,)*];

            /// As settings write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What staff call it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $japanese,)* }
            }

            /// Where its date comes from.
            pub fn source(self) -> TimingSource {
                match self { $(Self::$name => TimingSource::$source,)* }
            }
        }
    };
}

timings! {
    /// The first refresh that found the patient in the group.
    JoinedGroup, "joined_group", "患者グループに新しく登録された", Groups;
    /// The newest answer.
    AnsweredQuestionnaire, "answered_questionnaire", "問診に答えた", Questionnaires;
    /// The newest 最終更新日 of the patient CSV.
    ProfileUpdated, "profile_updated", "患者基本情報が更新された", PatientRoster;
    /// The newest 診療開始日 of the diseases.
    DiseaseStarted, "disease_started", "診療開始日", Receipts;
    /// The newest day of the procedures.
    ProcedureDone, "procedure_done", "治療をした", Receipts;
    /// The newest prescription of the drugs.
    DrugPrescribed, "drug_prescribed", "薬を処方した", InspectionReceipts;
    /// The newest prescription of the drugs and its days of supply.
    DrugRunsOut, "drug_runs_out", "薬がなくなる", InspectionReceipts;
    /// 次回受診予定日; it moves with the appointment.
    NextVisit, "next_visit", "次回受診予定日", Appointments;
    /// The first day of the patient's chart number.
    FirstVisit, "first_visit", "初診", Receipts;
    /// Staff send it: no day is its own.
    Manual, "manual", "手動配信", Staff;
    /// 送信予約: one moment for everybody.
    ScheduledAt, "scheduled_at", "送信予約", Staff;
    /// The first day of 離脱予備群 in the group.
    BecameAtRisk, "became_at_risk", "離脱予備群になった", Groups;
}

/// Where the date of a timing comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimingSource {
    /// A refresh and the groups.
    Groups,
    /// The questionnaire CSV.
    Questionnaires,
    /// The patient CSV.
    PatientRoster,
    /// Receipts of either kind.
    Receipts,
    /// Receipts of 点検用: no others know the drugs prescribed outside.
    InspectionReceipts,
    /// The appointment CSV, or what staff typed on the patient's page.
    Appointments,
    /// A person.
    Staff,
}

impl TimingSource {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Groups => "患者グループ",
            Self::Questionnaires => "問診のCSV",
            Self::PatientRoster => "患者のCSV（最終更新日）",
            Self::Receipts => "レセプト",
            Self::InspectionReceipts => "点検用レセプト",
            Self::Appointments => "予約のCSVまたは患者ページの入力",
            Self::Staff => "スタッフの指定",
        }
    }
}

/// What sets a delivery off, with what it asks for. Codes are the numbers of the national masters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timing {
    /// See [`TimingKind::JoinedGroup`].
    JoinedGroup {
        /// Id of the group.
        group: String,
    },
    /// See [`TimingKind::AnsweredQuestionnaire`].
    AnsweredQuestionnaire,
    /// See [`TimingKind::ProfileUpdated`].
    ProfileUpdated,
    /// See [`TimingKind::DiseaseStarted`].
    DiseaseStarted {
        /// 傷病名コード; any of them.
        codes: Vec<u32>,
    },
    /// See [`TimingKind::ProcedureDone`].
    ProcedureDone {
        /// 診療行為コード; any of them.
        codes: Vec<u32>,
    },
    /// See [`TimingKind::DrugPrescribed`].
    DrugPrescribed {
        /// 医薬品コード; any of them.
        codes: Vec<u32>,
    },
    /// See [`TimingKind::DrugRunsOut`].
    DrugRunsOut {
        /// 医薬品コード; any of them.
        codes: Vec<u32>,
    },
    /// See [`TimingKind::NextVisit`].
    NextVisit,
    /// See [`TimingKind::FirstVisit`].
    FirstVisit,
    /// See [`TimingKind::Manual`].
    Manual,
    /// See [`TimingKind::ScheduledAt`].
    ScheduledAt {
        /// A civil time in Asia/Tokyo.
        at: DateTime,
    },
    /// See [`TimingKind::BecameAtRisk`].
    BecameAtRisk {
        /// Id of the group.
        group: String,
    },
}

impl Timing {
    /// Which of the twelve it is.
    pub fn kind(&self) -> TimingKind {
        match self {
            Self::JoinedGroup { .. } => TimingKind::JoinedGroup,
            Self::AnsweredQuestionnaire => TimingKind::AnsweredQuestionnaire,
            Self::ProfileUpdated => TimingKind::ProfileUpdated,
            Self::DiseaseStarted { .. } => TimingKind::DiseaseStarted,
            Self::ProcedureDone { .. } => TimingKind::ProcedureDone,
            Self::DrugPrescribed { .. } => TimingKind::DrugPrescribed,
            Self::DrugRunsOut { .. } => TimingKind::DrugRunsOut,
            Self::NextVisit => TimingKind::NextVisit,
            Self::FirstVisit => TimingKind::FirstVisit,
            Self::Manual => TimingKind::Manual,
            Self::ScheduledAt { .. } => TimingKind::ScheduledAt,
            Self::BecameAtRisk { .. } => TimingKind::BecameAtRisk,
        }
    }

    /// The group whose members it looks at.
    pub fn group(&self) -> Option<&str> {
        match self {
            Self::JoinedGroup { group } | Self::BecameAtRisk { group } => Some(group),
            _ => None,
        }
    }

    /// The codes it looks for, in the master of its source.
    pub fn codes(&self) -> &[u32] {
        match self {
            Self::DiseaseStarted { codes }
            | Self::ProcedureDone { codes }
            | Self::DrugPrescribed { codes }
            | Self::DrugRunsOut { codes } => codes,
            _ => &[],
        }
    }
}

impl TimingKind {
    /// Whether its date may lie ahead, so that a message can come before it.
    pub fn is_ahead(self) -> bool {
        matches!(self, Self::NextVisit | Self::DrugRunsOut)
    }

    /// Whether its date is read from receipts, which a claim made again may correct.
    pub fn is_corrected_by_receipts(self) -> bool {
        matches!(self.source(), TimingSource::Receipts | TimingSource::InspectionReceipts) || self == Self::BecameAtRisk
    }
}

impl fmt::Display for TimingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
