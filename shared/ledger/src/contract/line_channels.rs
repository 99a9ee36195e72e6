//! What the rows of clinics' LINE channels promise.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use crate::{ChannelKey, ClinicId, Ledger, LineChannel, WebhookId};

pub(super) async fn check(ledger: &Ledger) {
    let clinic = ClinicId::parse("contract-line").unwrap();
    let key = ChannelKey::of_secret(b"a secret of the contract");
    let webhook = |it: &str| WebhookId::parse(it).unwrap();
    assert_eq!(ledger.line_channel(&clinic, &key).await.unwrap(), None);
    assert_eq!(ledger.clinic_of_webhook(&webhook("contract-hook-1")).await.unwrap(), None);

    let first = LineChannel {
        webhook: webhook("contract-hook-1"),
        bot_user: None,
        basic_id: Some("@sakura".to_owned()),
        access_token: "an access token".to_owned(),
        channel_secret: "a channel secret".to_owned(),
    };
    for _repeat in 0..2 {
        assert!(ledger.save_line_channel(&clinic, &first, &key, 0).await.unwrap());
    }
    let other = LineChannel { channel_secret: "another".to_owned(), ..first.clone() };
    assert!(!ledger.save_line_channel(&clinic, &other, &key, 0).await.unwrap());
    let found = ledger.line_channel(&clinic, &key).await.unwrap().unwrap();
    assert_eq!((&found.row, found.version), (&first, 1));
    assert_eq!(ledger.clinic_of_webhook(&first.webhook).await.unwrap().as_ref(), Some(&clinic));

    // Another address: the old one leads nowhere.
    let moved = LineChannel { webhook: webhook("contract-hook-2"), bot_user: Some("Ubot".to_owned()), ..first.clone() };
    assert!(ledger.save_line_channel(&clinic, &moved, &key, 1).await.unwrap());
    assert_eq!(ledger.clinic_of_webhook(&first.webhook).await.unwrap(), None);
    assert_eq!(ledger.clinic_of_webhook(&moved.webhook).await.unwrap(), Some(clinic.clone()));
    assert_eq!(ledger.line_channel(&clinic, &key).await.unwrap().unwrap().row, moved);

    let err = ledger.line_channel(&clinic, &ChannelKey::of_secret(b"another secret")).await.unwrap_err();
    let shown = format!("{err:#} {moved:?}");
    assert!(!shown.contains("an access token") && !shown.contains("a channel secret"), "{shown}");
    // No other clinic can be given the row.
    assert_eq!(ledger.line_channel(&ClinicId::parse("contract-line-2").unwrap(), &key).await.unwrap(), None);
}
