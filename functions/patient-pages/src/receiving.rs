use std::sync::Arc;

use anyhow::Context as _;
use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use delivery::{Channel, Consent, ConsentSource, Refusal, refusals};
use ledger::{Addressee, ConsentRow, LinkRow, Said, SaidChange, SaidThrough, timed_id};

use crate::{
    PatientPages,
    error::{PageError, see_other},
    form::{Session, SessionForm},
    link::Link,
    message::Sender,
    refusal::{Refused, refuse},
    security_headers::{STYLE, page},
};

/// How often rows are read again when somebody else writes them.
const ROUNDS: u32 = 8;

#[derive(Template)]
#[template(path = "receiving.html")]
struct ReceivingPage<'a> {
    style: &'static str,
    clinic_name: &'a str,
    contact: &'a str,
    base: &'a str,
    form: &'a str,
    ways: Vec<Way>,
}

/// A channel that leads to the patient.
struct Way {
    name: &'static str,
    code: &'static str,
    is_received: bool,
}

/// By which ways the patient receives messages.
pub(crate) async fn show(
    State(pages): State<Arc<PatientPages>>,
    headers: HeaderMap,
    link: Link,
) -> Result<Response, PageError> {
    let over = || PageError::SessionOver { question: format!("../{}", link.text) };
    let session = Session::of(&pages, &headers, &link).await?.ok_or_else(over)?;
    let today = pages.ledger.today(pages.clock).await.context("asking what day it is")?;
    let addressee = addressee(&pages, &session, &link).await?;
    let reached = Channel::ALL.into_iter().filter(|it| addressee.addresses.contains_key(it));
    let ways = reached.map(|channel| {
        let against = refusals(&addressee.person, addressee.reach.on(channel), today);
        let is_said = |it: &Refusal| matches!(it, Refusal::OptedOutOfAll | Refusal::OptedOut | Refusal::NoConsent);
        Way { name: name_of(channel), code: channel.as_str(), is_received: !against.iter().any(is_said) }
    });
    let sender = Sender::of(&pages, &session).await?;
    page(&ReceivingPage {
        style: STYLE,
        clinic_name: &sender.name,
        contact: &sender.contact,
        base: &format!("../{}", link.text),
        form: &session.form_token(&pages, "receiving"),
        ways: ways.collect(),
    })
}

/// Stops one way, or agrees to it again.
pub(crate) async fn change(State(pages): State<Arc<PatientPages>>, form: SessionForm) -> Result<Response, PageError> {
    let SessionForm { link, session, fields } = form;
    let channel = Channel::ALL.into_iter().find(|it| it.as_str() == fields.get("channel"));
    let channel = channel.ok_or(PageError::Foreign)?;
    match fields.get("say") {
        "stop" => {
            let row = &session.row;
            let (clinic, patient, message) = (row.clinic.clone(), row.patient.clone(), row.message.clone());
            let link = LinkRow { clinic, patient, message, expires_at_s: i64::MAX };
            refuse(&pages, &link, Refused::Channel(channel), SaidThrough::Consent(ConsentSource::Page)).await?;
        }
        "agree" => agree(&pages, &session, &link, channel).await?,
        _ => return Err(PageError::Foreign),
    }
    Ok(see_other("receiving"))
}

/// Writes a consent down, with its proof.
async fn agree(pages: &PatientPages, session: &Session, link: &Link, channel: Channel) -> Result<(), PageError> {
    let now = (pages.now)();
    let today = pages.ledger.today(pages.clock).await.context("asking what day it is")?;
    let (clinic, patient) = (&session.row.clinic, &session.row.patient);
    let id = timed_id(now, &(pages.random_id)());
    for _ in 0..ROUNDS {
        let addressee = addressee(pages, session, link).await?;
        let mut reach = pages.ledger.reach_of(clinic, patient).await.context("reading what a patient said")?;
        let consent = Consent { given_on: today, source: ConsentSource::Page, record: id.clone() };
        reach.row.agree(channel, consent);
        let mut addresses: Vec<_> = addressee.address_rows.get(&channel).cloned().into_iter().collect();
        for address in &mut addresses {
            address.row.opted_out_on = None;
        }
        let record = ConsentRow {
            id: id.clone(),
            patient: patient.clone(),
            at: now,
            channel: Some(channel),
            said: Said::Agreed,
            through: SaidThrough::Consent(ConsentSource::Page),
            record: session.row.message.to_string(),
        };
        let change = SaidChange { record: &record, reach: &reach, addresses: &addresses, notice: None };
        if pages.ledger.save_said(clinic, &change).await.context("writing a consent down")? {
            return Ok(());
        }
    }
    Err(anyhow::anyhow!("what a patient said was written by others {ROUNDS} times").into())
}

async fn addressee(pages: &PatientPages, session: &Session, link: &Link) -> Result<Addressee, PageError> {
    let today = pages.ledger.today(pages.clock).await.context("asking what day it is")?;
    let row = &session.row;
    let found = pages.ledger.addressee(&row.clinic, &row.patient, &pages.identity_secret, today).await;
    let over = || PageError::SessionOver { question: format!("../{}", link.text) };
    found.context("reading a patient")?.ok_or_else(over)
}

fn name_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Line => "LINE",
        Channel::Sms => "SMS（ショートメッセージ）",
        Channel::Mail => "メール",
    }
}
