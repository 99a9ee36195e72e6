use std::collections::BTreeMap;

use anyhow::Context as _;
use delivery::Channel;
use jiff::civil::Date;
use ledger::{
    AddressKey, AddressRow, ConsentRow, LinkRow, MessageRow, NoticeKind, NoticeRow, ReachRow, Said, SaidChange,
    SaidThrough, Versioned, timed_id,
};

use crate::{PatientPages, error::PageError};

/// How often rows are read again when somebody else writes them.
const ROUNDS: u32 = 8;

/// What whoever has a link refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// All messages.
    Everything,
    /// Those of one channel.
    Channel(Channel),
    /// 「本人ではありません」: those to the address that the link's message went to.
    NotMe,
}

impl Refused {
    fn concerns(self, channel: Channel) -> bool {
        match self {
            Self::Everything => true,
            Self::Channel(refused) => refused == channel,
            Self::NotMe => false,
        }
    }
}

/// What is known before a refusal.
struct Known {
    message: MessageRow,
    reach: Versioned<ReachRow>,
    addresses: BTreeMap<AddressKey, Versioned<AddressRow>>,
}

/// Writes a refusal down, with its proof and whom it concerns, unless it changes nothing.
pub(crate) async fn refuse(
    pages: &PatientPages,
    link: &LinkRow,
    refused: Refused,
    through: SaidThrough,
) -> Result<(), PageError> {
    let now = (pages.now)();
    let today = pages.ledger.today(pages.clock).await.context("asking what day it is")?;
    let id = timed_id(now, &(pages.random_id)());
    for _ in 0..ROUNDS {
        // Nobody is written to who is erased.
        let Some(known) = known(pages, link, today).await? else { return Ok(()) };
        let (reach, addresses) = after(&known, refused, today);
        if reach == known.reach && addresses.is_empty() {
            return Ok(());
        }
        let channel = match refused {
            Refused::Everything => None,
            Refused::Channel(channel) => Some(channel),
            Refused::NotMe => known.message.sent_to.as_ref().map(|it| it.channel),
        };
        let record = ConsentRow {
            id: id.clone(),
            patient: link.patient.clone(),
            at: now,
            channel,
            said: if refused == Refused::NotMe { Said::NotMe } else { Said::Refused },
            through,
            record: link.message.to_string(),
        };
        let notice = (refused == Refused::NotMe).then(|| NoticeRow {
            id: id.clone(),
            patient: link.patient.clone(),
            message: link.message.clone(),
            what: NoticeKind::WrongPerson { channel },
            at: now,
            seen_at: None,
        });
        let change = SaidChange { record: &record, reach: &reach, addresses: &addresses, notice: notice.as_ref() };
        if pages.ledger.save_said(&link.clinic, &change).await.context("writing a refusal down")? {
            return Ok(());
        }
    }
    Err(anyhow::anyhow!("what a patient said was written by others {ROUNDS} times").into())
}

/// `None` where the patient or the message is gone.
async fn known(pages: &PatientPages, link: &LinkRow, today: Date) -> Result<Option<Known>, PageError> {
    let (clinic, patient) = (&link.clinic, &link.patient);
    let message = pages.ledger.message(clinic, patient, &link.message).await.context("reading a message")?;
    let addressee = pages.ledger.addressee(clinic, patient, &pages.identity_secret, today).await;
    let (Some(message), Some(addressee)) = (message, addressee.context("reading a patient")?) else { return Ok(None) };
    let mut addresses: BTreeMap<AddressKey, Versioned<AddressRow>> =
        addressee.address_rows.into_values().map(|it| (it.row.key.clone(), it)).collect();
    if let Some(sent_to) = &message.row.sent_to
        && !addresses.contains_key(sent_to)
    {
        let row = pages.ledger.address_of(clinic, sent_to).await.context("reading an address")?;
        addresses.insert(sent_to.clone(), row);
    }
    let reach = pages.ledger.reach_of(clinic, patient).await.context("reading what a patient said")?;
    Ok(Some(Known { message: message.row, reach, addresses }))
}

/// What the patient said afterwards, and the addresses that change.
fn after(known: &Known, refused: Refused, today: Date) -> (Versioned<ReachRow>, Vec<Versioned<AddressRow>>) {
    let mut reach = known.reach.clone();
    match refused {
        Refused::Everything => reach.row.stop(None, today),
        Refused::Channel(channel) => reach.row.stop(Some(channel), today),
        Refused::NotMe => {}
    }
    let changed = known.addresses.values().filter_map(|it| {
        let mut after = it.clone();
        if refused.concerns(it.row.key.channel) {
            after.row.opted_out_on = after.row.opted_out_on.max(Some(today));
        }
        if refused == Refused::NotMe && known.message.sent_to.as_ref() == Some(&it.row.key) {
            after.row.wrong_person_on.get_or_insert(today);
        }
        (after != *it).then_some(after)
    });
    (reach, changed.collect())
}
