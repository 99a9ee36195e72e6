use std::{net::IpAddr, sync::Arc};

use anyhow::Context as _;
use axum::{extract::State, http::header, response::Response};
use delivery::{LinkToken, MessageId};
use jiff::{Timestamp, civil::Date};
use ledger::{ClinicId, LinkRow, MessageRow, PageSessionRow, PatientId, SessionToken, TryKey, Versioned};

use crate::{
    PatientPages, cookie,
    error::{PageError, see_other},
    form::{Fields, OpenForm},
    question::{Asked, question},
};

/// How often a message is read again when somebody else writes it.
const ROUNDS: u32 = 4;

/// Takes an answer to the question. A try is taken before anything is looked up, and the same is looked up
/// whether or not there is such a link: what is answered, and how long it takes, tells nobody that there is.
pub(crate) async fn answer(State(pages): State<Arc<PatientPages>>, form: OpenForm) -> Result<Response, PageError> {
    let again = |asked| question(&pages, &form.link, "../", asked);
    let Some(born_on) = date_of(&form.fields) else { return again(Asked::NoDate) };
    let now = (pages.now)();
    let tries = KeysOfTries::new(&pages, &form);
    if !tries.take(&pages, now).await? {
        return again(Asked::Closed);
    }
    let Some((link, message)) = opened(&pages, &form.link.token, born_on, now).await? else {
        return again(Asked::Wrong);
    };
    tries.give_back(&pages, now).await?;
    note_read(&pages, &link, message, now).await?;

    let token = SessionToken::new((pages.random_token)());
    let life = pages.settings.session;
    let row = PageSessionRow::new(&form.link.token, &link, now + life);
    pages.ledger.add_page_session(&token, &row).await.context("beginning a session")?;
    let mut response = see_other(&format!("../{}", form.link.text));
    if let Some(cookie) = cookie::set_cookie(&token, life) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The date as the four fields say it.
fn date_of(fields: &Fields) -> Option<Date> {
    let [era, year, month, day] = ["era", "year", "month", "day"].map(|it| fields.get(it).trim());
    let is_short = [era, year, month, day].iter().all(|it| it.chars().count() <= 4);
    if !is_short || year.is_empty() {
        return None;
    }
    japan::parse_any_date(&format!("{era}{year}年{month}月{day}日"))
}

/// What answers are counted by.
struct KeysOfTries {
    link: TryKey,
    source: Option<TryKey>,
}

impl KeysOfTries {
    fn new(pages: &PatientPages, form: &OpenForm) -> Self {
        let key = |kind, what: &str| TryKey::new(&pages.link_secret, kind, what);
        Self { link: key("link", &form.link.text), source: form.source.map(|it| key("source", &network(it))) }
    }

    /// Takes a try of the source and one of the link; `false` where one of them has none left.
    async fn take(&self, pages: &PatientPages, now: Timestamp) -> Result<bool, PageError> {
        let by = (pages.random_id)();
        let settings = &pages.settings;
        if let Some(source) = &self.source
            && !pages.ledger.take_try(source, &settings.tries_of_source, now, &by).await.context("taking a try")?
        {
            return Ok(false);
        }
        Ok(pages.ledger.take_try(&self.link, &settings.tries_of_link, now, &by).await.context("taking a try")?)
    }

    /// The answer was right: the link's tries are forgotten, the source gets back its one.
    async fn give_back(&self, pages: &PatientPages, now: Timestamp) -> Result<(), PageError> {
        pages.ledger.forget_tries(&self.link).await.context("forgetting tries")?;
        if let Some(source) = &self.source {
            let (limits, by) = (&pages.settings.tries_of_source, (pages.random_id)());
            pages.ledger.give_try_back(source, limits, now, &by).await.context("giving a try back")?;
        }
        Ok(())
    }
}

/// What one household or carrier has: an address of IPv4, the first 64 bits of one of IPv6.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(it) => it.to_string(),
        IpAddr::V6(it) => it.segments()[..4].iter().map(|it| format!("{it:04x}")).collect(),
    }
}

/// The link and its message, where both are there and `born_on` is the patient's birth date.
async fn opened(
    pages: &PatientPages,
    token: &LinkToken,
    born_on: Date,
    now: Timestamp,
) -> Result<Option<(LinkRow, Versioned<MessageRow>)>, PageError> {
    let found = pages.ledger.link(token, now).await.context("looking a link up")?;
    let is_known = found.is_some();
    let link = found.map_or_else(nobody_s_link, Ok)?;
    let patient = pages.ledger.patient(&link.clinic, &link.patient).await.context("reading a patient")?;
    let message = pages.ledger.message(&link.clinic, &link.patient, &link.message).await;
    let message = message.context("reading a message")?;
    let is_right = is_known && patient.is_some_and(|it| it.birth_date == Some(born_on));
    Ok(message.filter(|_| is_right).map(|it| (link, it)))
}

/// Looked up in place of a link that is not there, so that it is the same work.
fn nobody_s_link() -> anyhow::Result<LinkRow> {
    Ok(LinkRow {
        clinic: ClinicId::parse("nobody").context("an id of this form")?,
        patient: PatientId::parse("nobody").context("an id of this form")?,
        message: MessageId::parse(&"a".repeat(32)).context("an id of this form")?,
        expires_at_s: 0,
    })
}

/// Notes when the patient first read the message.
async fn note_read(
    pages: &PatientPages,
    link: &LinkRow,
    message: Versioned<MessageRow>,
    now: Timestamp,
) -> Result<(), PageError> {
    let mut message = Some(message);
    for _ in 0..ROUNDS {
        let Some(Versioned { mut row, version }) = message else { return Ok(()) };
        if row.read_at.is_some() {
            return Ok(());
        }
        row.read_at = Some(now);
        if pages.ledger.save_message(&link.clinic, &row, version).await.context("noting what was read")? {
            return Ok(());
        }
        let again = pages.ledger.message(&link.clinic, &link.patient, &link.message).await;
        message = again.context("reading a message")?;
    }
    Err(anyhow::anyhow!("a message was written by others {ROUNDS} times").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_network() {
        let check = |address: &str, expected: &str| assert_eq!(network(address.parse().unwrap()), expected);
        check("192.0.2.10", "192.0.2.10");
        check("::ffff:192.0.2.10", "192.0.2.10");
        check("2001:db8:1:2:3:4:5:6", "20010db800010002");
    }
}
