//! What the rows of offices, transfers and evidence promise.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use std::collections::BTreeMap;

use careplan::{
    OfficeNumber, Serial, Standard,
    exchange::{
        BundleId, Event, Fact, FactKind, Seal, SendMarker, TransferId, TransferKind, TransferState, transfer_id,
        verify_log,
    },
};
use jiff::Timestamp;

use crate::{
    BegunTransfer, DraftRow, Ledger, OfficeMessageRow, OfficeRow, Opens, PartnerRow, TokenHash, TokenRow, TransferList,
    TransferRow, place_in,
};

pub(super) async fn check(ledger: &Ledger) {
    registers_an_office_once(ledger).await;
    follows_a_transfer_on_both_sides(ledger).await;
    pages_through_a_list(ledger).await;
    keeps_one_log_an_office(ledger).await;
    keeps_drafts(ledger).await;
    shows_a_message_to_both_offices(ledger).await;
    opens_one_tenant_with_a_token(ledger).await;
}

async fn registers_an_office_once(ledger: &Ledger) {
    let number = office("9970100013");
    let row = |name: &str| OfficeRow {
        name: name.to_owned(),
        service_types: Vec::new(),
        notify_address: None,
        terms_accepted_at: None,
    };
    assert_eq!(ledger.office(&number).await.unwrap(), None);
    assert!(ledger.save_office(&number, &row("一"), 0).await.unwrap());
    assert!(!ledger.save_office(&number, &row("二"), 0).await.unwrap());
    let known = ledger.office(&number).await.unwrap().unwrap();
    assert_eq!(known.row, row("一"));
    assert!(ledger.save_office(&number, &row("二"), known.version).await.unwrap());

    let partner = PartnerRow { number: office("9970200011"), name: "二".to_owned(), confirmed_at: time(1) };
    assert_eq!(ledger.partner(&number, &partner.number).await.unwrap(), None);
    ledger.confirm_partner(&number, &partner).await.unwrap();
    assert_eq!(ledger.partner(&number, &partner.number).await.unwrap().as_ref(), Some(&partner));
    assert_eq!(ledger.partners(&number).await.unwrap(), [partner]);
}

async fn follows_a_transfer_on_both_sides(ledger: &Ledger) {
    let row = transfer("9970100013", "9970200011", "20250425101500");
    let (sender, receiver) = (&row.sender, &row.receiver);
    assert_eq!(ledger.begin_transfer(row.clone()).await.unwrap(), BegunTransfer::New(row.clone()));
    assert_eq!(ledger.begin_transfer(row.clone()).await.unwrap(), BegunTransfer::Known(row.clone()));
    assert_eq!(ledger.receiver_of(sender, &row.id).await.unwrap().as_ref(), Some(receiver));
    assert_eq!(ledger.receiver_of(receiver, &row.id).await.unwrap(), None);
    assert_eq!(ledger.transfer(sender, &row.id).await.unwrap(), None);
    let list = async |office, list| ledger.transfers(office, list, None, 9).await.unwrap();
    assert_eq!(list(sender, TransferList::Sent).await, std::slice::from_ref(&row));
    assert_eq!(list(receiver, TransferList::Received).await, []);
    assert_eq!(ledger.delivered_units(receiver, sender, TransferKind::Plan).await.unwrap(), []);

    let change = async |event| {
        let change = |row: &mut TransferRow| {
            row.state = row.state.after(event)?;
            row.delivered_at.get_or_insert(time(20));
            Ok(())
        };
        ledger.change_transfer(receiver, &row.id, change).await.unwrap().unwrap()
    };
    let delivered = change(Event::Delivered).await.unwrap();
    assert_eq!(delivered.state, TransferState::Delivered);
    assert!(change(Event::Delivered).await.is_err());
    let imported = change(Event::Imported).await.unwrap();
    assert_eq!(list(sender, TransferList::Sent).await, std::slice::from_ref(&imported));
    assert_eq!(list(receiver, TransferList::Received).await, std::slice::from_ref(&imported));
    let units = ledger.delivered_units(receiver, sender, TransferKind::Plan).await.unwrap();
    assert_eq!(units, [imported.delivered_unit().unwrap()]);
    assert_eq!(ledger.delivered_units(receiver, sender, TransferKind::Actuals).await.unwrap(), []);

    let nobody = ledger.change_transfer(sender, &row.id, |_| Ok(())).await.unwrap();
    assert_eq!(nobody, None);
}

async fn pages_through_a_list(ledger: &Ledger) {
    let sender = office("9970300019");
    let mut rows = Vec::new();
    for second in 1..=5 {
        let mut row = transfer("9970300019", "9970200011", &format!("2025042510150{second}"));
        row.accepted_at = time(second);
        ledger.begin_transfer(row.clone()).await.unwrap();
        rows.insert(0, row);
    }
    let first = ledger.transfers(&sender, TransferList::Sent, None, 2).await.unwrap();
    assert_eq!(first, rows[..2]);
    let place = place_in(TransferList::Sent, &first[1]).unwrap();
    assert_eq!(ledger.transfers(&sender, TransferList::Sent, Some(&place), 9).await.unwrap(), rows[2..]);
    assert_eq!(place_in(TransferList::Received, &first[1]), None);
}

async fn keeps_one_log_an_office(ledger: &Ledger) {
    let seal = Seal::of_secret(b"contract");
    let log_of = office("9970100013");
    let fact = |number: usize, event| Fact {
        at: time(1),
        event,
        transfer: TransferId::parse(&format!("{number:032x}")).unwrap(),
        sender: log_of.clone(),
        receiver: office("9970200011"),
        kind: TransferKind::Plan,
        serial: None,
        sha256: Vec::new(),
    };
    let facts: Vec<Fact> = (0..45).map(|it| fact(it, FactKind::Delivered)).collect();
    let (one, other) =
        tokio::join!(ledger.add_evidence(&log_of, &facts, &seal), ledger.add_evidence(&log_of, &facts, &seal));
    assert_eq!(one.unwrap(), other.unwrap());
    ledger.add_evidence(&log_of, &[fact(0, FactKind::Fetched), fact(0, FactKind::Delivered)], &seal).await.unwrap();
    let log = ledger.evidence(&log_of, 0, 100).await.unwrap();
    assert_eq!(verify_log(&log, &seal.key()).unwrap().len(), 46);
    assert_eq!(ledger.evidence(&log_of, 45, 100).await.unwrap(), log[45..]);
    assert_eq!(ledger.evidence(&office("9970200011"), 0, 9).await.unwrap(), []);
}

async fn keeps_drafts(ledger: &Ledger) {
    let number = office("9970100013");
    let draft = |message: &str| DraftRow {
        marker: SendMarker {
            id: BundleId::parse("draft").unwrap(),
            message: message.to_owned(),
            files: Vec::new(),
            notes: BTreeMap::new(),
            confirm: BTreeMap::new(),
        },
        machine: "受付".to_owned(),
        saved_at: time(1),
    };
    ledger.save_draft(&number, &draft("一")).await.unwrap();
    ledger.save_draft(&number, &draft("二")).await.unwrap();
    assert_eq!(ledger.drafts(&number).await.unwrap(), [draft("二")]);
    let id = draft("").marker.id;
    assert_eq!(ledger.draft(&number, &id).await.unwrap(), Some(draft("二")));
    for _repeat in 0..2 {
        ledger.delete_draft(&number, &id).await.unwrap();
    }
    assert_eq!(ledger.drafts(&number).await.unwrap(), []);
}

async fn shows_a_message_to_both_offices(ledger: &Ledger) {
    let (one, two) = (office("9970100013"), office("9970200011"));
    let message = |id: &str, from: &OfficeNumber, to: &OfficeNumber, second| OfficeMessageRow {
        id: BundleId::parse(id).unwrap(),
        from: from.clone(),
        to: to.clone(),
        text: id.to_owned(),
        at: time(second),
    };
    let asked = message("m-1", &one, &two, 1);
    assert_eq!(ledger.send_office_message(asked.clone()).await.unwrap(), asked);
    assert_eq!(ledger.send_office_message(message("m-1", &one, &two, 9)).await.unwrap(), asked);
    let answered = ledger.send_office_message(message("m-1", &two, &one, 2)).await.unwrap();
    for (office, partner) in [(&one, &two), (&two, &one)] {
        let all = ledger.office_messages(office, partner, None, 9).await.unwrap();
        assert_eq!(all, [answered.clone(), asked.clone()]);
        let older = ledger.office_messages(office, partner, Some(&answered), 9).await.unwrap();
        assert_eq!(older, std::slice::from_ref(&asked));
    }
    assert_eq!(ledger.office_message(&two, &answered.id).await.unwrap(), Some(answered));
}

async fn opens_one_tenant_with_a_token(ledger: &Ledger) {
    let hash = TokenHash::of("kyt_office");
    let opens = Opens::Office(office("9970100013"));
    let row = TokenRow { opens, label: "ソフト".to_owned(), person: None, expires_at_s: 1_000 };
    ledger.add_token(&hash, &row).await.unwrap();
    assert_eq!(ledger.token(&hash, Timestamp::UNIX_EPOCH).await.unwrap(), Some(row));
}

fn office(number: &str) -> OfficeNumber {
    OfficeNumber::new(number).unwrap()
}

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_750_000_000 + second).unwrap()
}

fn transfer(sender: &str, receiver: &str, serial: &str) -> TransferRow {
    let (sender, receiver) = (office(sender), office(receiver));
    let serial = Serial::new(serial);
    TransferRow {
        id: transfer_id(&sender, &receiver, TransferKind::Plan, serial.as_ref(), []),
        sender,
        receiver,
        kind: TransferKind::Plan,
        serial,
        standard: Some(Standard::V4),
        month: None,
        files: Vec::new(),
        message: String::new(),
        note: String::new(),
        bundle: BundleId::parse("contract").unwrap(),
        state: TransferState::Sending,
        accepted_at: time(10),
        delivered_at: None,
        notified_at: None,
        fetched_at: None,
        withdrawn_at: None,
        n_chased: 0,
        undelivered_at: None,
        answer: None,
        scope: vec!["x".to_owned()],
        superseded_by: None,
        is_late: false,
    }
}
