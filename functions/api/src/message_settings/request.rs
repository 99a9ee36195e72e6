use delivery::{Channel, DayCap, Hours, HoursSettings, PatientCap};
use ledger::MessageSettings;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{error::ApiError, fields::Fields, mail_address::is_mail_address};

/// How the clinic is to send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageSettingsRequest {
    /// The channels it uses, best first: `line`, `sms`, `mail`, each once.
    #[schema(value_type = Vec<String>)]
    order: Vec<Channel>,
    /// When it sends: `quiet` {`from`, `until`} as `20:00:00`, `closed_weekdays` (`sunday`), `closed_dates`
    /// (`2026-12-31`), `is_closed_on_holidays`.
    #[schema(value_type = Object)]
    hours: HoursSettings,
    /// How often one patient may be written to: `max` messages in `days` days; 0 days are no limit.
    #[schema(value_type = Object)]
    patient_cap: PatientCap,
    /// Messages a day, all patients together.
    #[schema(value_type = u32)]
    day_cap: DayCap,
    /// Whom to ask, with address and telephone (特定電子メール法): shown on every page.
    #[schema(max_length = 500)]
    contact: String,
    /// Where answers to mail go, if anywhere.
    reply_to: Option<String>,
    /// Hosts of the clinic's own sites, such as `www.clinic.example`, which messages may link to.
    #[serde(default)]
    sites: Vec<String>,
    /// Above this many recipients somebody else than the author must approve; `null` asks for nobody.
    second_approver_above: Option<u32>,
}

const CONTACT_MAX_CHARS: usize = 500;
const MAX_SITES: usize = 20;

impl MessageSettingsRequest {
    /// The settings, with the kill switch as it is.
    pub(super) fn check(self, is_paused: bool) -> Result<MessageSettings, ApiError> {
        let mut fields = Fields::default();
        let mut order = self.order.clone();
        order.sort_unstable();
        order.dedup();
        if self.order.is_empty() || order.len() != self.order.len() {
            fields.refuse("order", "line、sms、mailから1つ以上を、使いたい順に1回ずつ指定してください。");
        }
        if let Err(err) = Hours::new(self.hours.clone()) {
            fields.refuse("hours", format!("{err}。"));
        }
        if !(1..=CONTACT_MAX_CHARS).contains(&self.contact.trim().chars().count()) {
            let message = "問い合わせ先の住所と電話番号などを500文字までで入れてください。法律で表示が必要です。";
            fields.refuse("contact", message);
        }
        if self.reply_to.as_deref().is_some_and(|it| !is_mail_address(it)) {
            fields.refuse("reply_to", "メールアドレスの形（例: clinic@example.jp）にするか、nullにしてください。");
        }
        if self.sites.len() > MAX_SITES || !self.sites.iter().all(|it| is_host(it)) {
            let message = "サイトの名前だけを「www.clinic.example」の形で20個までにしてください。";
            fields.refuse("sites", message);
        }
        fields.accept(Some(MessageSettings {
            order: self.order,
            hours: self.hours,
            patient_cap: self.patient_cap,
            day_cap: self.day_cap,
            contact: self.contact.trim().to_owned(),
            reply_to: self.reply_to,
            sites: self.sites,
            is_paused,
            second_approver_above: self.second_approver_above,
        }))
    }
}

fn is_host(text: &str) -> bool {
    let is_label = |it: &str| {
        (1..=63).contains(&it.len())
            && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label)
}
