use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{PatientPages, error::PageError};

/// Lets a POST through only where no other site sent it.
pub(crate) async fn same_origin(State(pages): State<Arc<PatientPages>>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    if changes && !is_ours(request.headers(), &pages.pages_url) {
        return PageError::Foreign.into_response();
    }
    next.run(request).await
}

/// Browsers send `Origin: null` from pages that allow no referrer, as ours do; then `Sec-Fetch-Site` tells, and
/// where a browser is too old for it, the form's token and the cookie alone.
fn is_ours(headers: &HeaderMap, pages_url: &str) -> bool {
    let is = |name: &str, allowed: &[&str]| {
        let mut values = headers.get_all(name).iter();
        values.all(|it| it.to_str().is_ok_and(|it| allowed.contains(&it)))
    };
    is("origin", &["null", origin(pages_url)]) && is("sec-fetch-site", &["same-origin"])
}

/// Scheme, host and port of an address.
pub(crate) fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |it| it + 3);
    let end = url[start..].find('/').map_or(url.len(), |it| start + it);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: bool) {
        let pair = |(name, value): &(&str, &str)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap())
        };
        let map: HeaderMap = headers.iter().map(pair).collect();
        assert_eq!(is_ours(&map, "https://p.example/pages"), expected, "{headers:?}");
    }

    #[test]
    fn what_another_site_sends_is_told_apart() {
        check(&[], true);
        check(&[("origin", "https://p.example")], true);
        check(&[("origin", "null"), ("sec-fetch-site", "same-origin")], true);
        check(&[("origin", "null")], true);
        for other in
            ["https://evil.example", "http://p.example", "https://p.example.evil.example", "https://p.example:8443", ""]
        {
            check(&[("origin", other)], false);
        }
        for site in ["cross-site", "same-site", "none", ""] {
            check(&[("origin", "null"), ("sec-fetch-site", site)], false);
            check(&[("sec-fetch-site", site)], false);
        }
    }

    #[test]
    fn an_origin_ends_before_the_path() {
        assert_eq!(origin("https://p.example"), "https://p.example");
        assert_eq!(origin("http://127.0.0.1:4566/m/x"), "http://127.0.0.1:4566");
    }
}
