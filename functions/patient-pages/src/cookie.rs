use axum::http::{HeaderMap, HeaderValue, header};
use jiff::SignedDuration;
use ledger::SessionToken;

/// `__Host-`: browsers take it from this host alone, over TLS alone, for every path.
const NAME: &str = "__Host-page";

/// The session that a browser shows, whether or not there is one.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<SessionToken> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(name, _)| *name == NAME).map(|(_, value)| SessionToken::new(value))
}

/// What gives a browser its session. Lax: the bucket sends it back here after a picture.
pub(crate) fn set_cookie(token: &SessionToken, life: SignedDuration) -> Option<HeaderValue> {
    let (token, life_s) = (token.as_str(), life.as_secs());
    let cookie = format!("{NAME}={token}; Path=/; Max-Age={life_s}; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&cookie).ok()
}
