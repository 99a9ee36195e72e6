use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use delivery::LinkToken;

/// The link a request came by, as its path writes it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    /// The part of the path as it came, percent-encoded or not: for addresses relative to it.
    pub(crate) text: String,
    /// A token; for what can be none, one that opens nothing, so that looking it up is the same work.
    pub(crate) token: LinkToken,
}

impl Link {
    fn of_path(path: &str) -> Self {
        let text = path.split('/').nth(2).unwrap_or_default().to_owned();
        let token = LinkToken::parse(&text).or_else(|| LinkToken::parse(&"-".repeat(43)));
        Self { token: token.expect("43 hyphens have the form of a token"), text }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Link {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of_path(parts.uri.path()))
    }
}
