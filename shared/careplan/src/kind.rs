use serde::{Serialize, Serializer};

/// What a file holds, told by the first part of its name (standard 4.1 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// UPHOSOKU 利用者補足情報: who the users are, with a plan or with a month's table.
    Supplement,
    /// UP1KYO 居宅サービス計画書 第1表.
    Sheet1,
    /// UP2KYO 居宅サービス計画書 第2表: needs, goals and supports.
    Sheet2,
    /// UP3KYO 週間サービス計画表 第3表; from version 4 on.
    Sheet3,
    /// UPPLAN サービス利用票 第6表, planned.
    Schedule,
    /// UPSIKYU サービス利用票別表 第7表: units and money.
    Sheet7,
    /// UPJSK サービス利用票 第6表, done (実績).
    Actuals,
    /// DLT1KYO: takes back a plan, sheets 1 to 3.
    PlanDeletion,
    /// DLTPLAN: takes back a month's table, sheets 6 and 7.
    ScheduleDeletion,
    /// DLTJSK: takes back what one office reported for one service type.
    ActualsDeletion,
    /// UPKIHON 利用者基本情報 (介護予防).
    BasicInformation,
    /// UPKIHON_SUB1: a day in the user's life.
    BasicInformationDay,
    /// UPKIHON_SUB2: illnesses.
    BasicInformationIllness,
    /// UPKIHON_IMAGE: the picture of the family; a JPEG, no CSV.
    BasicInformationPicture,
    /// DLTKIHON.
    BasicInformationDeletion,
    /// UPYOBO 介護予防サービス・支援計画書.
    PreventionPlan,
    /// UPYOBO_SUB: its needs and supports.
    PreventionPlanSupport,
    /// DLTYOBO.
    PreventionPlanDeletion,
}

impl FileKind {
    /// Every kind with a file name of its own, longer prefixes before those they begin with.
    pub const ALL: [Self; 18] = [
        Self::Supplement,
        Self::Sheet1,
        Self::Sheet2,
        Self::Sheet3,
        Self::Schedule,
        Self::Sheet7,
        Self::Actuals,
        Self::PlanDeletion,
        Self::ScheduleDeletion,
        Self::ActualsDeletion,
        Self::BasicInformationDay,
        Self::BasicInformationIllness,
        Self::BasicInformationPicture,
        Self::BasicInformation,
        Self::BasicInformationDeletion,
        Self::PreventionPlanSupport,
        Self::PreventionPlan,
        Self::PreventionPlanDeletion,
    ];

    /// How its file names begin.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Supplement => "UPHOSOKU",
            Self::Sheet1 => "UP1KYO",
            Self::Sheet2 => "UP2KYO",
            Self::Sheet3 => "UP3KYO",
            Self::Schedule => "UPPLAN",
            Self::Sheet7 => "UPSIKYU",
            Self::Actuals => "UPJSK",
            Self::PlanDeletion => "DLT1KYO",
            Self::ScheduleDeletion => "DLTPLAN",
            Self::ActualsDeletion => "DLTJSK",
            Self::BasicInformation => "UPKIHON",
            Self::BasicInformationDay => "UPKIHON_SUB1",
            Self::BasicInformationIllness => "UPKIHON_SUB2",
            Self::BasicInformationPicture => "UPKIHON_IMAGE",
            Self::BasicInformationDeletion => "DLTKIHON",
            Self::PreventionPlan => "UPYOBO",
            Self::PreventionPlanSupport => "UPYOBO_SUB",
            Self::PreventionPlanDeletion => "DLTYOBO",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Supplement => "利用者補足情報",
            Self::Sheet1 => "居宅サービス計画書（第1表）",
            Self::Sheet2 => "居宅サービス計画書（第2表）",
            Self::Sheet3 => "週間サービス計画表（第3表）",
            Self::Schedule => "サービス利用票（第6表）予定",
            Self::Sheet7 => "サービス利用票別表（第7表）",
            Self::Actuals => "サービス利用票（第6表）実績",
            Self::PlanDeletion => "居宅サービス計画書の削除",
            Self::ScheduleDeletion => "サービス利用票（予定）の削除",
            Self::ActualsDeletion => "サービス利用票（実績）の削除",
            Self::BasicInformation => "利用者基本情報",
            Self::BasicInformationDay => "利用者基本情報 別表1",
            Self::BasicInformationIllness => "利用者基本情報 別表2",
            Self::BasicInformationPicture => "利用者基本情報の家族構成図",
            Self::BasicInformationDeletion => "利用者基本情報の削除",
            Self::PreventionPlan => "介護予防サービス・支援計画書",
            Self::PreventionPlanSupport => "介護予防サービス・支援計画書 別表",
            Self::PreventionPlanDeletion => "介護予防サービス・支援計画書の削除",
        }
    }

    /// Whether its name says a month.
    pub fn has_month(self) -> bool {
        matches!(
            self,
            Self::Supplement
                | Self::Schedule
                | Self::Sheet7
                | Self::Actuals
                | Self::ScheduleDeletion
                | Self::ActualsDeletion
        )
    }

    /// Whether version 3 knows it.
    pub fn is_in_v3(self) -> bool {
        matches!(
            self,
            Self::Supplement
                | Self::Sheet1
                | Self::Sheet2
                | Self::Schedule
                | Self::Sheet7
                | Self::Actuals
                | Self::PlanDeletion
                | Self::ScheduleDeletion
                | Self::ActualsDeletion
        )
    }

    /// Whether it takes back what was sent before.
    pub fn is_deletion(self) -> bool {
        matches!(
            self,
            Self::PlanDeletion
                | Self::ScheduleDeletion
                | Self::ActualsDeletion
                | Self::BasicInformationDeletion
                | Self::PreventionPlanDeletion
        )
    }
}

/// As its prefix.
impl Serialize for FileKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.prefix())
    }
}
