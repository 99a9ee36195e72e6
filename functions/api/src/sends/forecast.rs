//! What sending would do to each patient, as the fan-out will decide it.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result};
use delivery::{Forecast, Hours, PersonFacts, Prospect, Reach, Recipient, SendPlan, Template, Values, Ways, prospects};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::civil::{Date, DateTime};
use ledger::{Addressee, ClinicId, CorrespondenceRow, MessageSettings, PatientId};

use crate::Api;

/// Up to so many patients are read one by one; more with everybody of the clinic.
const ONE_BY_ONE: usize = 20;
/// Patients that are asked for at once.
const AT_ONCE: usize = 8;

/// What would become of a message to some patients.
pub(super) struct Outlook {
    /// In the order of the patients.
    pub(super) recipients: Vec<Recipient>,
    /// In the order of the patients; `None` for one who is erased.
    pub(super) addressees: Vec<Option<Addressee>>,
    /// In the order of the patients.
    pub(super) prospects: Vec<Prospect>,
    pub(super) forecast: Forecast,
}

/// A message as it would be sent.
pub(super) struct Message<'a> {
    pub(super) template: &'a Template,
    pub(super) clinic_name: &'a str,
    pub(super) settings: &'a MessageSettings,
    pub(super) hours: &'a Hours,
    /// When it is due, in Tokyo.
    pub(super) due: DateTime,
    pub(super) today: Date,
}

/// What would become of `message` to `patients`.
pub(super) async fn outlook(
    api: &Api,
    clinic: &ClinicId,
    patients: &[PatientId],
    message: &Message<'_>,
) -> Result<Outlook> {
    let addressees = addressees(api, clinic, patients, message.today).await?;
    let written = api.ledger.correspondences(clinic).await.context("reading what was made")?;
    let written: HashMap<&PatientId, &CorrespondenceRow> =
        written.iter().map(|it| (&it.row.patient, &it.row)).collect();
    let sent_on = |it: &PatientId| written.get(it).map(|it| it.sent_on.clone()).unwrap_or_default();
    let link = api.sample_link()?;
    let recipients: Vec<Recipient> = patients
        .iter()
        .zip(&addressees)
        .map(|(patient, found)| recipient(found.as_ref(), message.clinic_name, &link, sent_on(patient)))
        .collect();

    let day = message.hours.next_allowed(message.due).date();
    let n_sent_that_day = written.values().map(|it| it.sent_on.iter().filter(|it| **it == day).count() as u32).sum();
    let plan = SendPlan {
        template: message.template,
        ways: Ways { order: message.settings.order.clone(), closed: BTreeMap::new() },
        hours: message.hours,
        due: message.due,
        send_before: None,
        patient_cap: message.settings.patient_cap,
        day_cap: message.settings.day_cap,
        n_sent_that_day,
        line_quota_left: None,
        sms_part_price: api.sms_part_price,
    };
    let prospects = prospects(&recipients, &plan);
    let forecast = Forecast::of_prospects(&prospects, &plan);
    Ok(Outlook { recipients, addressees, prospects, forecast })
}

async fn addressees(
    api: &Api,
    clinic: &ClinicId,
    patients: &[PatientId],
    today: Date,
) -> Result<Vec<Option<Addressee>>> {
    let secret = &api.identity_secret;
    if patients.len() <= ONE_BY_ONE {
        let patients: Vec<PatientId> = patients.to_vec();
        let found =
            patients.into_iter().map(|it| async move { api.ledger.addressee(clinic, &it, secret, today).await });
        return stream::iter(found).buffered(AT_ONCE).try_collect().await.context("reading patients");
    }
    let all = api.ledger.addressees(clinic, secret, today).await.context("reading patients")?;
    let mut all: HashMap<PatientId, Addressee> = all.into_iter().map(|it| (it.patient.id.clone(), it)).collect();
    Ok(patients.iter().map(|it| all.remove(it)).collect())
}

fn recipient(found: Option<&Addressee>, clinic_name: &str, link: &str, sent_on: Vec<Date>) -> Recipient {
    let values = |name: Option<String>, next_visit: Option<Date>| Values {
        clinic_name: clinic_name.to_owned(),
        patient_name: name,
        line_link: Some(format!("{link}/line")),
        next_visit,
        reply_page: link.to_owned(),
    };
    match found {
        Some(found) => Recipient {
            person: found.person.clone(),
            reach: found.reach.clone(),
            values: values(Some(found.patient.name.clone()), found.next_visit),
            sent_on,
        },
        None => Recipient { person: erased(), reach: Reach::default(), values: values(None, None), sent_on },
    }
}

fn erased() -> PersonFacts {
    PersonFacts {
        is_dead: false,
        is_excluded: false,
        is_erased: true,
        has_complained: false,
        opted_out_on: None,
        is_delivery_stopped: false,
        is_clinic_paused: false,
        is_all_paused: false,
    }
}
