use std::sync::Arc;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::problem::{Code, Problem};

/// Why a request was not done.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// What its sender may know and can mend.
    Told(Box<Problem>),
    /// Our failure: logged in full, told to nobody.
    Internal(anyhow::Error),
}

/// Goes with an answer to the log.
#[derive(Clone)]
pub(crate) struct Failure(pub(crate) Arc<anyhow::Error>);

impl ApiError {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).into()
    }

    /// Unknown, expired or missing: the same words for all.
    pub(crate) fn unauthorized() -> Self {
        Self::new(Code::Unauthorized, "有効なトークンをAuthorizationヘッダーに「Bearer kyt_…」の形で付けてください。")
    }

    /// Unknown or another tenant's: the same words for both.
    pub(crate) fn not_found() -> Self {
        Self::new(Code::NotFound, "番号やIDを確かめてください。")
    }

    pub(crate) fn conflict() -> Self {
        Self::new(Code::Conflict, "最新の状態を読み直してから、もう一度行ってください。")
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::Told(Box::new(problem))
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(err: anyhow::Error) -> Self {
        Self::Internal(err)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Told(problem) => response(&problem),
            Self::Internal(err) => {
                let detail =
                    "しばらくしてから、もう一度行ってください。続くときはX-Request-Idを添えてお問い合わせください。";
                let mut response = response(&Problem::new(Code::Internal, detail));
                response.extensions_mut().insert(Failure(Arc::new(err)));
                response
            }
        }
    }
}

fn response(problem: &Problem) -> Response {
    // A problem has only texts and numbers, which JSON always takes.
    let body = serde_json::to_string(problem).unwrap_or_default();
    let mut response = (problem.status(), body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if problem.status() == axum::http::StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Answers where there is no route.
pub(crate) async fn no_route() -> ApiError {
    ApiError::new(Code::NotFound, "アドレスを確かめてください。使えるアドレスは /v1/openapi.json にあります。")
}

/// Answers where a route has another method.
pub(crate) async fn no_method() -> ApiError {
    ApiError::new(Code::MethodNotAllowed, "使えるメソッドを /v1/openapi.json で確かめてください。")
}
