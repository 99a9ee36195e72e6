use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts as _, Request},
    http::StatusCode,
};
use ledger::{PageSessionRow, SessionToken};
use percent_encoding::percent_decode_str;

use crate::{
    PatientPages, cookie,
    error::PageError,
    form_token::{form_token, is_form_token},
    link::Link,
};

/// The fields of a form, each once: of a repeated one the last.
#[derive(Debug, Default)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// The field called `name`, empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    fn of_body(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let pairs = text.split('&').filter(|it| !it.is_empty());
        Self(
            pairs
                .map(|it| it.split_once('=').unwrap_or((it, "")))
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
    }
}

/// `+` is a space, and only then `%XX` a byte.
fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// A form that whoever has the link may send.
pub(crate) struct OpenForm {
    pub(crate) link: Link,
    pub(crate) fields: Fields,
    /// Sent by the button of a mail program, which has no token (RFC 8058).
    pub(crate) is_one_click: bool,
    /// Hashed before it is kept; `None` where the gateway does not tell.
    pub(crate) source: Option<std::net::IpAddr>,
}

/// A form behind the birth date.
pub(crate) struct SessionForm {
    pub(crate) link: Link,
    pub(crate) session: Session,
    pub(crate) fields: Fields,
}

/// A browser that passed the birth date of the link it comes by.
pub(crate) struct Session {
    token: SessionToken,
    pub(crate) row: PageSessionRow,
}

impl Session {
    /// The session that the browser shows, if it is one of `link`.
    pub(crate) async fn of(
        pages: &PatientPages,
        headers: &axum::http::HeaderMap,
        link: &Link,
    ) -> Result<Option<Self>, PageError> {
        let Some(token) = cookie::session_token(headers) else { return Ok(None) };
        let row = pages.ledger.page_session(&token, (pages.now)()).await.context("looking a session up")?;
        Ok(row.filter(|it| it.is_of(&link.token)).map(|row| Self { token, row }))
    }

    /// The token that a form for `purpose` carries.
    pub(crate) fn form_token(&self, pages: &PatientPages, purpose: &str) -> String {
        form_token(pages, purpose, self.token.as_str())
    }
}

/// The last part of a route: what its form is for.
fn purpose(request: &Request) -> String {
    request.uri().path().split('/').nth(3).unwrap_or_default().to_owned()
}

async fn fields(request: Request, pages: &Arc<PatientPages>) -> Result<Fields, PageError> {
    let body = Bytes::from_request(request, pages).await.map_err(|_| {
        PageError::Told(StatusCode::PAYLOAD_TOO_LARGE, "文章が長すぎます。短くして、もう一度送ってください。")
    })?;
    Ok(Fields::of_body(&body))
}

impl FromRequest<Arc<PatientPages>> for OpenForm {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &Arc<PatientPages>) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let Ok(link) = Link::from_request_parts(&mut parts, pages).await;
        let source = host::source_address(&parts.extensions);
        let request = Request::from_parts(parts, body);
        let purpose = purpose(&request);
        let fields = fields(request, pages).await?;
        let is_one_click = purpose == "stop" && fields.get("List-Unsubscribe") == "One-Click";
        if !is_one_click && !is_form_token(pages, &purpose, &link.text, fields.get("form")) {
            return Err(PageError::Foreign);
        }
        Ok(Self { link, fields, is_one_click, source })
    }
}

impl FromRequest<Arc<PatientPages>> for SessionForm {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &Arc<PatientPages>) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let Ok(link) = Link::from_request_parts(&mut parts, pages).await;
        let session = Session::of(pages, &parts.headers, &link).await?;
        let request = Request::from_parts(parts, body);
        let purpose = purpose(&request);
        let fields = fields(request, pages).await?;
        let Some(session) = session else {
            return Err(PageError::SessionOver { question: format!("../{}", link.text) });
        };
        if !is_form_token(pages, &purpose, session.token.as_str(), fields.get("form")) {
            return Err(PageError::Foreign);
        }
        Ok(Self { link, session, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_s_body_is_decoded_as_browsers_write_it() {
        let fields = Fields::of_body(b"text=%E3%81%AF%E3%81%84+%2B1%0D%0A&x=a&x=b&empty=&alone");
        assert_eq!(fields.get("text"), "はい +1\r\n");
        assert_eq!((fields.get("x"), fields.get("empty"), fields.get("alone"), fields.get("none")), ("b", "", "", ""));
    }
}
