use serde::Serialize;

/// Something in the files of a clinic that staff should look at (データ品質).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub code: FindingCode,
    /// Index into [`crate::Folded::patients`].
    pub patient: u32,
    /// Where it shows; not known of what several files show together.
    pub file: Option<String>,
    /// Line of the RE in that file.
    pub line: Option<u32>,
}

/// What a [`Finding`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingCode {
    /// The same receipt stands in two files of one claim month.
    CountedTwice,
    /// One chart number, two birth dates and two names.
    ChartShared,
    /// A visit after the month of a 転帰 of death.
    VisitAfterDeath,
}

impl FindingCode {
    /// The stable text of the code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CountedTwice => "counted-twice",
            Self::ChartShared => "chart-shared",
            Self::VisitAfterDeath => "visit-after-death",
        }
    }

    /// What staff should do, in Japanese.
    pub fn advice(self) -> &'static str {
        match self {
            Self::CountedTwice => "同じレセプトが2つのファイルにあります。片方の取り込みを取り消してください。",
            Self::ChartShared => {
                "同じ診察券番号に、氏名も生年月日も違う2人がいます。番号を確かめ、同じ人なら統合してください。それまでは配信しません。"
            }
            Self::VisitAfterDeath => "転帰が死亡の月より後に来院があります。転帰が正しいか確かめてください。",
        }
    }
}
