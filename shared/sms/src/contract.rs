//! What every back end must do, told once.

use delivery::{Call, Channel, Outcome, model_trace};

use crate::{Backend, Sent, Sms, SmsLetter};

/// The right to send the message number `n`.
pub fn call(n: u32) -> Call {
    model_trace::call(Channel::Sms, n)
}

/// What can be sent.
pub fn letter() -> SmsLetter {
    SmsLetter {
        to: "+819000000000".to_owned(),
        text: "さくら内科です。書類が届きました。".to_owned(),
        time_to_live_s: 6 * 60 * 60,
    }
}

/// Panics at the first thing `sms` does otherwise than promised. Nothing else may use it meanwhile.
pub async fn check(sms: &Sms) {
    let first = provider_id(sms.send(call(1), &letter()).await);
    let second = provider_id(sms.send(call(1), &letter()).await);
    assert_ne!(first, second, "the service knows no repeats");
    provider_id(sms.dry_run(&letter()).await);

    for refused in [
        SmsLetter { to: "09000000000".to_owned(), ..letter() },
        SmsLetter { to: "+81-90-0000-0000".to_owned(), ..letter() },
        SmsLetter { text: String::new(), ..letter() },
        SmsLetter { time_to_live_s: 1, ..letter() },
        SmsLetter { time_to_live_s: u32::MAX, ..letter() },
    ] {
        let outcome = sms.send(call(2), &refused).await;
        assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?} {refused:?}");
        let outcome = sms.dry_run(&refused).await;
        assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?} {refused:?}");
    }
    // The right to send a mail is none to send an SMS.
    let outcome = sms.send(model_trace::call(Channel::Mail, 1), &letter()).await;
    assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?}");
    if matches!(sms.0, Backend::Memory(_)) {
        let sent = Sent { message: call(1).id().clone(), letter: letter() };
        assert_eq!(sms.take(), [sent.clone(), sent]);
    }
    let shown = format!("{:?}", letter());
    assert!(!shown.contains("+81") && !shown.contains('書'), "{shown}");
}

fn provider_id(outcome: Outcome) -> String {
    let Outcome::Accepted { provider_id } = outcome else { panic!("{outcome:?}") };
    assert!(!provider_id.is_empty());
    provider_id
}
