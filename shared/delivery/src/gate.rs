mod facts;
mod refusal;

#[cfg(test)]
pub(crate) mod tests;

pub use facts::{AddressFacts, Consent, ConsentSource, PersonFacts};
use jiff::civil::Date;
pub use refusal::{Refusal, RefusedUntil};

/// Why nothing may go to this person at this address on `today`, gravest first; empty when it may.
///
/// What plans, forecasts and sends all ask; the sender asks again with facts read just before the call.
pub fn refusals(person: &PersonFacts, address: &AddressFacts, today: Date) -> Vec<Refusal> {
    let consent = address.consent.as_ref().filter(|it| it.given_on <= today);
    // A refusal holds until the person consents again, on a later day: on the same day it wins.
    let is_refused_since = |refused_on: Option<Date>| {
        refused_on.is_some_and(|refused_on| consent.is_none_or(|consent| consent.given_on <= refused_on))
    };
    let is_true = |refusal: Refusal| match refusal {
        Refusal::AllPaused => person.is_all_paused,
        Refusal::ClinicPaused => person.is_clinic_paused,
        Refusal::DeliveryStopped => person.is_delivery_stopped,
        Refusal::Erased => person.is_erased,
        Refusal::Died => person.is_dead,
        Refusal::Excluded => person.is_excluded,
        Refusal::Complained => person.has_complained,
        Refusal::OptedOutOfAll => is_refused_since(person.opted_out_on),
        Refusal::OptedOut => is_refused_since(address.opted_out_on),
        Refusal::WrongPerson => address.is_wrong_person,
        Refusal::Blocked => address.is_blocked,
        Refusal::Bounced => address.has_bounced,
        Refusal::NoConsent => consent.is_none(),
        Refusal::SharedToday => address.is_shared_with_messaged_today,
    };
    Refusal::ALL.into_iter().filter(|it| is_true(*it)).collect()
}
