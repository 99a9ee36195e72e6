//! What the rows promise that hold sends back: caps, rates, closed channels, stops.
#![expect(clippy::unwrap_used, reason = "a failure of this suite is a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use delivery::{Channel, Closed, DayCap, MessageId, Rate};
use jiff::{SignedDuration, Timestamp, civil::date};

use crate::{ClinicId, Ledger, StopRow};

pub(super) async fn check(ledger: &Ledger) {
    counts_a_message_of_a_day_once(ledger).await;
    gives_out_each_turn_once(ledger).await;
    closes_a_channel_for_a_while(ledger).await;
    stops_a_delivery_until_it_goes_on(ledger).await;
}

async fn counts_a_message_of_a_day_once(ledger: &Ledger) {
    let (clinic, day) = (clinic("contract-day"), date(2025, 4, 25));
    let take = async |day, range: std::ops::Range<usize>| {
        ledger.take_of_day(&clinic, day, DayCap(60), &messages(range)).await.unwrap()
    };
    // More than a block.
    assert_eq!(take(day, 0..55).await, messages(0..55));
    assert_eq!(take(day, 50..70).await.len(), 10);
    assert_eq!(take(day, 0..55).await, messages(0..55), "a repeat is not counted again");
    assert_eq!(take(day, 80..90).await.len(), 0);
    assert_eq!(take(date(2025, 4, 26), 80..90).await.len(), 10, "another day begins anew");
}

async fn gives_out_each_turn_once(ledger: &Ledger) {
    let clinic = clinic("contract-turns");
    let rate = Rate(NonZeroU32::new(10).unwrap());
    let now = Timestamp::from_second(1_745_542_800).unwrap();
    let take = async |channel, n: usize| {
        let asked: Vec<(MessageId, u32)> = messages(0..n).into_iter().map(|it| (it, 1)).collect();
        let turns = ledger.take_turns(&clinic, channel, rate, &asked, now).await.unwrap();
        turns.into_iter().map(|it| it.duration_since(now).as_millis()).collect::<Vec<_>>()
    };
    assert_eq!(take(Channel::Line, 4).await, [-1000, -900, -800, -700]);
    assert_eq!(take(Channel::Line, 2).await, [-600, -500]);
    let others = take(Channel::Line, 60).await;
    assert_eq!((others[0], others[59]), (-400, 5500));
    // The clinic's own channel says nothing of the account that mail goes by.
    let first = take(Channel::Mail, 1).await[0];
    let second = take(Channel::Mail, 1).await[0];
    assert_eq!(second - first, 100);
}

async fn closes_a_channel_for_a_while(ledger: &Ledger) {
    let clinic = clinic("contract-closed");
    let now = Timestamp::from_second(1_745_542_800).unwrap();
    let hour = SignedDuration::from_hours(1);
    assert_eq!(ledger.closed_channels(&clinic, now).await.unwrap(), BTreeMap::new());
    for _repeat in 0..2 {
        ledger.close_channel(&clinic, Channel::Line, Closed::QuotaSpent, now + hour).await.unwrap();
    }
    let closed = BTreeMap::from([(Channel::Line, Closed::QuotaSpent)]);
    assert_eq!(ledger.closed_channels(&clinic, now).await.unwrap(), closed);
    assert_eq!(ledger.closed_channels(&clinic, now + hour).await.unwrap(), BTreeMap::new());
}

async fn stops_a_delivery_until_it_goes_on(ledger: &Ledger) {
    let clinic = clinic("contract-stops");
    let at = Timestamp::from_second(1_745_542_800).unwrap();
    let row = StopRow { delivery: "d1".to_owned(), by: "窓口".to_owned(), at };
    assert_eq!(ledger.stop_of(&clinic, "d1").await.unwrap(), None);
    for _repeat in 0..2 {
        ledger.stop_delivery(&clinic, &row).await.unwrap();
    }
    assert_eq!(ledger.stop_of(&clinic, "d1").await.unwrap().as_ref(), Some(&row));
    assert_eq!(ledger.stop_of(&clinic, "d2").await.unwrap(), None);
    assert_eq!(ledger.stops(&clinic).await.unwrap(), [row]);
    for _repeat in 0..2 {
        ledger.resume_delivery(&clinic, "d1").await.unwrap();
    }
    assert_eq!(ledger.stops(&clinic).await.unwrap(), []);
}

fn messages(range: std::ops::Range<usize>) -> BTreeSet<MessageId> {
    let letter = |digit: char| char::from(b'a' + digit.to_digit(10).unwrap() as u8);
    let id = |it: usize| format!("{it:032}").chars().map(letter).collect::<String>();
    range.map(|it| MessageId::parse(&id(it)).unwrap()).collect()
}

fn clinic(id: &str) -> ClinicId {
    ClinicId::parse(id).unwrap()
}
