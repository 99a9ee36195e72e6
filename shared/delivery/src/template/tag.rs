use std::sync::OnceLock;

use serde::Serialize;

/// What a template can have filled in (K-064 to K-066, K-080).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tag {
    /// 医療機関名: the name at contract.
    ClinicName,
    /// 患者氏名.
    PatientName,
    /// LINE本人確認URL: one for each patient, opens the page on which LINE is tied to the patient.
    LineLink,
    /// 次回受診予定日.
    NextVisit,
    /// 返信ページ: the link to the page of this message. Added behind 本文 where a template lacks it.
    ReplyPage,
}

impl Tag {
    /// Every tag, in the order authors are offered them.
    pub const ALL: [Self; 5] = [Self::ClinicName, Self::PatientName, Self::LineLink, Self::NextVisit, Self::ReplyPage];

    /// As authors write it between braces.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClinicName => "医療機関名",
            Self::PatientName => "患者氏名",
            Self::LineLink => "LINE本人確認URL",
            Self::NextVisit => "次回受診予定日",
            Self::ReplyPage => "返信ページ",
        }
    }

    /// The tag called `name`, in any width and with spaces around it.
    pub fn named(name: &str) -> Option<Self> {
        static FOLDED: OnceLock<[String; 5]> = OnceLock::new();
        let folded = FOLDED.get_or_init(|| Self::ALL.map(|it| japan::fold(it.name())));
        let name = japan::fold(name);
        folded.iter().position(|it| *it == name).map(|index| Self::ALL[index])
    }

    /// Whether it is an address, which has no place in 件名.
    pub fn is_link(self) -> bool {
        matches!(self, Self::LineLink | Self::ReplyPage)
    }
}
