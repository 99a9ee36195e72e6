//! What would become of a message to one patient, as staff read it.

use delivery::{Channel, PassedOver, Prospect, Recipient, Template};
use ledger::{Addressee, PatientId};
use serde::Serialize;
use utoipa::ToSchema;

/// A message as one patient would get it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExampleView {
    patient: String,
    chart_number: Option<String>,
    name: String,
    /// `line`, `sms` or `mail`.
    #[schema(value_type = String)]
    channel: Channel,
    /// Better channels, and why each was passed over.
    because: Vec<PassedOverView>,
    /// 件名; only a mail has one.
    subject: Option<String>,
    /// 本文, with a link as long as the real one.
    body: String,
    /// Parts of a text message, each of which is paid for.
    n_sms_parts: Option<u32>,
}

/// A channel that was passed over.
#[derive(Serialize, ToSchema)]
pub(crate) struct PassedOverView {
    #[schema(value_type = String)]
    channel: Channel,
    /// Stable.
    #[schema(value_type = String)]
    code: &'static str,
    /// In Japanese.
    #[schema(value_type = String)]
    reason: &'static str,
}

/// A patient to whom nothing would go.
#[derive(Serialize, ToSchema)]
pub(crate) struct LeftOutView {
    patient: String,
    chart_number: Option<String>,
    name: Option<String>,
    /// Stable: a reason of the gate, `missing-values`, `over-patient-cap` or `over-day-cap`.
    #[schema(value_type = String)]
    code: &'static str,
    /// What to do, in Japanese.
    reason: String,
}

impl ExampleView {
    /// `None` for a patient to whom nothing would go.
    pub(super) fn of(
        found: Option<&Addressee>,
        recipient: &Recipient,
        prospect: &Prospect,
        template: &Template,
    ) -> Option<Self> {
        let Prospect::Message { choice, sms, .. } = prospect else { return None };
        let (found, rendered) = (found?, template.render(&recipient.values).ok()?);
        let channel = choice.channel;
        Some(Self {
            patient: found.patient.id.to_string(),
            chart_number: found.patient.chart_number.clone(),
            name: found.patient.name.clone(),
            channel,
            because: choice.because.iter().map(|it| PassedOverView::new(it.0, it.1)).collect(),
            subject: rendered.subject_on(channel).map(ToOwned::to_owned),
            body: rendered.body,
            n_sms_parts: sms.map(|it| it.n_parts),
        })
    }
}

impl PassedOverView {
    fn new(channel: Channel, because: PassedOver) -> Self {
        Self { channel, code: because.as_str(), reason: because.sentence() }
    }
}

impl LeftOutView {
    /// `None` for a patient to whom a message would go.
    pub(super) fn of(patient: &PatientId, found: Option<&Addressee>, prospect: &Prospect) -> Option<Self> {
        let (code, reason) = match prospect {
            Prospect::Message { .. } => return None,
            Prospect::Unreachable(unreachable) => {
                (unreachable.reason().as_str(), unreachable.reason().sentence().to_owned())
            }
            Prospect::Missing(missing) => (
                "missing-values",
                format!("{missing}。患者の情報を補うか、{{患者氏名|お客様}}のように代わりの言葉を書いてください。"),
            ),
            Prospect::OverPatientCap { until } => {
                ("over-patient-cap", format!("1人あたりの上限に達しています。{until}以降に送ります。"))
            }
            Prospect::OverDayCap => ("over-day-cap", "1日の上限に達するため、翌日以降に送ります。".to_owned()),
        };
        Some(Self {
            patient: patient.to_string(),
            chart_number: found.and_then(|it| it.patient.chart_number.clone()),
            name: found.map(|it| it.patient.name.clone()),
            code,
            reason,
        })
    }
}
