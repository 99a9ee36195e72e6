//! Rosters: patients, appointments and questionnaires beside the claim files.

use std::slice::from_ref;

use jiff::civil::date;
use ledger::UploadStatus;

use crate::harness::world::{World, small_file};

const TODAY: jiff::civil::Date = date(2026, 11, 10);

const PATIENTS: &str = "診察券番号,氏名,フリガナ,生年月日,性別,携帯電話,メール,配信同意\n\
    00001,検証　1番,ケンショウ,1960/1/1,男,090-0000-0001,one@example.jp,同意\n\
    2,検証　2番,ケンショウ,昭和35年1月1日,1,,,\n\
    900,検証　新,ケンショウアラタ,1980-02-03,女,080-0000-0900,,不同意\n\
    901,検証　誤,,2026/13/1,女,,,\n";
const CAME: &str = "診察券番号,予約日,来院状況\n1,2026/11/9,来院\n900,2026/11/2,来院\n2,2026/12/1,予約\n";

async fn world() -> World {
    let world = World::on(TODAY).await;
    let claims = world.drop_file("a.UKE", &small_file(&[1, 2])).await;
    world.imported(&[claims]).await;
    world.refresh().await;
    world
}

#[tokio::test]
async fn a_patient_file_brings_contacts_and_new_patients_and_gives_back_bad_rows() {
    let world = world().await;
    let announced = world.drop_roster("patients.csv", PATIENTS.as_bytes()).await;
    for _ in 0..2 {
        world.rosters_imported(from_ref(&announced)).await;
        world.refresh().await;
    }
    let upload = world.upload(2).await;
    assert_eq!(upload.status, UploadStatus::Done);
    let report = upload.roster.unwrap();
    assert_eq!((report.n_new, report.n_rejected), (3, 1));
    let rejected = world.files.get(&report.rejected_key.unwrap(), 10_000).await.unwrap().unwrap();
    let rejected = String::from_utf8(rejected).unwrap();
    assert!(rejected.contains("取込できなかった理由") && rejected.contains("901"), "{rejected}");

    let contacts = world.ledger.contacts_of(&world.clinic, "1").await.unwrap().row.contacts;
    assert_eq!(contacts.mobile.value.as_deref(), Some("09000000001"));
    let patients = world.ledger.patients(&world.clinic).await.unwrap();
    assert_eq!(patients.len(), 3, "the new patient of the file is one");
}

#[tokio::test]
async fn appointments_marked_attended_are_visits() {
    let world = world().await;
    let before = world.lists().await;
    assert!(before.contains("htn AtRisk 2026-09-01 1 "), "{before}");
    for (name, text) in [("patients.csv", PATIENTS), ("came.csv", CAME)] {
        let announced = world.drop_roster(name, text.as_bytes()).await;
        world.rosters_imported(&[announced]).await;
    }
    world.refresh().await;
    let lists = world.lists().await;
    assert!(lists.contains("htn Regular 2026-11-09 1 "), "{lists}");
    assert!(lists.contains("htn AtRisk 2026-09-01 2 "), "a booking is no visit: {lists}");
}

#[tokio::test]
async fn the_number_of_the_upload_says_what_is_newer_not_the_order_of_arrival() {
    let mut tables = Vec::new();
    for is_reversed in [false, true] {
        let world = world().await;
        let first = world.drop_roster("1.csv", PATIENTS.as_bytes()).await;
        let changed = PATIENTS.replace("one@example.jp", "two@example.jp").replace("090-0000-0001", "");
        let second = world.drop_roster("2.csv", changed.as_bytes()).await;
        for name in ["1.csv", "2.csv"] {
            world.expect_roster(name).await;
        }
        let order = if is_reversed { [second, first] } else { [first, second] };
        for announced in order {
            world.rosters_imported(&[announced]).await;
        }
        world.refresh().await;
        let contacts = world.ledger.contacts_of(&world.clinic, "1").await.unwrap().row.contacts;
        assert_eq!(contacts.mail.value.as_deref(), Some("two@example.jp"));
        assert_eq!(contacts.mobile.value.as_deref(), Some("09000000001"), "a blank cell changes nothing");
        tables.push(world.lists().await);
    }
    assert_eq!(tables[0], tables[1]);
}

#[tokio::test]
async fn a_file_that_is_no_roster_fails_with_what_is_needed() {
    let world = world().await;
    let announced = world.drop_roster("x.csv", "品目,数量\nガーゼ,1\n".as_bytes()).await;
    world.rosters_imported(&[announced]).await;
    let upload = world.upload(2).await;
    assert_eq!(upload.status, UploadStatus::Failed);
    assert!(upload.reasons[0].contains("診察券番号"), "{:?}", upload.reasons);
}
