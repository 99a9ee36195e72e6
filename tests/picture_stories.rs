//! Pictures of replies, over memory, and killed at each call on the emulator.

use aws_config::SdkConfig;
use clean_pictures::{CleanPictures, handle};
use files::{Files, PICTURE_MAX_BYTES, picture_inbox_key, picture_key};
use jiff::Timestamp;
use ledger::{
    ClinicId, Erasure, Ledger, NoticeKind, NoticeRow, PictureRef, PictureRow, PictureState, ReplyRow, timed_id,
};
use picture::sample;
use serde_json::{Value, json};

use crate::harness::{
    fault_proxy::{Break, FaultProxy},
    letters::Letter,
    stack::{bare_stack, without_retries},
    world::sqs_event,
};

/// A reply with a place for one picture.
struct Reply {
    deps: CleanPictures,
    letter: Letter,
    id: String,
    picture: String,
}

fn now() -> Timestamp {
    Timestamp::from_second(1_796_000_000).unwrap()
}

impl Reply {
    async fn over(files: Files, ledger: Ledger, name: &str) -> Self {
        host::start_logging();
        let clinic = ClinicId::parse(name).unwrap();
        let letter = Letter::to(&ledger, &clinic, name, now()).await;
        let row = ReplyRow {
            id: timed_id(now(), name),
            patient: letter.patient.clone(),
            message: letter.message.clone(),
            text: "写真です".to_owned(),
            pictures: Vec::new(),
            written_at: now(),
            seen_at: None,
        };
        let notice = NoticeRow {
            id: timed_id(now(), name),
            patient: letter.patient.clone(),
            message: letter.message.clone(),
            what: NoticeKind::Replied { reply: row.id.clone() },
            at: now(),
            seen_at: None,
        };
        assert!(ledger.add_reply(&clinic, &row, &notice).await.unwrap());
        let reference = PictureRef { id: format!("picture-{name}"), state: PictureState::Waiting };
        let (id, picture) = (row.id.clone(), reference.id.clone());
        let place =
            PictureRow { id: picture.clone(), patient: letter.patient.clone(), reply: id.clone(), made_at: now() };
        let row = ReplyRow { pictures: vec![reference], ..row };
        assert!(ledger.add_picture(&clinic, &row, 1, &place).await.unwrap());
        Self { deps: CleanPictures { files, ledger }, letter, id, picture }
    }

    async fn in_memory() -> Self {
        Self::over(Files::in_memory(), Ledger::in_memory(), "one").await
    }

    fn inbox(&self) -> String {
        picture_inbox_key(self.letter.clinic.as_str(), &self.picture)
    }

    /// Puts a file at `key` and returns what S3 announces.
    async fn put(&self, key: &str, bytes: &[u8]) -> Value {
        self.deps.files.put(key, bytes.to_vec(), "application/octet-stream").await.unwrap();
        let version = self.deps.files.head(key).await.unwrap().unwrap().version_id;
        let object = json!({"key": key, "size": bytes.len(), "versionId": version, "sequencer": "1"});
        json!({"Records": [{"eventName": "ObjectCreated:Post", "s3": {"bucket": {"name": "data"}, "object": object}}]})
    }

    /// Delivers an announcement twice.
    async fn deliver(&self, announced: &Value) {
        for _ in 0..2 {
            let response = handle(&self.deps, sqs_event(std::slice::from_ref(announced))).await;
            assert_eq!(response.batch_item_failures.len(), 0);
        }
    }

    async fn state(&self) -> PictureState {
        let reply = self.deps.ledger.reply(&self.letter.clinic, &self.letter.patient, &self.id).await;
        reply.unwrap().unwrap().row.pictures[0].state
    }

    async fn kept(&self) -> Option<Vec<u8>> {
        let key = picture_key(self.letter.clinic.as_str(), &self.picture);
        self.deps.files.get(&key, PICTURE_MAX_BYTES).await.unwrap()
    }

    /// What lies in the bucket, versions that are out of sight left out.
    async fn keys(&self) -> Vec<String> {
        let page = self.deps.files.list("pictur", None, 100).await.unwrap();
        let clinic = format!("/{}/", self.letter.clinic);
        page.files.into_iter().map(|it| it.key).filter(|it| it.contains(&clinic)).collect()
    }
}

#[tokio::test]
async fn a_picture_is_cleaned_and_what_came_is_erased() {
    let reply = Reply::in_memory().await;
    let announced = reply.put(&reply.inbox(), &sample::photograph(&sample::red_and_blue(64, 32), 6)).await;
    reply.deliver(&announced).await;
    assert_eq!(reply.state().await, PictureState::Clean);
    let kept = String::from_utf8_lossy(&reply.kept().await.unwrap()).into_owned();
    assert!(!kept.contains(sample::PLANTED) && !kept.contains("Exif"));
    assert_eq!(reply.keys().await, [picture_key("one", &reply.picture)]);
    assert_eq!(reply.deps.files.erase(&reply.inbox()).await.unwrap(), 0, "no version of it is left");
}

#[tokio::test]
async fn hostile_files_are_refused_and_nothing_of_them_is_kept() {
    let too_large = vec![0xff; PICTURE_MAX_BYTES as usize + 1];
    for (what, bytes) in [
        ("a bomb", sample::bomb()),
        ("a truncated one", sample::truncated()),
        ("a page", b"<html><script>alert(1)</script></html>".to_vec()),
        ("a program", b"\x7fELF\x02\x01\x01".to_vec()),
        ("an archive", b"PK\x03\x04".to_vec()),
        ("one that is too large", too_large),
    ] {
        let reply = Reply::in_memory().await;
        let announced = reply.put(&reply.inbox(), &bytes).await;
        reply.deliver(&announced).await;
        assert_eq!((reply.state().await, reply.kept().await), (PictureState::Refused, None), "{what}");
        assert_eq!(reply.keys().await, [] as [String; 0], "{what}");
    }
    let reply = Reply::in_memory().await;
    let announced = reply.put(&reply.inbox(), &sample::polyglot()).await;
    reply.deliver(&announced).await;
    assert_eq!(reply.state().await, PictureState::Clean);
    assert!(!String::from_utf8_lossy(&reply.kept().await.unwrap()).contains(sample::PLANTED));
}

#[tokio::test]
async fn the_first_file_at_a_place_counts() {
    let reply = Reply::in_memory().await;
    let first = reply.put(&reply.inbox(), &sample::jpeg(&sample::red_and_blue(8, 8))).await;
    reply.deliver(&first).await;
    let kept = reply.kept().await;
    let second = reply.put(&reply.inbox(), b"no picture").await;
    reply.deliver(&second).await;
    reply.deliver(&first).await;
    assert_eq!((reply.state().await, reply.kept().await), (PictureState::Clean, kept));
    assert_eq!(reply.keys().await, [picture_key("one", &reply.picture)]);
}

#[tokio::test]
async fn a_file_at_a_place_that_nobody_was_given_is_erased() {
    let reply = Reply::in_memory().await;
    for key in
        ["picture-inbox/one/another", "picture-inbox/two/x", "picture-inbox/日本/猫.jpg", "picture-inbox/one/a/b"]
    {
        let announced = reply.put(key, &sample::jpeg(&sample::red_and_blue(8, 8))).await;
        reply.deliver(&announced).await;
        assert_eq!(reply.deps.files.erase(key).await.unwrap(), 0, "{key}");
    }
    assert_eq!((reply.state().await, reply.keys().await), (PictureState::Waiting, Vec::new()));
}

#[tokio::test]
async fn a_picture_of_an_erased_patient_is_erased_as_it_comes() {
    let reply = Reply::in_memory().await;
    let ledger = &reply.deps.ledger;
    let patient = ledger.patient(&reply.letter.clinic, &reply.letter.patient).await.unwrap().unwrap();
    let links_before = ledger.links(&reply.letter.clinic).await.unwrap();
    let announced = reply.put(&reply.inbox(), &sample::jpeg(&sample::red_and_blue(8, 8))).await;
    let erasure = Erasure {
        patient: &patient,
        identities: &[],
        links_before: &links_before,
        proof: "proof".to_owned(),
        erased_at: now(),
    };
    assert!(ledger.erase(&reply.letter.clinic, erasure).await.unwrap().is_some());
    reply.deliver(&announced).await;
    assert_eq!(reply.keys().await, [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn cleaning_killed_at_any_call_ends_as_if_nothing_had_happened() {
    let name = "kayoi-picture-faults";
    let Some(stack) = bare_stack(name) else { return };
    let proxy = FaultProxy::before(stack.endpoint()).await;
    let proxied = without_retries(&proxy.endpoint).await;
    let n_calls = killed(&proxied, name, &proxy, "clean", None).await;
    assert!(n_calls > 5, "{n_calls} calls");
    for how in [Break::Before, Break::After] {
        for at in 0..n_calls {
            killed(&proxied, name, &proxy, &format!("{how:?}-{at}").to_lowercase(), Some((at, how))).await;
        }
    }
    eprintln!("{n_calls} calls, each broken before and after it is applied: all end the same");
}

/// One picture, its first delivery broken as planned. Returns how many calls there were.
async fn killed(
    proxied: &SdkConfig,
    stack: &str,
    proxy: &FaultProxy,
    name: &str,
    plan: Option<(usize, Break)>,
) -> usize {
    let files = Files::in_s3(proxied, stack);
    let ledger = Ledger::in_dynamodb(proxied, format!("{stack}-core"), format!("{stack}-auth"));
    let reply = Reply::over(files, ledger, name).await;
    let announced = reply.put(&reply.inbox(), &sample::photograph(&sample::red_and_blue(64, 32), 6)).await;
    match plan {
        Some((at, how)) => proxy.break_at(at, how),
        None => proxy.mend(),
    }
    // What it returns is what a dying process returns: nothing to rely on.
    let _ = handle(&reply.deps, sqs_event(std::slice::from_ref(&announced))).await;
    let n_calls = proxy.n_calls();
    proxy.mend();
    reply.deliver(&announced).await;
    assert_eq!(reply.state().await, PictureState::Clean, "{name}");
    assert_eq!(reply.keys().await, [picture_key(name, &reply.picture)], "{name}");
    n_calls
}
