//! A message arrives once, though every event is delivered twice.

use delivery::{Channel, LinkToken, Report, Status};
use jiff::SignedDuration;
use serde_json::json;

use crate::harness::messages::{NOON, Sending, line_user, mail_event, mailbox, sms_event};

#[tokio::test]
async fn a_message_by_each_channel_arrives_once_and_its_end_is_known() {
    let world = Sending::in_memory().await;
    let mut ids = Vec::new();
    for (n, channel) in (1..).zip(Channel::ALL) {
        let patient = world.patient(n, &[channel]).await;
        ids.push(world.write(n, &patient, channel).await);
    }
    world.send().await;
    let arrived: Vec<_> = Channel::ALL.into_iter().zip(ids.clone()).collect();
    assert_eq!(world.arrived(&ids), arrived);
    for id in &ids {
        let row = world.row(id).await;
        assert_eq!((row.status, row.attempt), (Status::Sent, 1));
        assert!(row.provider_id.is_some());
    }
    let [_, sms, mail] = &ids[..] else { panic!("three messages") };
    world.settle(&[sms_event(sms, "TEXT_DELIVERED"), mail_event(mail, "Delivery", json!({}))]).await;
    assert_eq!(world.row(sms).await.report, Some(Report::Delivered));
    assert_eq!(world.row(mail).await.report, Some(Report::Delivered));

    // Announced again, swept, a day later: nothing more goes out.
    for id in &ids {
        world.announce(id).await;
    }
    world.send().await;
    crate::harness::messages::later(SignedDuration::from_hours(24));
    assert_eq!(world.sweep().await.n_due, 0);
    assert_eq!(world.arrived(&ids), []);
}

#[tokio::test]
async fn each_channel_carries_what_is_its_own() {
    let mut world = Sending::in_memory().await;
    world.settings.pages = "https://p.example/".to_owned();
    world.set(|it| it.reply_to = Some("sakura@example.jp".to_owned())).await;
    let mut ids = Vec::new();
    for (n, channel) in (1..).zip(Channel::ALL) {
        let patient = world.patient(n, &[channel]).await;
        ids.push(world.write(n, &patient, channel).await);
    }
    world.send().await;
    let pushed = world.providers.line.take().remove(0);
    assert_eq!((pushed.to, pushed.retry_key), (line_user(1), Some(ids[0].retry_key(0))));
    assert_eq!(pushed.texts, ["秘密の本文1\nhttps://p.kayoi.example/m/x"]);

    let texted = world.providers.sms.take().remove(0).letter;
    assert_eq!((texted.to.as_str(), texted.time_to_live_s), ("+819087651002", 6 * 60 * 60));

    let mailed = world.providers.mail.take_messages().remove(0).1;
    assert_eq!((mailed.to, mailed.from_name.as_str()), (mailbox(3), "さくら内科"));
    assert_eq!(mailed.reply_to.as_deref(), Some("sakura@example.jp"));
    let stop = mailed.unsubscribe_url.unwrap();
    let token = stop.strip_prefix("https://p.example/m/").and_then(|it| it.strip_suffix("/stop")).unwrap();
    // The link leads to the message from before it was sent until its time is over.
    let token = LinkToken::parse(token).unwrap();
    let link = world.ledger.link(&token, NOON).await.unwrap().unwrap();
    assert_eq!((link.message, link.patient.as_str()), (ids[2].clone(), "p3"));
    let month = NOON + SignedDuration::from_hours(24 * 30);
    assert_eq!(world.ledger.link(&token, month).await.unwrap(), None);
    let message = world.ledger.message(&world.clinic, &link.patient, &ids[2]).await.unwrap().unwrap().row;
    assert_eq!(message.sent_to.map(|it| it.channel), Some(Channel::Mail));
}

#[tokio::test]
async fn a_mail_carries_its_files_and_is_not_sent_without_one_of_them() {
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &[Channel::Mail]).await;
    let mut ids = Vec::new();
    for (n, name) in [(1, "there"), (2, "gone")] {
        let (row, mut message) = world.message(n, &patient, Channel::Mail);
        message.attachments = vec![ledger::AttachmentRef {
            key: format!("attachments/clinic-one/{name}"),
            name: "地図.pdf".to_owned(),
            content_type: "application/pdf".to_owned(),
        }];
        assert!(world.ledger.put_message(&row, &message).await.unwrap());
        world.announce(&row.id).await;
        ids.push(row.id);
    }
    world.files.put("attachments/clinic-one/there", b"%PDF".to_vec(), "application/pdf").await.unwrap();
    world.send().await;
    let mailed = world.providers.mail.take_messages();
    assert_eq!(mailed.len(), 1);
    assert_eq!(mailed[0].1.attachments[0].bytes, b"%PDF");
    let gone = world.row(&ids[1]).await;
    assert_eq!(gone.status, Status::Cancelled);
    assert_eq!(gone.last_error.unwrap().as_str(), "attachment-gone");
}

#[tokio::test]
async fn a_message_of_another_function_and_one_of_no_row_harm_no_other() {
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &[Channel::Sms]).await;
    world.announced.send(&json!({"type": "PlanV1", "clinic": "clinic-one", "as_of": "2026-11-26"})).await.unwrap();
    world.announced.send(&json!("nothing")).await.unwrap();
    let unknown = world.message(9, &patient, Channel::Sms).0.id;
    world.announce(&unknown).await;
    let id = world.write(1, &patient, Channel::Sms).await;
    let (_, response) = world.try_send().await;
    let failed: Vec<&str> = response.batch_item_failures.iter().map(|it| it.item_identifier.as_str()).collect();
    assert_eq!(failed, ["message-0", "message-1"]);
    assert_eq!(world.arrived(&[]), [(Channel::Sms, id)]);
}
