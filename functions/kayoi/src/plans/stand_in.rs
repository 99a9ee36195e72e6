//! The API and its storage as a care office meets them, on loopback, for the tests of the commands.

mod bundles;
mod http;
mod transfers;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

use careplan::{
    OfficeNumber, Standard,
    exchange::{BundleResult, Seal, Sealed, TransferId},
};
use japan::Month;
use serde_json::{Value, json};

use self::http::{Answer, Request};
use crate::{
    demo::{CARE_OFFICE, DemoFile, PlansSize, plans},
    test_run::{Ran, kayoi},
};

/// The first partner of the care office.
pub(super) const PARTNER: &str = "9970002003";

/// A server for one test.
pub(super) struct StandIn {
    pub(super) address: String,
    state: Arc<Mutex<State>>,
}

/// What the service knows.
pub(super) struct State {
    address: String,
    own: OfficeNumber,
    /// Names of offices that are registered.
    pub(super) offices: BTreeMap<OfficeNumber, String>,
    pub(super) confirmed: BTreeSet<OfficeNumber>,
    files: BTreeMap<String, Vec<u8>>,
    pub(super) results: BTreeMap<String, BundleResult>,
    /// Each time something was put into an inbox.
    pub(super) delivered: Vec<TransferId>,
    /// Views of transfers, the newest last.
    pub(super) sent: Vec<Value>,
    pub(super) received: Vec<Value>,
    pub(super) answers: Vec<Value>,
    pub(super) log: Vec<Sealed>,
    /// What was asked, in order.
    pub(super) requests: Vec<String>,
    /// So many requests from now on get no answer.
    pub(super) n_broken: usize,
}

pub(super) fn seal() -> Seal {
    Seal::of_secret(b"stand-in")
}

impl StandIn {
    /// The service for the invented care office, which knows its partners.
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let own = OfficeNumber::new(CARE_OFFICE).unwrap();
        let receivers = files(CARE_OFFICE).into_iter().map(|it| careplan::FileName::parse(&it.name).unwrap().receiver);
        let offices: BTreeMap<_, _> = receivers.map(|it| (it, "試験訪問介護".to_owned())).collect();
        let state = Arc::new(Mutex::new(State {
            address: address.clone(),
            own,
            confirmed: offices.keys().cloned().collect(),
            offices,
            files: BTreeMap::new(),
            results: BTreeMap::new(),
            delivered: Vec::new(),
            sent: Vec::new(),
            received: Vec::new(),
            answers: Vec::new(),
            log: Vec::new(),
            requests: Vec::new(),
            n_broken: 0,
        }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&shared);
                thread::spawn(move || serve(connection, &state));
            }
        });
        Self { address, state }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Runs `kayoi plans` with `arguments` as the care office.
    pub(super) fn plans(&self, arguments: &[&str]) -> Ran {
        kayoi(&[&["plans"], arguments, &["--api", &self.address, "--token", "kyt_test"]].concat())
    }
}

/// The files of a small invented month that `sender` sends.
pub(super) fn files(sender: &str) -> Vec<DemoFile> {
    let size = PlansSize { n_users: 2, n_partners: 2 };
    let is_from = |it: &DemoFile| careplan::FileName::parse(&it.name).unwrap().sender.as_str() == sender;
    plans(1, Month::new(2026, 2).unwrap(), Standard::V3, size).into_iter().filter(is_from).collect()
}

fn serve(mut connection: TcpStream, state: &Mutex<State>) {
    let Some(request) = Request::read(&mut connection) else { return };
    let mut state = state.lock().unwrap();
    if state.n_broken > 0 {
        state.n_broken -= 1;
        return;
    }
    state.requests.push(format!("{} {}", request.method, request.path));
    let answer = if request.path.starts_with("/v1/") && request.token.as_deref() != Some("Bearer kyt_test") {
        Answer::problem(401, "トークンが使えません")
    } else {
        state.answer(&request)
    };
    // Answered while it is locked: what a test sees has been told.
    answer.write(&mut connection);
}

impl State {
    fn answer(&mut self, request: &Request) -> Answer {
        let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        match (request.method.as_str(), &parts[..]) {
            ("POST", ["files"]) => self.take_file(request),
            ("GET", ["files", ..]) => match self.files.get(request.path.trim_start_matches("/files/")) {
                Some(bytes) => Answer { status: 200, body: bytes.clone() },
                None => Answer::problem(404, "ありません"),
            },
            ("GET", ["v1", "office"]) => Answer::json(&json!({"number": self.own, "name": "かよいの森"})),
            ("GET", ["v1", "offices", number]) => {
                match OfficeNumber::new(number).and_then(|it| self.offices.get(&it)) {
                    Some(name) => Answer::json(&json!({"number": number, "name": name})),
                    None => Answer::problem(404, "ありません"),
                }
            }
            ("POST", ["v1", "bundles"]) => self.open_bundle(&request.json()),
            ("GET", ["v1", "bundles", id]) => match self.results.get(*id) {
                Some(result) => Answer::json(&json!(result)),
                None => Answer::problem(404, "まだありません"),
            },
            ("GET", ["v1", "transfers"]) => self.list(request),
            (_, ["v1", "transfers", id, rest @ ..]) => self.transfer(id, rest, request),
            ("GET", ["v1", "evidence"]) => {
                let (after, limit) = (request.query("after").parse().unwrap(), 3);
                let entries: Vec<_> = self.log.iter().skip(after).take(limit).collect();
                let next = (after + limit < self.log.len()).then_some(after + limit);
                Answer::json(&json!({"key": seal().key(), "entries": entries, "next": next}))
            }
            _ => Answer::problem(404, "ありません"),
        }
    }
}
