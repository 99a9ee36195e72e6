use serde::Serialize;

use super::{StepDelivery, TimingSource};

/// What a clinic has that timings read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClinicSources {
    /// フェーズ, 1 to 3 (K-009).
    pub phase: u8,
    /// Whether some current claim file is 点検用.
    pub has_inspection_receipts: bool,
}

/// Why a delivery does not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartRefusal {
    /// ステップ配信 belongs to phases 2 and 3 (K-010).
    #[error("ステップ配信はフェーズ2以降の機能です。ご契約のフェーズを変更すると使えます。")]
    Phase,
    /// Only 点検用 knows the drugs prescribed outside.
    #[error(
        "薬のタイミングには点検用レセプトが必要です。レセコンで「点検用（院外処方含む）」を出力してアップロードしてください。"
    )]
    NoInspectionReceipts,
}

impl StartRefusal {
    /// The stable text of the code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::NoInspectionReceipts => "no-inspection-receipts",
        }
    }
}

/// Why `delivery` does not start at a clinic that has `sources`; empty when it does.
pub fn start_refusals(delivery: &StepDelivery, sources: &ClinicSources) -> Vec<StartRefusal> {
    let needs_inspection = delivery.timing.kind().source() == TimingSource::InspectionReceipts;
    let refusals = [
        (sources.phase < 2, StartRefusal::Phase),
        (needs_inspection && !sources.has_inspection_receipts, StartRefusal::NoInspectionReceipts),
    ];
    refusals.into_iter().filter(|it| it.0).map(|it| it.1).collect()
}
