use std::sync::Arc;

use anyhow::Context as _;
use askama::Template;
use axum::{extract::State, http::HeaderMap, http::StatusCode, response::Response};
use files::{PICTURE_MAX_BYTES, Upload, picture_inbox_key};
use ledger::{PictureRef, PictureRow, PictureState, ReplyRow, Versioned};

use crate::{
    PatientPages,
    error::{PageError, see_other},
    form::{Session, SessionForm},
    guard::origin,
    link::Link,
    message::Sender,
    security_headers::{STYLE, page_with_form_to},
    shown::n_kept,
};

/// How often a reply is read again when somebody else writes it.
const ROUNDS: u32 = 8;

/// Pictures of one reply in all, refused ones too.
const MAX_TRIED: usize = 12;

#[derive(Template)]
#[template(path = "picture.html")]
struct PicturePage<'a> {
    style: &'static str,
    clinic_name: &'a str,
    contact: &'a str,
    base: &'a str,
    /// Where the bucket takes it, and the fields it wants, in order.
    url: &'a str,
    fields: Vec<(&'a String, &'a String)>,
    max_megabytes: u64,
}

/// Gives one more picture of a reply a place in the bucket.
pub(crate) async fn give_place(
    State(pages): State<Arc<PatientPages>>,
    form: SessionForm,
) -> Result<Response, PageError> {
    let SessionForm { link, session, fields } = form;
    let row = &session.row;
    let reply = pages.ledger.reply(&row.clinic, &row.patient, fields.get("reply")).await.context("reading a reply")?;
    let reply = reply.filter(|it| it.row.message == row.message).ok_or(PageError::NotFound)?;
    place_in(&pages, &session, &link, reply).await
}

/// Adds a picture to `reply`, or goes on with one that never came, and sends the browser to its form.
pub(crate) async fn place_in(
    pages: &PatientPages,
    session: &Session,
    link: &Link,
    reply: Versioned<ReplyRow>,
) -> Result<Response, PageError> {
    let clinic = &session.row.clinic;
    let form_of = |id: &str| see_other(&format!("pictures/{id}"));
    let mut found = Some(reply);
    for _ in 0..ROUNDS {
        let Some(Versioned { mut row, version }) = found else {
            return Err(PageError::SessionOver { question: format!("../{}", link.text) });
        };
        for waiting in row.pictures.iter().filter(|it| it.state == PictureState::Waiting) {
            if pages.files.head(&inbox_key(session, &waiting.id)).await.context("looking for a picture")?.is_none() {
                return Ok(form_of(&waiting.id));
            }
        }
        if n_kept(&row) >= pages.settings.max_pictures || row.pictures.len() >= MAX_TRIED {
            return Err(PageError::Told(StatusCode::CONFLICT, "この返信には、これ以上写真を付けられません。"));
        }
        let id = (pages.random_id)();
        row.pictures.push(PictureRef { id: id.clone(), state: PictureState::Waiting });
        let (patient, made_at) = (row.patient.clone(), (pages.now)());
        let picture = PictureRow { id: id.clone(), patient, reply: row.id.clone(), made_at };
        if pages.ledger.add_picture(clinic, &row, version, &picture).await.context("giving a picture its place")? {
            return Ok(form_of(&id));
        }
        found = pages.ledger.reply(clinic, &row.patient, &row.id).await.context("reading a reply")?;
    }
    Err(anyhow::anyhow!("a reply was written by others {ROUNDS} times").into())
}

/// The form that sends a picture to its place. The bucket sends the browser back to the message.
pub(crate) async fn show_place(
    State(pages): State<Arc<PatientPages>>,
    headers: HeaderMap,
    link: Link,
    axum::extract::Path((_, id)): axum::extract::Path<(String, String)>,
) -> Result<Response, PageError> {
    let question = || PageError::SessionOver { question: format!("../../{}", link.text) };
    let session = Session::of(&pages, &headers, &link).await?.ok_or_else(question)?;
    let row = &session.row;
    let picture = pages.ledger.picture(&row.clinic, &id).await.context("reading a picture")?;
    let picture = picture.filter(|it| it.patient == row.patient).ok_or(PageError::NotFound)?;
    let state = pages.ledger.picture_state(&row.clinic, &picture).await.context("reading a picture")?;
    if state != Some(PictureState::Waiting) {
        return Ok(see_other(&format!("../../{}", link.text)));
    }

    let now = (pages.now)();
    let back = link.token.page(&pages.pages_url);
    let upload = Upload {
        key: &inbox_key(&session, &picture.id),
        max_bytes: PICTURE_MAX_BYTES,
        content_type: "application/octet-stream",
        sha256: None,
        then_to: Some(&back),
    };
    let post = pages.files.presigned_post(&upload, now, now + pages.settings.picture_form).await;
    let post = post.context("signing a place for a picture")?;
    let sender = Sender::of(&pages, &session).await?;
    let shown = PicturePage {
        style: STYLE,
        clinic_name: &sender.name,
        contact: &sender.contact,
        base: &format!("../../{}", link.text),
        url: &post.url,
        fields: post.fields.iter().collect(),
        max_megabytes: PICTURE_MAX_BYTES / 1_000_000,
    };
    page_with_form_to(&shown, origin(&post.url))
}

fn inbox_key(session: &Session, picture: &str) -> String {
    picture_inbox_key(session.row.clinic.as_str(), picture)
}
