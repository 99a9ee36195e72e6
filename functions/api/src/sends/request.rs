use std::collections::HashSet;

use clinic::Status;
use delivery::TemplateText;
use jiff::civil::DateTime;
use ledger::PatientId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{error::ApiError, fields::Fields, words};

/// A message to patients.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendRequest {
    /// To whom.
    #[schema(required)]
    to: Option<ToRequest>,
    /// 件名, one line, with tags.
    #[schema(required, max_length = 200)]
    subject: Option<String>,
    /// 本文, with tags.
    #[schema(required, max_length = 4500)]
    body: Option<String>,
    /// 返信あり: whether the patient may answer on the page.
    #[schema(required)]
    takes_reply: Option<bool>,
    /// When it is due, a time in Tokyo as `2026-12-01T10:00`; at once without it. In quiet hours and on closed
    /// days it is held until the next open moment.
    at: Option<String>,
}

/// To whom: a list of a group as it is now, or patients one by one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToRequest {
    /// Id of a group; with `status`.
    group: Option<String>,
    /// 正常 `regular`, 離脱予備群 `at_risk` or 離脱 `dropped_out`.
    status: Option<String>,
    /// Ids of patients.
    patients: Option<Vec<String>>,
}

/// A message to patients whose fields are read.
pub(super) struct Wanted {
    pub(super) to: To,
    pub(super) text: TemplateText,
    /// Civil, in Tokyo.
    pub(super) at: Option<DateTime>,
}

/// To whom.
pub(super) enum To {
    List {
        group: String,
        status: Status,
    },
    /// Each once.
    Patients(Vec<PatientId>),
}

/// Patients that may be named one by one.
const MAX_PATIENTS: usize = 20_000;

impl SendRequest {
    pub(super) fn check(self) -> Result<Wanted, ApiError> {
        let mut fields = Fields::default();
        let to = fields.required("to", self.to).and_then(|it| it.check(&mut fields));
        let subject = fields.required("subject", self.subject);
        let body = fields.required("body", self.body);
        let takes_reply = fields.required("takes_reply", self.takes_reply);
        let at = self.at.map(|it| it.parse::<DateTime>().ok());
        if at == Some(None) {
            fields.refuse("at", "日本時間を「2026-12-01T10:00」の形にするか、指定せずにすぐ送ってください。");
        }
        let text = subject.zip(body).map(|(subject, body)| TemplateText { subject, body });
        let wanted = to.zip(text).zip(takes_reply);
        let at = at.flatten();
        fields.accept(wanted.map(|((to, text), _)| Wanted { to, text, at }))
    }
}

impl ToRequest {
    fn check(self, fields: &mut Fields) -> Option<To> {
        match (self.group, self.status, self.patients) {
            (Some(group), Some(status), None) => {
                let status = fields.choice("to.status", &status, &words::STATUSES)?;
                Some(To::List { group, status })
            }
            (None, None, Some(patients)) if (1..=MAX_PATIENTS).contains(&patients.len()) => {
                let mut seen = HashSet::new();
                let mut ids = Vec::with_capacity(patients.len());
                for (at, text) in patients.iter().enumerate() {
                    match PatientId::parse(text) {
                        Some(id) if seen.insert(text) => ids.push(id),
                        Some(_) => {}
                        None => fields.refuse(&format!("to.patients[{at}]"), NO_PATIENT),
                    }
                }
                Some(To::Patients(ids))
            }
            _ => {
                let message = format!(
                    "groupとstatus、または1人から{MAX_PATIENTS}人のpatientsの、どちらかだけを指定してください。"
                );
                fields.refuse("to", message);
                None
            }
        }
    }
}

/// Of an id that no patient of the clinic has.
pub(super) const NO_PATIENT: &str = "この患者は見つかりません。IDを確かめてください。";
