//! What providers tell, in any order (reliability table, row 45).

use delivery::{Channel, Outcome, ReasonCode, Report, Status};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::harness::messages::{NOON, Sending, bounce, later, line_user, mail_event, sms_event};

#[tokio::test]
async fn events_in_any_order_repeated_and_before_the_answer_end_alike() {
    let tell = |id: &_, name: &str| match name {
        "Bounce" => bounce(id),
        name => mail_event(id, name, json!({})),
    };
    let orders = [
        (["Send", "Delivery", "Complaint"], Report::Complained, 0),
        (["Complaint", "Delivery", "Send"], Report::Complained, 0),
        (["Delivery", "Send", "Bounce"], Report::Bounced, 0),
        // A bounce before anything else is a message that did not arrive: SMS carries it.
        (["Bounce", "Send", "Delivery"], Report::Bounced, 1),
        (["Send", "Bounce", "Delivery"], Report::Bounced, 1),
    ];
    for (order, report, n_handed_on) in orders {
        for is_unclear in [false, true] {
            let world = Sending::in_memory().await;
            let patient = world.patient(1, &[Channel::Mail, Channel::Sms]).await;
            let id = world.write(1, &patient, Channel::Mail).await;
            if is_unclear {
                // The events come before anybody knows the answer.
                world.providers.mail.answer_next(Outcome::Unclear { code: ReasonCode::default() }, true);
            }
            world.send().await;
            for name in order {
                world.settle(&[tell(&id, name)]).await;
            }
            let row = world.row(&id).await;
            assert_eq!((row.status, row.report), (Status::Sent, Some(report)), "{order:?}");
            world.send().await;
            assert_eq!(world.providers.sms.take().len(), n_handed_on, "{order:?}");
            assert_eq!(world.providers.mail.take_messages().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_bounce_ends_mail_to_the_address_and_a_complaint_ends_all_to_the_patient() {
    let world = Sending::in_memory().await;
    let bounced = world.patient(1, &[Channel::Mail]).await;
    let first = world.write(1, &bounced, Channel::Mail).await;
    let complains = world.patient(2, &[Channel::Mail, Channel::Sms]).await;
    let second = world.write(2, &complains, Channel::Mail).await;
    world.send().await;
    world.settle(&[bounce(&first), mail_event(&second, "Complaint", json!({"complaint": {}}))]).await;
    world.arrived(&[]);

    let to_bounced = world.write(3, &bounced, Channel::Mail).await;
    let by_sms = world.write(4, &complains, Channel::Sms).await;
    world.send().await;
    assert_eq!(world.arrived(&[]), []);
    for (id, why) in [(to_bounced, "bounced"), (by_sms, "complained")] {
        let row = world.row(&id).await;
        assert_eq!((row.status, row.last_error.unwrap().as_str()), (Status::Cancelled, why));
    }
}

#[tokio::test]
async fn each_event_is_kept_once_as_it_came_and_before_it_is_read() {
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &[Channel::Mail]).await;
    let id = world.write(1, &patient, Channel::Mail).await;
    world.send().await;
    let events = [mail_event(&id, "Delivery", json!({})), sms_event(&id, "TEXT_DELIVERED")];
    // The tables do not answer: the events are safe all the same.
    world.turnstile.break_at(0, false);
    let response = world.try_settle(&events).await;
    assert_eq!(response.batch_item_failures.len(), 2);
    world.turnstile.open();
    for (prefix, event) in ["events/ses/", "events/sms/"].into_iter().zip(&events) {
        let kept = world.files.list(prefix, None, 10).await.unwrap().files;
        assert_eq!(kept.len(), 1);
        let bytes = world.files.get(&kept[0].key, 10_000).await.unwrap().unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), *event);
    }
    world.settle(&events).await;
    assert_eq!(world.files.list("events/", None, 10).await.unwrap().files.len(), 2);
}

#[tokio::test]
async fn an_event_that_was_lost_brings_the_message_before_people_and_a_late_one_takes_it_off() {
    for channel in [Channel::Sms, Channel::Mail] {
        let world = Sending::in_memory().await;
        let patient = world.patient(1, &[channel]).await;
        let id = world.write(1, &patient, channel).await;
        let unclear = Outcome::Unclear { code: ReasonCode::default() };
        match channel {
            Channel::Sms => world.providers.sms.answer_next(unclear, true),
            _ => world.providers.mail.answer_next(unclear, true),
        }
        world.send().await;
        assert_eq!(world.row(&id).await.status, Status::Unknown);
        later(SignedDuration::from_mins(60));
        assert_eq!(world.sweep().await.n_in_review, 1);
        assert_eq!(world.ledger.reviews(&world.clinic).await.unwrap().len(), 1);
        let told = match channel {
            Channel::Sms => sms_event(&id, "TEXT_DELIVERED"),
            _ => mail_event(&id, "Delivery", json!({})),
        };
        world.settle(&[told]).await;
        assert_eq!(world.row(&id).await.status, Status::Sent);
        assert_eq!(world.ledger.reviews(&world.clinic).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_block_ends_line_until_the_patient_follows_again_in_whatever_order_it_is_told() {
    let told = |kind: &str, minute: i64| {
        let at = (NOON + SignedDuration::from_mins(minute)).as_millisecond();
        json!({"destination": "Ubot", "events": [{
            "type": kind, "mode": "active", "timestamp": at, "webhookEventId": format!("event-{minute}"),
            "deliveryContext": {"isRedelivery": false}, "source": {"type": "user", "userId": line_user(1)},
        }]})
    };
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &[Channel::Line]).await;
    let tell = async |kind: &str, minute: i64| {
        let key = format!("events/line/clinic-one/{minute}.json");
        let bytes = told(kind, minute).to_string().into_bytes();
        world.files.put(&key, bytes, "application/json").await.unwrap();
        world.settle(&[json!({"type": "LineEventV1", "clinic": "clinic-one", "key": key})]).await;
    };
    tell("unfollow", 10).await;
    // An older one comes late.
    tell("follow", 5).await;
    let id = world.write(1, &patient, Channel::Line).await;
    world.send().await;
    assert_eq!(world.row(&id).await.last_error.unwrap().as_str(), "blocked");
    tell("follow", 20).await;
    let id = world.write(2, &patient, Channel::Line).await;
    world.send().await;
    assert_eq!(world.arrived(std::slice::from_ref(&id)), [(Channel::Line, id)]);
}

#[tokio::test]
async fn what_no_provider_says_is_not_taken_for_an_event() {
    let world = Sending::in_memory().await;
    let response = world.try_settle(&[json!({"eventType": "Delivery"}), json!({"type": "Notification"})]).await;
    assert_eq!(response.batch_item_failures.len(), 2);
    assert_eq!(world.files.list("events/", None, 10).await.unwrap().files.len(), 0);
}
