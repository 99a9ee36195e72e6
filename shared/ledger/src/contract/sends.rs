//! What the rows of sends to lists promise.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use delivery::{ReasonCode, TemplateText};
use jiff::Timestamp;

use crate::{Acted, Actor, ClinicId, DueSend, Ledger, SendPageRow, SendRow, SendState, SendTo, StaffAct, StaffActRow};

pub(super) async fn check(ledger: &Ledger) {
    follows_a_send(ledger).await;
    finds_sends_whose_time_came(ledger).await;
    notes_a_page_once(ledger).await;
}

async fn follows_a_send(ledger: &Ledger) {
    let id = clinic("contract-sends");
    let row = send("1-a");
    for _repeat in 0..2 {
        assert!(ledger.add_send(&id, &row, &act(1, SendState::Waiting)).await.unwrap());
    }
    assert!(!ledger.add_send(&id, &row, &act(2, SendState::Waiting)).await.unwrap());
    assert!(ledger.add_send(&id, &send("2-b"), &act(3, SendState::Waiting)).await.unwrap());

    let found = ledger.send(&id, "1-a").await.unwrap().unwrap();
    assert_eq!((&found.row, found.version), (&row, 1));
    let stopped =
        SendRow { state: SendState::Stopped, stopped: Some(Acted { by: person(), at: at(4) }), ..row.clone() };
    assert!(ledger.save_send(&id, &found, &stopped, Some(&act(4, SendState::Stopped))).await.unwrap());
    assert!(!ledger.save_send(&id, &found, &row, None).await.unwrap());
    assert_eq!(ledger.send(&id, "1-a").await.unwrap().unwrap().row, stopped);
    assert_eq!(ledger.staff_acts(&id, None, 9).await.unwrap().len(), 3);

    let newest = ledger.sends(&id, None, 1).await.unwrap();
    let next = ledger.sends(&id, Some(&newest[0].row.id), 9).await.unwrap();
    assert_eq!([&newest[0].row.id, &next[0].row.id], ["2-b", "1-a"]);
    assert_eq!(next.len(), 1);
}

async fn finds_sends_whose_time_came(ledger: &Ledger) {
    let id = clinic("contract-due-sends");
    let due = async |second| {
        let mut due = ledger.due_sends(at(second), 9).await.unwrap();
        due.retain(|it| it.clinic == id);
        due
    };
    let row = send("1-a");
    assert!(ledger.add_send(&id, &row, &act(1, SendState::Waiting)).await.unwrap());
    assert_eq!(due(i64::from(i32::MAX)).await, []);
    for (look_at, before, after) in [(Some(100), 99, 100), (Some(200), 199, 200)] {
        let found = ledger.send(&id, "1-a").await.unwrap().unwrap();
        let row = SendRow { look_at: look_at.map(at), state: SendState::Approved, ..found.row.clone() };
        for _repeat in 0..2 {
            assert!(ledger.save_send(&id, &found, &row, None).await.unwrap());
        }
        assert_eq!(due(before).await, []);
        assert_eq!(due(after).await, [DueSend { clinic: id.clone(), send: "1-a".to_owned() }]);
    }
    let found = ledger.send(&id, "1-a").await.unwrap().unwrap();
    let made = SendRow { look_at: None, state: SendState::Made, ..found.row.clone() };
    assert!(ledger.save_send(&id, &found, &made, None).await.unwrap());
    assert_eq!(due(i64::from(i32::MAX)).await, []);
}

async fn notes_a_page_once(ledger: &Ledger) {
    let id = clinic("contract-send-pages");
    let page = |page: u32, code: &str| SendPageRow {
        page,
        refused: [(7, ReasonCode::parse(code).unwrap())].into(),
        made_at: at(1),
    };
    assert!(ledger.add_send_page(&id, "s", &page(11, "no-consent")).await.unwrap());
    assert!(!ledger.add_send_page(&id, "s", &page(11, "died")).await.unwrap());
    assert!(ledger.add_send_page(&id, "s", &page(2, "died")).await.unwrap());
    assert!(ledger.add_send_page(&id, "s-other", &page(0, "died")).await.unwrap());
    assert_eq!(ledger.send_pages(&id, "s").await.unwrap(), [page(2, "died"), page(11, "no-consent")]);
}

fn send(id: &str) -> SendRow {
    SendRow {
        id: id.to_owned(),
        text: TemplateText { subject: "件名".to_owned(), body: "本文".to_owned() },
        takes_reply: true,
        attachments: Vec::new(),
        to: SendTo::Patients,
        n_recipients: 501,
        author: person(),
        made_at: at(1),
        state: SendState::Waiting,
        approved: None,
        stopped: None,
        send_after: at(10),
        send_before: at(20),
        look_at: None,
    }
}

fn act(second: i64, state: SendState) -> StaffActRow {
    let send = "1-a".to_owned();
    let act = if state == SendState::Stopped { StaffAct::SendStopped { send } } else { StaffAct::SendMade { send } };
    StaffActRow::new(act, person(), at(second), "r")
}

fn person() -> Actor {
    Actor::Person("検証".to_owned())
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn clinic(id: &str) -> ClinicId {
    ClinicId::parse(id).unwrap()
}
