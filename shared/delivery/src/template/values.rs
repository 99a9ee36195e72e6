use jiff::civil::{Date, Weekday};

use super::Tag;

/// What the tags of a template stand for in the message to one patient.
///
/// `Debug` shows no value: names and links do not belong into logs.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// The name at contract.
    pub clinic_name: String,
    /// As the clinic writes it.
    pub patient_name: Option<String>,
    /// The patient's own link to the page that ties LINE to the patient.
    pub line_link: Option<String>,
    /// A civil date in Asia/Tokyo.
    pub next_visit: Option<Date>,
    /// The link to the page of this message; a sample of the same length before there is a message.
    pub reply_page: String,
}

impl Values {
    /// Made-up values for looking at a template before there is a patient: 見本 太郎, and `link` for both
    /// links.
    pub fn sample(clinic_name: &str, link: &str) -> Self {
        Self {
            clinic_name: clinic_name.to_owned(),
            patient_name: Some("見本 太郎".to_owned()),
            line_link: Some(link.to_owned()),
            next_visit: Some(jiff::civil::date(2026, 12, 25)),
            reply_page: link.to_owned(),
        }
    }

    /// What `tag` stands for; `None` where the patient has no such value or it is blank.
    pub(super) fn get(&self, tag: Tag) -> Option<String> {
        let value = match tag {
            Tag::ClinicName => self.clinic_name.clone(),
            Tag::PatientName => self.patient_name.clone()?,
            Tag::LineLink => self.line_link.clone()?,
            Tag::NextVisit => written(self.next_visit?),
            Tag::ReplyPage => self.reply_page.clone(),
        };
        (!value.trim().is_empty()).then_some(value)
    }
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Values").finish_non_exhaustive()
    }
}

/// A date as letters write it: `2026年12月1日（火）`.
fn written(date: Date) -> String {
    let weekday = match date.weekday() {
        Weekday::Monday => '月',
        Weekday::Tuesday => '火',
        Weekday::Wednesday => '水',
        Weekday::Thursday => '木',
        Weekday::Friday => '金',
        Weekday::Saturday => '土',
        Weekday::Sunday => '日',
    };
    format!("{}年{}月{}日（{weekday}）", date.year(), date.month(), date.day())
}
