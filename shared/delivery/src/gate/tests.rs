use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 23);

pub(crate) fn nothing_against() -> PersonFacts {
    PersonFacts {
        is_dead: false,
        is_excluded: false,
        is_erased: false,
        has_complained: false,
        opted_out_on: None,
        is_delivery_stopped: false,
        is_clinic_paused: false,
        is_all_paused: false,
    }
}

pub(crate) fn reachable(address: &str) -> AddressFacts {
    let consent = Consent { given_on: date(2026, 4, 1), source: ConsentSource::Paper, record: "form-1".to_owned() };
    AddressFacts { address: Some(address.to_owned()), consent: Some(consent), ..AddressFacts::default() }
}

/// Sets what makes `refusal` true.
fn add(refusal: Refusal, person: &mut PersonFacts, address: &mut AddressFacts) {
    match refusal {
        Refusal::AllPaused => person.is_all_paused = true,
        Refusal::ClinicPaused => person.is_clinic_paused = true,
        Refusal::DeliveryStopped => person.is_delivery_stopped = true,
        Refusal::Erased => person.is_erased = true,
        Refusal::Died => person.is_dead = true,
        Refusal::Excluded => person.is_excluded = true,
        Refusal::Complained => person.has_complained = true,
        Refusal::OptedOutOfAll => person.opted_out_on = Some(TODAY),
        Refusal::OptedOut => address.opted_out_on = Some(TODAY),
        Refusal::WrongPerson => address.is_wrong_person = true,
        Refusal::Blocked => address.is_blocked = true,
        Refusal::Bounced => address.has_bounced = true,
        Refusal::NoConsent => address.consent = None,
        Refusal::SharedToday => address.is_shared_with_messaged_today = true,
    }
}

#[test]
fn each_reason_alone_closes_the_gate_and_says_so() {
    assert_eq!(refusals(&nothing_against(), &reachable("a"), TODAY), []);
    for refusal in Refusal::ALL {
        let (mut person, mut address) = (nothing_against(), reachable("a"));
        add(refusal, &mut person, &mut address);
        assert_eq!(refusals(&person, &address, TODAY), [refusal]);
        assert!(refusal.sentence().ends_with('。'));
        assert_eq!(refusal.reason_code().as_str(), refusal.as_str());
        assert_eq!(serde_json::to_value(refusal).unwrap(), refusal.as_str());
    }
}

#[test]
fn a_consent_after_the_refusal_opens_again_but_not_on_the_same_day() {
    let check = |refused_on: Option<Date>, given_on: Date, expected: &[Refusal]| {
        let mut address = AddressFacts { opted_out_on: refused_on, ..reachable("a") };
        address.consent.as_mut().unwrap().given_on = given_on;
        assert_eq!(refusals(&nothing_against(), &address, TODAY), expected);
        let person = PersonFacts { opted_out_on: refused_on, ..nothing_against() };
        address.opted_out_on = None;
        assert_eq!(refusals(&person, &address, TODAY).len(), expected.len());
    };
    check(Some(date(2026, 11, 20)), date(2026, 11, 21), &[]);
    check(Some(date(2026, 11, 20)), date(2026, 11, 20), &[Refusal::OptedOut]);
    check(Some(date(2026, 11, 20)), date(2026, 11, 19), &[Refusal::OptedOut]);
    check(None, TODAY, &[]);
    check(None, date(2026, 11, 24), &[Refusal::NoConsent]);
}

#[test]
fn nobody_is_written_to_without_an_address_and_a_consent() {
    assert_eq!(refusals(&nothing_against(), &AddressFacts::default(), TODAY), [Refusal::NoConsent]);
}

fn any_reasons() -> impl Strategy<Value = Vec<Refusal>> {
    prop::collection::vec(prop::sample::select(&Refusal::ALL), 0..6)
}

proptest! {
    #[test]
    fn adding_a_reason_never_opens_the_gate(reasons in any_reasons(), more in prop::sample::select(&Refusal::ALL)) {
        let (mut person, mut address) = (nothing_against(), reachable("a"));
        for reason in reasons {
            add(reason, &mut person, &mut address);
        }
        let before = refusals(&person, &address, TODAY);
        add(more, &mut person, &mut address);
        let after = refusals(&person, &address, TODAY);
        prop_assert!(before.iter().all(|it| after.contains(it)), "{:?} {:?}", before, after);
        prop_assert!(after.contains(&more));
        prop_assert!(after.is_sorted());
    }
}
