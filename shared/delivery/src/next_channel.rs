use jiff::civil::Date;

use crate::{AddressFacts, Channel, PersonFacts, Reach, Ways, choose};

/// The channel on which a message goes on whose row failed on another; `None` where none leads to the patient.
///
/// What only holds messages back (a switch, somebody who shares the address) is left to the lease: here it
/// would lose the message.
pub fn next_channel(person: &PersonFacts, reach: &Reach, ways: &Ways, today: Date) -> Option<Channel> {
    let person = PersonFacts { is_all_paused: false, is_clinic_paused: false, ..person.clone() };
    let unshared = |it: &AddressFacts| AddressFacts { is_shared_with_messaged_today: false, ..it.clone() };
    let reach = Reach { line: unshared(&reach.line), sms: unshared(&reach.sms), mail: unshared(&reach.mail) };
    choose(&person, &reach, ways, today).ok().map(|it| it.channel)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        Closed,
        gate::tests::{nothing_against, reachable},
    };

    #[track_caller]
    fn check(person: PersonFacts, closed: &[Channel], expected: Option<Channel>) {
        let sms = AddressFacts { is_shared_with_messaged_today: true, ..reachable("s") };
        let reach = Reach { line: reachable("l"), sms, mail: reachable("m") };
        let closed = closed.iter().map(|it| (*it, Closed::Failed)).collect();
        let ways = Ways { closed, ..Ways::default() };
        assert_eq!(next_channel(&person, &reach, &ways, date(2026, 11, 26)), expected);
    }

    #[test]
    fn it_goes_on_by_the_best_channel_that_did_not_fail() {
        check(nothing_against(), &[Channel::Line], Some(Channel::Sms));
        check(nothing_against(), &[Channel::Line, Channel::Sms], Some(Channel::Mail));
        check(nothing_against(), &Channel::ALL, None);
    }

    #[test]
    fn a_switch_loses_no_message_and_a_refusal_ends_it() {
        let paused = PersonFacts { is_clinic_paused: true, is_all_paused: true, ..nothing_against() };
        check(paused, &[Channel::Line], Some(Channel::Sms));
        check(PersonFacts { has_complained: true, ..nothing_against() }, &[Channel::Line], None);
    }
}
