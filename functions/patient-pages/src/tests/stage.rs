use std::{
    cell::Cell,
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use clinic::roster::{Consent as RosterConsent, Contacts, Stamped};
use delivery::{Channel, LinkToken, MessageId, TriggerKey};
use files::Files;
use jiff::{SignedDuration, Timestamp, civil::date};
use ledger::{
    AddressKey, ClinicId, ClinicRow, Clock, ContactsRow, Ledger, LinkRow, MessageRow, MessageSettings, PatientId,
    PatientRow,
};
use tower::ServiceExt as _;

use crate::{PatientPages, Settings, router};

pub(super) const IDENTITY_SECRET: &[u8] = b"identities";
pub(super) const LINK_SECRET: &[u8] = b"links";
pub(super) const PAGES_URL: &str = "https://p.example";
pub(super) const CONTACT: &str = "東京都千代田区1-1 電話 03-0000-0000";

thread_local! {
    static NOW_S: Cell<i64> = const { Cell::new(0) };
}

/// The clock of this test's thread.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(NOW_S.get()).unwrap()
}

pub(super) fn pass(time: SignedDuration) {
    NOW_S.set(NOW_S.get() + time.as_secs());
}

/// A clinic with three patients, each with a message.
pub(super) struct Stage {
    pub(super) ledger: Ledger,
    pub(super) files: Files,
    pub(super) clinic: ClinicId,
    router: Router,
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

/// A phone's browser: its address and its cookie.
#[derive(Clone)]
pub(super) struct Browser {
    pub(super) source: IpAddr,
    cookie: Option<String>,
}

pub(super) fn patient_id(n: u32) -> PatientId {
    PatientId::parse(&format!("patient-{n}")).unwrap()
}

pub(super) fn message_id(n: u32) -> MessageId {
    MessageId::parse(&char::from_u32(u32::from(b'a') + n).unwrap().to_string().repeat(32)).unwrap()
}

pub(super) fn token(n: u32) -> LinkToken {
    LinkToken::of(LINK_SECRET, &message_id(n))
}

/// The address of patient `n` that message `n` went to.
pub(super) fn sent_to(n: u32) -> AddressKey {
    let clinic = ClinicId::parse("one").unwrap();
    AddressKey::new(IDENTITY_SECRET, &clinic, Channel::Mail, &format!("p{n}@example.jp"))
}

impl Stage {
    /// Patient 1 may answer message 1; patient 2 may not answer message 2; the link of message 3 is over. All were
    /// born on 1960-04-01.
    pub(super) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(super) async fn with(settings: Settings) -> Self {
        NOW_S.set(1_796_000_000);
        let (ledger, files) = (Ledger::in_memory(), Files::in_memory());
        let clinic = ClinicId::parse("one").unwrap();
        let row = ClinicRow { name: "検証クリニック".to_owned(), clinic_code: receipt_code() };
        assert!(ledger.add_clinic(&clinic, &row).await.unwrap());
        let contact = MessageSettings { contact: CONTACT.to_owned(), ..MessageSettings::default() };
        assert!(ledger.save_message_settings(&clinic, &contact, 0).await.unwrap());
        ledger.set_today(date(2026, 11, 30)).await.unwrap();
        let pages = PatientPages {
            ledger: ledger.clone(),
            files: files.clone(),
            clock: Clock::Fixed,
            now,
            random_id: host::random_id,
            random_token: host::random_token,
            link_secret: LINK_SECRET.to_vec(),
            identity_secret: IDENTITY_SECRET.to_vec(),
            pages_url: PAGES_URL.to_owned(),
            settings,
        };
        let stage = Self { ledger, files, clinic, router: router(pages) };
        for n in [1, 2, 3] {
            stage.add_patient(n).await;
            stage.add_message(n, n == 1).await;
        }
        stage
    }

    async fn add_patient(&self, n: u32) {
        let row = PatientRow {
            id: patient_id(n),
            chart_number: Some(n.to_string()),
            name: "見本　花子".to_owned(),
            kana: "ミホン　ハナコ".to_owned(),
            birth_date: Some(date(1960, 4, 1)),
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
        self.ledger.write_patients(&self.clinic, &[row], &[]).await.unwrap();
        let consent = RosterConsent { given: true, date: Some(date(2026, 4, 1)) };
        let contacts = Contacts {
            mobile: Stamped::by_staff(Some(format!("0901234567{n}")), 1),
            mail: Stamped::by_staff(Some(format!("p{n}@example.jp")), 1),
            consent: Stamped::by_staff(Some(consent), 1),
            ..Contacts::default()
        };
        let row = ContactsRow { chart_number: n.to_string(), contacts };
        assert!(self.ledger.save_contacts(&self.clinic, &row, 0).await.unwrap());
    }

    async fn add_message(&self, n: u32, takes_reply: bool) {
        let life = if n == 3 { SignedDuration::ZERO } else { SignedDuration::from_hours(24 * 30) };
        let opens_until = now() + life;
        let row = MessageRow {
            id: message_id(n),
            patient: patient_id(n),
            delivery: "d".to_owned(),
            subject: "次の予約の<お知らせ>".to_owned(),
            body: "見本　花子 様\n<b>\"予約\"</b>のご案内です。".to_owned(),
            takes_reply,
            attachments: Vec::new(),
            trigger: TriggerKey::Ever,
            repetition: 0,
            fallback: 0,
            sent_to: Some(sent_to(n)),
            made_at: now(),
            opens_until,
            read_at: None,
        };
        assert!(self.ledger.add_message(&self.clinic, &row).await.unwrap());
        let link = LinkRow {
            clinic: self.clinic.clone(),
            patient: row.patient,
            message: row.id,
            expires_at_s: opens_until.as_second(),
        };
        self.ledger.add_link(&token(n), &link).await.unwrap();
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
        Answer { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// A browser that passed the birth date of message `n`.
    pub(super) async fn opened(&self, n: u32) -> Browser {
        let mut browser = Browser::new();
        let answer = browser.answer(self, token(n).as_str(), "1960", "4", "1").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }

    pub(super) async fn message(&self, n: u32) -> MessageRow {
        self.ledger.message(&self.clinic, &patient_id(n), &message_id(n)).await.unwrap().unwrap().row
    }

    pub(super) async fn replies(&self, n: u32) -> Vec<ledger::ReplyRow> {
        self.ledger.replies(&self.clinic, &patient_id(n)).await.unwrap()
    }

    /// Every row of every table.
    pub(super) async fn rows(&self) -> Vec<String> {
        [self.ledger.dump().await.unwrap(), self.ledger.dump_auth().await.unwrap()].concat()
    }
}

fn receipt_code() -> receipt::ClinicCode {
    receipt::ClinicCode::parse("1312345").unwrap()
}

impl Browser {
    pub(super) fn new() -> Self {
        Self::at([192, 0, 2, 1])
    }

    pub(super) fn at(source: [u8; 4]) -> Self {
        Self { source: Ipv4Addr::from(source).into(), cookie: None }
    }

    pub(super) fn request(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("other=1; {cookie}"));
        }
        let encoded =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let mut request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")))
            .unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.source, 4711)));
        request
    }

    pub(super) async fn get(&self, stage: &Stage, path: &str) -> Answer {
        stage.send(self.request(Method::GET, path, &[])).await
    }

    /// Posts a form, and keeps the cookie that it is given.
    pub(super) async fn post(&mut self, stage: &Stage, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = stage.send(self.request(Method::POST, path, fields)).await;
        if let Some(cookie) = answer.headers.get(header::SET_COOKIE) {
            self.cookie = Some(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        answer
    }

    /// Opens the link and answers the question.
    pub(super) async fn answer(&mut self, stage: &Stage, link: &str, year: &str, month: &str, day: &str) -> Answer {
        let asked = self.get(stage, &format!("/m/{link}")).await;
        let form = asked.form();
        let fields = [("form", form["form"].as_str()), ("era", ""), ("year", year), ("month", month), ("day", day)];
        self.post(stage, &format!("/m/{link}/birth-date"), &fields).await
    }

    /// Opens message 1 and sends its reply form.
    pub(super) async fn reply(&mut self, stage: &Stage, text: &str) -> Answer {
        let path = format!("/m/{}", token(1).as_str());
        let form = self.get(stage, &path).await.form();
        let fields = [("form", form["form"].as_str()), ("reply", &form["reply"]), ("text", text)];
        self.post(stage, &format!("{path}/reply"), &fields).await
    }
}

impl Answer {
    /// The hidden fields of the last form.
    #[track_caller]
    pub(super) fn form(&self) -> BTreeMap<String, String> {
        let form = self.text.rsplit("<form").next().unwrap();
        let hidden = form.split("<input type=\"hidden\" name=\"").skip(1);
        let hidden = hidden.filter_map(|it| {
            let (name, rest) = it.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split_once('"')?.0.replace("&#38;", "&")))
        });
        let fields: BTreeMap<String, String> = hidden.collect();
        assert!(fields.contains_key("form") || fields.contains_key("policy"), "no form: {}", self.text);
        fields
    }

    #[track_caller]
    pub(super) fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}
