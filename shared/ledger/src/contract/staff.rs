//! What the rows that staff write promise.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use delivery::TemplateText;
use jiff::Timestamp;

use crate::{Actor, ClinicId, Ledger, MessageSettings, MessageTemplateRow, StaffAct, StaffActRow};

pub(super) async fn check(ledger: &Ledger) {
    keeps_who_set_how_a_clinic_sends(ledger).await;
    keeps_templates_with_who_wrote_them(ledger).await;
    pages_through_what_staff_did(ledger).await;
}

async fn keeps_who_set_how_a_clinic_sends(ledger: &Ledger) {
    let id = clinic("contract-staff-settings");
    let paused = MessageSettings { is_paused: true, ..MessageSettings::default() };
    for _repeat in 0..2 {
        assert!(ledger.set_message_settings(&id, &paused, 0, &act(1, StaffAct::Paused)).await.unwrap());
    }
    assert!(!ledger.set_message_settings(&id, &paused, 0, &act(2, StaffAct::Resumed)).await.unwrap());
    let found = ledger.message_settings(&id).await.unwrap();
    assert_eq!((found.row, found.version), (paused, 1));
    assert_eq!(ledger.staff_acts(&id, None, 9).await.unwrap(), [act(1, StaffAct::Paused)]);
}

async fn keeps_templates_with_who_wrote_them(ledger: &Ledger) {
    let id = clinic("contract-templates");
    let row = |name: &str| MessageTemplateRow {
        id: "t".to_owned(),
        name: name.to_owned(),
        text: TemplateText { subject: "件名".to_owned(), body: "本文".to_owned() },
        takes_reply: true,
        saved_by: person(),
        saved_at: at(1),
    };
    let saved = |second| act(second, StaffAct::TemplateSaved { template: "t".to_owned() });
    assert!(ledger.save_template(&id, &row("一"), 0, &saved(1)).await.unwrap());
    assert!(!ledger.save_template(&id, &row("二"), 0, &saved(2)).await.unwrap());
    assert!(ledger.save_template(&id, &row("二"), 1, &saved(3)).await.unwrap());
    let found = ledger.template(&id, "t").await.unwrap().unwrap();
    assert_eq!((&found.row, found.version), (&row("二"), 2));
    assert_eq!(ledger.templates(&id).await.unwrap(), [found]);

    let deleted = act(4, StaffAct::TemplateDeleted { template: "t".to_owned() });
    for _repeat in 0..2 {
        ledger.delete_template(&id, "t", &deleted).await.unwrap();
    }
    assert_eq!(ledger.template(&id, "t").await.unwrap(), None);
    assert_eq!(ledger.staff_acts(&id, None, 9).await.unwrap(), [deleted, saved(3), saved(1)]);
}

async fn pages_through_what_staff_did(ledger: &Ledger) {
    let id = clinic("contract-staff-acts");
    for second in 1..=5 {
        let version = u64::try_from(second - 1).unwrap();
        let settings = MessageSettings { contact: second.to_string(), ..MessageSettings::default() };
        assert!(ledger.set_message_settings(&id, &settings, version, &act(second, StaffAct::Paused)).await.unwrap());
    }
    let first = ledger.staff_acts(&id, None, 2).await.unwrap();
    assert_eq!(first, [act(5, StaffAct::Paused), act(4, StaffAct::Paused)]);
    let next = ledger.staff_acts(&id, Some(&first[1].id), 2).await.unwrap();
    assert_eq!(next, [act(3, StaffAct::Paused), act(2, StaffAct::Paused)]);
    assert_eq!(ledger.staff_acts(&clinic("contract-nobody"), None, 2).await.unwrap(), []);
}

fn act(second: i64, act: StaffAct) -> StaffActRow {
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
