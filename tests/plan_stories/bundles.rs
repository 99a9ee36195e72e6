//! What becomes of a bundle.

use careplan::{
    Document, FileName, Sheet,
    exchange::{AttachmentKind, BundleStatus, Sealed, TransferState, is_sealed_by, verify_log},
    layout, render_document,
};
use jiff::SignedDuration;
use ledger::TransferChange;
use serde_json::{Value, json};

use crate::harness::{
    offices::{Offices, listed, marker, minutes_ago, notice, now, office, seal, shown},
    units::{CARE_MANAGER, DAY_CARE, HOME_HELP, Named, actuals_unit, plan_unit, schedule_unit},
};

const FIRST: &str = "20250425101500";
const SECOND: &str = "20250425101600";

fn attachment(name: &str) -> Named {
    (name.to_owned(), b"%PDF-1.7 a map".to_vec())
}

#[tokio::test]
async fn a_plan_and_a_schedule_lie_in_the_inbox_with_a_note_that_comes_last() {
    let world = Offices::in_memory().await;
    let files = [plan_unit(HOME_HELP, FIRST, "歩きたい"), schedule_unit(HOME_HELP, SECOND)].concat();
    let result = world.send(CARE_MANAGER, "b-1", &files).await;
    assert_eq!(result.status, BundleStatus::Done);
    assert_eq!(shown(&result), ["9970200011 plan 成功", "9970200011 schedule 成功"]);

    let received = world.received(HOME_HELP).await;
    assert_eq!(received.len(), 2);
    assert!(received.iter().all(|it| it.state == TransferState::Delivered));
    assert_eq!(world.sent(CARE_MANAGER).await.len(), 2);
    for send in &result.sends {
        let folder = format!("inbox/{HOME_HELP}/{}/", send.transfer.as_ref().unwrap());
        let note = world.files.get(&format!("{folder}_transfer.json"), 1 << 20).await.unwrap().unwrap();
        let note: Value = serde_json::from_slice(&note).unwrap();
        assert_eq!(
            (note["from_name"].as_str(), note["message"].as_str()),
            (Some("試験居宅"), Some("よろしくお願いします"))
        );
        for file in note["files"].as_array().unwrap() {
            let (name, display) = (file["name"].as_str().unwrap(), file["display_name"].as_str().unwrap());
            let delivered = world.files.get(&format!("{folder}{name}"), 1 << 20).await.unwrap().unwrap();
            assert_eq!(Some(&delivered), files.iter().find(|it| it.0 == display).map(|it| &it.1));
        }
    }
}

#[tokio::test]
async fn every_delivery_has_a_receipt_and_a_place_in_both_logs() {
    let world = Offices::in_memory().await;
    let result = world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, FIRST, "歩きたい")).await;
    let receipt: &Sealed = result.sends[0].receipt.as_ref().unwrap();
    assert!(is_sealed_by(&seal().key(), receipt));
    for file in &result.sends[0].files {
        assert!(receipt.text.contains(&file.sha256));
    }
    for number in [CARE_MANAGER, HOME_HELP] {
        let log = world.ledger.evidence(&office(number), 0, 100).await.unwrap();
        assert_eq!(verify_log(&log, &seal().key()).unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_bundle_delivered_twice_or_under_another_name_is_delivered_once() {
    let world = Offices::in_memory().await;
    let files = plan_unit(HOME_HELP, FIRST, "歩きたい");
    let notice = world.put_bundle(CARE_MANAGER, "b-1", &files).await;
    world.exchange(&[notice.clone(), notice.clone()]).await;
    world.exchange(&[notice]).await;
    // An event that comes again is no second sending.
    assert_eq!(shown(&world.result(CARE_MANAGER, "b-1").await), ["9970200011 plan 成功"]);
    let inbox = world.inbox(HOME_HELP).await;
    let again = world.send(CARE_MANAGER, "b-2", &files).await;
    assert_eq!(shown(&again), ["9970200011 plan 成功 already-delivered"]);
    assert_eq!(world.received(HOME_HELP).await.len(), 1);
    assert_eq!(world.inbox(HOME_HELP).await, inbox);
    let log = world.ledger.evidence(&office(HOME_HELP), 0, 100).await.unwrap();
    assert_eq!(log.len(), 1);
}

#[tokio::test]
async fn a_corrected_file_under_the_same_names_goes_out() {
    let world = Offices::in_memory().await;
    world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, FIRST, "歩きたい")).await;
    let result = world.send(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, FIRST, "もっと歩きたい")).await;
    assert_eq!(shown(&result), ["9970200011 plan 成功"]);
    assert_eq!(world.received(HOME_HELP).await.len(), 2);
}

#[tokio::test]
async fn a_destination_that_fails_holds_up_no_other() {
    let world = Offices::in_memory().await;
    let mut files = plan_unit(HOME_HELP, FIRST, "歩きたい");
    // The supplement is missing: no unit (C-067).
    files.extend(plan_unit(DAY_CARE, FIRST, "歩きたい").into_iter().take(3));
    let result = world.send(CARE_MANAGER, "b-1", &files).await;
    let shown = shown(&result);
    assert_eq!(shown[0], "9970200011 plan 成功");
    assert!(shown[1].starts_with("9970300019 plan 失敗 "), "{shown:?}");
    assert_eq!(world.received(DAY_CARE).await, []);
    assert_eq!(world.inbox(DAY_CARE).await, [] as [&str; 0]);
    // Files of failed sends stay.
    let kept = world.files.list(&format!("outbox/{CARE_MANAGER}/b-1/"), None, 100).await.unwrap();
    assert_eq!(kept.files.len(), files.len() + 1);
}

#[tokio::test]
async fn a_marker_that_lands_first_waits_for_its_files_and_gives_them_up_by_name() {
    let world = Offices::in_memory().await;
    let files = plan_unit(HOME_HELP, FIRST, "歩きたい");
    let notice = world.put_marker(CARE_MANAGER, "b-1", &marker("b-1", &files)).await;
    world.exchange(&[notice]).await;
    let waiting = world.result(CARE_MANAGER, "b-1").await;
    assert_eq!((waiting.status, waiting.waiting_for.len()), (BundleStatus::Waiting, 4));
    let asked = world.again.take();
    assert_eq!((asked.len(), asked[0].delay_s), (1, 10));
    let again: Value = serde_json::from_str(&asked[0].body).unwrap();

    world.put_files(CARE_MANAGER, "b-1", &files[..3]).await;
    world.exchange(std::slice::from_ref(&again)).await;
    assert_eq!(world.result(CARE_MANAGER, "b-1").await.waiting_for, [files[3].0.clone()]);
    assert_eq!(world.inbox(HOME_HELP).await, [] as [&str; 0]);

    let mut late = again.clone();
    late["BundleV1"]["closed_at"] = json!((now() - SignedDuration::from_mins(15)).to_string());
    world.exchange(&[late]).await;
    let failed = world.result(CARE_MANAGER, "b-1").await;
    assert_eq!(failed.status, BundleStatus::Refused);
    assert_eq!(failed.reasons[0].code, "file-missing");
    assert_eq!(failed.reasons[0].file.as_deref(), Some(files[3].0.as_str()));

    world.put_files(CARE_MANAGER, "b-1", &files).await;
    world.exchange(&[again]).await;
    assert_eq!(shown(&world.result(CARE_MANAGER, "b-1").await), ["9970200011 plan 成功"]);
}

#[tokio::test]
async fn a_file_with_other_content_than_listed_is_waited_for_and_never_sent() {
    let world = Offices::in_memory().await;
    let listed_files = actuals_unit(HOME_HELP, FIRST);
    let mut there = listed_files.clone();
    // As long, and another unit price.
    let text = there[0].1.len() - 3;
    there[0].1[text] ^= 1;
    world.put_files(HOME_HELP, "b-1", &there).await;
    let notice = world.put_marker(HOME_HELP, "b-1", &marker("b-1", &listed_files)).await;
    world.exchange(std::slice::from_ref(&notice)).await;
    assert_eq!(world.result(HOME_HELP, "b-1").await.status, BundleStatus::Waiting);
    world.exchange(&[minutes_ago(notice, 16)]).await;
    let failed = world.result(HOME_HELP, "b-1").await;
    assert_eq!(failed.reasons[0].code, "file-missing");
    assert_eq!(world.inbox(CARE_MANAGER).await, [] as [&str; 0]);
}

#[tokio::test]
async fn attachments_go_where_the_marker_says_and_nowhere_without() {
    let world = Offices::in_memory().await;
    let (map, lost) = (attachment("試験　澄江さんの地図.pdf"), attachment("宛先なし.pdf"));
    let unit = plan_unit(HOME_HELP, FIRST, "歩きたい");
    let files = [unit.clone(), vec![map.clone(), lost.clone()]].concat();
    world.put_files(CARE_MANAGER, "b-1", &files).await;
    let mut marker = marker("b-1", &unit);
    let list = marker["files"].as_array_mut().unwrap();
    list.extend([listed(&map, &[HOME_HELP, DAY_CARE]), listed(&lost, &[])]);
    marker["notes"] = json!({DAY_CARE: "デイの方へ"});
    let notice = world.put_marker(CARE_MANAGER, "b-1", &marker).await;
    world.exchange(&[notice]).await;
    let result = world.result(CARE_MANAGER, "b-1").await;
    assert_eq!(shown(&result), ["9970200011 plan 成功", "9970300019 attachments 成功", "lost destination-unknown"]);
    assert_eq!(world.received(DAY_CARE).await[0].note, "デイの方へ");
    // Names that people typed hold names of users: keys never do.
    let keys = [world.inbox(HOME_HELP).await, world.inbox(DAY_CARE).await].concat();
    assert_eq!(keys.iter().filter(|it| it.ends_with("/a1.pdf")).count(), 2);
    assert!(keys.iter().all(|it| it.is_ascii()), "{keys:?}");
}

#[tokio::test]
async fn nobody_sends_under_another_name_to_themselves_or_to_strangers() {
    let world = Offices::in_memory().await;
    let foreign = world.send(HOME_HELP, "b-1", &plan_unit(DAY_CARE, FIRST, "歩きたい")).await;
    assert_eq!(shown(&foreign), ["lost sender-is-another"; 4]);

    let stranger = world.send(CARE_MANAGER, "b-2", &plan_unit("9970400017", FIRST, "歩きたい")).await;
    assert_eq!(shown(&stranger), ["9970400017 - 失敗 receiver-unregistered"]);

    let unit = plan_unit(HOME_HELP, FIRST, "歩きたい");
    world.put_files(CARE_MANAGER, "b-3", &unit).await;
    for (confirm, expected) in [
        (json!({}), "9970200011 - 失敗 partner-unconfirmed"),
        (json!({HOME_HELP: "別の事業所"}), "9970200011 - 失敗 partner-name-differs"),
        (json!({HOME_HELP: "試験 訪問介護"}), "9970200011 plan 成功"),
        // Known by now.
        (json!({}), "9970200011 plan 成功"),
    ] {
        let mut marker = marker("b-3", &unit);
        marker["confirm"] = confirm;
        let notice = world.put_marker(CARE_MANAGER, "b-3", &marker).await;
        world.exchange(&[notice]).await;
        assert_eq!(shown(&world.result(CARE_MANAGER, "b-3").await), [expected]);
    }
}

#[tokio::test]
async fn what_is_too_large_empty_or_of_no_kind_that_travels_is_refused() {
    let mut world = Offices::in_memory().await;
    world.settings.limits.send_max_bytes = 1024 * 1024;
    let to = |file: &Named| {
        let mut marker = marker("b-1", &[]);
        marker["files"] = json!([listed(file, &[HOME_HELP])]);
        marker
    };
    let program = ("計画.pdf".to_owned(), b"MZ\x90\x00\x03\x00\x00\x00".to_vec());
    let zip = ("計画.zip".to_owned(), b"PK\x03\x04".to_vec());
    let large = ("計画.pdf".to_owned(), [b"%PDF-1.7".to_vec(), vec![b' '; 1024 * 1024]].concat());
    let huge = ("計画.pdf".to_owned(), [b"%PDF-1.7".to_vec(), vec![b' '; 6 * 1024 * 1024]].concat());
    let empty = ("計画.pdf".to_owned(), Vec::new());
    for (file, expected) in [
        (program, "attachments 失敗 content-unknown"),
        (zip, "attachments 失敗 content-unknown"),
        (large, "attachments 失敗 send-too-large"),
        // So large that it is not even read.
        (huge, "- 失敗 send-too-large"),
        (empty, "attachments 失敗 file-empty"),
    ] {
        world.put_files(CARE_MANAGER, "b-1", std::slice::from_ref(&file)).await;
        let notice = world.put_marker(CARE_MANAGER, "b-1", &to(&file)).await;
        world.exchange(&[notice]).await;
        let shown = shown(&world.result(CARE_MANAGER, "b-1").await);
        assert_eq!(shown, [format!("9970200011 {expected}")]);
    }
    world.settings.limits.attachments.remove(&AttachmentKind::Pdf);
    let map = attachment("地図.pdf");
    world.put_files(CARE_MANAGER, "b-1", std::slice::from_ref(&map)).await;
    let notice = world.put_marker(CARE_MANAGER, "b-1", &to(&map)).await;
    world.exchange(&[notice]).await;
    let shown = shown(&world.result(CARE_MANAGER, "b-1").await);
    assert_eq!(shown, ["9970200011 attachments 失敗 content-unknown"], "left out by an operator");
    assert_eq!(world.inbox(HOME_HELP).await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_marker_that_closes_nothing_says_why() {
    let world = Offices::in_memory().await;
    for marker in [json!([]), json!({"id": "b-2", "files": []}), json!({"id": "b-1", "files": [], "x": 1})] {
        let notice = world.put_marker(CARE_MANAGER, "b-1", &marker).await;
        world.exchange(&[notice]).await;
        let result = world.result(CARE_MANAGER, "b-1").await;
        assert_eq!((result.status, result.reasons[0].code.as_str()), (BundleStatus::Refused, "marker-unusable"));
    }
}

#[tokio::test]
async fn a_bundle_has_at_most_so_many_destinations() {
    let mut world = Offices::in_memory().await;
    world.settings.limits.max_destinations = 1;
    let files = [plan_unit(HOME_HELP, FIRST, "歩きたい"), plan_unit(DAY_CARE, FIRST, "歩きたい")].concat();
    let result = world.send(CARE_MANAGER, "b-1", &files).await;
    assert_eq!(result.reasons[0].code, "too-many-destinations");
    assert_eq!(world.inbox(HOME_HELP).await, [] as [&str; 0]);
}

#[tokio::test]
async fn hostile_keys_and_unknown_offices_are_left_alone() {
    let world = Offices::in_memory().await;
    let keys = [
        "outbox/9970999999/b-1/_send.json",
        "outbox/9970100013/../9970200011/_send.json",
        "outbox/9970100013/b 1/_send.json",
        "outbox//b-1/_send.json",
        "inbox/9970200011/x/_ack.json",
        "outbox/${filename}/_send.json",
        &format!("outbox/9970100013/{}/_send.json", "あ".repeat(300)),
    ];
    let before = world.ledger.dump().await.unwrap();
    for key in keys {
        world.exchange(&[notice(key, None, now())]).await;
    }
    assert_eq!(world.ledger.dump().await.unwrap(), before);
    assert_eq!(world.files.list("results/", None, 10).await.unwrap().files.len(), 0);
}

#[tokio::test]
async fn what_its_sender_took_back_is_out_of_sight_and_stays_so() {
    let world = Offices::in_memory().await;
    let files = plan_unit(HOME_HELP, FIRST, "歩きたい");
    let result = world.send(CARE_MANAGER, "b-1", &files).await;
    let transfer = result.sends[0].transfer.as_ref().unwrap();
    // Taken back while a second try is on its way: the row says so before the files are put again.
    let (receiver, what, seal) = (office(HOME_HELP), TransferChange::Withdrawn, seal());
    let noted = world.ledger.note_on_transfer(&receiver, transfer, &what, now(), &seal).await.unwrap();
    assert!(noted.unwrap().is_ok());
    let again = world.send(CARE_MANAGER, "b-2", &files).await;
    assert_eq!(shown(&again), ["9970200011 plan 失敗 was-withdrawn"]);
    assert_eq!(world.inbox(HOME_HELP).await, [] as [&str; 0]);
}

/// The files are for machines: a quote put before a formula would change what was written (T9). People
/// read the forms, where a formula is text.
#[tokio::test]
async fn a_formula_in_a_plan_travels_as_it_is_and_is_text_in_the_form() {
    let world = Offices::in_memory().await;
    for formula in ["=HYPERLINK(\"http://example.jp\",\"見る\")", "+1+1", "-2", "@SUM(A1)", "＝１"] {
        let files = plan_unit(HOME_HELP, FIRST, formula);
        let result = world.send(CARE_MANAGER, "b-1", &files).await;
        let folder = format!("inbox/{HOME_HELP}/{}/", result.sends[0].transfer.as_ref().unwrap());
        let delivered = world.files.get(&format!("{folder}{}", files[0].0), 1 << 20).await.unwrap().unwrap();
        assert_eq!(delivered, files[0].1, "{formula}");

        let name = FileName::parse(&files[0].0).unwrap();
        let layout = layout(name.kind, name.standard).unwrap();
        let form = render_document(&[Document::of(&Sheet::read(delivered), layout)]);
        assert!(!form.contains("href"), "{formula}");
        let shown: String = form.replace("&#34;", "\"").replace("&#38;", "&");
        assert!(shown.contains(formula), "{formula}");
    }
}

#[tokio::test]
async fn a_bundle_that_is_closed_anew_while_it_waits_keeps_the_newer_result() {
    let world = Offices::in_memory().await;
    let files = plan_unit(HOME_HELP, FIRST, "歩きたい");
    let never = ("来ない.pdf".to_owned(), b"%PDF-1.7".to_vec());
    let mut first = marker("b-1", &files);
    first["files"].as_array_mut().unwrap().push(listed(&never, &[HOME_HELP]));
    world.put_files(CARE_MANAGER, "b-1", &files).await;
    let notice = world.put_marker(CARE_MANAGER, "b-1", &first).await;
    world.exchange(&[notice]).await;
    assert_eq!(world.result(CARE_MANAGER, "b-1").await.status, BundleStatus::Waiting);
    let asked: Value = serde_json::from_str(&world.again.take()[0].body).unwrap();

    assert_eq!(shown(&world.send(CARE_MANAGER, "b-1", &files).await), ["9970200011 plan 成功"]);
    world.exchange(&[asked]).await;
    assert_eq!(world.result(CARE_MANAGER, "b-1").await.status, BundleStatus::Done);
    assert_eq!(world.again.take(), [], "nobody waits any more");
}

#[tokio::test]
async fn an_older_marker_that_is_announced_late_keeps_the_newer_result() {
    let world = Offices::in_memory().await;
    let (first, second) = (plan_unit(HOME_HELP, FIRST, "歩きたい"), plan_unit(HOME_HELP, FIRST, "もっと歩きたい"));
    let older = world.put_bundle(CARE_MANAGER, "b-1", &first).await;
    let newer = world.put_bundle(CARE_MANAGER, "b-1", &second).await;
    for order in [[&newer, &older], [&older, &newer], [&newer, &older]] {
        for notice in order {
            world.exchange(&[notice.clone(), notice.clone()]).await;
        }
        let result = world.result(CARE_MANAGER, "b-1").await;
        assert_eq!((result.status, shown(&result)), (BundleStatus::Done, vec!["9970200011 plan 成功".to_owned()]));
    }
    assert_eq!(world.received(HOME_HELP).await.len(), 1);
}

#[tokio::test]
async fn a_bundle_closed_anew_for_other_files_loses_none_of_the_first() {
    let world = Offices::in_memory().await;
    let older = world.put_bundle(CARE_MANAGER, "b-1", &plan_unit(HOME_HELP, FIRST, "歩きたい")).await;
    let newer = world.put_bundle(CARE_MANAGER, "b-1", &schedule_unit(HOME_HELP, SECOND)).await;
    world.exchange(&[newer, older]).await;
    assert_eq!(world.received(HOME_HELP).await.len(), 2);
    assert_eq!(shown(&world.result(CARE_MANAGER, "b-1").await), ["9970200011 schedule 成功"]);
}
