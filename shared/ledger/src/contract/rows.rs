//! What the rows of clinics, uploads, patients and tokens promise.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use clinic::{Groups, PartRef, SlotKey, SlotKind, Status};
use jiff::{Timestamp, civil::date};
use receipt::{ClinicCode, Payer};

use crate::{
    ClinicId, ClinicRow, Clock, IdentityKey, Inbox, Ledger, MemberRow, Opens, PatientId, Publish, TokenHash, TokenRow,
    UploadRow,
};

pub(super) async fn check(ledger: &Ledger) {
    sets_a_clinic_up_once(ledger).await;
    accepts_a_file_once(ledger).await;
    publishes_on_what_was_read(ledger).await;
    tells_two_publications_of_one_generation_apart(ledger).await;
    gives_an_id_once(ledger).await;
    lists_members_by_status(ledger).await;
    forgets_tokens_in_time(ledger).await;
    fixes_the_clock(ledger).await;
}

async fn sets_a_clinic_up_once(ledger: &Ledger) {
    let id = clinic("contract-clinic");
    let row = |name: &str| ClinicRow { name: name.to_owned(), clinic_code: ClinicCode::parse("1312345").unwrap() };
    assert_eq!(ledger.clinic(&id).await.unwrap(), None);
    assert_eq!(ledger.generation(&id).await.unwrap().row.number, 0);

    assert!(ledger.add_clinic(&id, &row("一")).await.unwrap());
    assert!(!ledger.add_clinic(&id, &row("二")).await.unwrap());
    assert_eq!(ledger.clinic(&id).await.unwrap(), Some(row("一")));
    assert!(ledger.clinics().await.unwrap().contains(&id));
    assert_eq!(ledger.generation(&id).await.unwrap().row.number, 0);
}

async fn accepts_a_file_once(ledger: &Ledger) {
    let id = clinic("contract-uploads");
    let row = |key: &str| UploadRow::new(Inbox::Receipts, key.to_owned(), "名.UKE".to_owned(), timestamp());
    let first = ledger.accept_upload(&id, "hash-a", row("receipts/a")).await.unwrap();
    assert_eq!((first.row.number, first.version), (1, 1));
    let again = ledger.accept_upload(&id, "hash-a", row("receipts/a")).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(ledger.upload_of_key(&id, "hash-a").await.unwrap().as_ref(), Some(&first));
    assert_eq!(ledger.upload_of_key(&id, "hash-b").await.unwrap(), None);

    let second = ledger.accept_upload(&id, "hash-b", row("receipts/b")).await.unwrap();
    assert!(second.row.number > first.row.number);
    let newest = ledger.uploads(&id, None, 9).await.unwrap();
    assert_eq!(newest, [second.clone(), first.clone()]);
    assert_eq!(ledger.uploads(&id, Some(second.row.number), 9).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(ledger.uploads(&id, None, 1).await.unwrap(), [second]);

    let renamed = UploadRow { file_name: "別.UKE".to_owned(), ..first.row.clone() };
    let saved = ledger.save_upload(&id, renamed.clone(), first.version).await.unwrap().unwrap();
    assert_eq!((saved.row, saved.version), (renamed, 2));
    assert_eq!(ledger.save_upload(&id, first.row, first.version).await.unwrap(), None);
}

async fn publishes_on_what_was_read(ledger: &Ledger) {
    let id = clinic("contract-publish");
    let row = UploadRow::new(Inbox::Receipts, "receipts/a".to_owned(), "a.UKE".to_owned(), timestamp());
    let upload = ledger.accept_upload(&id, "hash", row).await.unwrap();
    let key = SlotKey { claim_month: "2026-11".parse().unwrap(), payer: Payer::Kokuho, kind: SlotKind::Submission };
    let slot = ledger.slot(&id, key).await.unwrap();
    let generation = ledger.generation(&id).await.unwrap();
    assert_eq!((slot.version, generation.row.number), (0, 0));

    let publish = |sha256: &str| Publish {
        slot_before: &slot,
        slot: slot.row.slot.with(part(sha256)),
        upload_before: &upload,
        upload: upload.row.clone(),
        generation_before: &generation,
    };
    for _repeat in 0..2 {
        let published = ledger.publish(&id, publish("aa")).await.unwrap().unwrap();
        assert_eq!((published.row.generation, published.version), (Some(1), upload.version + 1));
    }
    assert_eq!(ledger.publish(&id, publish("bb")).await.unwrap(), None);
    assert_eq!(ledger.slot(&id, key).await.unwrap().row.slot.parts, [part("aa")]);
    assert_eq!(ledger.slots(&id).await.unwrap().len(), 1);
    assert_eq!(ledger.generation(&id).await.unwrap().row.number, 1);
}

/// The generation both would write is the same row: only the whole transaction tells whose it is.
async fn tells_two_publications_of_one_generation_apart(ledger: &Ledger) {
    let id = clinic("contract-race");
    let key = |payer| SlotKey { claim_month: "2026-11".parse().unwrap(), payer, kind: SlotKind::Submission };
    let generation = ledger.generation(&id).await.unwrap();
    let mut uploads = Vec::new();
    for (payer, name) in [(Payer::Shaho, "a"), (Payer::Kokuho, "b")] {
        let row = UploadRow::new(Inbox::Receipts, format!("receipts/{name}"), name.to_owned(), timestamp());
        let upload = ledger.accept_upload(&id, name, row).await.unwrap();
        uploads.push((upload, ledger.slot(&id, key(payer)).await.unwrap()));
    }
    let publish = |n: usize| Publish {
        slot_before: &uploads[n].1,
        slot: uploads[n].1.row.slot.with(part("aa")),
        upload_before: &uploads[n].0,
        upload: uploads[n].0.row.clone(),
        generation_before: &generation,
    };
    assert!(ledger.publish(&id, publish(0)).await.unwrap().is_some());
    assert_eq!(ledger.publish(&id, publish(1)).await.unwrap(), None);
    assert!(ledger.publish(&id, publish(0)).await.unwrap().is_some(), "a repeat");
    assert_eq!(ledger.slots(&id).await.unwrap().len(), 1);
    assert_eq!(ledger.upload(&id, 2).await.unwrap().unwrap().version, 1);
}

async fn gives_an_id_once(ledger: &Ledger) {
    let id = clinic("contract-ids");
    let identity = |n: usize| IdentityKey::from_hex(format!("{n:064x}"));
    let wanted = |who: &str, n: usize| (identity(n), PatientId::parse(&format!("{who}-{n}")).unwrap());
    // More than one transaction.
    let first: Vec<_> = (0..130).map(|n| wanted("first", n)).collect();
    for _repeat in 0..2 {
        assert_eq!(ledger.give_ids(&id, &first).await.unwrap(), first);
    }
    let second: Vec<_> = [5, 200, 129].map(|n| wanted("second", n)).into();
    let given = ledger.give_ids(&id, &second).await.unwrap();
    assert_eq!(given, [wanted("first", 5), wanted("second", 200), wanted("first", 129)]);

    let known = ledger.identities(&id).await.unwrap();
    assert_eq!((known.len(), &known[&identity(5)]), (131, &wanted("first", 5).1));
}

async fn lists_members_by_status(ledger: &Ledger) {
    let id = clinic("contract-members");
    let groups = r#"{"groups":[{"id":"g","name":"群","at_risk_after":{"days":60},"dropped_out_after":{"months":6},
        "match":{"all":[]}}]}"#;
    let groups = Groups::from_json(groups).unwrap();
    let before = ledger.groups(&id).await.unwrap();
    assert_eq!(ledger.set_groups(&id, groups.clone(), &before).await.unwrap(), Some(1));
    assert_eq!(ledger.set_groups(&id, Groups::default(), &before).await.unwrap(), None);
    let now = ledger.groups(&id).await.unwrap();
    assert_eq!(ledger.set_groups(&id, Groups::default(), &now).await.unwrap(), Some(2));
    assert_eq!(ledger.groups(&id).await.unwrap().row.removed, ["g"]);

    let as_of = date(2026, 11, 30);
    // The last day of each status and the first of the next.
    let visits = [
        ("1", date(2026, 11, 30)),
        ("2", date(2026, 10, 1)),
        ("3", date(2026, 9, 30)),
        ("4", date(2026, 5, 30)),
        ("5", date(2026, 5, 29)),
        ("6", date(1926, 1, 1)),
    ];
    let members: Vec<_> = visits.iter().map(|(chart_number, last_visit)| member(chart_number, *last_visit)).collect();
    for _repeat in 0..2 {
        ledger.write_members(&id, "g", &members, &[]).await.unwrap();
    }
    let group = &groups.groups[0];
    for (status, expected) in
        [(Status::Regular, ["2", "1"]), (Status::AtRisk, ["4", "3"]), (Status::DroppedOut, ["6", "5"])]
    {
        let page = ledger.members_with(&id, group, status, as_of, None, 9).await.unwrap();
        assert_eq!((charts(&page.members), page.next), (expected.to_vec(), None), "{status:?}");
        assert_eq!(ledger.count_members(&id, group, status, as_of).await.unwrap(), 2);

        let first = ledger.members_with(&id, group, status, as_of, None, 1).await.unwrap();
        let next = ledger.members_with(&id, group, status, as_of, first.next.as_deref(), 1).await.unwrap();
        assert_eq!((charts(&first.members), charts(&next.members)), (vec![expected[0]], vec![expected[1]]));
        assert_eq!(next.next, None);
    }

    // One comes again, one leaves.
    let moved = member("5", as_of);
    ledger
        .write_members(&id, "g", std::slice::from_ref(&moved), &[members[4].clone(), members[5].clone()])
        .await
        .unwrap();
    assert_eq!(charts(&ledger.members(&id, "g").await.unwrap()), ["4", "3", "2", "1", "5"]);
    // A member that is both written and gone under one key stays.
    ledger.write_members(&id, "g", std::slice::from_ref(&moved), std::slice::from_ref(&moved)).await.unwrap();
    assert_eq!(ledger.members(&id, "g").await.unwrap().len(), 5);
}

async fn forgets_tokens_in_time(ledger: &Ledger) {
    let hash = TokenHash::of("contract");
    let row = TokenRow {
        opens: Opens::Clinic(clinic("contract-token")),
        label: "窓口".to_owned(),
        person: None,
        expires_at_s: 1_000,
    };
    let at = |second| Timestamp::from_second(second).unwrap();
    assert_eq!(ledger.token(&hash, at(0)).await.unwrap(), None);
    for _repeat in 0..2 {
        ledger.add_token(&hash, &row).await.unwrap();
    }
    assert_eq!(ledger.token(&hash, at(999)).await.unwrap(), Some(row));
    assert_eq!(ledger.token(&hash, at(1_000)).await.unwrap(), None);
    assert_eq!(ledger.token(&TokenHash::of("Contract"), at(0)).await.unwrap(), None);
}

async fn fixes_the_clock(ledger: &Ledger) {
    for day in [date(2026, 2, 28), date(2026, 11, 23)] {
        ledger.set_today(day).await.unwrap();
        assert_eq!(ledger.today(Clock::Fixed).await.unwrap(), day);
    }
    assert_eq!(ledger.today(Clock::System(|| date(2024, 1, 1))).await.unwrap(), date(2024, 1, 1));
}

fn clinic(id: &str) -> ClinicId {
    ClinicId::parse(id).unwrap()
}

fn timestamp() -> Timestamp {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

fn part(object_sha256: &str) -> PartRef {
    PartRef {
        object_sha256: object_sha256.to_owned(),
        raw_sha256: "ff".to_owned(),
        part: 1,
        upload: 1,
        file: "a.UKE".to_owned(),
        volume: 0,
        is_all_reclaims: false,
        n_receipts: 1,
        n_patients: 1,
        points: -1,
    }
}

fn member(chart_number: &str, last_visit: jiff::civil::Date) -> MemberRow {
    MemberRow {
        patient: PatientId::parse(&format!("p{chart_number}")).unwrap(),
        chart_number: Some(chart_number.to_owned()),
        name: "名".to_owned(),
        last_visit,
        because: Vec::new(),
    }
}

fn charts(members: &[MemberRow]) -> Vec<&str> {
    members.iter().map(|it| it.chart_number.as_deref().unwrap()).collect()
}
