//! What every back end must do, told once.

use delivery::Outcome;

use crate::{Backend, Sms, SmsLetter};

/// A message that can be sent, the `n`th.
pub fn letter(n: u32) -> SmsLetter {
    SmsLetter {
        to: "+819000000000".to_owned(),
        text: "さくら内科です。書類が届きました。".to_owned(),
        time_to_live_s: 6 * 60 * 60,
        message_id: format!("contract-{n}"),
    }
}

/// Panics at the first thing `sms` does otherwise than promised. Nothing else may use it meanwhile.
pub async fn check(sms: &Sms) {
    let first = provider_id(sms.send(&letter(1)).await);
    let second = provider_id(sms.send(&letter(1)).await);
    assert_ne!(first, second, "the service knows no repeats");
    provider_id(sms.dry_run(&letter(2)).await);

    for refused in [
        SmsLetter { to: "09000000000".to_owned(), ..letter(3) },
        SmsLetter { to: "+81-90-0000-0000".to_owned(), ..letter(4) },
        SmsLetter { text: String::new(), ..letter(5) },
        SmsLetter { time_to_live_s: 1, ..letter(6) },
        SmsLetter { time_to_live_s: u32::MAX, ..letter(7) },
    ] {
        let outcome = sms.send(&refused).await;
        assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?} {refused:?}");
        let outcome = sms.dry_run(&refused).await;
        assert!(matches!(outcome, Outcome::RefusedForGood { .. }), "{outcome:?} {refused:?}");
    }
    if matches!(sms.0, Backend::Memory(_)) {
        assert_eq!(sms.take(), [letter(1), letter(1)]);
    }
    let shown = format!("{:?}", letter(1));
    assert!(!shown.contains("+81") && !shown.contains('書'), "{shown}");
}

fn provider_id(outcome: Outcome) -> String {
    let Outcome::Accepted { provider_id } = outcome else { panic!("{outcome:?}") };
    assert!(!provider_id.is_empty());
    provider_id
}
