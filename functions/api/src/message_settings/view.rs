use delivery::{Channel, DayCap, HoursSettings, PatientCap};
use ledger::MessageSettings;
use serde::Serialize;
use utoipa::ToSchema;

/// How the clinic sends.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageSettingsView {
    /// The channels it uses, best first: `line`, `sms`, `mail`.
    #[schema(value_type = Vec<String>)]
    order: Vec<Channel>,
    /// When it sends: `quiet` {`from`, `until`}, `closed_weekdays`, `closed_dates`, `is_closed_on_holidays`.
    #[schema(value_type = Object)]
    hours: HoursSettings,
    /// How often one patient may be written to: `max` messages in `days` days; 0 days are no limit.
    #[schema(value_type = Object)]
    patient_cap: PatientCap,
    /// Messages a day, all patients together.
    #[schema(value_type = u32)]
    day_cap: DayCap,
    /// Whom to ask, with address and telephone: shown on every page.
    contact: String,
    /// Where answers to mail go, if anywhere.
    reply_to: Option<String>,
    /// Hosts of the clinic's own sites, which messages may link to.
    sites: Vec<String>,
    /// Above this many recipients somebody else than the author must approve; `null` asks for nobody.
    second_approver_above: Option<u32>,
    /// Whether the clinic stopped its sends.
    is_paused: bool,
    /// Whether the operator stopped those of all clinics.
    is_all_paused: bool,
}

impl MessageSettingsView {
    pub(super) fn new(row: MessageSettings, is_all_paused: bool) -> Self {
        let MessageSettings { order, hours, patient_cap, day_cap, contact, reply_to, .. } = row;
        Self {
            order,
            hours,
            patient_cap,
            day_cap,
            contact,
            reply_to,
            sites: row.sites,
            second_approver_above: row.second_approver_above,
            is_paused: row.is_paused,
            is_all_paused,
        }
    }
}
