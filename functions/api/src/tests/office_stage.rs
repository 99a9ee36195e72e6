//! Care offices with transfers as the exchange would have delivered them.

use axum::http::Method;
use careplan::{
    OfficeNumber, Serial, Standard,
    exchange::{BundleId, Event, FactKind, Seal, TransferId, TransferKind, TransferState, transfer_id},
};
use jiff::{SignedDuration, Timestamp};
use ledger::{OfficeRow, Opens, PartnerRow, TransferFile, TransferRow};
use serde_json::Value;

use super::stage::{Answer, Stage, now};

/// 居宅介護支援.
pub(super) const CARE_MANAGER: &str = "9970100013";
/// 訪問介護.
pub(super) const HOME_HELP: &str = "9970200011";
/// 通所介護.
pub(super) const DAY_CARE: &str = "9970300019";
pub(super) const OFFICES: [&str; 3] = [CARE_MANAGER, HOME_HELP, DAY_CARE];
/// What each is called.
pub(super) const NAMES: [&str; 3] = ["試験居宅", "試験訪問介護", "試験デイ"];

pub(super) fn office(number: &str) -> OfficeNumber {
    OfficeNumber::new(number).unwrap()
}

/// What evidence is signed with here.
pub(super) fn seal() -> Seal {
    Seal::of_secret(b"a secret of the tests")
}

/// A transfer that is to be delivered.
pub(super) struct Parcel<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) kind: TransferKind,
    pub(super) files: &'a [(&'a str, &'a str)],
    /// Seconds after `now` at which it was accepted.
    pub(super) after_s: i64,
}

/// 実績 of one user from 訪問介護 to 居宅介護支援.
pub(super) const ACTUALS: Parcel<'_> = Parcel {
    from: HOME_HELP,
    to: CARE_MANAGER,
    kind: TransferKind::Actuals,
    files: &[(
        "UPJSK_202505_9970200011_11_9970100013_43_20250602101500.CSV",
        concat!(
            "202407,990010,3280387013,20250602,202505,9970100013,\"計画　一郎\",387,,20250501,,0915,1015,1,111211",
            ",,,\"\",,9970200011,\"試験訪問介護\",,0,9970200011,\r\n",
            "202407,990010,3280387013,20250602,202505,9970100013,\"計画　一郎\",387,,20250514,,0900,1000,1,111211",
            ",,,\"\",,9970200011,\"試験訪問介護\",,0,9970200011,\r\n",
        ),
    )],
    after_s: 0,
};

/// A PDF from 居宅介護支援 to 訪問介護.
pub(super) const MAP: Parcel<'_> = Parcel {
    from: CARE_MANAGER,
    to: HOME_HELP,
    kind: TransferKind::Attachments,
    files: &[("a1.pdf", "%PDF-1.7")],
    after_s: 0,
};

impl Stage {
    /// Every office of `OFFICES` registered.
    pub(super) async fn of_offices() -> Self {
        let stage = Self::new().await;
        for (number, name) in OFFICES.into_iter().zip(NAMES) {
            stage.register(number, name).await;
        }
        stage
    }

    pub(super) async fn add_office_token(&self, token: &str, number: &str) {
        self.add_token_row(token, Opens::Office(office(number)), "2026-12-01T00:00:00Z").await;
    }

    pub(super) async fn register(&self, number: &str, name: &str) {
        let row = OfficeRow {
            name: name.to_owned(),
            service_types: Vec::new(),
            notify_address: None,
            terms_accepted_at: Some(now()),
        };
        assert!(self.ledger.save_office(&office(number), &row, 0).await.unwrap());
    }

    pub(super) async fn confirm(&self, number: &str, partner: &str) {
        let row = PartnerRow { number: office(partner), name: "相手".to_owned(), confirmed_at: now() };
        self.ledger.confirm_partner(&office(number), &row).await.unwrap();
    }

    /// Makes the row of a transfer that is still 送信中.
    pub(super) async fn begin(&self, parcel: &Parcel<'_>) -> TransferId {
        let (sender, receiver) = (office(parcel.from), office(parcel.to));
        let is_unit = parcel.kind != TransferKind::Attachments;
        let serial = is_unit.then(|| Serial::new("20250602101500").unwrap());
        let accepted_at = later(parcel.after_s);
        let hash = format!("{:064x}", parcel.after_s);
        let file = |(name, content): &(&str, &str)| TransferFile {
            name: (*name).to_owned(),
            display_name: format!("元の名前 {name}"),
            size: content.len() as u64,
            sha256: hash.clone(),
            content_type: "text/csv".to_owned(),
        };
        let row = TransferRow {
            id: transfer_id(&sender, &receiver, parcel.kind, serial.as_ref(), [hash.as_str()]),
            sender,
            receiver,
            kind: parcel.kind,
            serial,
            standard: is_unit.then_some(Standard::V4),
            month: is_unit.then(|| "2025-05".parse().unwrap()),
            files: parcel.files.iter().map(file).collect(),
            message: "よろしくお願いします".to_owned(),
            note: "至急".to_owned(),
            bundle: BundleId::parse("b-1").unwrap(),
            state: TransferState::Sending,
            accepted_at,
            delivered_at: None,
            notified_at: None,
            fetched_at: None,
            withdrawn_at: None,
            n_chased: 0,
            undelivered_at: None,
            answer: None,
            scope: Vec::new(),
            superseded_by: None,
            is_late: false,
        };
        let id = row.id.clone();
        self.ledger.begin_transfer(row).await.unwrap();
        id
    }

    /// Delivers a transfer as the exchange does, and returns the path it can be asked for under.
    pub(super) async fn deliver(&self, parcel: &Parcel<'_>) -> String {
        let id = self.begin(parcel).await;
        let folder = format!("inbox/{}/{id}/", parcel.to);
        for (name, content) in parcel.files {
            let bytes = japan::to_cp932(content).unwrap();
            self.files.put(&format!("{folder}{name}"), bytes, "text/csv").await.unwrap();
        }
        let change = |row: &mut TransferRow| {
            row.state = row.state.after(Event::Delivered)?;
            row.delivered_at = Some(later(parcel.after_s + 1));
            Ok(())
        };
        let row = self.ledger.change_transfer(&office(parcel.to), &id, change).await.unwrap().unwrap().unwrap();
        let fact = row.fact(FactKind::Delivered).unwrap();
        self.ledger.add_to_both_logs(&fact, &seal()).await.unwrap();
        format!("/v1/transfers/{id}")
    }

    pub(super) async fn get_as(&self, office: &str, path: &str) -> Answer {
        self.ask(office, Method::GET, path, &[], "").await
    }

    pub(super) async fn post_as(&self, office: &str, path: &str, body: &str) -> Answer {
        self.ask(office, Method::POST, path, &[], body).await
    }

    pub(super) async fn put_as(&self, office: &str, path: &str, body: &str) -> Answer {
        self.ask(office, Method::PUT, path, &[], body).await
    }
}

fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// The values of `field` in a list, as text.
#[track_caller]
pub(super) fn texts(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|it| it[field].as_str().unwrap().to_owned()).collect()
}
