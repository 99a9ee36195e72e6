//! What is not sent, and what waits (reliability table, rows 46 to 48).

use std::num::NonZeroU16;

use delivery::{Channel, DayCap, HoursSettings, MessageId, PatientCap, QuietHours, Status};
use jiff::{SignedDuration, civil::time};
use ledger::{ExclusionRow, PatientId, StopRow};

use crate::harness::messages::{NOON, Sending, TODAY, later};

/// The message, after everything that was announced came, and why it ended where it did.
async fn ended(world: &Sending, id: &MessageId) -> (Status, String) {
    world.send().await;
    let row = world.row(id).await;
    (row.status, row.last_error.map(|it| it.to_string()).unwrap_or_default())
}

#[tokio::test]
async fn whoever_refused_died_was_taken_out_or_erased_since_the_plan_gets_nothing() {
    let world = Sending::in_memory().await;
    let said = async |n: u32, change: fn(&mut ledger::ReachRow)| {
        let patient = world.patient(n, &[Channel::Sms]).await;
        let id = world.write(n, &patient, Channel::Sms).await;
        let mut reach = world.ledger.reach_of(&world.clinic, &patient).await.unwrap();
        change(&mut reach.row);
        assert!(world.ledger.save_reach(&world.clinic, &reach.row, reach.version).await.unwrap());
        ended(&world, &id).await
    };
    let cancelled = |why: &str| (Status::Cancelled, why.to_owned());
    assert_eq!(said(1, |it| it.opted_out_on = Some(TODAY)).await, cancelled("opted-out-of-all"));
    let of_sms = |it: &mut ledger::ReachRow| {
        it.channels_opted_out_on.insert(Channel::Sms, TODAY);
    };
    assert_eq!(said(2, of_sms).await, cancelled("opted-out"));
    assert_eq!(said(3, |it| it.is_dead = true).await, cancelled("died"));
    assert_eq!(said(4, |it| it.has_complained = true).await, cancelled("complained"));

    let excluded = world.patient(5, &[Channel::Sms]).await;
    let id = world.write(5, &excluded, Channel::Sms).await;
    let row = ExclusionRow { patient: excluded, note: String::new(), written_at: NOON };
    world.ledger.exclude(&world.clinic, &row).await.unwrap();
    assert_eq!(ended(&world, &id).await, cancelled("excluded"));

    let erased = world.patient(6, &[Channel::Sms]).await;
    let id = world.write(6, &erased, Channel::Sms).await;
    world.ledger.write_patients(&world.clinic, &[], &[erased]).await.unwrap();
    assert_eq!(ended(&world, &id).await, cancelled("erased"));
    assert_eq!(world.arrived(&[]), []);
}

/// The lease and what it rests on are one transaction: whoever refuses between the two is heard.
#[tokio::test]
async fn whoever_refuses_while_the_worker_asks_gets_nothing() {
    let n_calls = {
        let world = Sending::in_memory().await;
        let patient = world.patient(1, &[Channel::Sms]).await;
        world.write(1, &patient, Channel::Sms).await;
        world.turnstile.open();
        world.try_send().await;
        world.turnstile.n_calls()
    };
    let (mut n_sent, mut n_refused) = (0, 0);
    for at in 0..n_calls {
        let world = Sending::in_memory().await;
        let patient = world.patient(1, &[Channel::Sms]).await;
        let id = world.write(1, &patient, Channel::Sms).await;
        // The worker stands still before its call number `at`.
        world.turnstile.close_at(at);
        let worker = world.try_send();
        tokio::pin!(worker);
        tokio::select! {
            _ = &mut worker => panic!("it does not end before its call {at}"),
            () = world.turnstile.stopped() => {}
        }
        world.turnstile.open();
        let mut reach = world.ledger.reach_of(&world.clinic, &patient).await.unwrap();
        reach.row.opted_out_on = Some(TODAY);
        assert!(world.ledger.save_reach(&world.clinic, &reach.row, reach.version).await.unwrap());
        let was_leased = world.row(&id).await.status != Status::Pending;
        worker.await;
        let n_arrived = world.arrived(&[]).len();
        // From the lease on the message is on its way.
        assert_eq!(n_arrived, usize::from(was_leased), "stood still before its call {at}");
        if was_leased { n_sent += 1 } else { n_refused += 1 }
    }
    assert!(n_sent > 3 && n_refused > 8, "{n_sent} {n_refused}");
}

#[tokio::test]
async fn a_switch_holds_what_is_under_way_and_lets_it_go_when_it_is_put_back() {
    let world = Sending::in_memory().await;
    let patient = world.patient(1, &[Channel::Mail]).await;
    let id = world.write(1, &patient, Channel::Mail).await;
    world.set(|it| it.is_paused = true).await;
    assert_eq!(ended(&world, &id).await.0, Status::Pending);
    world.set(|it| it.is_paused = false).await;
    world.ledger.pause_all(true).await.unwrap();
    later(SignedDuration::from_mins(15));
    assert_eq!(ended(&world, &id).await.0, Status::Pending);
    assert_eq!(world.arrived(&[]), []);
    world.ledger.pause_all(false).await.unwrap();
    later(SignedDuration::from_mins(15));
    assert_eq!(ended(&world, &id).await.0, Status::Sent);
    assert_eq!(world.arrived(&[]), [(Channel::Mail, id)]);
}

#[tokio::test]
async fn a_delivery_that_was_stopped_sends_no_more_than_the_calls_under_way() {
    let world = Sending::in_memory().await;
    let mut ids = Vec::new();
    for n in 1..=200 {
        let patient = world.patient(n, &[Channel::Sms]).await;
        ids.push(world.write(n, &patient, Channel::Sms).await);
    }
    world.send_some(50).await;
    let stop = StopRow { delivery: "delivery-one".to_owned(), by: "窓口".to_owned(), at: NOON };
    world.ledger.stop_delivery(&world.clinic, &stop).await.unwrap();
    world.send().await;
    assert_eq!(world.arrived(&[]).len(), 50, "what was sent before the stop");
    for id in &ids[50..] {
        assert_eq!(world.row(id).await.last_error.unwrap().as_str(), "delivery-stopped");
    }
}

#[tokio::test]
async fn two_deliveries_on_one_day_keep_to_the_cap_of_the_patient() {
    let world = Sending::in_memory().await;
    world.set(|it| it.patient_cap = PatientCap { max: NonZeroU16::MIN, days: 1 }).await;
    let patient = world.patient(1, &[Channel::Sms, Channel::Mail]).await;
    let mut ids = Vec::new();
    for (n, channel) in [(1, Channel::Sms), (2, Channel::Mail), (3, Channel::Sms)] {
        ids.push(world.write(n, &patient, channel).await);
    }
    // At once, in one batch, and each twice.
    world.send().await;
    assert_eq!(world.arrived(&[]).len(), 1);
    for _day in 0..2 {
        later(SignedDuration::from_hours(24));
        world.sweep().await;
        world.send().await;
        assert!(world.arrived(&[]).len() <= 1, "one a day");
    }
    let mut n_sent = 0;
    for id in &ids {
        n_sent += usize::from(world.row(id).await.status == Status::Sent);
    }
    // The third was void after two days.
    assert!(n_sent >= 2, "{n_sent} sent");
}

#[tokio::test]
async fn a_day_has_no_more_messages_than_the_clinic_s_cap() {
    let world = Sending::in_memory().await;
    world.set(|it| it.day_cap = DayCap(30)).await;
    let mut ids = Vec::new();
    for n in 1..=45 {
        let patient = world.patient(n, &[Channel::Sms]).await;
        ids.push(world.write(n, &patient, Channel::Sms).await);
    }
    world.send().await;
    assert_eq!(world.arrived(&[]).len(), 30);
    // Looked at again on the same day, nothing more goes out.
    later(SignedDuration::from_mins(30));
    world.sweep().await;
    world.send().await;
    assert_eq!(world.arrived(&[]).len(), 0);
    later(SignedDuration::from_hours(24));
    world.sweep().await;
    world.send().await;
    assert_eq!(world.arrived(&[]).len(), 15);
}

#[tokio::test]
async fn quiet_hours_hold_a_message_until_the_morning() {
    let world = Sending::in_memory().await;
    let quiet = Some(QuietHours { from: time(12, 0, 0, 0), until: time(9, 0, 0, 0) });
    world.set(|it| it.hours = HoursSettings { quiet, ..HoursSettings::default() }).await;
    let patient = world.patient(1, &[Channel::Line]).await;
    let id = world.write(1, &patient, Channel::Line).await;
    world.send().await;
    let mut n_hours = 0;
    while world.arrived(std::slice::from_ref(&id)).is_empty() {
        later(SignedDuration::from_mins(30));
        n_hours += 1;
        world.sweep().await;
        world.send().await;
        assert!(n_hours < 100, "never sent");
    }
    assert_eq!(n_hours, 42, "21 hours later it is nine");
}

#[tokio::test]
async fn a_family_that_shares_a_number_gets_one_message_a_day() {
    let world = Sending::in_memory().await;
    let first = world.patient(1, &[Channel::Sms]).await;
    let second = world.patient(2, &[Channel::Sms]).await;
    share_number(&world, 2, 1).await;
    let ids = [world.write(1, &first, Channel::Sms).await, world.write(2, &second, Channel::Sms).await];
    world.send().await;
    assert_eq!(world.arrived(&[]).len(), 1);
    later(SignedDuration::from_hours(24));
    world.sweep().await;
    world.send().await;
    assert_eq!(world.arrived(&[]).len(), 1);
    for id in ids {
        assert_eq!(world.row(&id).await.status, Status::Sent);
    }
}

/// The patient number `n` has the number of patient `other`.
async fn share_number(world: &Sending, n: u32, other: u32) {
    let mut contacts = world.ledger.contacts_of(&world.clinic, &n.to_string()).await.unwrap();
    contacts.row.contacts.mobile.value = Some(crate::harness::messages::number(other));
    assert!(world.ledger.save_contacts(&world.clinic, &contacts.row, contacts.version).await.unwrap());
}

#[tokio::test]
async fn a_message_goes_by_another_channel_where_the_first_leads_nowhere_any_more() {
    let world = Sending::in_memory().await;
    let patient: PatientId = world.patient(1, &[Channel::Line, Channel::Mail]).await;
    let id = world.write(1, &patient, Channel::Line).await;
    let mut reach = world.ledger.reach_of(&world.clinic, &patient).await.unwrap();
    reach.row.channels_opted_out_on.insert(Channel::Line, TODAY);
    assert!(world.ledger.save_reach(&world.clinic, &reach.row, reach.version).await.unwrap());
    world.send().await;
    assert_eq!(world.arrived(&[]), [(Channel::Mail, id.clone())]);
    assert_eq!(world.row(&id).await.channel, Channel::Mail);
}
