//! Clinics with rows as the import and the refresh would have written them.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use clinic::{Groups, PartRef, Replacement, Slot, SlotKey, SlotKind};
use files::Files;
use jiff::{Timestamp, civil::Date};
use ledger::{
    Applied, ClinicId, ClinicRow, Clock, GroupFigures, Inbox, Ledger, MemberReason, MemberRow, PartOutcome, PatientId,
    PatientRow, Publish, TokenHash, TokenRow, UploadPart, UploadRow, UploadStatus, Versioned, Waiting,
};
use queue::Queue;
use receipt::{ClinicCode, Kind, Payer};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{Api, Masters, router};

pub(super) const TODAY: Date = Date::constant(2026, 11, 23);

pub(super) fn now() -> Timestamp {
    "2026-11-23T01:00:00Z".parse().unwrap()
}

/// A ledger, files and a queue, and the router over them.
pub(super) struct Stage {
    pub(super) ledger: Ledger,
    pub(super) files: Files,
    pub(super) refresh: Queue,
    router: Router,
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// Status and code of a problem.
    #[track_caller]
    pub(super) fn problem(&self) -> String {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        for text in ["type", "title", "detail"] {
            assert!(problem[text].as_str().is_some_and(|it| !it.is_empty()), "{problem}");
        }
        format!("{} {}", self.status.as_u16(), problem["code"].as_str().unwrap())
    }
}

pub(super) fn clinic_id(clinic: &str) -> ClinicId {
    ClinicId::parse(clinic).unwrap()
}

pub(super) fn token(clinic: &str) -> String {
    format!("kyt_{clinic}")
}

impl Stage {
    /// Clinics `one` and `two`, without anything, each with a token.
    pub(super) async fn new() -> Self {
        let (ledger, files, refresh) = (Ledger::in_memory(), Files::in_memory(), Queue::in_memory());
        let api = Api {
            ledger: ledger.clone(),
            files: files.clone(),
            refresh: refresh.clone(),
            clock: Clock::System(|| TODAY),
            now,
            random_id: host::random_id,
            identity_secret: b"secret".to_vec(),
            masters: Masters::default(),
        };
        let stage = Self { ledger, files, refresh, router: router(api) };
        for clinic in ["one", "two"] {
            let clinic_code = ClinicCode::parse("1312345").unwrap();
            let row = ClinicRow { name: "検証医院".to_owned(), clinic_code };
            assert!(stage.ledger.add_clinic(&clinic_id(clinic), &row).await.unwrap());
            stage.add_token(&token(clinic), clinic, "2026-12-01T00:00:00Z").await;
        }
        stage
    }

    pub(super) async fn add_token(&self, token: &str, clinic: &str, expires_at: &str) {
        let expires_at_s = expires_at.parse::<Timestamp>().unwrap().as_second();
        let row = TokenRow { clinic: clinic_id(clinic), label: "検証".to_owned(), expires_at_s };
        self.ledger.add_token(&TokenHash::of(token), &row).await.unwrap();
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Asks as a clinic, with a JSON body and headers.
    pub(super) async fn ask(
        &self,
        clinic: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", token(clinic)));
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Asks as clinic `one`.
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask("one", Method::GET, path, &[], "").await
    }

    /// Asks as clinic `one`.
    pub(super) async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("one", Method::POST, path, &[], body).await
    }

    /// The generations that refreshes were asked for since the last call.
    pub(super) fn refreshes(&self) -> Vec<u64> {
        let generation = |body: String| serde_json::from_str::<Value>(&body).unwrap()["generation"].as_u64().unwrap();
        self.refresh.take().into_iter().map(|it| generation(it.body)).collect()
    }

    pub(super) async fn set_groups(&self, clinic: &str) {
        let before = self.ledger.groups(&clinic_id(clinic)).await.unwrap();
        let groups = Groups::from_json(GROUPS).unwrap();
        assert!(self.ledger.set_groups(&clinic_id(clinic), groups, &before).await.unwrap().is_some());
    }

    /// Puts a patient into the group `htn`, last seen on `last_visit`.
    pub(super) async fn add_member(&self, clinic: &str, chart_number: &str, name: &str, last_visit: &str) {
        let row = MemberRow {
            patient: patient_id(clinic, chart_number),
            chart_number: Some(chart_number.to_owned()),
            name: name.to_owned(),
            last_visit: last_visit.parse().unwrap(),
            because: vec![MemberReason {
                condition: "disease".to_owned(),
                code: Some("8833421".to_owned()),
                name: "高血圧症".to_owned(),
                file: Some("a.UKE".to_owned()),
                line: Some(5),
                date: None,
            }],
        };
        self.ledger.write_members(&clinic_id(clinic), "htn", &[row], &[]).await.unwrap();
    }

    pub(super) async fn apply(&self, clinic: &str, unknown: u32) {
        let clinic = clinic_id(clinic);
        let generation = self.ledger.generation(&clinic).await.unwrap().row.number;
        let through = Date::constant(2026, 10, 31);
        let applied = Applied {
            as_of: TODAY,
            generation,
            n_patients: 3,
            data_through: Some(through),
            by_payer: [(Payer::Shaho, through)].into(),
            missing: vec![(Payer::Kokuho, "2026-10".parse().unwrap())],
            groups: vec![GroupFigures { id: "htn".to_owned(), excluded: 2, unknown, members: 3 }],
            findings: [].into(),
        };
        let before = self.ledger.applied(&clinic).await.unwrap();
        assert!(self.ledger.apply(&clinic, &applied, before.as_ref()).await.unwrap());
    }

    /// An upload of a file called `file` whose only part came out as `publish` says.
    pub(super) async fn add_upload(&self, clinic: &str, file: &str, object: &str, outcome: PartOutcome) -> u64 {
        let clinic = clinic_id(clinic);
        let key = format!("receipts/{clinic}/{object}-{file}");
        let row = UploadRow::new(Inbox::Receipts, key.clone(), file.to_owned(), now());
        let before = self.ledger.accept_upload(&clinic, &host::key_hash(&key), row).await.unwrap();
        let mut upload = before.row.clone();
        let reference = part_ref(object, file, upload.number);
        upload.parts = vec![UploadPart {
            file: file.to_owned(),
            part: 1,
            slot: Some(slot_key()),
            content_kind: Some(Kind::Submission),
            payer: Some(Payer::Shaho),
            claim_month: Some(slot_key().claim_month),
            n_receipts: 75,
            points: 41_000,
            reference: Some(reference.clone()),
            issues: Vec::new(),
            outcome,
        }];
        upload.settle();
        let slot_before = self.ledger.slot(&clinic, slot_key()).await.unwrap();
        let slot = match &upload.parts[0].outcome {
            PartOutcome::Added => slot_before.row.slot.with(reference),
            PartOutcome::Replaced(replaced) => {
                slot_before.row.slot.with_in_place_of(&replaced.object_sha256, reference)
            }
            _ => {
                let saved = self.ledger.save_upload(&clinic, upload.clone(), before.version).await.unwrap();
                return saved.unwrap().row.number;
            }
        };
        let generation_before = self.ledger.generation(&clinic).await.unwrap();
        let publish = Publish {
            slot_before: &slot_before,
            slot,
            upload_before: &before,
            upload,
            generation_before: &generation_before,
        };
        self.ledger.publish(&clinic, publish).await.unwrap().unwrap().row.number
    }

    /// The month objects that are current in clinic `one`.
    pub(super) async fn current(&self) -> Vec<String> {
        let Versioned { row, .. } = self.ledger.slot(&clinic_id("one"), slot_key()).await.unwrap();
        let Slot { parts } = row.slot;
        parts.into_iter().map(|it| it.object_sha256).collect()
    }

    pub(super) async fn set_status(&self, number: u64, status: UploadStatus) {
        let upload = self.ledger.upload(&clinic_id("one"), number).await.unwrap().unwrap();
        let row = UploadRow { status, ..upload.row };
        assert!(self.ledger.save_upload(&clinic_id("one"), row, upload.version).await.unwrap().is_some());
    }

    pub(super) async fn add_patient(&self, clinic: &str, row: PatientRow) {
        self.ledger.write_patients(&clinic_id(clinic), &[row], &[]).await.unwrap();
    }
}

pub(super) const GROUPS: &str = r#"{"groups":[{"id":"htn","name":"高血圧","at_risk_after":{"days":60},
    "dropped_out_after":{"months":6},"match":{"disease":{"codes":["8833421"]}}}]}"#;

pub(super) fn patient_id(clinic: &str, chart_number: &str) -> PatientId {
    PatientId::parse(&format!("patient-{clinic}-{chart_number}")).unwrap()
}

pub(super) fn slot_key() -> SlotKey {
    SlotKey { claim_month: "2026-11".parse().unwrap(), payer: Payer::Shaho, kind: SlotKind::Submission }
}

pub(super) fn part_ref(object: &str, file: &str, upload: u64) -> PartRef {
    PartRef {
        object_sha256: object.to_owned(),
        raw_sha256: format!("raw-{object}"),
        part: 1,
        upload,
        file: file.to_owned(),
        volume: 0,
        is_all_reclaims: false,
        n_receipts: 75,
        n_patients: 60,
        points: 41_000,
    }
}

/// Would take the place of `object`.
pub(super) fn waiting(object: &str) -> PartOutcome {
    let replacement = Replacement {
        object_sha256: object.to_owned(),
        n_patients_before: 60,
        n_patients_after: 20,
        n_patients_lost: 40,
    };
    PartOutcome::Waiting(Waiting { replacement })
}
