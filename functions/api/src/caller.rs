use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use careplan::OfficeNumber;
use ledger::{Actor, ClinicId, Opens, TokenHash, TokenRow};

use crate::{Api, error::ApiError, problem::Code};

/// Whose token came with a request: everything it may see and do lies in this clinic.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) clinic: ClinicId,
    /// Who asks, for what is kept with who did it.
    pub(crate) actor: Actor,
}

/// Whose token came with a request: everything it may see and do lies in this office.
#[derive(Debug, Clone)]
pub(crate) struct OfficeCaller {
    pub(crate) office: OfficeNumber,
}

/// Whose token came with a request to a route that is for both kinds.
#[derive(Debug, Clone)]
pub(crate) struct Tenant(pub(crate) Opens);

/// Goes with an answer to the log.
#[derive(Clone)]
pub(crate) struct TenantHash(pub(crate) String);

/// Lets through who has a token that works.
pub(crate) async fn authenticate(State(api): State<Arc<Api>>, mut request: Request, next: Next) -> Response {
    let token = match token(&api, request.headers()).await {
        Ok(Some(token)) => token,
        Ok(None) => return ApiError::unauthorized().into_response(),
        Err(err) => return ApiError::from(err).into_response(),
    };
    request.extensions_mut().insert(Tenant(token.opens.clone()));
    let actor = token.actor();
    let tenant = match token.opens {
        Opens::Clinic(clinic) => {
            let hash = host::key_hash(clinic.as_str());
            request.extensions_mut().insert(Caller { clinic, actor });
            hash
        }
        Opens::Office(office) => {
            let hash = host::key_hash(office.as_str());
            request.extensions_mut().insert(OfficeCaller { office });
            hash
        }
    };
    let mut response = next.run(request).await;
    response.extensions_mut().insert(TenantHash(tenant));
    response
}

async fn token(api: &Api, headers: &HeaderMap) -> anyhow::Result<Option<TokenRow>> {
    let credentials = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let Some((scheme, token)) = credentials.and_then(|it| it.split_once(' ')) else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("bearer") || !token.starts_with("kyt_") {
        return Ok(None);
    }
    api.ledger.token(&TokenHash::of(token), (api.now)()).await.context("looking a token up")
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        of_token::<Self, OfficeCaller>(parts, "このトークンは介護事業所のものです。診療所のトークンを使ってください。")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OfficeCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        of_token::<Self, Caller>(parts, "このトークンは診療所のものです。介護事業所のトークンを使ってください。")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Tenant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let tenant = parts.extensions.get::<Self>().cloned();
        tenant.ok_or_else(|| anyhow!("a route that is behind no token asked whose it is").into())
    }
}

/// The caller a route is for; `detail` tells the other kind.
fn of_token<Wanted, Other>(parts: &Parts, detail: &str) -> Result<Wanted, ApiError>
where
    Wanted: Clone + Send + Sync + 'static,
    Other: Send + Sync + 'static,
{
    match parts.extensions.get::<Wanted>() {
        Some(caller) => Ok(caller.clone()),
        None if parts.extensions.get::<Other>().is_some() => Err(ApiError::new(Code::Forbidden, detail)),
        None => Err(anyhow!("a route that is behind no token asked whose it is").into()),
    }
}
