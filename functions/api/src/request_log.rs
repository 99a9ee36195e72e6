use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, error, info, info_span};

use crate::{Api, caller::TenantHash, error::Failure};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The route's template goes with an answer to the log.
#[derive(Clone)]
struct Route(MatchedPath);

/// Tells the log which route answered.
pub(crate) async fn name_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned().map(Route);
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// Logs each request once: which route, what came of it, for which tenant; nothing of its address,
/// headers or body.
pub(crate) async fn log(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let request_id = (api.random_id)();
    let method = request.method().clone();
    let started = Instant::now();
    let span = info_span!("request", request.id = %request_id);
    let mut response = next.run(request).instrument(span.clone()).await;

    span.in_scope(|| {
        let extensions = response.extensions();
        let route = extensions.get::<Route>().map_or("none", |it| it.0.as_str());
        let tenant = extensions.get::<TenantHash>().map_or("none", |it| it.0.as_str());
        let status = response.status().as_u16();
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match extensions.get::<Failure>() {
            Some(Failure(err)) => error!(%method, route, status, duration_ms, tenant.hash = tenant, "failed: {err:#}"),
            None => info!(%method, route, status, duration_ms, tenant.hash = tenant, "answered"),
        }
    });
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
