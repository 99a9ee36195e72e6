use anyhow::Context as _;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{error::ApiError, request_parts::etag};

/// `value` as JSON. An answer holds patients' data: nobody on the way may keep it.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Result<Response, ApiError> {
    Ok(json_text(status, text(value)?))
}

/// As [`json`], with `version` as its `ETag`.
pub(crate) fn versioned(status: StatusCode, value: &impl Serialize, version: u64) -> Result<Response, ApiError> {
    let mut response = json(status, value)?;
    let tag = HeaderValue::from_str(&etag(version)).context("writing an ETag")?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

pub(crate) fn text(value: &impl Serialize) -> Result<String, ApiError> {
    Ok(serde_json::to_string(value).ok().context("writing an answer as JSON")?)
}

pub(crate) fn json_text(status: StatusCode, text: String) -> Response {
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
