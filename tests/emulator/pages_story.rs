//! A patient opens the link of a message on a phone, replies with a picture, and stops the messages, with every
//! function running.

use std::{
    thread,
    time::{Duration, Instant},
};

use delivery::{Ways, choose};
use files::{Files, picture_inbox_key, picture_key};
use jiff::civil::date;
use ledger::{ClinicId, ClinicRow, Ledger, NoticeKind, PictureState, ReplyRow};
use receipt::ClinicCode;

use super::Deployed;
use crate::harness::{
    letters::{Letter, SECRET},
    phone::Phone,
};

/// Where the bucket sends the browser back to.
const PAGES_URL: &str = "https://p.example.jp";

#[test]
fn a_patient_reads_replies_with_a_picture_and_stops_messages() {
    let Some(stack) = Deployed::start_with("pages-story", &[("PagesUrl", PAGES_URL)]) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let aws = runtime.block_on(stack.aws());
    let ledger = Ledger::in_dynamodb(&aws, stack.output("CoreTable"), stack.output("AuthTable"));
    let files = Files::in_s3(&aws, stack.output("DataBucket"));
    let letter = runtime.block_on(letter(&ledger));
    let base = format!("{}/_aws/execute-api/{}", stack.emulator.endpoint(), stack.output("PatientPagesId"));
    let mut phone = Phone::new(&base);
    let path = format!("/m/{}", letter.link.as_str());

    // The question, a wrong date, the right one.
    let question = phone.get(&path);
    assert!(question.status == 200 && !question.text.contains("検証クリニック"), "{}", question.text);
    let form = question.form("確認して表示する");
    let answer = |phone: &mut Phone, year: &str| {
        let fields = [("form", form["form"].as_str()), ("era", "昭和"), ("year", year), ("month", "4"), ("day", "1")];
        phone.post(&format!("{path}/birth-date"), &fields)
    };
    assert_eq!(answer(&mut phone, "36").status, 422);
    let right = answer(&mut phone, "35");
    assert_eq!((right.status, right.location), (303, Some(format!("../{}", letter.link.as_str()))));
    let page = phone.get(&path);
    for text in ["検証クリニック", "ご予約の時期です。", "配信停止"] {
        assert!(page.text.contains(text), "{text} is not in {}", page.text);
    }

    // A reply, and a picture straight into the bucket.
    let form = page.form("返信を送って写真を付ける");
    let fields = [
        ("form", form["form"].as_str()),
        ("reply", &form["reply"]),
        ("text", "薬の写真です。\nよろしくお願いします。"),
        ("then", "picture"),
    ];
    let replied = phone.post(&format!("{path}/reply"), &fields);
    let to_picture = replied.location.expect("the form for a picture");
    let page = phone.get(&format!("{path}/{to_picture}"));
    let photograph = picture::sample::photograph(&picture::sample::red_and_blue(64, 32), 6);
    let button = "この写真を送る</button>";
    let sent = phone.post_file(&page.action(button), &page.form(button), &photograph);
    assert_eq!(sent.status, 303, "{}", sent.text);
    let back = sent.location.expect("the way back");
    assert!(back.starts_with(&format!("{PAGES_URL}{path}?")), "{back}");

    let reply = runtime.block_on(settled(&ledger, &letter));
    assert_eq!((reply.text.as_str(), reply.seen_at), ("薬の写真です。\nよろしくお願いします。", None));
    assert_eq!(reply.pictures[0].state, PictureState::Clean);
    runtime.block_on(async {
        let id = &reply.pictures[0].id;
        let kept = files.get(&picture_key(letter.clinic.as_str(), id), 1_000_000).await.unwrap().unwrap();
        assert!(kept.starts_with(&[0xff, 0xd8, 0xff]));
        assert!(!String::from_utf8_lossy(&kept).contains(picture::sample::PLANTED), "its place is gone");
        assert_eq!(files.head(&picture_inbox_key(letter.clinic.as_str(), id)).await.unwrap(), None);
        let notices = ledger.notices(&letter.clinic, None, 9).await.unwrap();
        assert_eq!(notices[0].what, NoticeKind::Replied { reply: reply.id.clone() });
        let message = ledger.message(&letter.clinic, &letter.patient, &letter.message).await.unwrap().unwrap().row;
        assert!(message.read_at.is_some());
    });
    assert!(phone.get(&path).text.contains("写真1：届きました"));

    // Stopped by somebody who never gave a birth date, and the next send refuses with its reason.
    let next_way = || {
        let today = date(2026, 12, 1);
        let found = runtime.block_on(ledger.addressee(&letter.clinic, &letter.patient, SECRET, today));
        let found = found.unwrap().unwrap();
        match choose(&found.person, &found.reach, &Ways::default(), today) {
            Ok(choice) => choice.channel.as_str().to_owned(),
            Err(none) => none.reason().as_str().to_owned(),
        }
    };
    assert_eq!(next_way(), "mail");
    let mut other = Phone::new(&base);
    let form = other.get(&format!("{path}/stop")).form("すべて止める");
    let stopped = other.post(&format!("{path}/stop"), &[("form", &form["form"]), ("what", "all")]);
    assert!(stopped.status == 200 && stopped.text.contains("すべての配信を停止しました"), "{}", stopped.text);
    assert_eq!(next_way(), "opted-out-of-all");
}

async fn letter(ledger: &Ledger) -> Letter {
    ledger.set_today(date(2026, 11, 30)).await.unwrap();
    let clinic = ClinicId::parse("pages").unwrap();
    let row =
        ClinicRow { name: "検証クリニック".to_owned(), clinic_code: ClinicCode::parse("1312345").unwrap() };
    assert!(ledger.add_clinic(&clinic, &row).await.unwrap());
    Letter::to(ledger, &clinic, "pages", host::now()).await
}

/// The reply once its picture waits no more.
async fn settled(ledger: &Ledger, letter: &Letter) -> ReplyRow {
    let since = Instant::now();
    loop {
        let mut replies = ledger.replies(&letter.clinic, &letter.patient).await.unwrap();
        assert_eq!(replies.len(), 1);
        let reply = replies.remove(0);
        if reply.pictures.iter().all(|it| it.state != PictureState::Waiting) {
            return reply;
        }
        assert!(since.elapsed() < Duration::from_secs(60), "the picture is still waiting");
        thread::sleep(Duration::from_millis(200));
    }
}
