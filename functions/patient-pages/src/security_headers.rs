use std::sync::LazyLock;

use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::{Html, IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

use crate::error::PageError;

/// The one style, in every page.
pub(crate) const STYLE: &str = include_str!("../templates/style.css");

/// How a policy names the style.
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| BASE64_STANDARD.encode(Sha256::digest(STYLE)));

/// What no answer of ours is without.
const HEADERS: [(header::HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Adds what no answer may be without, and to those that have none the policy for a page with forms to itself.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy(""))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// `template` as a page.
pub(crate) fn page(template: &impl Template) -> Result<Response, PageError> {
    Ok(Html(rendered(template)?).into_response())
}

/// `template` as a page whose forms may also go to the origin `form_target`.
pub(crate) fn page_with_form_to(template: &impl Template, form_target: &str) -> Result<Response, PageError> {
    let policy = HeaderValue::from_str(&policy(form_target)).map_err(anyhow::Error::new)?;
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], Html(rendered(template)?)).into_response())
}

/// The error of the template engine quotes nothing of the page.
fn rendered(template: &impl Template) -> Result<String, PageError> {
    Ok(template.render().map_err(anyhow::Error::new)?)
}

fn policy(form_target: &str) -> String {
    let hash = &*STYLE_HASH;
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self' {form_target}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}
