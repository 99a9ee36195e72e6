use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::{error::ApiError, fields::Fields, problem::Code};

/// A body that says it is JSON.
pub(crate) struct JsonBody(pub(crate) Bytes);

impl JsonBody {
    /// Reads the body as a `T`; unknown fields are up to `T`.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.0).map_err(|err| {
            let place = format!("{}行{}列", err.line(), err.column());
            match err.classify() {
                // What serde expected, told to who sent it and to nobody else.
                Category::Data => Fields::refused("body", format!("{place}: {err}")),
                Category::Syntax | Category::Eof | Category::Io => {
                    ApiError::new(Code::MalformedBody, format!("{place}付近の書き方を確かめてください。"))
                }
            }
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let essence = content_type.and_then(|it| it.split(';').next()).unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let detail = "Content-Typeをapplication/jsonにして、JSONを送ってください。";
            return Err(ApiError::new(Code::UnsupportedMediaType, detail));
        }
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::new(
                    Code::TooLarge,
                    "1MBまでにしてください。ファイルは /v1/uploads か /v1/bundles で場所を受け取って送ってください。",
                )
            } else {
                ApiError::new(Code::MalformedBody, "リクエストが途中で切れました。もう一度送ってください。")
            }
        })
    }
}
