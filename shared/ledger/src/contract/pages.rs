//! What the rows of patients' pages promise.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use delivery::{Channel, Consent, ConsentSource, LinkToken, MessageId, TryLimits};
use jiff::{SignedDuration, Timestamp, civil::date};

use crate::{
    AddressKey, ClinicId, ConsentRow, Ledger, LinkRow, NonceRow, NoticeKind, NoticeRow, PageSessionRow, PatientId,
    PatientRow, PictureRef, PictureRow, PictureState, ReplyRow, Said, SaidChange, SaidThrough, SessionToken, TryKey,
    timed_id,
};

pub(super) async fn check(ledger: &Ledger) {
    ends_sessions_in_time(ledger).await;
    counts_tries_that_meet(ledger).await;
    uses_a_nonce_for_one_event(ledger).await;
    sees_an_event_once(ledger).await;
    keeps_what_was_said_with_its_proof(ledger).await;
    adds_a_reply_once_and_settles_its_pictures(ledger).await;
    lists_notices_backwards(ledger).await;
}

async fn ends_sessions_in_time(ledger: &Ledger) {
    let (token, other) = (link_token(1), link_token(2));
    let link =
        LinkRow { clinic: clinic("contract-session"), patient: patient("p"), message: message(1), expires_at_s: 1_000 };
    let session = SessionToken::new("contract-session");
    assert_eq!(ledger.page_session(&session, at(0)).await.unwrap(), None);
    let row = PageSessionRow::new(&token, &link, at(500));
    assert!(row.is_of(&token) && !row.is_of(&other));
    for _repeat in 0..2 {
        ledger.add_page_session(&session, &row).await.unwrap();
    }
    assert_eq!(ledger.page_session(&session, at(499)).await.unwrap(), Some(row));
    assert_eq!(ledger.page_session(&session, at(500)).await.unwrap(), None);
    assert_eq!(ledger.page_session(&SessionToken::new("Contract-session"), at(0)).await.unwrap(), None);

    // It does not outlive its link.
    ledger.add_page_session(&session, &PageSessionRow::new(&token, &link, at(9_000))).await.unwrap();
    assert_eq!(ledger.page_session(&session, at(1_000)).await.unwrap(), None);
}

async fn counts_tries_that_meet(ledger: &Ledger) {
    let limits = TryLimits {
        free: 3,
        window: SignedDuration::from_hours(1),
        first_pause: SignedDuration::from_hours(1),
        longest_pause: SignedDuration::from_hours(1),
        kept_for: SignedDuration::from_hours(2),
    };
    let key = TryKey::new(b"secret", "link", "a");
    let take = async |by: &str, second| ledger.take_try(&key, &limits, at(second), by).await.unwrap();
    let (one, two) = tokio::join!(take("1", 0), take("2", 0));
    assert!(one && two);
    assert!(take("3", 1).await && !take("4", 2).await && !take("5", 3_600).await);
    assert!(ledger.take_try(&TryKey::new(b"secret", "link", "b"), &limits, at(2), "4").await.unwrap());
    ledger.give_try_back(&key, &limits, at(2), "6").await.unwrap();
    assert!(take("7", 3).await);

    for _repeat in 0..2 {
        ledger.forget_tries(&key).await.unwrap();
    }
    for by in ["8", "9", "10"] {
        assert!(take(by, 10).await);
    }
    assert!(!take("11", 10).await && take("12", 10 + 2 * 3_600).await);
}

async fn uses_a_nonce_for_one_event(ledger: &Ledger) {
    let (here, elsewhere) = (clinic("contract-nonce"), clinic("contract-nonce-2"));
    let row = NonceRow::new(here.clone(), patient("p"), at(100));
    ledger.add_nonce("contract-nonce", &row).await.unwrap();
    let used =
        async |clinic, event, second| ledger.use_nonce(clinic, "contract-nonce", event, at(second)).await.unwrap();
    assert_eq!(used(&elsewhere, "a", 0).await, None);
    assert_eq!(used(&here, "a", 100).await, None);
    for _repeat in 0..2 {
        assert_eq!(used(&here, "a", 1).await.unwrap().patient, row.patient);
    }
    assert_eq!(used(&here, "b", 1).await, None);
    assert_eq!(ledger.use_nonce(&here, "another", "a", at(0)).await.unwrap(), None);
}

async fn sees_an_event_once(ledger: &Ledger) {
    let (here, elsewhere) = (clinic("contract-event"), clinic("contract-event-2"));
    let sees = async |clinic, event, by| ledger.see_event(clinic, event, by, at(9)).await.unwrap();
    assert!(sees(&here, "e1", "one").await);
    assert!(sees(&here, "e1", "one").await, "a repeat of the same call");
    assert!(!sees(&here, "e1", "other").await);
    assert!(sees(&elsewhere, "e1", "other").await && sees(&here, "e2", "other").await);
}

async fn keeps_what_was_said_with_its_proof(ledger: &Ledger) {
    let id = clinic("contract-said");
    add_patient(ledger, &id, "p").await;
    let mut reach = ledger.reach_of(&id, &patient("p")).await.unwrap();
    reach.row.stop(Some(Channel::Mail), date(2026, 11, 30));
    let key = AddressKey::new(b"secret", &id, Channel::Mail, "p@example.jp");
    let mut address = ledger.address_of(&id, &key).await.unwrap();
    address.row.opted_out_on = Some(date(2026, 11, 30));
    let record = said("p", 1, Said::Refused, SaidThrough::OneClick);
    let notice = notice("p", 1, NoticeKind::WrongPerson { channel: Some(Channel::Mail) });
    let addresses = [address.clone()];
    let change = SaidChange { record: &record, reach: &reach, addresses: &addresses, notice: Some(&notice) };
    for _repeat in 0..2 {
        assert!(ledger.save_said(&id, &change).await.unwrap());
    }
    assert_eq!(ledger.reach_of(&id, &patient("p")).await.unwrap().row, reach.row);
    assert_eq!(ledger.address_of(&id, &key).await.unwrap().row, address.row);
    assert_eq!(ledger.notices(&id, None, 9).await.unwrap(), [notice]);

    // Somebody wrote since: nothing of it is saved.
    let second = said("p", 2, Said::Agreed, SaidThrough::Consent(ConsentSource::Page));
    let stale = SaidChange { record: &second, reach: &reach, addresses: &[], notice: None };
    let mut agreed = reach.clone();
    let consent = Consent { given_on: date(2026, 12, 1), source: ConsentSource::Page, record: "r".to_owned() };
    agreed.row.agree(Channel::Mail, consent);
    assert!(!ledger.save_said(&id, &SaidChange { reach: &agreed, ..stale }).await.unwrap());
    assert_eq!(ledger.consents(&id, &patient("p")).await.unwrap(), [record]);
    agreed.version = 1;
    let change = SaidChange { record: &second, reach: &agreed, addresses: &[], notice: None };
    assert!(ledger.save_said(&id, &change).await.unwrap());
    let ids: Vec<String> = ledger.consents(&id, &patient("p")).await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(ids, [timed_id(at(1), "r"), timed_id(at(2), "r")]);

    // Nobody is there who could have said it.
    let gone = said("gone", 3, Said::Refused, SaidThrough::OneClick);
    let reach = ledger.reach_of(&id, &patient("gone")).await.unwrap();
    let change = SaidChange { record: &gone, reach: &reach, addresses: &[], notice: None };
    assert!(!ledger.save_said(&id, &change).await.unwrap());
    assert_eq!(ledger.consents(&id, &patient("gone")).await.unwrap(), []);
}

async fn adds_a_reply_once_and_settles_its_pictures(ledger: &Ledger) {
    let id = clinic("contract-reply");
    add_patient(ledger, &id, "p").await;
    let row = |who: &str, text: &str| ReplyRow {
        id: timed_id(at(1), "r"),
        patient: patient(who),
        message: message(1),
        text: text.to_owned(),
        pictures: Vec::new(),
        written_at: at(1),
        seen_at: None,
    };
    let told = notice("p", 1, NoticeKind::Replied { reply: timed_id(at(1), "r") });
    for _repeat in 0..2 {
        assert!(ledger.add_reply(&id, &row("p", "一"), &told).await.unwrap());
    }
    assert!(!ledger.add_reply(&id, &row("p", "二"), &told).await.unwrap());
    assert!(!ledger.add_reply(&id, &row("gone", "一"), &told).await.unwrap());
    assert_eq!(ledger.thread(&id, &patient("p")).await.unwrap().replies, [row("p", "一")]);
    assert_eq!(ledger.replies(&id, &patient("p")).await.unwrap(), [row("p", "一")]);
    assert_eq!(ledger.notices(&id, None, 9).await.unwrap(), [told]);

    let mut with = row("p", "一");
    with.pictures.push(PictureRef { id: "pic".to_owned(), state: PictureState::Waiting });
    let picture = PictureRow { id: "pic".to_owned(), patient: patient("p"), reply: with.id.clone(), made_at: at(2) };
    assert_eq!(ledger.picture(&id, "pic").await.unwrap(), None);
    for _repeat in 0..2 {
        assert!(ledger.add_picture(&id, &with, 1, &picture).await.unwrap());
    }
    assert_eq!(ledger.picture(&id, "pic").await.unwrap().as_ref(), Some(&picture));
    let settle = async |state| ledger.settle_picture(&id, &picture, state).await.unwrap();
    assert_eq!(settle(PictureState::Waiting).await, Some(PictureState::Waiting));
    assert_eq!(settle(PictureState::Clean).await, Some(PictureState::Clean));
    assert_eq!(settle(PictureState::Refused).await, Some(PictureState::Clean));
    assert_eq!(ledger.picture_state(&id, &picture).await.unwrap(), Some(PictureState::Clean));
    let other = PictureRow { reply: "gone".to_owned(), ..picture };
    assert_eq!(ledger.settle_picture(&id, &other, PictureState::Clean).await.unwrap(), None);

    let mut found = ledger.reply(&id, &patient("p"), &with.id).await.unwrap().unwrap();
    found.row.seen_at = Some(at(9));
    assert!(ledger.save_reply(&id, &found.row, found.version).await.unwrap());
    assert!(!ledger.save_reply(&id, &with, found.version).await.unwrap());
}

async fn lists_notices_backwards(ledger: &Ledger) {
    let id = clinic("contract-notices");
    add_patient(ledger, &id, "p").await;
    let mut all = Vec::new();
    for n in 1..=4 {
        let told = notice("p", n, NoticeKind::WrongPerson { channel: None });
        let reach = ledger.reach_of(&id, &patient("p")).await.unwrap();
        let record = said("p", n, Said::NotMe, SaidThrough::Consent(ConsentSource::Page));
        let change = SaidChange { record: &record, reach: &reach, addresses: &[], notice: Some(&told) };
        assert!(ledger.save_said(&id, &change).await.unwrap());
        all.insert(0, told);
    }
    assert_eq!(ledger.notices(&id, None, 3).await.unwrap(), all[..3]);
    assert_eq!(ledger.notices(&id, Some(&all[2].id), 3).await.unwrap(), all[3..]);
    for second in [20, 30] {
        ledger.see_notice(&id, &all[0].id, at(second)).await.unwrap();
    }
    assert_eq!(ledger.notices(&id, None, 1).await.unwrap()[0].seen_at, Some(at(20)));
    ledger.see_notice(&id, "none", at(20)).await.unwrap();
}

async fn add_patient(ledger: &Ledger, clinic: &ClinicId, id: &str) {
    let row = PatientRow {
        id: patient(id),
        chart_number: None,
        name: "名".to_owned(),
        kana: "メイ".to_owned(),
        birth_date: None,
        sex: None,
        insurance: None,
        first_visit: None,
        last_visit: None,
        visits: Vec::new(),
        groups: Vec::new(),
        died: None,
        is_chart_shared: false,
        keys: Vec::new(),
    };
    ledger.write_patients(clinic, &[row], &[]).await.unwrap();
}

fn said(who: &str, second: i64, said: Said, through: SaidThrough) -> ConsentRow {
    ConsentRow {
        id: timed_id(at(second), "r"),
        patient: patient(who),
        at: at(second),
        channel: Some(Channel::Mail),
        said,
        through,
        record: message(1).to_string(),
    }
}

fn notice(who: &str, second: i64, what: NoticeKind) -> NoticeRow {
    NoticeRow {
        id: timed_id(at(second), "n"),
        patient: patient(who),
        message: message(1),
        what,
        at: at(second),
        seen_at: None,
    }
}

fn clinic(id: &str) -> ClinicId {
    ClinicId::parse(id).unwrap()
}

fn patient(id: &str) -> PatientId {
    PatientId::parse(id).unwrap()
}

fn message(n: u8) -> MessageId {
    MessageId::parse(&char::from(b'a' + n).to_string().repeat(32)).unwrap()
}

fn link_token(n: u8) -> LinkToken {
    LinkToken::of(b"contract", &message(n))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}
