//! The page of one message for its patient, reached by the same link from LINE, SMS and mail. It works
//! without scripts.
//!
//! Scanners open links, so opening one shows only the question for the birth date, alike for links that are
//! known, unknown or over, and a GET changes nothing. The right answer begins a short session in a cookie;
//! what lies behind it is of that message alone. Stopping messages and 「本人ではありません」 need no answer:
//! whoever has the link may refuse.
//!
//! **Invariant:** every POST passes `guard::same_origin` and carries the token of a form of ours; the extractors
//! `form::OpenForm` and `form::SessionForm` check it. The one exception is the button of mail programs
//! (RFC 8058), which can only stop messages.

mod birth_date;
mod cookie;
mod error;
mod form;
mod form_token;
mod guard;
mod link;
mod message;
mod page;
mod picture;
mod question;
mod receiving;
mod refusal;
mod reply;
mod request_log;
mod security_headers;
mod settings;
mod shown;
mod stop;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use files::Files;
use jiff::Timestamp;
use ledger::{Clock, Ledger};

pub use crate::settings::Settings;

/// What the function works with.
pub struct PatientPages {
    /// The tables.
    pub ledger: Ledger,
    /// The data bucket.
    pub files: Files,
    /// Where "today" comes from.
    pub clock: Clock,
    /// The time, for signatures and expiry.
    pub now: fn() -> Timestamp,
    /// Makes ids of 128 random bits.
    pub random_id: fn() -> String,
    /// Makes secrets of 256 random bits.
    pub random_token: fn() -> String,
    /// What links are made under, and tokens of forms.
    pub link_secret: Vec<u8>,
    /// What addresses are hashed under.
    pub identity_secret: Vec<u8>,
    /// Where these pages are, as `https://p.kayoi.example`.
    pub pages_url: String,
    /// What an operator may set.
    pub settings: Settings,
}

/// Answers of people are short; pictures go to the bucket.
const BODY_MAX_BYTES: usize = 64 * 1024;

/// The routes of the pages.
pub fn router(pages: PatientPages) -> Router {
    let pages = Arc::new(pages);
    Router::new()
        .route("/m/{link}", get(page::show))
        .route("/m/{link}/birth-date", post(birth_date::answer))
        .route("/m/{link}/reply", post(reply::reply))
        .route("/m/{link}/pictures", post(picture::give_place))
        .route("/m/{link}/pictures/{picture}", get(picture::show_place))
        .route("/m/{link}/stop", get(stop::show).post(stop::stop))
        .route("/m/{link}/receiving", get(receiving::show).post(receiving::change))
        .layer(from_fn(request_log::name_route))
        .fallback(error::no_page)
        .method_not_allowed_fallback(error::no_page)
        .layer(from_fn_with_state(pages.clone(), guard::same_origin))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .layer(from_fn(security_headers::add))
        .layer(from_fn_with_state(pages.clone(), request_log::log))
        .with_state(pages)
}
