use axum::{
    extract::{FromRequestParts, Path, Query},
    http::{HeaderMap, HeaderName, request::Parts},
};
use careplan::{
    OfficeNumber,
    exchange::{BundleId, TransferId},
};
use ledger::PatientId;
use serde::de::DeserializeOwned;

use crate::{error::ApiError, fields::Fields};

/// The only part of a path that varies. What cannot be an id is an id that does not exist.
pub(crate) struct Id(pub(crate) String);

impl Id {
    pub(crate) fn upload_number(&self) -> Result<u64, ApiError> {
        let is_number = self.0.len() <= 12 && self.0.bytes().all(|it| it.is_ascii_digit());
        self.0.parse().ok().filter(|_| is_number).ok_or_else(ApiError::not_found)
    }

    pub(crate) fn patient(&self) -> Result<PatientId, ApiError> {
        PatientId::parse(&self.0).ok_or_else(ApiError::not_found)
    }

    pub(crate) fn office(&self) -> Result<OfficeNumber, ApiError> {
        OfficeNumber::new(&self.0).ok_or_else(ApiError::not_found)
    }

    pub(crate) fn transfer(&self) -> Result<TransferId, ApiError> {
        TransferId::parse(&self.0).ok_or_else(ApiError::not_found)
    }

    pub(crate) fn bundle(&self) -> Result<BundleId, ApiError> {
        BundleId::parse(&self.0).ok_or_else(ApiError::not_found)
    }

    /// An id that we made: random, or one of messages.
    pub(crate) fn word(&self) -> Result<String, ApiError> {
        let is_word = (1..=64).contains(&self.0.len())
            && self.0.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        Some(&self.0).filter(|_| is_word).cloned().ok_or_else(ApiError::not_found)
    }

    /// An id that the caller chooses, for something that need not be there yet.
    pub(crate) fn chosen(&self) -> Result<BundleId, ApiError> {
        BundleId::parse(&self.0).ok_or_else(|| Fields::refused("id", CHOSEN_ID))
    }
}

/// What an id that a caller chooses may be.
pub(crate) const CHOSEN_ID: &str = "半角の英数字と「-」「_」で、1文字から64文字にしてください。";

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        id.map(|it| Self(it.0)).map_err(|_| ApiError::not_found())
    }
}

/// The query of an address; an unknown name in it is refused.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let asked = Query::<T>::try_from_uri(&parts.uri);
        asked.map(|it| Self(it.0)).map_err(|_| {
            Fields::refused(
                "query",
                "アドレスの「?」より後に、使えない名前や重なる名前があります。/v1/openapi.json で確かめてください。",
            )
        })
    }
}

/// The version that an `If-Match` header names. `None` without the header.
pub(crate) fn if_match(headers: &HeaderMap) -> Option<Result<u64, NoVersion>> {
    let tag = headers.get(HeaderName::from_static("if-match"))?.to_str().unwrap_or_default();
    let version = tag.strip_prefix('"').and_then(|it| it.strip_suffix('"')).and_then(|it| it.parse().ok());
    Some(version.ok_or(NoVersion))
}

/// An `If-Match` header that names no version of ours.
pub(crate) struct NoVersion;

/// The `ETag` of a row with `version`.
pub(crate) fn etag(version: u64) -> String {
    format!("\"{version}\"")
}
