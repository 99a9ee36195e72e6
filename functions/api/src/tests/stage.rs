//! Clinics with rows as the import and the refresh would have written them.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use clinic::{
    CurrentFile, FilePart, Groups, Links, PartRef, Patient, Replacement, Rosters, Slot, SlotKey, SlotKind, fold,
    read_file, roster::Stamped,
};
use delivery::MilliYen;
use files::Files;
use jiff::{Timestamp, civil::Date};
use ledger::{
    Applied, ClinicId, ClinicRow, Clock, GroupFigures, Inbox, Ledger, MemberReason, MemberRow, Opens, PartOutcome,
    PatientId, PatientRow, Publish, TokenHash, TokenRow, UploadPart, UploadRow, UploadStatus, Versioned, VisitRow,
    Waiting,
};
use queue::Queue;
use receipt::{ClinicCode, Kind, Payer};
use serde_json::Value;
use tower::ServiceExt as _;

use super::office_stage::{OFFICES, seal};
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

pub(super) fn token(tenant: &str) -> String {
    format!("kyt_{tenant}")
}

impl Stage {
    /// Clinics `one` and `two` and the care offices of `OFFICES`, without anything, each with a token.
    pub(super) async fn new() -> Self {
        let (ledger, files, refresh) = (Ledger::in_memory(), Files::in_memory(), Queue::in_memory());
        files.put("codes/current", codes::Codes::excerpt().to_bytes(), "application/octet-stream").await.unwrap();
        let api = Api {
            ledger: ledger.clone(),
            files: files.clone(),
            refresh: refresh.clone(),
            sms_part_price: MilliYen(11_000),
            clock: Clock::System(|| TODAY),
            now,
            random_id: host::random_id,
            identity_secret: b"secret".to_vec(),
            pages: "https://p.kayoi.example".to_owned(),
            masters: Masters::default(),
            seal: seal(),
            storage_role: "arn:aws:iam::000000000000:role/storage".to_owned(),
        };
        let stage = Self { ledger, files, refresh, router: router(api) };
        for clinic in ["one", "two"] {
            let clinic_code = ClinicCode::parse("1312345").unwrap();
            let row = ClinicRow { name: "検証医院".to_owned(), clinic_code };
            assert!(stage.ledger.add_clinic(&clinic_id(clinic), &row).await.unwrap());
            stage.add_token(&token(clinic), clinic, "2026-12-01T00:00:00Z").await;
        }
        for number in OFFICES {
            stage.add_office_token(&token(number), number).await;
        }
        stage
    }

    pub(super) async fn add_token(&self, token: &str, clinic: &str, expires_at: &str) {
        self.add_token_row(token, Opens::Clinic(clinic_id(clinic)), expires_at).await;
    }

    pub(super) async fn add_token_row(&self, token: &str, opens: Opens, expires_at: &str) {
        let expires_at_s = expires_at.parse::<Timestamp>().unwrap().as_second();
        let person = matches!(opens, Opens::Clinic(_)).then(|| "検証".to_owned());
        let row = TokenRow { opens, label: "検証".to_owned(), person, expires_at_s };
        self.ledger.add_token(&TokenHash::of(token), &row).await.unwrap();
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Asks as a clinic or a care office, with a JSON body and headers.
    pub(super) async fn ask(
        &self,
        tenant: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", token(tenant)));
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
            attendance: Default::default(),
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

    /// Uploads and refreshes a claim file of October: 一郎 (chart 123, 高血圧症, a drug), 花子 (chart
    /// 45) and somebody who writes 一郎's name without a number, each of the family `family`.
    pub(super) async fn add_patients(&self, clinic: &str, family: &str) {
        let bytes = claim_file(family);
        let raw_sha256 = self.files.keep_raw(clinic, bytes.clone()).await.unwrap();
        let Some(FilePart::Read { facts: Some(facts), .. }) = read_file(&bytes).pop() else { panic!("no claim file") };
        let object = self.files.keep_month(clinic, &facts).await.unwrap();
        self.add_upload(clinic, &format!("{family}.UKE"), &object, PartOutcome::Added).await;
        self.set_raw_sha256(clinic, &object, raw_sha256).await;

        let file = CurrentFile { file: "a.UKE", upload: 1, kind: SlotKind::Submission, facts: &facts };
        let rosters = Rosters::default();
        let folded = fold(&[file], &rosters, &Links::default(), TODAY);
        let rows: Vec<PatientRow> = folded.patients.iter().map(|it| patient_row(clinic, it)).collect();
        self.ledger.write_patients(&clinic_id(clinic), &rows, &[]).await.unwrap();
    }

    /// The slot remembers the raw file that `object` was read from.
    async fn set_raw_sha256(&self, clinic: &str, object: &str, raw_sha256: String) {
        let clinic = clinic_id(clinic);
        let number = self.ledger.uploads(&clinic, None, 1).await.unwrap().remove(0);
        let slot_before = self.ledger.slot(&clinic, slot_key()).await.unwrap();
        let part = PartRef { raw_sha256, ..part_ref(object, "a.UKE", number.row.number) };
        let generation_before = self.ledger.generation(&clinic).await.unwrap();
        let publish = Publish {
            slot_before: &slot_before,
            slot: slot_before.row.slot.with_in_place_of(object, part),
            upload_before: &number,
            upload: number.row.clone(),
            generation_before: &generation_before,
        };
        assert!(self.ledger.publish(&clinic, publish).await.unwrap().is_some());
    }

    pub(super) async fn add_phone(&self, clinic: &str, chart_number: &str, mobile: &str) {
        let mut row = self.ledger.contacts_of(&clinic_id(clinic), chart_number).await.unwrap().row;
        row.contacts.mobile = Stamped::by_staff(Some(mobile.to_owned()), 1);
        assert!(self.ledger.save_contacts(&clinic_id(clinic), &row, 0).await.unwrap());
    }
}

impl Stage {
    /// Writes the keys of the patients `charts` into the row of the patient `chart_number`, as a
    /// refresh after a merge would.
    pub(super) async fn add_keys(&self, chart_number: &str, charts: &[&str]) {
        let clinic = clinic_id("one");
        let mut keys = Vec::new();
        for chart in charts {
            keys.extend(self.ledger.patient(&clinic, &patient_id("one", chart)).await.unwrap().unwrap().keys);
        }
        keys.sort_unstable();
        let row = self.ledger.patient(&clinic, &patient_id("one", chart_number)).await.unwrap().unwrap();
        self.ledger.write_patients(&clinic, &[PatientRow { keys, ..row }], &[]).await.unwrap();
    }
}

fn claim_file(family: &str) -> Vec<u8> {
    let blanks = |n: usize| ",".repeat(n);
    let person = |number: u8, name: &str, sex: u8, born: &str, chart: &str, kana: &str| {
        let (six, more) = (blanks(7), blanks(23));
        format!(
            "RE,{number},1112,202610,{family}　{name},{sex},{born}{six}{chart}{more}{kana},\r\nHO,06132013,,1,1,0\r\n"
        )
    };
    let visit = |day: usize| format!("JD,1{}1{}\r\n", blanks(day), blanks(31 - day));
    let drug = format!("IY,21,1,621974701,1,0,14,,,,,{}14{}\r\n", blanks(5), blanks(26));
    let text = [
        "IR,1,13,1,1312345,,検証医院,202611,00,\r\n".to_owned(),
        person(1, "一郎", 1, "19700401", "00123", "ヒミツイチロウ"),
        "SY,8833421,20240105,1,,,,\r\n".to_owned(),
        drug,
        visit(5),
        person(2, "花子", 2, "19800401", "45", "ヒミツハナコ"),
        visit(20),
        person(3, "一郎", 1, "19990101", "", "ヒミツイチロウ"),
        visit(21),
        "GO,3,0,99\r\n\x1A".to_owned(),
    ];
    japan::to_cp932(&text.concat()).unwrap()
}

/// What a refresh would keep of `patient`; the id is of the chart number.
fn patient_row(clinic: &str, patient: &Patient<'_>) -> PatientRow {
    let last_visit = patient.visits.last();
    let days = patient.visits.iter().fold(0, |days, (date, _)| days | 1 << (date.day() - 1));
    let is_member = patient.chart_number == Some("123");
    PatientRow {
        id: patient_id(clinic, patient.chart_number.unwrap_or("none")),
        chart_number: patient.chart_number.map(ToOwned::to_owned),
        name: patient.name.to_owned(),
        kana: patient.kana.to_owned(),
        birth_date: patient.birth_date,
        sex: patient.sex,
        insurance: patient.insurance,
        first_visit: patient.visits.first(),
        last_visit,
        visits: vec![VisitRow { month: "2026-10".parse().unwrap(), days }],
        groups: if is_member { vec!["htn".to_owned()] } else { Vec::new() },
        died: patient.died,
        is_chart_shared: patient.is_chart_shared,
        keys: patient.keys.clone(),
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
