use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, error, info, info_span};

use crate::{PatientPages, error::Failure};

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

/// Logs each request once: which route and what came of it; nothing of its address, which opens a page, of its
/// headers or of its body.
pub(crate) async fn log(State(pages): State<Arc<PatientPages>>, request: Request, next: Next) -> Response {
    let request_id = (pages.random_id)();
    let method = request.method().clone();
    let started = Instant::now();
    let span = info_span!("request", request.id = %request_id);
    let response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| {
        let route = response.extensions().get::<Route>().map_or("none", |it| it.0.as_str());
        let status = response.status().as_u16();
        let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        match response.extensions().get::<Failure>() {
            Some(Failure(err)) => error!(%method, route, status, duration_ms, "failed: {err:#}"),
            None => info!(%method, route, status, duration_ms, "answered"),
        }
    });
    response
}
