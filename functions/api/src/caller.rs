use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ledger::{ClinicId, TokenHash};

use crate::{Api, error::ApiError};

/// Whose token came with a request: everything it may see and do lies in this clinic.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) clinic: ClinicId,
}

/// Goes with an answer to the log.
#[derive(Clone)]
pub(crate) struct ClinicHash(pub(crate) String);

/// Lets through who has a token that works.
pub(crate) async fn authenticate(State(api): State<Arc<Api>>, mut request: Request, next: Next) -> Response {
    let caller = match caller(&api, request.headers()).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return ApiError::unauthorized().into_response(),
        Err(err) => return ApiError::from(err).into_response(),
    };
    let clinic = ClinicHash(host::key_hash(caller.clinic.as_str()));
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(clinic);
    response
}

async fn caller(api: &Api, headers: &HeaderMap) -> anyhow::Result<Option<Caller>> {
    let credentials = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let Some((scheme, token)) = credentials.and_then(|it| it.split_once(' ')) else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("bearer") || !token.starts_with("kyt_") {
        return Ok(None);
    }
    let row = api.ledger.token(&TokenHash::of(token), (api.now)()).await.context("looking a token up")?;
    Ok(row.map(|it| Caller { clinic: it.clinic }))
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| anyhow!("a route that is behind no token asked whose it is").into())
    }
}
